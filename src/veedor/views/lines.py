"""What `--json` prints: one struct for each kind of line, every line with its schema's name first (DESIGN section 5).

Each is pinned by a golden file. To say something else, raise the number in the name and add a golden file. Digests are
hex, times microseconds since 1970 (`_us`) or seconds (`_s`), scores thousandths of log10.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from veedor.mission.rows.access import KEY_AND_ACT_ROWS
from veedor.mission.rows.state import (
    DepositRow,
    FindingsRow,
    MemberRow,
    MissionRow,
    RestateRow,
    RunRow,
    UnknownRow,
    VoidRow,
    WaitingRow,
)
from veedor.mission.rows.time import TIME_ROWS
from veedor.views.accord import ACCORD_LINES
from veedor.views.exchange_lines import EXCHANGE_LINES
from veedor.views.ground import GroundFactLine
from veedor.views.holders import HOLDER_LINES
from veedor.views.keys import KeyChangedLine, ProposedLine
from veedor.views.line import Line
from veedor.views.parameters import PARAMETER_LINES
from veedor.views.private import ExpiredLine, PayloadLine, SentLine, StatedLine
from veedor.views.ranked import RANKING_LINES
from veedor.views.registers import REGISTER_LINES
from veedor.views.reviews import REVIEW_LINES
from veedor.views.score_lines import SCORE_LINES
from veedor.views.screened import SCREENING_LINES
from veedor.views.watched import WatchedLine

Values = dict[str, int | str | None]


class Place(Struct, frozen=True):
    lat_e7: int
    lon_e7: int
    radius_mm: int | None


class TermLine(Struct, frozen=True):
    """`milli_log10` null: not assessable, adds nothing."""

    name: str
    milli_log10: int | None
    source: str
    values: Values


class ReasonLine(Struct, frozen=True):
    key: str
    values: Values


class InnocentLine(Struct, frozen=True):
    key: str
    verdict: str
    milli_log10: int
    values: Values


class EvidenceLine(Struct, frozen=True):
    """A record (`row` = `last_row`) or a range of rows."""

    deposit: str
    row: int
    last_row: int
    role: str


class ScoreOfFinding(Struct, frozen=True):
    total_milli_log10: int
    terms: tuple[TermLine, ...]


class FindingLine(Line, frozen=True, kw_only=True):
    """One finding; `place` null where it has none."""

    schema: Literal["finding/1"] = "finding/1"
    id: str
    anchor: str
    kind: str
    subject: str
    start_us: int
    end_us: int
    place: Place | None
    simulated: bool
    score: ScoreOfFinding
    reasons: tuple[ReasonLine, ...]
    innocent: tuple[InnocentLine, ...]
    searched: tuple[ReasonLine, ...]
    evidence: tuple[EvidenceLine, ...]
    evidence_count: int
    evidence_digest: str
    supersedes: str | None
    detector: str
    version: int
    parameters: str


class FoundingLine(Line, frozen=True, kw_only=True):
    """Where the founding of a mission stands (`init`, `join`)."""

    schema: Literal["founding/1"] = "founding/1"
    folder: str
    did: tuple[str, ...]
    missing: tuple[str, ...]
    unsigned: tuple[str, ...]
    content: str | None
    genesis: str | None
    founded: bool


class DepositedLine(Line, frozen=True, kw_only=True):
    """One deposit that was made; `new` is false where the same files had been handed in before."""

    schema: Literal["deposited/1"] = "deposited/1"
    deposit: str
    reader: str
    files: int
    statement: str
    accepted: int
    rejected: int
    tables: dict[str, int]
    new: bool


class RefusedLine(Line, frozen=True, kw_only=True):
    """One file that could not be read at all (in the report of rejects)."""

    schema: Literal["refused/1"] = "refused/1"
    file: str
    problem: str
    place: str | None
    expected: str | None
    found: str | None
    next_step: str | None


class RejectLine(Line, frozen=True, kw_only=True):
    """One rejected row (in the report of rejects): where, why, and its bytes in hex. `row` counts from 0 in its file,
    `offset` and `length` are bytes in the unpacked file; `reason` is a message key."""

    schema: Literal["reject/1"] = "reject/1"
    file: str
    row: int
    offset: int
    length: int
    table: str
    place: str
    reason: str
    expected: str
    found: str
    raw: str


class StageLine(Line, frozen=True, kw_only=True):
    """One detector of a run: what it wrote, in how many calls, in how many seconds."""

    schema: Literal["stage/1"] = "stage/1"
    detector: str
    writes: str
    rows: int
    calls: int
    seconds: float


class RecordLine(Line, frozen=True, kw_only=True):
    """One source record: its fields as the table named declares them, and the bytes it was read from, in hex."""

    schema: Literal["record/1"] = "record/1"
    deposit: str
    row: int
    table: str
    fields: dict[str, Any]
    file: str
    sha256: str
    offset: int
    length: int
    raw: str


class RevealedRowLine(Line, frozen=True, kw_only=True):
    """A row that was revealed and proved: the fields shown, the bytes of the original in hex, the parts withheld."""

    schema: Literal["revealed-row/1"] = "revealed-row/1"
    table: str
    row: int
    fields: dict[str, Any]
    source: str | None
    withheld: tuple[str, ...]


class StepLine(Line, frozen=True, kw_only=True):
    """One step of verification; `ok` null: not checked here, `found` says why."""

    schema: Literal["verify-step/1"] = "verify-step/1"
    number: int
    name: str
    ok: bool | None
    file: str
    expected: str
    found: str


class SummaryLine(Line, frozen=True, kw_only=True):
    """The last line of every output; each command gives the fields that it can."""

    schema: Literal["summary/1"] = "summary/1"
    accepted: int | UnsetType = UNSET
    rejected: int | UnsetType = UNSET
    findings: dict[str, int] | UnsetType = UNSET
    refused: int | UnsetType = UNSET
    seconds: float | UnsetType = UNSET
    withheld: int | UnsetType = UNSET
    run: str | UnsetType = UNSET
    as_of_us: int | UnsetType = UNSET
    audience: str | UnsetType = UNSET
    deposits: int | UnsetType = UNSET
    records: int | UnsetType = UNSET
    rows: dict[str, int] | UnsetType = UNSET
    founded: bool | UnsetType = UNSET
    true: int | UnsetType = UNSET
    verdict: str | UnsetType = UNSET
    genesis: str | UnsetType | None = UNSET
    size: int | UnsetType = UNSET
    root: str | UnsetType = UNSET
    void: int | UnsetType = UNSET
    unknown: int | UnsetType = UNSET
    folder: str | UnsetType = UNSET
    seed: int | UnsetType = UNSET
    factor: float | UnsetType = UNSET
    illicit_flights: int | UnsetType = UNSET
    strips: int | UnsetType = UNSET
    instances: int | UnsetType = UNSET
    simulated: bool | UnsetType = UNSET


LINES: tuple[type[Struct], ...] = (
    FindingLine, GroundFactLine, WatchedLine, FoundingLine, DepositedLine, RefusedLine, RejectLine, StageLine,
    RecordLine, RevealedRowLine, StepLine, SummaryLine, MissionRow, MemberRow, DepositRow, RestateRow, RunRow,
    FindingsRow, VoidRow, UnknownRow, WaitingRow, *SCORE_LINES, *TIME_ROWS, *KEY_AND_ACT_ROWS, *EXCHANGE_LINES,
    KeyChangedLine, ProposedLine, PayloadLine, StatedLine, SentLine, ExpiredLine, *PARAMETER_LINES, *SCREENING_LINES,
    *REVIEW_LINES, *HOLDER_LINES, *RANKING_LINES, *ACCORD_LINES, *REGISTER_LINES,
)  # fmt: skip
"""Every kind of line that any command prints or writes."""
