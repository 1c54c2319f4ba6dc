"""The Berth under test, run as users run it, and its one app."""

import json
import os
import re
import subprocess
import time

from bench.processes import resident

RUN = r"""#!/bin/sh
# nginx on $PORT, in the foreground. What is sent to /upload is read whole before it is answered.
folder=$(mktemp -d)
mkdir "$folder/html"
head -c 10000 /dev/zero | tr '\0' x >"$folder/html/10k"
head -c 1000000 /dev/zero | tr '\0' x >"$folder/html/1m"
chmod -R a+rX "$folder"
cat >"$folder/nginx.conf" <<C
daemon off; worker_processes 1; pid $folder/pid; error_log /dev/null crit;
events { worker_connections 16384; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; sendfile on; default_type text/plain;
  client_max_body_size 2m; client_body_buffer_size 2m;
  server { listen 127.0.0.1:$PORT backlog=16384; root $folder/html;
    location = / { return 200 "hello from the container\n"; }
    location = /taken { return 200 "taken\n"; }
    location = /upload { proxy_pass http://127.0.0.1:$PORT/taken; proxy_pass_request_body off; proxy_method GET;
      proxy_set_header Content-Length ""; } } }
C
exec nginx -p "$folder" -c "$folder/nginx.conf"
"""

MANIFEST = """app: bench
source: .
env: {{NEXT: "{next}"}}
functions:
  web:
    web: {{readiness: /}}
    command: [sh, run.sh]
"""


class Berth:
    def __init__(self, root, work, port):
        self.root, self.home, self.app, self.port = root, work / "home", work / "app", port
        self.log = work / "berth.log"
        self.app.mkdir(parents=True)
        (self.app / "run.sh").write_text(RUN)
        self.environment = dict(os.environ, BERTH_HOME=str(self.home), PATH=os.environ["PATH"] + ":/usr/sbin")

    def run(self, *words, folder=None):
        """What the command prints; a command that fails ends the run."""
        done = subprocess.run(
            [self.root / "berth", *words], env=self.environment, cwd=folder or self.root, text=True, capture_output=True
        )
        with open(self.log, "a") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode:
            raise RuntimeError(f"berth {' '.join(words)} failed: {done.stderr or done.stdout}")
        return done.stdout

    def up(self, *options):
        """Until it has answered once, in ms."""
        began = time.monotonic()
        self.run("up", "-d", "--port", str(self.port), *options)
        return (time.monotonic() - began) * 1000

    def knows(self, option):
        return option in self.run("up", "--help")

    def deploy(self, following):
        """What it says of its times, each in ms: the container's start, the cutover."""
        (self.app / "berth.yaml").write_text(MANIFEST.format(next=following))
        said = self.run("deploy", folder=self.app)
        times = re.search(r"started in (\d+) ms, cut over in (\d+)", said)
        return tuple(map(int, times.groups())) if times else (None, None)

    def container(self):
        """The address of the one that serves."""
        return json.loads(self.run("container", "list", "bench", "--json"))[0]["address"]

    def pid(self, part):
        return int((self.home / "run" / f"{part}.pid").read_text().split()[0])

    def loops(self):
        """How many event loops carry the gateway's traffic."""
        return int(re.search(r"with (\d+) event loops", (self.home / "logs" / "gateway-1.log").read_text()).group(1))

    def memory(self):
        """MiB of each service."""
        return {part: resident(self.pid(part)) for part in ("registry", "scheduler", "local-1", "gateway-1")}

    def down(self):
        subprocess.run([self.root / "berth", "down"], env=self.environment, capture_output=True)
