"""Syncing over HTTP: from any web server; and from hostile ones, in bounded time and memory and with a clear error."""

from __future__ import annotations

import contextlib
import itertools
import socket
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mission.copies import contents, fill, forked, genesis_of, head_of, opened, synced, three_copies
from tests.mission.handing_in import deposit_plots, plots_file
from tests.mission.web import answering, serving
from veedor.errors import UsageError, VeedorError, VerifyError
from veedor.mission.exchange import http
from veedor.mission.exchange.http import HttpSource
from veedor.mission.exchange.pull import ForkError
from veedor.mission.exchange.share import share
from veedor.mission.exchange.source import FolderSource, Source, UnreachableError, open_source

Answer = Callable[[socket.socket, str], None]


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return three_copies(tmp_path / "stage")


def source(address: str, clock_s: Callable[[], float] = time.monotonic) -> HttpSource:
    return HttpSource(address, clock_s)


def test_a_copy_follows_another_over_http(stage: Path, tmp_path: Path) -> None:
    fill(stage, 600)
    with opened(stage, "ve") as mission:
        deposit_plots(mission, plots_file(tmp_path))
        with mission.alone():
            share(mission, stage / "web")
    with serving(stage) as address:
        for name in ("web", "web/", "web/log"):
            assert synced(stage, "co", source(f"{address}/{name}")).log.after == 602
        done = synced(stage, "qa", source(f"{address}/web"))
        assert (done.carried.openings, done.carried.files, done.carried.wrong) == (1, 1, ())
    assert head_of(stage / "co") == head_of(stage / "qa") == head_of(stage / "ve")


def test_waiting_statements_come_over_http_too(stage: Path) -> None:
    from tests.mission.test_taking_in import hand_in

    with opened(stage, "co") as mission:
        hand_in(mission)
        with mission.alone():
            share(mission, stage / "web")
    with serving(stage / "web") as address:
        assert [each.party for each in synced(stage, "ve", source(address)).outbox.taken] == ["co"]


def test_a_fork_over_http_is_told_like_any_other(stage: Path) -> None:
    twin = forked(stage)
    fill(stage, 3)
    fill(twin, 9, "other")
    synced(stage, "co", stage / "ve")
    with serving(twin / "ve") as address, pytest.raises(ForkError):
        synced(stage, "co", source(address))


def test_folder_and_server_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/empty").write_bytes(b"")
    (tmp_path / "a/file").write_bytes(b"x" * 100_000)
    (tmp_path / "a/list").write_text("b\n../evil\nfile\na/b\n\n.hidden\n")
    with serving(tmp_path) as address:
        given: tuple[Source, ...] = (FolderSource(tmp_path), source(address))
        for each in given:
            assert each.read("a/file", 100_000) == b"x" * 100_000
            assert each.read("a/empty", 0) == b""
            assert each.read("a/none", 10) is None and each.blocks("none/none", 10) is None
            with pytest.raises(VerifyError, match="larger"):
                each.read("a/file", 99_999)
            for trick in ("../x", "/etc/passwd", "a//b", "a/../b", "", "a/%2e%2e", "a b", "a/.", "a\\b", "a\n"):
                with pytest.raises(VerifyError, match="not a path"):
                    each.read(trick, 10)
        assert given[1].list("a") == ("b", "file")


@pytest.mark.parametrize(
    "address",
    ["ftp://h/x", "http://", "https://u:p@h/x", "http://h/x?y", "http://h/#x", "http://[::1", "http://h:99999/"],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(UsageError):
        open_source(address, time.monotonic)


def plain(line: socket.socket, head: str, body: bytes = b"") -> None:
    line.sendall(f"HTTP/1.1 {head}\r\n\r\n".encode() + body)


def endless(line: socket.socket, head: bytes, block: bytes, pause_s: float = 0.0) -> None:
    line.sendall(head)
    with contextlib.suppress(OSError):
        while True:
            line.sendall(block)
            time.sleep(pause_s)


HOSTILE: dict[str, Answer] = {
    "a body without end or length": lambda line, asked: endless(line, b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
    "a body without end, in chunks": lambda line, asked: endless(
        line, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"
    ),
    "a chunk size without end": lambda line, asked: endless(
        line, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0" * 65536
    ),
    "a length of terabytes": lambda line, asked: endless(
        line, b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\n", b"x" * 65536
    ),
    "a length that is none": lambda line, asked: plain(line, "200 OK\r\nContent-Length: -5"),
    "two lengths": lambda line, asked: plain(line, "200 OK\r\nContent-Length: 5\r\nContent-Length: 6", b"123456"),
    "a length of 5,000 digits": lambda line, asked: plain(line, "200 OK\r\nContent-Length: " + "9" * 5000),
    "less than it promised": lambda line, asked: plain(line, "200 OK\r\nContent-Length: 50", b"short"),
    "a packed body": lambda line, asked: plain(line, "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3", b"xyz"),
    "another server": lambda line, asked: plain(line, "302 Found\r\nLocation: http://127.0.0.2/log/checkpoint"),
    "a file of this machine": lambda line, asked: plain(line, "302 Found\r\nLocation: file:///etc/passwd"),
    "circles": lambda line, asked: plain(line, "302 Found\r\nLocation: /log/checkpoint\r\nContent-Length: 0"),
    "a redirect to nowhere": lambda line, asked: plain(line, "302 Found"),
    "an error": lambda line, asked: plain(line, "500 Oops\r\nContent-Length: 0"),
    "part of it": lambda line, asked: plain(line, "206 Part\r\nContent-Length: 1", b"x"),
    "nothing": lambda line, asked: None,
    "no HTTP": lambda line, asked: line.sendall(b"SSH-2.0-x\r\n"),
    "headers without end": lambda line, asked: endless(
        line, b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n"
    ),
    "one header line without end": lambda line, asked: endless(line, b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536),
    "a dripped header": lambda line, asked: endless(line, b"HTTP/1.1 200 OK\r\n", b"x", 0.05),
    "continue without end": lambda line, asked: endless(line, b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silence": lambda line, asked: time.sleep(3),
    "no checkpoint": lambda line, asked: plain(line, "200 OK\r\nContent-Length: 6", b"<html>"),
    "bytes that are no text": lambda line, asked: plain(line, "200 OK\r\nContent-Length: 4", b"\xff\xfe\n\n"),
    "letters that are no header": lambda line, asked: plain(line, "200 OK\r\n\xff\xfe: x\r\nContent-Length: \xb2"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_server_costs_little_and_changes_nothing(
    stage: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SILENCE_S", 0.5)
    monkeypatch.setattr(http, "HEAD_S", 1.0)
    before = contents(stage / "co")
    tracemalloc.start()
    began = time.monotonic()
    try:
        with answering(HOSTILE[kind]) as address, pytest.raises(VeedorError) as caught:
            synced(stage, "co", source(address))
        # One bundle of this copy's own log is read with room for its largest size: 12 MiB.
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert caught.value.file is not None or caught.value.found is not None
    assert time.monotonic() - began < 10
    assert contents(stage / "co") == before


def test_a_body_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count(0, 10)

    def drip(line: socket.socket, asked: str) -> None:
        endless(line, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x", 0.002)

    with answering(drip) as address, pytest.raises(UnreachableError, match="broke") as caught:
        source(address, lambda: float(next(ticks))).read("log/checkpoint", 100_000)
    assert caught.value.found is not None and "of 100000 bytes in" in caught.value.found


def test_a_server_that_invents_tiles_is_stopped_by_the_signed_root(stage: Path) -> None:
    fill(stage, 700)
    requests: list[str] = []

    def invent(line: socket.socket, asked: str) -> None:
        path = asked.split()[1]
        requests.append(path)
        data = (stage / "ve/log/checkpoint").read_bytes() if path.endswith("checkpoint") else bytes(8192)
        plain(line, f"200 OK\r\nContent-Length: {len(data)}", data)

    with answering(invent) as address, pytest.raises(VerifyError):
        synced(stage, "co", source(address))
    assert len(requests) <= 4 and head_of(stage / "co").size == 1


def test_a_line_that_breaks_anywhere_is_taken_up(stage: Path) -> None:
    fill(stage, 3 * 256 + 9)
    for served in range(12):
        left = itertools.count()

        def some(line: socket.socket, asked: str, left: itertools.count = left, served: int = served) -> None:  # type: ignore[type-arg]
            file = stage / "ve" / asked.split()[1].lstrip("/")
            data = file.read_bytes() if file.is_file() else None
            if data is None:
                plain(line, "404 Not Found\r\nContent-Length: 0")
                return
            plain(
                line, f"200 OK\r\nContent-Length: {len(data)}", data if next(left) < served else data[: len(data) // 2]
            )

        with answering(some) as address, contextlib.suppress(UnreachableError):
            synced(stage, "co", source(address))
        if head_of(stage / "co") == head_of(stage / "ve"):
            assert served > 3
            return
    pytest.fail("never done")


def test_no_proxy_of_the_environment_is_used(stage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    fill(stage, 2)
    with serving(stage / "ve") as address:
        assert synced(stage, "co", source(address), genesis_of(stage)).log.after == 3


def test_nobody_there_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UnreachableError, match="broke") as caught:
        source(f"http://127.0.0.1:{port}").read("log/checkpoint", 100)
    assert caught.value.next_step is not None and "repeat" in caught.value.next_step
