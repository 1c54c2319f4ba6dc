"""Drives one turn of a load and reads what the generator says of it."""

import re
import signal
import subprocess
from dataclasses import dataclass

from bench.cases import HOST


@dataclass(frozen=True)
class Load:
    """What came of one turn. Latencies are in ms, and None where the generator does not tell."""

    requests: int
    failures: int
    seconds: float
    read: int
    p50: float = None
    p99: float = None

    @property
    def rate(self):
        return self.requests / self.seconds


UNITS = {"us": 1e-3, "ms": 1, "s": 1e3, "m": 60e3, "B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3, "": 1}


def number(text):
    """In ms or bytes."""
    digits, unit = re.fullmatch(r"([\d.]+)(\w*)", text).groups()
    return float(digits) * UNITS[unit]


def first(pattern, text, otherwise=None):
    found = re.search(pattern, text)
    return found.group(1) if found else otherwise


class Wrk:
    """HTTP/1.1: for a time. It has whole seconds only, so it is told to end, as by Ctrl-C."""

    def __init__(self, case, address, work):
        scheme = "https" if case.door == "https" else "http"
        self.command = ["wrk", "-t1", f"-c{case.connections}", "-d600s", "--latency", "-H", f"Host: {HOST}"]
        for field in case.fields:
            self.command += ["-H", field]
        if case.upload:
            script = work / "upload.lua"
            script.write_text(f'wrk.method = "POST"\nwrk.body = string.rep("x", {case.upload})\n')
            self.command += ["-s", str(script)]
        self.command.append(f"{scheme}://{address}{case.path}")

    def lead(self, processes):
        """A turn needs none: its few connections are nothing beside its requests."""

    def turn(self, processes, seconds):
        wrk = self.begin(processes)
        try:
            wrk.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        return self.end(wrk)

    def begin(self, processes):
        return processes.start(*self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def end(self, wrk):
        wrk.send_signal(signal.SIGINT)
        said = wrk.communicate()[0]
        if int(first(r"(\d+) requests in", said, 0)) == 0:
            raise RuntimeError(f"{' '.join(self.command)} said: {said}")
        failures = int(first(r"Non-2xx or 3xx responses: (\d+)", said, 0))
        failures += sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", first(r"(Socket errors.*)", said, ""))))
        return Load(
            int(first(r"(\d+) requests in", said)),
            failures,
            number(first(r"requests in (\S+),", said)) / 1000,
            int(number(first(r", (\S+) read", said))),
            number(first(r"(?m)^\s+50%\s+(\S+)", said)),
            number(first(r"(?m)^\s+99%\s+(\S+)", said)),
        )


class H2load:
    """HTTP/2: for a number of requests, since those that are under way when a time is over would be paid but not counted."""

    def __init__(self, case, address, work):
        scheme = "https" if case.door == "https" else "http"
        self.least = 2 * case.connections * case.streams
        self.command = ["h2load", "-t1", f"-c{case.connections}", f"-m{case.streams}", f"--connect-to={address}"]
        for field in case.fields:
            self.command += ["-H", field]
        self.command.append(f"{scheme}://{HOST}{case.path}")
        self._rate = None

    def lead(self, processes):
        """Unmeasured, right before a turn: the gateway soon closes connections to a container that are not used, and here are thousands."""
        self._requests(processes, self.least)

    def turn(self, processes, seconds):
        count = max(self.least, int((self._rate or 10_000) * seconds))
        return self._requests(processes, count)

    def _requests(self, processes, count):
        h2load = processes.start(*self.command, f"-n{count}", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = h2load.communicate()[0]
        succeeded = first(r"(\d+) succeeded", said)
        if succeeded is None or int(succeeded) == 0:
            raise RuntimeError(f"{' '.join(self.command)} said: {said}")
        elapsed = number(first(r"finished in ([^,]+),", said)) / 1000
        load = Load(int(succeeded), count - int(succeeded), elapsed, int(first(r"traffic: \S+ \((\d+)\)", said)))
        self._rate = load.rate
        return load


def generator(case, address, work):
    return (H2load if case.streams else Wrk)(case, address, work)
