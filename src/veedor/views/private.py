"""What a screen shows of private payloads: which are here and for whom, what went with a statement, what expired."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct

from veedor.mission.acts.expiry import Due
from veedor.mission.acts.payloads import PayloadHere, Standing
from veedor.mission.acts.resending import Resent
from veedor.mission.copy.append import Published


class PayloadLine(Struct, frozen=True, kw_only=True):
    """One payload in this copy. `entry` and `type` null where its statement is not in the log; `readers`, `document`
    (a name) and `path` only where it is readable here; `taken_over`: whether this call kept something new."""

    schema: Literal["payload-here/1"] = "payload-here/1"
    file: str
    standing: Standing
    party: str | None
    statement: str | None
    entry: int | None
    type: str | None
    readers: tuple[str, ...]
    document: str | None
    path: str | None
    taken_over: bool
    problem: str | None


class StatedLine(Struct, frozen=True, kw_only=True):
    """A statement that was made (`look`, `attest`). `entry` null while it waits for the appender; `payload` went with
    it, sealed to `readers`; `unreached` have no mailbox."""

    schema: Literal["stated/1"] = "stated/1"
    party: str
    seq: int
    statement: str
    entry: int | None
    payload: str | None
    readers: tuple[str, ...]
    unreached: tuple[str, ...]


class SentLine(Struct, frozen=True, kw_only=True):
    """Openings of an earlier statement that were sealed again, to `readers`."""

    schema: Literal["sent/1"] = "sent/1"
    statement: str
    payload: str
    readers: tuple[str, ...]


class ExpiredLine(Struct, frozen=True, kw_only=True):
    """A statement whose retention is over, and the files of its private side; `destroyed` false in a dry run."""

    schema: Literal["expired/1"] = "expired/1"
    statement: str
    party: str
    retain_until_us: int
    files: tuple[str, ...]
    destroyed: bool


def payload_line(here: PayloadHere, documents: Path, *, taken_over: bool = False) -> PayloadLine:
    """`documents`: the folder in which documents that were taken over lie."""
    head = here.contents.head if here.contents else None
    document = head.document.name if head and head.document else None
    return PayloadLine(
        file=here.name,
        standing=here.standing,
        party=here.bound.author if here.bound else None,
        statement=here.bound.statement if here.bound else None,
        entry=here.statement.index if here.statement else None,
        type=here.statement.schema if here.statement else None,
        readers=head.readers if head else (),
        document=document,
        path=str(documents / here.statement.digest) if document is not None and here.statement else None,
        taken_over=taken_over,
        problem=here.trouble.problem if here.trouble else None,
    )


def stated_line(published: Published) -> StatedLine:
    return StatedLine(
        party=published.party,
        seq=published.seq,
        statement=published.digest,
        entry=published.index,
        payload=published.payload,
        readers=published.sent.readers if published.sent else (),
        unreached=published.sent.unreached if published.sent else (),
    )


def sent_line(resent: Resent) -> SentLine:
    return SentLine(statement=resent.statement, payload=resent.payload, readers=resent.readers)


def expired_line(over: Due, mission: Path, *, destroyed: bool) -> ExpiredLine:
    """Files are named as they lie in the mission folder."""
    return ExpiredLine(
        statement=over.statement,
        party=over.party,
        retain_until_us=over.retain_until_us,
        files=tuple(file.relative_to(mission).as_posix() for file in over.files),
        destroyed=destroyed,
    )
