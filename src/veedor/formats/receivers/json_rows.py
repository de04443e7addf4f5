"""Batches of decoded JSON elements: many at once when all are right, one by one to find the broken ones.

A key that stands twice in a record breaks it: readers of JSON differ in which one they take.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import numpy as np

from veedor.formats.arrow import Whole
from veedor.formats.checks import Checks
from veedor.formats.csv_blocks import BOM
from veedor.formats.receivers.json_elements import Elements

BATCH_ELEMENTS = 32_768
Head = TypeVar("Head")
_KEY = re.compile(rb'"(\w+)"\s*:')


@dataclass(frozen=True)
class Decoded:
    """Elements `first`…; a broken one is `nothing` in `items` and failed in `checks`."""

    first: int
    items: list[Any]
    offsets: Whole
    lengths: Whole
    pieces: list[bytes]
    checks: Checks

    def raw(self, row: int) -> bytes:
        return self.pieces[row]


def decoded(elements: Elements, kind: Any, nothing: Any) -> Iterator[Decoded]:
    """Batches of elements decoded as `kind` (strict: no NaN, right types, no key twice); the rest of a cut file is
    a bad last one."""
    one, many = msgspec.json.Decoder(kind), msgspec.json.Decoder(list[kind])
    first = 0
    for places, pieces in _grouped(elements):
        checks = Checks(len(pieces))
        try:
            items = many.decode(b"[" + b",".join(pieces) + b"]")
            if len(items) != len(pieces):
                raise ValueError
        except (ValueError, RecursionError):
            items = [_decode(one, piece, row, checks, nothing) for row, piece in enumerate(pieces)]
        for row in _suspects(pieces):
            if has_twice(pieces[row]):
                checks.fail_row(row, "reject.json", "record", "every key once", "a key that stands twice")
                items[row] = nothing
        if places[-1] == elements.rest_at:
            checks.bad[-1] = False
            checks.fail_row(len(pieces) - 1, "reject.truncated", "end of file", "a complete record", elements.cut)
            items[-1] = nothing
        lengths = np.array([len(piece) for piece in pieces], np.int64)
        yield Decoded(first, items, np.array(places, np.int64), lengths, pieces, checks)
        first += len(pieces)


def has_twice(piece: bytes) -> bool:
    """Whether an object in this JSON has a key twice; False for what is no JSON, which the decoder tells."""
    doubled = False

    def pairs(found: list[tuple[str, object]]) -> None:
        nonlocal doubled
        doubled = doubled or len({name for name, _ in found}) < len(found)

    try:
        json.loads(piece, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return False
    return doubled


def _suspects(pieces: Sequence[bytes]) -> Iterator[int]:
    """Elements in which a key may stand twice: those that seem to hold one, or a key written with escapes."""
    for row, piece in enumerate(pieces):
        found = _KEY.findall(piece)
        if len(set(found)) < len(found) or b"\\" in piece:
            yield row


def _grouped(elements: Iterable[tuple[int, bytes]]) -> Iterator[tuple[list[int], list[bytes]]]:
    places: list[int] = []
    pieces: list[bytes] = []
    for place, piece in elements:
        if len(pieces) == BATCH_ELEMENTS:
            yield places, pieces
            places, pieces = [], []
        places.append(place)
        pieces.append(piece)
    if pieces:
        yield places, pieces


def _decode(decoder: Any, piece: bytes, row: int, checks: Checks, nothing: Any) -> Any:
    try:
        return decoder.decode(piece)
    except (ValueError, RecursionError) as error:
        checks.fail_row(row, "reject.json", "record", "one JSON record of the format", str(error))
        return nothing


def head_before(data: bytes, kind: type[Head]) -> Head:
    """What an object says before the array in it that `data` breaks off in; ValueError or RecursionError."""
    whole = data.removeprefix(BOM) + b"]}"
    head = msgspec.json.decode(whole, type=kind)
    if has_twice(whole):
        raise ValueError("a key that stands twice")
    return head
