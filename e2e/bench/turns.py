"""Measures a case: many short turns of each proxy, in shuffled order, so that a slow moment of the machine meets all alike."""

import http.client
import random
import time
from dataclasses import dataclass

from bench.cases import HOST
from bench.load import Load, generator
from bench.processes import Cpu, spent, threads

LONGEST = 60


@dataclass(frozen=True)
class Turn:
    """User and system CPU in µs per request, None where it is not measured."""

    proxy: str
    round: int
    load: Load
    user: float = None
    system: float = None

    @property
    def cpu(self):
        return None if self.user is None else self.user + self.system


class Bench:
    """
    :param seconds: of one turn
    :param warm: seconds of load that the gateway gets at least before a case; the others get one turn
    """

    def __init__(self, processes, work, rounds, seconds, warm):
        self.processes, self.work, self.rounds, self.seconds, self.warm = processes, work, rounds, seconds, warm

    def generator(self, case, proxy):
        return generator(case, proxy.doors[case.door], self.work)

    def measure(self, case, proxies):
        """The turns, in the order in which they were done."""
        generators = {proxy.name: self.generator(case, proxy) for proxy in proxies}
        for proxy in proxies:
            if proxy.name == "berth":
                self.heat(generators[proxy.name], proxy)
            else:
                generators[proxy.name].turn(self.processes, self.seconds)
        turns = []
        for number in range(self.rounds):
            for proxy in random.sample(proxies, len(proxies)):
                turns.append(self.turn(generators[proxy.name], proxy, number))
        return turns

    def heat(self, generator, proxy):
        """Until the JVM's compilers are done with what this load wants: two turns in which they take 3 % of the CPU at most."""
        [pid] = proxy.pids()
        began, calm, share = time.monotonic(), 0, 1
        while (past := time.monotonic() - began) < self.warm or (calm < 2 and past < LONGEST):
            before = threads(pid)
            self.turn(generator, proxy)
            cost = {name: sum(both) for name, both in spent(before, threads(pid)).items()}
            share = sum(cost[name] for name in cost if "CompilerThre" in name) / max(1, sum(cost.values()))
            calm = calm + 1 if share <= 0.03 else 0
        if calm < 2:
            print(f"  after {LONGEST} s of load the JVM's compilers still take {share:.0%}: this gateway is not warm", flush=True)

    def turn(self, generator, proxy, number=0):
        generator.lead(self.processes)
        pids = proxy.pids()
        before = Cpu(pids)
        load = generator.turn(self.processes, self.seconds)
        if not pids:
            return Turn(proxy.name, number, load)
        user, system = before.until(Cpu(pids))
        return Turn(proxy.name, number, load, user / load.requests, system / load.requests)


def answers(address, body, seconds=20):
    """Waits until GET / there is answered with this body."""
    until, seen = time.monotonic() + seconds, "nothing"
    while time.monotonic() < until:
        connection = http.client.HTTPConnection(address, timeout=seconds)
        try:
            connection.request("GET", "/", headers={"Host": HOST})
            seen = connection.getresponse().read().decode(errors="replace")
            if seen == body:
                return
        except OSError as refused:
            seen = refused
        finally:
            connection.close()
        time.sleep(0.05)
    raise RuntimeError(f"{address} does not answer as it should: {seen}; its log is in e2e/target/benchmark")
