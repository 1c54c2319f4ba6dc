"""Everything that is measured, on one machine: a Berth with its app, the peers before the same container."""

import subprocess

from bench.berth import Berth
from bench.cases import HOST
from bench.peers import Peers, Proxy, certificate, doors
from bench.processes import Processes
from bench.turns import answers

HELLO = "hello from the container\n"


class Stand:
    """
    :param root: of the source tree
    :param work: an empty folder
    :param secure: whether TLS is wanted, where this Berth has it
    """

    def __init__(self, root, work, secure):
        self.root, self.work = root, work
        self.processes = Processes()
        self.berth = Berth(root, work, 18880)
        self.secure = secure and self.berth.knows("--tls-dir")
        certificate(work / "tls", HOST)

    def start(self):
        options = ["--tls-dir", str(self.work / "tls"), "--tls-port", "18888"] if self.secure else []
        print(f"up to first answer: {self.berth.up(*options):.0f} ms", flush=True)
        self.berth.deploy("0")
        print("deploy: started in {} ms, cut over in {} ms".format(*self.berth.deploy("1")), flush=True)
        gateway = doors(http=18880, h2c=18880, https=18888)
        self._proxies = {"berth": Proxy("berth", gateway, lambda: [self.berth.pid("gateway-1")])}
        self._peers = Peers(self.processes, self.work, self.berth.container(), self.berth.loops(), HOST)

    def proxies(self, *names):
        """Those, each answering as it should."""
        for name in names:
            if name not in self._proxies:
                self._proxies[name] = self._peers.start(name)
            answers(self._proxies[name].doors["http"], HELLO)
        return [self._proxies[name] for name in names]

    def java(self, program, *words):
        """What a program of the JDK that runs Berth says."""
        home = subprocess.run([self.root / ".mvn" / "find-jdk"], capture_output=True, text=True, check=True).stdout.strip()
        return subprocess.run([f"{home}/bin/{program}", *map(str, words)], capture_output=True, text=True, check=True).stdout

    def end(self):
        self.processes.end()
        self.berth.down()
