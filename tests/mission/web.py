"""Web servers for tests: an ordinary one over a folder, and ones that do to each request whatever they are told to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of an ordinary server over the folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def answering(answer: Callable[[socket.socket, str], None]) -> Iterator[str]:
    """The address of a server that hands every request line, with its socket, to `answer`, then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def handle(line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            data = b""
            while b"\r\n\r\n" not in data and (more := line.recv(4096)):
                data += more
            answer(line, data.split(b"\r\n")[0].decode())

    def accept() -> None:
        while not stopped.is_set():
            with contextlib.suppress(OSError):
                threading.Thread(target=handle, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
