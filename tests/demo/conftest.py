"""A server of our own that gives papers, well and badly."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

GOOD = b"%PDF-1.7\n" + b"x" * 5000


class Server(BaseHTTPRequestHandler):
    """Answers by path, each in its own way."""

    def do_HEAD(self) -> None:
        self.send_error(405)

    def do_GET(self) -> None:
        getattr(self, "give_" + self.path.split("/")[-1].removesuffix(".pdf"))()

    def head(self, length: int | None = None) -> None:
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def give_good(self) -> None:
        self.head(len(GOOD))
        self.wfile.write(GOOD)

    def give_missing(self) -> None:
        self.send_error(404)

    def give_page(self) -> None:
        self.head()
        self.wfile.write(b"<html>Please sign in</html>" * 100)

    def give_silent(self) -> None:
        self.server.stop.wait(5)  # type: ignore[attr-defined]

    def give_trickle(self) -> None:
        self.head()
        self.wfile.write(GOOD)
        while not self.server.stop.wait(0.1):  # type: ignore[attr-defined]
            self.wfile.write(b"x")

    def give_announced(self) -> None:
        self.head(10**9)
        self.wfile.write(GOOD)

    def give_endless(self) -> None:
        self.head()
        while not self.server.stop.is_set():  # type: ignore[attr-defined]
            self.wfile.write(GOOD)

    def give_broken(self) -> None:
        self.head(len(GOOD) * 2)
        self.wfile.write(GOOD)

    def give_moved(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/v1/good/good.pdf")
        self.end_headers()

    def give_trap(self) -> None:
        self.send_response(302)
        self.send_header("Location", "file:///etc/hostname")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""

    def handle(self) -> None:
        # The client has had enough, which is what most tests are about.
        with suppress(ConnectionError):
            super().handle()


class Quiet(ThreadingHTTPServer):
    """A server on a free port of this machine; `stop` ends the answers that would never end."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Server)
        self.stop = threading.Event()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server() -> Iterator[str]:
    with Quiet() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.stop.set()
        server.shutdown()
        thread.join()


def nobody_listens() -> str:
    """An address of this machine at which nothing answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"
