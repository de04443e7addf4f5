"""What HTTP adds to a witness: limits, and an answer to everything, also when the disk fails."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.witness.forked_log import ForkedLog
from tests.witness.witnesses import TIME_S, WITNESS, new_store
from veedor.errors import VeedorError
from veedor.witness.http import WitnessApp
from veedor.witness.store import WitnessStore

LOG = ForkedLog()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WitnessStore]:
    with new_store(tmp_path) as store:
        yield store


def ask(app: WitnessApp, *parts: dict[str, Any]) -> tuple[int, bytes]:
    """Status and body for a request that arrives in these messages, after which nothing comes any more."""
    sent: list[dict[str, Any]] = []
    waiting = list(parts)

    async def receive() -> Any:
        if not waiting:
            await asyncio.sleep(3600)
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app({"type": "http", "method": "POST", "path": "/add-checkpoint"}, receive, send))
    start, body = sent
    assert dict(start["headers"])[b"content-length"] == b"%d" % len(body["body"])
    return start["status"], body["body"]


def part(body: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def app_of(store: WitnessStore, complaints: list[VeedorError] | None = None) -> WitnessApp:
    return WitnessApp(store, WITNESS, lambda: TIME_S, (complaints if complaints is not None else []).append)


def test_a_request_may_come_in_pieces(store: WitnessStore) -> None:
    body = LOG.request(0, 5)
    assert ask(app_of(store), part(body[:7], True), part(b"", True), part(body[7:]))[0] == 200


def test_a_body_is_read_no_further_than_a_request_may_be_long(store: WitnessStore) -> None:
    endless = [part(b"x" * 100_000, True)] * 100
    assert ask(app_of(store), *endless)[0] == 413


def test_a_request_that_does_not_come_is_given_up(store: WitnessStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veedor.witness.http.READ_LIMIT_S", 0.05)
    assert ask(app_of(store), part(b"old 0\n", True))[0] == 408


def test_a_client_that_goes_away_is_no_failure(store: WitnessStore) -> None:
    assert ask(app_of(store), part(b"old 0\n", True), {"type": "http.disconnect"})[0] == 400


def test_a_failing_disk_is_500_for_the_client_and_whole_for_the_operator(
    store: WitnessStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[VeedorError] = []

    def fail(*arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    app = app_of(store, complaints)
    with monkeypatch.context() as broken:
        broken.setattr("veedor.witness.store._record", fail)
        status, body = ask(app, part(LOG.request(0, 5)))
    assert (status, body) == (500, b"the witness cannot record anything now\n")
    (complaint,) = complaints
    assert complaint.file == str(store.path) and complaint.next_step == "free some space, then try again"
    assert ask(app, part(LOG.request(0, 5)))[0] == 200
