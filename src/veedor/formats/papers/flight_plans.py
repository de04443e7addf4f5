"""Flight plan messages as text (FPL, CHG, CNL, DLA, DEP, ARR), several a file, with or without AFTN lines around them.

A message stands in parentheses, its fields behind hyphens, over any number of lines. What stands between messages
(addresses, filing times, ends of transmission) is framing; a filing line `ddhhmm ORIGINATR` before a message is kept
with it. A message that never ends, or one without its opening parenthesis, is a reject; so is one of another kind.

Doc 4444, appendix 3. A time needs a date: that of DOF/, else the one that the depositor says, else none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

from veedor.formats.papers.flight_plan_fields import (
    FieldError,
    Message,
    field_7,
    field_8,
    field_9,
    field_10,
    field_13,
    field_15,
    field_16,
    field_17,
    field_18,
    field_22,
)
from veedor.formats.papers.messages import Wrong, message_batches
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.windows import windows
from veedor.tables import FLIGHT_PLANS

MESSAGE_BYTES = 1 << 16
_BEGINS = re.compile(rb"\([ \t]*[A-Z]{3}(?=[A-Z0-9/]*[ \t]*-)")
_HEADLESS = re.compile(rb"(?:FPL|CHG|CNL|DEP|ARR|DLA)[A-Z0-9/]*[ \t]*-[ \t]*[A-Z0-9]|[A-Z]\d{4}/\d\d[ \t]+NOTAM[NRC]")
_FILED = re.compile(rb"(\d{6})\s+([A-Z]{8})")
_SIGNATURE = re.compile(rb"\([ \t]*(?:FPL|CHG|CNL|DEP|ARR|DLA)[A-Z0-9/]*[ \t]*-")
_TYPE = re.compile(r"([A-Z]{3})([A-Z]+/[A-Z]+\d{3}(?:[A-Z]+/[A-Z]+\d{3})?)?")
_READ = "FPL, CHG, CNL, DLA, DEP, ARR"
_TROUBLES = {
    "unended": ("reject.message_bounds", "message", "( and ) around every message"),
    "headless": ("reject.message_bounds", "message", "( and ) around every message"),
    "notam": ("reject.message_kind", "message", "a file of NOTAM alone for NOTAM"),
    "cut": ("reject.truncated", "message", "a complete message"),
}
Step = Callable[[str, Message], None]


@dataclass(frozen=True)
class FlightPlans:
    """The reader of flight plan messages."""

    name: str = "flight_plans"
    version: int = 1
    reads_date: bool = True

    def sniff(self, head: bytes, name: str) -> bool:
        return _SIGNATURE.search(head) is not None and head.lstrip()[:1] not in (b"{", b"[", b"<")

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            found = pieces(stream, source.name)
            day = _day(options)
            yield from message_batches(
                FLIGHT_PLANS, found, lambda piece: _said(piece, day), simulated=options.simulated
            )


@dataclass(frozen=True)
class Piece:
    """One message, or bytes that should be one: `trouble` says why not. `filed` and `originator` stood before it."""

    offset: int
    data: bytes
    trouble: str = ""
    filed: str | None = None
    originator: str | None = None


def pieces(stream: BinaryIO, name: str) -> Iterator[Piece]:
    """The messages of a file in order; memory is bounded by the longest message."""
    filing = _Filing()
    for window in windows(stream, name, "messages", MESSAGE_BYTES):
        # What stands where the file breaks off is no message, however whole it looks.
        window.used = yield from _found(window.data, window.at, filing, final=window.final and not window.cut)
        if window.cut:
            yield Piece(window.at + window.used, window.data[window.used :], "cut")


@dataclass
class _Filing:
    """The last filing line that passed by: it belongs to the next message only."""

    said: tuple[str | None, str | None] = (None, None)

    def look(self, between: bytes) -> None:
        for each in _FILED.finditer(between):
            self.said = each[1].decode("ascii"), each[2].decode("ascii")

    def taken(self) -> tuple[str | None, str | None]:
        said, self.said = self.said, (None, None)
        return said


def _found(data: bytes, at: int, filing: _Filing, *, final: bool) -> Generator[Piece, None, int]:
    """Yields pieces, returns how many bytes are done with."""
    done = 0
    while True:
        begins = _BEGINS.search(data, done)
        limit = begins.start() if begins else len(data)
        # Without the whole next line nobody knows whether it begins a message.
        if begins is None and not final:
            limit = max(done, data.rfind(b"\n", done) + 1)
            headless = _HEADLESS.search(data, done, limit)
            if headless is not None and len(data) - headless.start() <= MESSAGE_BYTES:
                limit = headless.start()
        yield from _between(data[done:limit], at + done, filing)
        done = limit
        if begins is None:
            return done
        end = data.find(b")", begins.end())
        next_one = _BEGINS.search(data, begins.end())
        if next_one is not None and (end < 0 or next_one.start() < end):
            yield Piece(at + done, data[done : next_one.start()].rstrip(), "unended")
            filing.taken()
            done = next_one.start()
        elif end >= 0:
            filed, originator = filing.taken()
            yield Piece(at + done, data[done : end + 1], "", filed, originator)
            done = end + 1
        elif final:
            yield Piece(at + done, data[done:].rstrip(), "unended")
            return len(data)
        else:
            return done


def _between(data: bytes, at: int, filing: _Filing) -> Iterator[Piece]:
    headless = _HEADLESS.search(data)
    if headless is None:
        filing.look(data)
        return
    filing.look(data[: headless.start()])
    filing.taken()
    trouble = "notam" if b"NOTAM" in headless[0] else "headless"
    yield Piece(at + headless.start(), data[headless.start() :].rstrip(), trouble)


def _said(piece: Piece, day: date | None) -> dict[str, object] | Wrong:
    if piece.trouble:
        return Wrong(*_TROUBLES[piece.trouble], _shown(piece.data))
    try:
        said = parse(piece.data.decode("ascii")).dated(day)
    except UnicodeDecodeError as error:
        return Wrong("reject.encoding", "message", "ASCII letters", f"byte {error.start}")
    except FieldError as error:
        reason = "reject.message_kind" if error.number == 3 else "reject.message_field"
        return Wrong(reason, f"field {error.number}", error.expected, error.found)
    return said | {"filed": piece.filed, "originator": piece.originator}


def _day(options: Options) -> date | None:
    """The day that the depositor says, for messages without DOF/."""
    return None if options.date_us is None else datetime.fromtimestamp(options.date_us // 1_000_000, UTC).date()


def _shown(data: bytes) -> str:
    return data[:80].decode("ascii", "replace")


def parse(text: str) -> Message:
    """One message with its parentheses; FieldError naming the field that cannot be read."""
    inside = " ".join(text.strip()[1:-1].split())
    parts = [part.strip() for part in inside.split("-")]
    kind = _TYPE.fullmatch(parts[0].replace(" ", ""))
    if kind is None or kind[1] not in _PARSERS:
        raise FieldError(3, _READ, parts[0] or "nothing")
    found = Message({"kind": kind[1], "reference": kind[2]})
    _PARSERS[kind[1]](parts[1:], found)
    return found


_NUMBERS: dict[Any, int] = {
    field_7: 7, field_8: 8, field_9: 9, field_10: 10, field_13: 13, field_15: 15, field_16: 16, field_17: 17,
    field_18: 18, field_22: 22,
}  # fmt: skip


def _in_turn(parts: list[str], steps: tuple[Step, ...], into: Message) -> list[str]:
    for place, step in enumerate(steps):
        if place >= len(parts):
            raise FieldError(_NUMBERS[step], "the field", "the end of the message")
        step(parts[place], into)
    return parts[len(steps) :]


def _filed_plan(parts: list[str], into: Message) -> None:
    rest = _in_turn(parts, (field_7, field_8, field_9, field_10, field_13, field_15, field_16), into)
    if not rest:
        raise FieldError(18, "the field", "the end of the message")
    # Hyphens are not allowed inside, and are written all the same; field 19 begins with the endurance.
    survival = next((place for place, part in enumerate(rest) if re.match(r"E/\d{4}", part)), len(rest))
    field_18("-".join(rest[: max(survival, 1)]), into)


def _short(parts: list[str], into: Message) -> None:
    rest = _in_turn(parts, (field_7, field_13, field_16), into)
    if rest:
        field_18("-".join(rest), into)


def _change(parts: list[str], into: Message) -> None:
    rest = _in_turn(parts, (field_7, field_13, field_16), into)
    if rest and not re.match(r"\d{1,2}/", rest[0]):
        field_18(rest[0], into)
        rest = rest[1:]
    if not rest:
        raise FieldError(22, "at least one amendment", "the end of the message")
    for part in rest:
        field_22(part, into)


def _arrival(parts: list[str], into: Message) -> None:
    rest = _in_turn(parts, (field_7, field_13), into)
    if len(rest) > 1 and re.match(r"[A-Z]{4}\d{4}", rest[1]):
        field_16(rest[0], into)
        rest = rest[1:]
    rest = _in_turn(rest, (field_17,), into)
    if rest:
        field_18("-".join(rest), into)


_PARSERS: dict[str, Callable[[list[str], Message], None]] = {
    "FPL": _filed_plan, "CHG": _change, "CNL": _short, "DLA": _short, "DEP": _short, "ARR": _arrival,
}  # fmt: skip

READER = FlightPlans()
