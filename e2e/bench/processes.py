"""The processes that a run starts, and what they cost."""

import os
import subprocess
import time
from pathlib import Path

TICK = 1e6 / os.sysconf("SC_CLK_TCK")


class Processes:
    """What was started, ended by id at the end of the run, the last one first."""

    def __init__(self):
        self._started = []

    def start(self, *command, quiet=False, **options):
        if quiet:
            options |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([str(word) for word in command], **options)
        self._started.append(process)
        return process

    def end(self):
        for process in reversed(self._started):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self._started):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def resident(pid):
    """MiB."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) // 1024


class Cpu:
    """
    The CPU that processes have used until now, ended threads included, in µs, of user and of system. The sum is the kernel's
    clock of each process, exact to the nanosecond; how it is shared is counted by the kernel in ticks, so that of one short
    turn is known to some percents only.
    """

    def __init__(self, pids):
        self.all, self.user, self.system = 0, 0, 0
        for pid in pids:
            # MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED) of the kernel's posix-timers.h.
            self.all += time.clock_gettime_ns((~pid << 3) | 2) / 1000
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
            self.user += int(fields[11]) * TICK
            self.system += int(fields[12]) * TICK

    def until(self, later):
        """User and system, in µs."""
        user, system = later.user - self.user, later.system - self.system
        share = user / (user + system) if user + system else 0
        used = later.all - self.all
        return used * share, used * (1 - share)


def threads(pid):
    """Name and µs of user and of system of each thread, by id, in ticks. The kernel cuts names at 15 letters."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            head, _, tail = (task / "stat").read_text().rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has just ended.
        fields = tail.split()
        found[task.name] = (head.partition("(")[2], int(fields[11]) * TICK, int(fields[12]) * TICK)
    return found


def spent(before, after):
    """µs of user and of system between two looks at the same process's threads, by name."""
    by_name = {}
    for thread, (name, user, system) in after.items():
        _, user_then, system_then = before.get(thread, (name, 0, 0))
        all_user, all_system = by_name.get(name, (0, 0))
        by_name[name] = (all_user + user - user_then, all_system + system - system_then)
    return by_name
