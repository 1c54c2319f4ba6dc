"""What the tests deploy as an image. Like EchoApp it ends at once when it is told to, so that any request on it fails."""

import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODE = os.environ.get("MODE", "")
VERSION = os.environ["BERTH_VERSION"]


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.path.startswith("/slow="):
            time.sleep(int(self.path.removeprefix("/slow=")) / 1000)
        self.answer(f"version {VERSION}".encode())

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body):
        self.send_response(200)
        self.send_header("X-Version", VERSION)
        self.send_header("X-Mode", MODE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 1000


Server(("", int(os.environ["PORT"])), Echo).serve_forever()
