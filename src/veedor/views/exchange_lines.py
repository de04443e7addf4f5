"""Lines of what copies and witnesses give each other: heads cosigned, forks, seals, syncs, files by stick."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from veedor.views.line import Line

WitnessVerdict = Literal["cosigned", "refused", "same", "fork", "not_held"]
ForkKind = Literal["two_roots", "another_beginning", "unproven"]


class WitnessLine(Line, frozen=True, kw_only=True):
    """One witness: its public key and how much evidence it keeps."""

    schema: Literal["witness/1"] = "witness/1"
    folder: str
    key: str
    evidence: int


class WatchedLogLine(Line, frozen=True, kw_only=True):
    """One log that a witness watches: its keys, and the latest head that was cosigned, if any."""

    schema: Literal["witness-log/1"] = "witness-log/1"
    origin: str
    keys: tuple[str, ...]
    size: int | None
    root: str | None


class WitnessedLine(Line, frozen=True, kw_only=True):
    """One file that a witness checked: `cosigned`, `refused`, and for heads `same`, `fork`, `not_held`.

    `status` is that of the specification for requests; `written` is the file with the answer.
    """

    schema: Literal["witnessed/1"] = "witnessed/1"
    file: str
    verdict: WitnessVerdict
    status: int | None
    reason: str
    written: str | None


class ForkLine(Line, frozen=True, kw_only=True):
    """One piece of evidence: `two_roots`, `another_beginning`, or `unproven`, which proves nothing yet.

    `signers`: the keys (NAME+HASH) that signed the older and the newer head; none where nothing is proven.
    """

    schema: Literal["fork/1"] = "fork/1"
    kind: ForkKind
    origin: str
    older_size: int
    older_root: str
    newer_size: int
    newer_root: str
    signers: tuple[str, ...]
    file: str | None


class AskedLine(Line, frozen=True, kw_only=True):
    """What became of a request to a witness: cosigned (by whose witness), elsewhere, ahead, refused, unreachable, or
    waiting in a folder; `found` is what it said."""

    schema: Literal["asked/1"] = "asked/1"
    witness: str
    outcome: Literal["cosigned", "elsewhere", "ahead", "refused", "unreachable", "waiting"]
    size: int
    parties: tuple[str, ...]
    found: str


class SealingLine(Line, frozen=True, kw_only=True):
    """The seal, if one was logged (`entry`), the log time so far, and who cosigned the published head."""

    schema: Literal["sealing/1"] = "sealing/1"
    entry: int | None
    sealed: int
    time_s: int | None
    head: int
    cosigned: tuple[str, ...]
    agreed: bool


class SyncedLine(Line, frozen=True, kw_only=True):
    """One sync: sizes of the log before, after and there; bundles fetched and found here already; whether cosignatures
    were added; statements of other members that were new."""

    schema: Literal["synced/1"] = "synced/1"
    source: str
    before: int
    after: int
    remote: int
    fetched: int
    resumed: int
    cosigned: bool
    taken: int


class CarriedLine(Line, frozen=True, kw_only=True):
    """What came by digest: openings and files of open deposits, payloads; and how many were wrong."""

    schema: Literal["carried/1"] = "carried/1"
    source: str
    openings: int
    files: int
    payloads: int
    wrong: int


class AppendedLine(Line, frozen=True, kw_only=True):
    """One statement that was appended."""

    schema: Literal["appended/1"] = "appended/1"
    party: str
    seq: int
    statement: str
    entry: int | None


class AsideLine(Line, frozen=True, kw_only=True):
    """One statement that was not taken, and why (a message key after `void.` or `aside.`); `waits`: it still may be."""

    schema: Literal["set-aside/1"] = "set-aside/1"
    party: str
    seq: int
    statement: str
    reason: str
    waits: bool


class SharedLine(Line, frozen=True, kw_only=True):
    """What a shared folder holds: sizes of its log before and after, statements that wait, complete open deposits,
    payloads."""

    schema: Literal["shared/1"] = "shared/1"
    folder: str
    before: int
    after: int
    waiting: int
    deposits: int
    payloads: int


class ReceivedLine(Line, frozen=True, kw_only=True):
    """One statement of another member: the digest of its receipt, or why it got none."""

    schema: Literal["received/1"] = "received/1"
    party: str
    seq: int
    statement: str
    receipt: str | None
    reason: str | None


class HeardLine(Line, frozen=True, kw_only=True):
    """The largest head that a member's witness cosigned, when (seconds since 1970), and where that stood."""

    schema: Literal["heard/1"] = "heard/1"
    party: str
    size: int
    time_s: int
    source: str


EXCHANGE_LINES: tuple[type[Struct], ...] = (
    WitnessLine,
    WatchedLogLine,
    WitnessedLine,
    ForkLine,
    AskedLine,
    SealingLine,
    SyncedLine,
    CarriedLine,
    AppendedLine,
    AsideLine,
    SharedLine,
    ReceivedLine,
    HeardLine,
)
