"""Which file a row of files that were looked at lies in: by name, with its folder where names alone do not tell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

import msgspec

from veedor.formats.source import FileSource
from veedor.mission.deposits.intake import FileCount
from veedor.views.finding import FindingView
from veedor.words import say

_RECORD = re.compile(r"([0-9a-f]{64}):([0-9]{1,18})")


def names_apart(files: Sequence[FileCount]) -> list[str]:
    """The name of each file; those that share one are shown with their path."""
    shared = Counter(count.source.name for count in files)
    names = []
    for count in files:
        source = count.source
        if shared[source.name] > 1 and isinstance(source, FileSource) and not source.shown_name:
            names.append(str(source.path))
        else:
            names.append(source.name)
    return names


class FilePlaces:
    """`deposits` says of each file in which hand-in it was read; rows of a hand-in are numbered through its files."""

    def __init__(self, files: Sequence[FileCount], deposits: Sequence[bytes]) -> None:
        self._firsts: dict[bytes, list[int]] = {}
        self._names: dict[bytes, list[str]] = {}
        rows: dict[bytes, int] = {}
        for count, name, deposit in zip(files, names_apart(files), deposits, strict=True):
            self._names.setdefault(deposit, []).append(name)
            self._firsts.setdefault(deposit, []).append(rows.get(deposit, 0))
            rows[deposit] = rows.get(deposit, 0) + count.accepted + count.rejected

    def of(self, deposit: bytes, row: int) -> tuple[str, int] | None:
        """(file, row in it from 0) of a row of a hand-in; None where it is none of these."""
        if deposit not in self._firsts:
            return None
        # Of files without rows the last one before is the one that holds the row.
        at = bisect_right(self._firsts[deposit], row) - 1
        return self._names[deposit][at], row - self._firsts[deposit][at]


def placed(finding: FindingView, places: FilePlaces, language: str) -> FindingView:
    """The finding with its records named by file and row, as rejected rows are, in place of digests."""
    evidence = []
    for item in finding.evidence:
        deposit, _, rows = item.record.partition(":")
        first, _, last = rows.partition("-")
        found = places.of(bytes.fromhex(deposit), int(first))
        if found is not None:
            file, row = found
            shown = f"{row}-{row + int(last) - int(first)}" if last else str(row)
            item = msgspec.structs.replace(item, record=say("files.record", language, {"file": file, "rows": shown}))
        evidence.append(item)
    reasons = tuple(_RECORD.sub(lambda match: _record(match, places, language), said) for said in finding.reasons)
    return msgspec.structs.replace(finding, evidence=tuple(evidence), reasons=reasons)


def _record(named: re.Match[str], places: FilePlaces, language: str) -> str:
    """A record that a sentence names, by its file and row; as it is where it lies in none of these files."""
    found = places.of(bytes.fromhex(named[1]), int(named[2]))
    return named[0] if found is None else say("files.record", language, {"file": found[0], "rows": str(found[1])})
