"""Another copy's files from a web server that may be hostile, or slow, or not the one that was meant.

What is bounded: each answer must come with its length, which must not be more than was asked for; connecting and the
head of an answer take at most `HEAD_S` seconds together, and a body that comes slower than `LEAST_BYTES_S` after its
first `GRACE_S` seconds is given up. No proxy of the environment is used, no password is sent, no redirect leaves the
server, and nothing is unpacked.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from veedor.errors import UsageError
from veedor.mission.exchange.source import (
    BLOCK,
    LARGEST_LISTING,
    LISTING,
    UnreachableError,
    listed,
    need_path,
    too_large,
)

SILENCE_S = 20.0
"""How long a server may say nothing at all."""
HEAD_S = 60.0
GRACE_S = 60.0
LEAST_BYTES_S = 4096
MOST_REDIRECTS = 3
_GONE = (404, 410)
_MOVED = (301, 302, 303, 307, 308)


class _Timed:
    """Cuts the line when connecting, or waiting for the head of an answer, takes too long: a time limit for each byte
    alone would let a server drip one byte at a time for days."""

    sock: socket.socket | None

    @contextlib.contextmanager
    def _within(self) -> Iterator[None]:
        timer = threading.Timer(HEAD_S, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _Plain(_Timed, HTTPConnection):
    def connect(self) -> None:
        with self._within():
            super().connect()

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override] # as in urllib3
        with self._within():
            return super().getresponse()


class _Tls(_Timed, HTTPSConnection):
    def connect(self) -> None:
        with self._within():
            super().connect()

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override] # as in urllib3
        with self._within():
            return super().getresponse()


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Tls


class HttpSource:
    """The files below an address. `clock_s` counts seconds, from any start."""

    def __init__(self, address: str, clock_s: Callable[[], float]) -> None:
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment or "@" in parts.netloc:
            raise UsageError(
                "this is not an address of a copy",
                expected="https://HOST/PATH, without a password or a question mark",
                found=address[:200],
            )
        self.name = address.rstrip("/")
        self._origin = (parts.scheme, parts.netloc.lower())
        self._base = parts.path.rstrip("/") + "/"
        self._clock_s = clock_s
        timeout = urllib3.Timeout(connect=SILENCE_S, read=SILENCE_S)
        pool = _TlsPool if parts.scheme == "https" else _PlainPool
        self._pool = pool(host, port, timeout=timeout, retries=False, maxsize=1)

    def read(self, path: str, largest: int) -> bytes | None:
        found = self.blocks(path, largest)
        return None if found is None else b"".join(found)

    def blocks(self, path: str, largest: int) -> Iterator[bytes] | None:
        place = self._base + need_path(path)
        with self._named(path):
            answer = self._answer(place)
            if answer.status in _GONE:
                answer.close()
                return None
            try:
                length = self._length(answer, path, largest)
            except BaseException:
                answer.close()
                raise
        return self._body(answer, path, length)

    def list(self, folder: str) -> tuple[str, ...]:
        return listed(self.read(f"{folder}/{LISTING}", LARGEST_LISTING))

    def _answer(self, place: str) -> urllib3.BaseHTTPResponse:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._get(place)
            if answer.status not in _MOVED:
                return answer
            answer.close()
            target = urlsplit(urljoin(f"{self._origin[0]}://{self._origin[1]}{place}", answer.headers["location"]))
            if (target.scheme, target.netloc.lower()) != self._origin:
                raise UnreachableError(
                    "the server sends us elsewhere, which is not followed",
                    file=self.name,
                    found=f"{target.scheme}://{target.netloc}"[:200],
                    next_step="if that is the right server, name it instead",
                )
            place = target.path
        raise UnreachableError("the server sends us in circles", file=self.name, found=place[:200])

    def _get(self, place: str) -> urllib3.BaseHTTPResponse:
        headers = {"Accept-Encoding": "identity", "User-Agent": "veedor"}
        again = True
        while True:
            try:
                return self._pool.urlopen(
                    "GET", place, headers=headers, redirect=False, preload_content=False, decode_content=False
                )
            except (HTTPError, HTTPException, OSError):
                # A server may close a line that rested just when it is used again: once is no fault.
                if not again:
                    raise
                again = False

    def _length(self, answer: urllib3.BaseHTTPResponse, path: str, largest: int) -> int:
        given = answer.headers.get("content-length", "")
        encoded = answer.headers.get("transfer-encoding") or answer.headers.get("content-encoding", "identity")
        plain = encoded == "identity" and given.isascii() and given.isdecimal() and len(given) < 20
        if answer.status != 200 or not plain:
            raise UnreachableError(
                "the server does not give the file",
                file=f"{self.name}/{path}",
                expected="status 200, a Content-Length, no encoding",
                found=f"status {answer.status}, length {given[:20] or 'not given'}, encoding {encoded[:40]}",
            )
        if int(given) > largest:
            raise too_large(f"{self.name}/{path}", largest)
        return int(given)

    def _body(self, answer: urllib3.BaseHTTPResponse, path: str, length: int) -> Iterator[bytes]:
        began, count = self._clock_s(), 0
        try:
            with self._named(path):
                while count < length and (block := answer.read1(min(BLOCK, length - count))):
                    count += len(block)
                    yield block
                    waited = self._clock_s() - began
                    if count < length and waited > GRACE_S + count / LEAST_BYTES_S:
                        raise self._broken(path, f"{count} of {length} bytes in {int(waited)} s")
                if count < length:
                    raise self._broken(path, f"{count} of {length} bytes, then the end")
            answer.release_conn()
        finally:
            if count < length:
                answer.close()

    @contextlib.contextmanager
    def _named(self, path: str) -> Iterator[None]:
        try:
            yield
        except (HTTPError, HTTPException, OSError, ValueError, KeyError) as error:
            raise self._broken(path, f"{type(error).__name__}: {error}"[:300]) from None

    def _broken(self, path: str, found: str) -> UnreachableError:
        return UnreachableError(
            "the line to the other copy broke",
            file=f"{self.name}/{path}",
            found=found,
            next_step="what was fetched and checked is kept; repeat the command to go on",
        )
