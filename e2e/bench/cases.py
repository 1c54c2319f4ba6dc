"""What is measured: one load each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """
    :param door: which of a proxy's addresses it is sent to: http, h2c (no TLS, HTTP/2 without being asked), https
    :param streams: of one HTTP/2 connection; 0: HTTP/1.1
    :param upload: bytes of each request's body
    """

    about: str
    door: str = "http"
    connections: int = 64
    streams: int = 0
    path: str = "/"
    fields: tuple = ()
    upload: int = 0
    peers: tuple = ("nginx", "haproxy", "berth")


HOST = "bench.localhost"

# With Host 12 fields, in a head of some 900 bytes.
BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
    "Accept-Language: de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Referer: https://bench.localhost/projects/whisper/versions?state=live&page=2&sort=deployed",
    "Cookie: session=3f9c1e7a5b2d48f6a0c4e8b19d7f6352aa41; theme=dark; consent=necessary%2Cstatistics; "
    "_ga=GA1.1.1893746521.1761234567; csrf=Zk8xQ2p3V0dRb1lhTnJtS2hUeGc; "
    "_ga_7Q2XK1M9PB=GS2.1.s1764205537$o14$g1$t1764205981$j60$l0$h0; locale=de-DE; tz=Europe%2FBerlin",
    'Sec-Ch-Ua: "Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
    'Sec-Ch-Ua-Platform: "Linux"',
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Site: same-origin",
    "Upgrade-Insecure-Requests: 1",
)

CASES = {
    "small": Case("64 keep-alive connections, a body of 25 bytes"),
    "classic": Case("as small, beside the container itself and Caddy too", peers=("direct", "nginx", "haproxy", "caddy", "berth")),
    "heads": Case("browser-sized request heads: 12 fields, 900 bytes", fields=BROWSER),
    "four": Case("4 connections", connections=4),
    "connect": Case("a new connection for each request, 64 at a time", fields=("Connection: close",)),
    "http2": Case("HTTP/2 without TLS, 50 connections of 100 streams", "h2c", 50, 100),
    "10k": Case("answers of 10 kB", path="/10k"),
    "1m": Case("answers of 1 MB, 16 connections", connections=16, path="/1m"),
    "upload": Case("requests of 1 MB, 16 connections", connections=16, path="/upload", upload=1_000_000),
    "tls": Case("TLS, 64 keep-alive connections", "https"),
    "tls-http2": Case("HTTP/2 over TLS, 50 connections of 100 streams", "https", 50, 100),
}
