"""One run: a stand, the cases asked for, their tables, and the file of all numbers."""

import fcntl
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict

from bench import calls, report
from bench.around import AROUND
from bench.cases import CASES
from bench.profile import profile
from bench.stand import Stand
from bench.turns import Bench


def run(root, asked):
    work = root / "e2e" / "target" / "benchmark"
    work.parent.mkdir(parents=True, exist_ok=True)
    with open(work.parent / "benchmark.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("another benchmark is under way in this tree")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        # The 5,000 streams of the HTTP/2 cases are as many connections to the container.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        stand = Stand(root, work, any(name in CASES and CASES[name].door == "https" for name in asked.cases))
        try:
            stand.start()
            Run(stand, asked).cases(asked.cases)
        finally:
            # A second Ctrl-C must not leave a process behind.
            for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(end, signal.SIG_IGN)
            stand.end()


class Run:
    def __init__(self, stand, asked):
        self.stand, self.profiled = stand, asked.profile
        self.bench = Bench(stand.processes, stand.work, asked.rounds, asked.turn, asked.warm)
        self.count = calls.counting()
        self.results = {
            "commit": git(stand.root, "rev-parse", "--short", "HEAD") + ("+" if git(stand.root, "status", "--porcelain") else ""),
            "began": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            "cpus": len(os.sched_getaffinity(0)),
            "loops": stand.berth.loops(),
            "rounds": asked.rounds,
            "seconds": asked.turn,
            "cases": {},
        }

    def cases(self, names):
        if not self.profiled and self.count is None:
            print("system calls are not counted: apt-get install linux-perf or strace", flush=True)
        failed = []
        for name in names:
            about = AROUND[name][0] if name in AROUND else CASES[name].about
            print(f"\n{name}: {about}", flush=True)
            if name in CASES and CASES[name].door == "https" and not self.stand.secure:
                print("  skipped: this `berth up` has no --tls-dir")
                continue
            try:
                self.results["cases"][name] = self.case(name)
            except (RuntimeError, subprocess.CalledProcessError) as fault:
                print(f"  not measured: {fault}")
                failed.append(name)
            sys.stdout.flush()
            self.keep()
        if failed:
            sys.exit(f"not measured: {', '.join(failed)}")

    def case(self, name):
        if name in AROUND:
            return AROUND[name][1](self.stand, self.bench)
        case = CASES[name]
        if self.profiled:
            return profile(self.stand, self.bench, case)
        proxies = self.stand.proxies(*case.peers)
        turns = self.bench.measure(case, proxies)
        counted = {proxy.name: self.calls(case, proxy) for proxy in proxies if self.count and proxy.pids()}
        found = report.summary(turns, counted)
        print(report.table(found, case.peers, case.upload))
        for proxy in counted:
            print(calls.told(proxy, counted[proxy]))
        return {"proxies": found, "turns": [asdict(turn) for turn in turns]}

    def calls(self, case, proxy):
        generator = self.bench.generator(case, proxy)
        return self.count(self.stand.processes, proxy.pids(), generator, self.bench.seconds, self.stand.work)

    def keep(self):
        """Whole after each case, so that a run that is ended early leaves what it has."""
        new = self.stand.work / "results.json.new"
        new.write_text(json.dumps(self.results, indent=1))
        new.replace(self.stand.work / "results.json")


def git(root, *words):
    return subprocess.run(["git", "-C", root, *words], capture_output=True, text=True).stdout.strip()
