"""What is measured besides loads: a gateway just started, latency at half of what it can do, deploys under full load."""

import random
import time
from statistics import median, quantiles

from bench.cases import CASES, HOST
from bench.turns import Bench

CONNECTIONS = 16


def fresh(stand, bench):
    """The gateway's first 8 s of load: what the JVM's compilers cost. Means something only before every other load."""
    proxies = stand.proxies("berth")
    long = Bench(stand.processes, stand.work, 1, 8, 0)
    turn = long.turn(long.generator(CASES["small"], proxies[0]), proxies[0])
    print(f"  {turn.load.rate:.0f} req/s, {turn.user:.1f} us user and {turn.system:.1f} us system a request")
    return {"rate": turn.load.rate, "user": turn.user, "system": turn.system}


def latency(stand, bench):
    """
    What a proxy adds to the container's own latency, at half of the gateway's rate. h2load sends on all its connections at the
    same instants; 64 of them would measure how fast 64 requests in a row are done, so there are 16.
    """
    names = ("direct", "nginx", "haproxy", "berth")
    proxies = stand.proxies(*names)
    few = Bench(bench.processes, bench.work, 5, bench.seconds, bench.warm)
    full = median(turn.load.rate for turn in few.measure(CASES["small"], proxies[3:]))
    rate = max(1, int(full / 2 / CONNECTIONS))
    seen = {name: [] for name in names}
    failures = dict.fromkeys(names, 0)
    for _ in range(bench.rounds):
        for proxy in random.sample(proxies, len(proxies)):
            p50, p99, failed = paced(bench, proxy.doors["http"], rate)
            seen[proxy.name].append((p50, p99))
            failures[proxy.name] += failed
    print(f"  {rate * CONNECTIONS} req/s on {CONNECTIONS} connections; added is to the same round's direct p99, with its quartiles")
    found = {"rate": rate * CONNECTIONS}
    for name in names:
        added = [own[1] - direct[1] for own, direct in zip(seen[name], seen["direct"])]
        lower, middle, upper = quantiles(added, n=4, method="inclusive") if len(added) > 1 else added * 3
        row = {"p50": median(p50 for p50, _ in seen[name]), "p99": median(p99 for _, p99 in seen[name])}
        found[name] = row | {"added": middle, "lower": lower, "upper": upper, "failures": failures[name]}
        said = f"  {name:<7}  p50 {row['p50']:.2f} ms  p99 {row['p99']:.2f} ms"
        print(said + ("" if name == "direct" else f"  added {middle:.2f} ms ({lower:.2f} to {upper:.2f})") + f"  failed {failures[name]}")
    return found


def paced(bench, address, rate):
    """p50 and p99 in ms, and failures, of one turn at so many requests a second on each connection."""
    log = bench.work / "latency.log"
    log.unlink(missing_ok=True)
    pace = ["h2load", "--h1", "-t1", f"-c{CONNECTIONS}", f"-D{int(bench.seconds * 1000)}ms", "--warm-up-time=300ms", f"--rps={rate}"]
    h2load = bench.processes.start(*pace, f"--connect-to={address}", f"--log-file={log}", f"http://{HOST}/", quiet=True)
    if h2load.wait():
        raise RuntimeError(f"h2load to {address} exits {h2load.returncode}")
    # Each line: when it was sent, its status, µs until it was answered.
    lines = [line.split() for line in log.read_text().splitlines()]
    times = sorted(int(line[2]) / 1000 for line in lines)
    return times[len(times) // 2], times[len(times) * 99 // 100], sum(line[1] != "200" for line in lines)


def deploys(stand, bench):
    """Failures through 20 deploys at full load, and what the services hold after it. The peers' container is gone after this."""
    proxies = stand.proxies("berth")
    generator = bench.generator(CASES["small"], proxies[0])
    load = generator.begin(stand.processes)
    times = [stand.berth.deploy(f"d{number}") for number in range(20)]
    done = generator.end(load)
    started, cut = (median(column) for column in zip(*times))
    print(f"  20 deploys under {done.requests} requests, failed: {done.failures or 'none'}")
    print(f"  a deploy under that load: {started:.0f} ms to start, {cut:.0f} ms to cut over")
    time.sleep(5)
    memory = stand.berth.memory()
    print("  resident after it: " + ", ".join(f"{part} {mib} MiB" for part, mib in memory.items()) + f"; {sum(memory.values())} MiB")
    return {"requests": done.requests, "failures": done.failures, "started": started, "cut": cut, "memory": memory}


AROUND = {
    "fresh": ("a gateway just started, its first 8 s of full load", fresh),
    "latency": ("added latency at half of the gateway's rate", latency),
    "deploys": ("20 deploys at full load", deploys),
}
