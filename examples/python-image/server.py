"""Says hello, and which version says it. Needs only Python's own library."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GREETING = f"Hello from {os.environ['BERTH_APP']} v{os.environ['BERTH_VERSION']}, in a container\n".encode()


class Hello(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"well\n" if self.path == "/healthz" else GREETING
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


port = int(os.environ["PORT"])
print(f"listening on {port}", flush=True)
ThreadingHTTPServer(("", port), Hello).serve_forever()
