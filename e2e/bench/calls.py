"""System calls per request, in a turn of its own."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

USUAL = (
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "read", "readv", "recvfrom", "write", "writev", "sendto", "sendmsg", "sendfile64", "splice",
    "accept4", "connect", "close", "shutdown", "setsockopt", "getsockopt", "epoll_ctl", "futex",
)  # fmt: skip
EVENTS = Path("/sys/kernel/tracing/events/syscalls")


def counting():
    """perf, where it may count system calls: it costs the proxy little. Else strace, under which it is many times slower."""
    if shutil.which("perf"):
        tried = subprocess.run(["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "true"], capture_output=True, text=True)
        if re.search(r"^\d+,,raw_syscalls", tried.stderr, re.MULTILINE):
            return perf
    return strace if shutil.which("strace") else None


def perf(processes, pids, generator, seconds, work):
    """
    :param seconds: of the turn
    :return: by name, and `all`
    """
    out = work / "perf.txt"
    events = ["raw_syscalls:sys_enter", *(f"syscalls:sys_enter_{call}" for call in USUAL if (EVENTS / f"sys_enter_{call}").exists())]
    orders, acks = os.pipe(), os.pipe()
    counting = processes.start(
        *("perf", "stat", "-x,", "-o", out, "-e", ",".join(events), "-p", ",".join(map(str, pids))),
        *("--delay", "-1", "--control", f"fd:{orders[0]},{acks[1]}"),
        pass_fds=(orders[0], acks[1]),
        quiet=True,
    )
    os.close(orders[0])
    os.close(acks[1])
    generator.lead(processes)
    with os.fdopen(orders[1], "w") as say, os.fdopen(acks[0]) as hear:
        print("enable", file=say, flush=True)
        if not hear.readline():
            raise RuntimeError("perf does not count")
        load = generator.turn(processes, seconds)
    counting.send_signal(signal.SIGINT)
    counting.wait()
    counts = re.findall(r"^(\d+),,\w+:sys_enter_?(\w*),", out.read_text(), re.MULTILINE)
    return per_request(load, {name or "all": int(count) for count, name in counts})


def strace(processes, pids, generator, seconds, work):
    out = work / "strace.txt"
    generator.lead(processes)
    attached = [word for pid in pids for word in ("-p", str(pid))]
    counting = processes.start("strace", "-c", "-f", "-o", out, *attached, stderr=subprocess.PIPE, text=True)
    counting.stderr.readline()
    load = generator.turn(processes, seconds)
    counting.send_signal(signal.SIGINT)
    counting.communicate()
    counts = re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", out.read_text(), re.MULTILINE)
    return per_request(load, {"all" if name == "total" else name: int(count) for count, name in counts})


def per_request(load, counts):
    return {name: count / load.requests for name, count in counts.items() if count / load.requests >= 0.005}


def told(name, calls):
    parts = sorted(((count, call) for call, count in calls.items() if call != "all" and count >= 0.05), reverse=True)
    return f"  {name} calls: " + ", ".join(f"{call} {count:.1f}" for count, call in parts)
