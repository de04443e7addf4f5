"""NOTAM as text, several a file: number and action, Q line, A) to G), one row of `outages` each.

    A1234/24 NOTAMR A1200/24
    Q) SKED/QCSAS/I/BO/E/000/999/0442N07408W025
    A) SKBO B) 2407061200 C) 2407071800 EST
    D) DAILY 1200-1800  E) SSR OUT OF SERVICE  F) SFC G) UNL

Sources: ICAO Annex 15 (format), Doc 8126 and Doc 8400 (NOTAM code: letters 2 and 3 what, 4 and 5 its condition). Text
between NOTAM (headers, parentheses) is framing. Only conditions that mean out of service, limited, closed, tested or
back are told apart; the code and the text are kept as written.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from veedor.formats.papers.messages import Wrong, message_batches
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.windows import windows
from veedor.tables import OUTAGES

NOTAM_BYTES = 1 << 16
_BEGINS = re.compile(rb"[A-Z]\d{4}/\d{2}[ \t]+NOTAM[NRC]")
_HEAD = re.compile(r"([A-Z]\d{4}/\d{2})\s+NOTAM([NRC])(?:\s+([A-Z]\d{4}/\d{2}))?")
_ITEM = re.compile(r"(?:^|(?<=[\s(]))([QA-G])\)")
_Q = re.compile(
    r"([A-Z]{4})/(Q[A-Z]{4})/([IVK ]*)/([NBOMK ]*)/([AEWK ]*)/(\d{3})/(\d{3})/"
    r"(?:(\d{2})(\d{2})([NS])(\d{3})(\d{2})([EW])(\d{3})?)?"
)
_TIME = re.compile(r"(\d{10})\s*(EST)?")
_MM_PER_LEVEL, _MM_PER_NM, _UNLIMITED = 30_480, 1_852_000, 999
_SURVEILLANCE = ("CE", "CG", "CM", "CP", "CR", "CS", "CT")
_SUBJECTS = {"C": "communications", "N": "navaid", "I": "navaid", "F": "aerodrome", "M": "aerodrome", "L": "aerodrome",
             "A": "airspace", "R": "airspace", "S": "other"}  # fmt: skip
_STATES = {"AS": "out_of_service", "AU": "out_of_service", "AW": "out_of_service", "CN": "restored", "AK": "restored",
           "AO": "restored", "AL": "restored", "LC": "closed", "LT": "limited", "AR": "limited", "AH": "limited",
           "CT": "test", "HW": "maintenance", "CG": "limited", "AM": "limited"}  # fmt: skip
_ACTIONS = {"N": "new", "R": "replace", "C": "cancel"}


class NotamError(Exception):
    """An item that does not say what it should; never leaves the reader."""

    def __init__(self, item: str, expected: str, found: str) -> None:
        super().__init__(f"{item}: {expected}, not {found}")
        self.item, self.expected, self.found = item, expected, found


@dataclass(frozen=True)
class Notam:
    """The reader of NOTAM texts."""

    name: str = "notam"
    version: int = 1

    def sniff(self, head: bytes, name: str) -> bool:
        return _BEGINS.search(head) is not None and head.lstrip()[:1] not in (b"{", b"[", b"<")

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            found = pieces(stream, source.name)
            yield from message_batches(OUTAGES, found, _said, simulated=options.simulated)


@dataclass(frozen=True)
class Piece:
    """One NOTAM, up to where the next begins; `cut` says why the file breaks off in it."""

    offset: int
    data: bytes
    cut: str = ""


def pieces(stream: BinaryIO, name: str) -> Iterator[Piece]:
    """The NOTAM of a file in order; memory is bounded by the longest."""
    for window in windows(stream, name, "NOTAM", NOTAM_BYTES):
        data, starts = window.data, [found.start() for found in _BEGINS.finditer(window.data)]
        bounds = [*starts, len(data)] if window.final and not window.cut else starts
        for start, end in itertools.pairwise(bounds):
            yield Piece(window.at + start, _trimmed(data[start:end]))
        # A beginning may lie across the seam; before the first one there is nothing to keep.
        window.used = bounds[-1] if bounds else max(0, len(data) - 32)
        if window.cut:
            yield Piece(window.at + window.used, data[window.used :], window.cut)


def _trimmed(data: bytes) -> bytes:
    """Without what belongs to no NOTAM: a closing parenthesis and the header of the next telegram."""
    closed = re.search(rb"\)[ \t\r]*(?:\n\s*\n|\n?\s*(?:NNNN|\($|$))", data)
    return (data[: closed.start()] if closed else data).rstrip(b" \t\r\n(")


def _said(piece: Piece) -> dict[str, object] | Wrong:
    if piece.cut:
        return Wrong("reject.truncated", "NOTAM", "a complete NOTAM", piece.cut)
    try:
        return parse(piece.data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Wrong("reject.encoding", "NOTAM", "UTF-8 text", f"byte {error.start}")
    except NotamError as error:
        reason = "reject.message_bounds" if error.item == "NOTAM" else "reject.message_field"
        return Wrong(reason, error.item, error.expected, error.found)


def parse(text: str) -> dict[str, Any]:
    """Columns of one NOTAM; NotamError naming the item that cannot be read."""
    head = _HEAD.match(text)
    if head is None:
        raise NotamError("NOTAM", "a number and NOTAMN, NOTAMR or NOTAMC", text[:60] or "nothing")
    if head[2] != "N" and head[3] is None:
        raise NotamError("NOTAM number", "the number that it replaces or cancels", "nothing")
    items = _items(text[head.end() :])
    for needed in ("A", "B", "E"):
        if not items.get(needed):
            raise NotamError(f"item {needed})", "the item", "nothing")
    found: dict[str, Any] = {
        "reference": head[1], "action": _ACTIONS[head[2]], "other_reference": head[3],
        "subject": " ".join(items["A"].split()), "text": items["E"], "schedule": items.get("D") or None,
        "state": "restored" if head[2] == "C" else "other", "subject_kind": "other",
        "permanent": False, "ends_estimated": False,
    }  # fmt: skip
    if "Q" in items:
        _qualifier("".join(items["Q"].split("\n")).strip(), found)
    found["starts"] = _moment("item B)", items["B"])[0]
    if items.get("C", "").strip() == "PERM":
        found["permanent"] = True
    elif items.get("C"):
        found["ends"], found["ends_estimated"] = _moment("item C)", items["C"])
        if found["ends"] < found["starts"]:
            raise NotamError("item C)", "a time behind that of B)", items["C"])
    elif head[2] != "C":
        raise NotamError("item C)", "yymmddhhmm, PERM, or a cancellation", "nothing")
    return found


def _items(text: str) -> dict[str, str]:
    """Items by letter. Behind E) only F) and G) at the start of a line are items: its text may hold `A)` as well."""
    found: dict[str, str] = {}
    places = []
    for each in _ITEM.finditer(text):
        if "E" in found and (each[1] not in "FG" or not re.search(r"(?:^|\n|\s)$", text[: each.start()])):
            continue
        if each[1] in found:
            continue
        found[each[1]] = ""
        places.append(each)
    for here, after in itertools.zip_longest(places, places[1:]):
        found[here[1]] = text[here.end() : after.start() if after else len(text)].strip()
    return found


def _qualifier(text: str, into: dict[str, Any]) -> None:
    found = _Q.fullmatch(text.replace(" ", ""))
    if found is None:
        raise NotamError("item Q)", "FIR/code/traffic/purpose/scope/lower/upper/place and radius", text[:80])
    into["fir"], into["q_code"] = found[1], found[2]
    what, state = found[2][1:3], found[2][3:5]
    into["subject_kind"] = "sensor" if what in _SURVEILLANCE else _SUBJECTS.get(what[0], "other")
    if into["action"] != "cancel":
        into["state"] = _STATES.get(state, "other")
    lower, upper = int(found[6]), int(found[7])
    if upper < lower:
        raise NotamError("item Q)", "an upper limit above the lower", f"{found[6]}/{found[7]}")
    into["lower_mm"] = lower * _MM_PER_LEVEL
    into["upper_mm"] = None if upper == _UNLIMITED else upper * _MM_PER_LEVEL
    if found[8] is None:
        return
    lat = _degrees(found[8], found[9], 90) * (-1 if found[10] == "S" else 1)
    lon = _degrees(found[11], found[12], 180) * (-1 if found[13] == "W" else 1)
    into["lat_e7"], into["lon_e7"] = lat, lon if lon < 1_800_000_000 else -1_800_000_000
    if found[14]:
        into["radius_mm"] = None if int(found[14]) == _UNLIMITED else int(found[14]) * _MM_PER_NM


def _degrees(whole: str, minutes: str, most: int) -> int:
    found = int(whole) * 60 + int(minutes)
    if int(minutes) > 59 or found > most * 60:
        raise NotamError("item Q)", f"degrees up to {most} and minutes", whole + minutes)
    return (found * 10_000_000 + 30) // 60


def _moment(item: str, text: str) -> tuple[int, bool]:
    """(microseconds, whether it is an estimate) of yymmddhhmm UTC; 2400 is the next midnight."""
    found = _TIME.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        digits = found[1]
        midnight = datetime(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]), tzinfo=UTC)
        hour, minute = int(digits[6:8]), int(digits[8:])
        if hour * 60 + minute > 1_440 or minute > 59:
            raise ValueError
    except ValueError:
        raise NotamError(item, "yymmddhhmm in UTC, EST behind an estimate", text[:40]) from None
    return (int(midnight.timestamp()) + hour * 3_600 + minute * 60) * 1_000_000, found[2] is not None


READER = Notam()
