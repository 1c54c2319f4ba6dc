"""
The proxies beside which the gateway is measured, each with as many workers as the gateway has event loops, and set so that
each keeps as many connections to the container as the 5,000 streams of the HTTP/2 cases want.
"""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from bench.processes import children

NGINX = """
daemon off; worker_processes {workers}; pid {work}/nginx.pid; error_log {work}/nginx.err;
events {{ worker_connections 16384; }}
http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; client_max_body_size 2m;
  upstream app {{ server {container}; keepalive 8192; keepalive_requests 1000000000; }}
  proxy_http_version 1.1; proxy_request_buffering off; proxy_max_temp_file_size 0;
  proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $host;
  server {{ listen 127.0.0.1:{http}; location / {{ proxy_pass http://app; }} }}
  server {{ listen 127.0.0.1:{h2c} http2; location / {{ proxy_pass http://app; }} }}
  server {{ listen 127.0.0.1:{https} ssl http2; ssl_certificate {work}/tls/{host}.crt; ssl_certificate_key {work}/tls/{host}.key;
    location / {{ proxy_pass http://app; }} }} }}
"""

HAPROXY = """
global
  nbthread {workers}
  maxconn 8192
  tune.pool-low-fd-ratio 75
  tune.pool-high-fd-ratio 80
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout http-keep-alive 1h
  option forwardfor
  http-reuse always
frontend front
  bind 127.0.0.1:{http}
  bind 127.0.0.1:{h2c} proto h2
  bind 127.0.0.1:{https} ssl crt {work}/haproxy.pem alpn h2,http/1.1
  http-request set-header X-Forwarded-Proto http if !{{ ssl_fc }}
  http-request set-header X-Forwarded-Proto https if {{ ssl_fc }}
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  default_backend app
backend app
  server app {container} pool-purge-delay 1h
"""

CADDY = """
{{
  admin off
  auto_https off
}}
http://:{http} {{
  bind 127.0.0.1
  reverse_proxy {container}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """
    :param doors: addresses, by the names that cases have for them
    :param pids: finds the processes that carry traffic; none where their cost is not measured
    """

    name: str
    doors: dict
    pids: Callable = list


class Peers:
    """Starts them before the container's address."""

    def __init__(self, processes, work, container, workers, host):
        self._processes, self._work = processes, work
        self._values = dict(work=work, container=container, workers=workers, host=host)
        (work / "haproxy.pem").write_text("".join((work / "tls" / f"{host}{end}").read_text() for end in (".crt", ".key")))

    def start(self, name):
        return {"nginx": self._nginx, "haproxy": self._haproxy, "caddy": self._caddy, "direct": self._direct}[name]()

    def _file(self, name, text, **ports):
        file = self._work / name
        file.write_text(text.format(**self._values, **ports))
        return file

    def _started(self, *command, **options):
        log = open(self._work / f"{command[0]}.log", "w")
        return self._processes.start(*command, stdout=log, stderr=log, **options)

    def _nginx(self):
        file = self._file("nginx.conf", NGINX, http=18881, h2c=18882, https=18883)
        master = self._started("nginx", "-p", self._work, "-c", file)
        return Proxy("nginx", doors(http=18881, h2c=18882, https=18883), lambda: children(master.pid))

    def _haproxy(self):
        file = self._file("haproxy.cfg", HAPROXY, http=18884, h2c=18885, https=18886)
        haproxy = self._started("haproxy", "-db", "-f", file)
        return Proxy("haproxy", doors(http=18884, h2c=18885, https=18886), lambda: [haproxy.pid])

    def _caddy(self):
        file = self._file("Caddyfile", CADDY, http=18887)
        environment = {"GOMAXPROCS": str(self._values["workers"]), "HOME": str(self._work), "PATH": "/usr/bin:/bin"}
        caddy = self._started("caddy", "run", "--config", file, "--adapter", "caddyfile", env=environment)
        return Proxy("caddy", doors(http=18887), lambda: [caddy.pid])

    def _direct(self):
        return Proxy("direct", {"http": self._values["container"]})


def doors(**ports):
    return {door: f"127.0.0.1:{port}" for door, port in ports.items()}


def certificate(folder, host):
    """One of its own for the host, as `berth up --tls-dir` takes it."""
    folder.mkdir(parents=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-keyout", folder / f"{host}.key", "-out", folder / f"{host}.crt", "-subj", f"/CN={host}"]
        + ["-addext", f"subjectAltName=DNS:{host},IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )
