"""Rows that several detectors read alike are brought together once, and each detector gets what it would alone."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from engine_toys import SUMS, Nothing, Sums, entries

from veedor.engine.detector import ByKey, Read
from veedor.engine.execute import Progress, execute
from veedor.engine.layout import Layout
from veedor.engine.records import RecordStore
from veedor.engine.set_aside import Found, SetAside
from veedor.engine.shuffle import Pass, passes
from veedor.errors import StoreError
from veedor.tables import ENTRIES, Table

ANEW, FIRST, NARROWER = (replace(SUMS, name=f"toy_{name}") for name in ("anew", "first", "narrower"))
READ = Read(ENTRIES, ByKey(("account", "counterparty_account")), ("account", "counterparty_account", "amount_units"))


@dataclass(frozen=True)
class Anew(Sums):
    """The same sums, read once more."""

    name: str = "anew"
    writes: Table = ANEW
    reads: tuple[Read, ...] = (READ,)
    parameters: Nothing = field(default_factory=Nothing)


@dataclass(frozen=True)
class First(Anew):
    name: str = "first"
    writes: Table = FIRST


@dataclass(frozen=True)
class Narrower(Anew):
    name: str = "narrower"
    writes: Table = NARROWER
    reads: tuple[Read, ...] = (replace(READ, filter=(("amount_units", ">=", 0),)),)


@pytest.mark.parametrize("workers", [1, 2])
def test_who_reads_alike_shares_one_pass_over_the_rows(tmp_path: Path, workers: int) -> None:
    store = RecordStore(tmp_path / "records", layout=Layout(buckets=4, call_rows=1))
    store.append("entries", ENTRIES, [entries(5, 400)])
    steps: Counter[str] = Counter()

    def told(progress: Progress) -> None:
        steps[progress.detector] += progress.step == "partition" and progress.done > 0

    result = execute(
        [First(), Anew(), Narrower()], store, tmp_path / "out", layout=Layout(buckets=4, call_rows=1),
        workers=workers, progress=told, alone_rows=0,
    )  # fmt: skip
    assert sorted([steps["first"], steps["anew"]]) == [0, 1]
    assert steps["narrower"] == 1
    alone = execute([Anew()], store, tmp_path / "alone", layout=Layout(buckets=4, call_rows=1))
    assert result.tables["toy_anew"].digest == alone.tables["toy_anew"].digest
    assert result.tables["toy_first"].rows == result.tables["toy_narrower"].rows == alone.tables["toy_anew"].rows > 0


def todo(folder: Path, read: Read) -> list[Pass]:
    store = RecordStore(folder / "records")
    if not store.snapshot(ENTRIES).rows:
        store.append("entries", ENTRIES, [entries(5, 40)])
    return passes(read, store.snapshot(ENTRIES), 4, 1 << 20, folder)


def test_name_and_place_do_not_matter_all_else_does(tmp_path: Path) -> None:
    aside, ran = SetAside(), []

    def run() -> Found:
        ran.append(len(ran))
        return []

    aside.once(todo(tmp_path, READ), run)
    aside.once([replace(one, path=Path("elsewhere")) for one in todo(tmp_path, replace(READ, handed_as="x"))], run)
    assert ran == [0]
    for other in (replace(READ, columns=("account",)), replace(READ, filter=(("credit", "=", True),))):
        aside.once(todo(tmp_path, other), run)
    aside.once([replace(one, buckets=8) for one in todo(tmp_path, READ)], run)
    assert ran == [0, 1, 2, 3]


def test_an_error_is_heard_by_all_who_wait(tmp_path: Path) -> None:
    aside, wanted = SetAside(), todo(tmp_path, READ)
    begun, go = threading.Event(), threading.Event()
    heard: list[str] = []

    def fail() -> Found:
        begun.set()
        go.wait(5)
        raise StoreError("a stored file cannot be read")

    def ask() -> None:
        with pytest.raises(StoreError) as error:
            aside.once(wanted, fail)
        heard.append(str(error.value))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    threads[0].start()
    begun.wait(5)
    threads[1].start()
    go.set()
    for thread in threads:
        thread.join(5)
    assert len(heard) == 2
