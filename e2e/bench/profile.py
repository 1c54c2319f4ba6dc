"""Where the gateway's CPU goes under a load, by JFR's sampler of CPU time, and what a request allocates."""

import re
from collections import Counter

from bench.load import first
from bench.processes import spent, threads
from bench.turns import Bench

PERIOD = "2ms"
LOOP = "berth-door"
SHOWN = 25


def profile(stand, bench, case, seconds=10):
    [gateway] = stand.proxies("berth")
    [pid] = gateway.pids()
    generator = bench.generator(case, gateway)
    bench.heat(generator, gateway)
    recording = stand.work / "profile.jfr"
    sampler = ["jdk.CPUTimeSample#enabled=true", f"jdk.CPUTimeSample#throttle={PERIOD}"]
    stand.java("jcmd", pid, "JFR.start", "name=benchmark", "settings=profile", *sampler)
    before = threads(pid)
    turn = Bench(bench.processes, bench.work, 1, seconds, 0).turn(generator, gateway)
    after = threads(pid)
    stand.java("jcmd", pid, "JFR.stop", "name=benchmark", f"filename={recording}")

    cost = f"{turn.user:.1f} us user and {turn.system:.1f} us system a request"
    print(f"  {turn.load.rate:.0f} req/s, {cost}, the sampler's own included")
    print("\n  by thread, us a request, user + system:")
    for name, (user, system) in sorted(spent(before, after).items(), key=lambda entry: -sum(entry[1]))[:8]:
        print(f"    {user / turn.load.requests:6.2f} + {system / turn.load.requests:5.2f}  {name}")
    samples = stacks(stand.java("jfr", "print", "--stack-depth", 64, "--events", "jdk.CPUTimeSample", recording))
    told("by top frame", Counter(stack[0] for stack in samples), len(samples))
    told("by the nearest frame of dev.berth above it", Counter(nearest(stack) for stack in samples), len(samples))
    told("by every frame of dev.berth on the stack", Counter(f for s in samples for f in {f for f in s if ours(f)}), len(samples))
    allocated(stand, recording, turn.load.requests)
    print(f"\n  the recording: {recording}")
    return {"rate": turn.load.rate, "user": turn.user, "system": turn.system}


def told(title, counts, samples):
    print(f"\n  {title}, of {samples} samples:")
    for frame, count in counts.most_common(SHOWN):
        print(f"    {count / samples:6.1%}  {frame}")


def stacks(printed):
    """The frames of each sample, the innermost first."""
    found = []
    for stack in re.findall(r"stackTrace = \[\n(.*?)\n\s*\]", printed, re.DOTALL):
        found.append([re.sub(r"\(.*|\s+line:.*", "", line.strip()) for line in stack.splitlines() if line.strip() != "..."])
    return found


def ours(frame):
    return frame.startswith("dev.berth.")


def nearest(stack):
    return next((frame for frame in stack if ours(frame)), "(none)")


def allocated(stand, recording, requests):
    """Threads tell what they have allocated since they began, when a recording begins and when it ends."""
    told_by = {}
    printed = stand.java("jfr", "print", "--exact", "--events", "jdk.ThreadAllocationStatistics", recording)
    for count, thread in re.findall(r"allocated = (\d+) bytes\n\s+thread = \"(.*)\"", printed):
        told_by.setdefault(thread, []).append(int(count))
    grown = {thread: (max(counts) - min(counts)) / requests for thread, counts in told_by.items() if carries(thread)}
    loops = sum(count for thread, count in grown.items() if thread.startswith(LOOP))
    rest = sum(grown.values()) - loops
    print(f"\n  allocated: {loops:.0f} bytes a request on the event loops, {rest:.0f} elsewhere; of samples, by weight:")
    printed = stand.java("jfr", "print", "--exact", "--stack-depth", 64, "--events", "jdk.ObjectAllocationSample", recording)
    classes, places, seen = Counter(), Counter(), set()
    for event in printed.split("\n}\n"):
        kind, weight, thread = (first(field, event) for field in (r"objectClass = (\S+)", r"weight = (\d+)", r'eventThread = "(.*)"'))
        if thread in seen and carries(thread):
            classes[kind] += int(weight)
            places[f"{kind} by {nearest((stacks(event) or [[]])[0])}"] += int(weight)
        # The weight of a thread's first sample is all that it ever allocated before.
        seen.add(thread)
    for counts in (classes, places):
        for name, weight in counts.most_common(12):
            print(f"    {weight / counts.total():6.1%}  {name}")
        print()


def carries(thread):
    """Not those that only the recording keeps busy."""
    return thread != "Attach Listener" and not thread.startswith("JFR ")
