"""What an examiner decided in the past, from a CSV file of his own: which findings, accounts, payments were suspicious.

Columns: `verdict` (suspicious or cleared), and what it is about: `finding` (the first eight digits or more of its id or
anchor), or `account`, narrowed by `counterparty`, `from` and `until` (days, both included). One row is one decision.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pyarrow as pa

from veedor.errors import InputError
from veedor.money import columns
from veedor.money.columns import Ints
from veedor.money.ledger import DAY_US, arrange
from veedor.ranking.flows import Flows
from veedor.ranking.records import Records

VERDICTS = {"suspicious": True, "cleared": False}
SUSPICIOUS, CLEARED, DISPUTED, UNNAMED = 1, 2, 3, 0
LEAST_DIGITS = 8
MOST_BYTES = 256 << 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVER = 2**62


@dataclass(frozen=True)
class Label:
    """One decision; `place` is its line in the file. Times: the first and the last moment it speaks of."""

    place: str
    suspicious: bool
    finding: str = ""
    account: str = ""
    counterparty: str = ""
    from_us: int = -_EVER
    until_us: int = _EVER


def read_labels(file: str, content: bytes) -> tuple[Label, ...]:
    """All decisions of a file; InputError that names the line where one cannot be read, for a decision that is left
    out unseen would be learned from as its contrary."""
    if len(content) > MOST_BYTES:
        raise _wrong(file, "its size", f"at most {MOST_BYTES:,} bytes", f"{len(content):,}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(file, f"byte {error.start}", "UTF-8", content[error.start : error.start + 8].hex()) from None
    head = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    labels = []
    try:
        rows.fieldnames = [name.strip().casefold() for name in rows.fieldnames or ()]
        if "verdict" not in rows.fieldnames or not {"finding", "account"} & set(rows.fieldnames):
            raise _wrong(file, "line 1", "columns verdict, and finding or account", ", ".join(rows.fieldnames)[:200])
        for row in rows:
            labels.append(_label(file, f"line {rows.line_num}", row))
    except csv.Error as error:
        raise _wrong(file, f"line {rows.line_num}", "a row of the header's columns", str(error)[:200]) from None
    if not labels:
        raise _wrong(file, "line 2", "at least one decision", "none")
    return tuple(labels)


def _label(file: str, place: str, row: dict[str, str | None]) -> Label:
    said = {name: value.strip() for name, value in row.items() if isinstance(name, str) and isinstance(value, str)}
    verdict, finding, account = (said.get(name, "") for name in ("verdict", "finding", "account"))
    if verdict not in VERDICTS:
        raise _wrong(file, place, "verdict suspicious or cleared", verdict[:200])
    if bool(finding) == bool(account):
        raise _wrong(file, place, "either a finding or an account", str(said)[:200])
    if finding and (len(finding) < LEAST_DIGITS or set(finding) - set("0123456789abcdefABCDEF")):
        raise _wrong(file, place, f"at least {LEAST_DIGITS} digits (hex) of a finding's id or anchor", finding[:200])
    begin, end = (_day(file, place, said.get(name, "")) for name in ("from", "until"))
    return Label(
        place, VERDICTS[verdict], finding.lower(), account, said.get("counterparty", ""),
        -_EVER if begin is None else begin, _EVER if end is None else end + DAY_US - 1,
    )  # fmt: skip


def _day(file: str, place: str, written: str) -> int | None:
    """The first moment of a day."""
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise _wrong(file, place, "a day like 2024-01-31", written[:200]) from None
    return (datetime.combine(day, time(), UTC) - _EPOCH) // timedelta(microseconds=1)


def _wrong(file: str, place: str, expected: str, found: str) -> InputError:
    return InputError(
        "these labels cannot be read", file=file, place=place, expected=expected, found=found,
        next_step="docs/ranking.md says what a file of labels holds",
    )  # fmt: skip


@dataclass(frozen=True)
class Applied:
    """For each payment of the flows SUSPICIOUS, CLEARED, DISPUTED (decided both ways, so not at all) or UNNAMED; and
    the places of labels that fit no payment."""

    verdict: Ints
    idle: tuple[str, ...]


def apply(labels: Iterable[Label], flows: Flows, findings: pa.Table) -> Applied:
    """Whom the decisions are about: payments of an account, or the payments that are a finding's evidence."""
    (payer, payee), accounts = columns.codes(flows.payments["payer"], flows.payments["payee"])
    code = {str(name): at for at, name in enumerate(accounts.to_pylist())}
    out, out_starts = arrange(payer, len(code))
    into, in_starts = arrange(payee, len(code))
    evidence = findings.select(["id", "anchor", "evidence"]).to_pylist()
    told = [(row["id"].hex(), row["anchor"].hex(), row["evidence"]) for row in evidence]
    records = Records(flows)
    yes, no = np.zeros(len(flows), np.bool_), np.zeros(len(flows), np.bool_)
    idle = []
    for label in labels:
        if label.finding:
            shown = [each for one, other, each in told if label.finding in (one[: len(label.finding)],
                                                                            other[: len(label.finding)])]  # fmt: skip
            edges = np.concatenate([np.zeros(0, np.int64), *(records.payments(each) for each in shown)])
        elif label.account in code:
            at = code[label.account]
            edges = np.concatenate((out[out_starts[at] : out_starts[at + 1]], into[in_starts[at] : in_starts[at + 1]]))
            if label.counterparty:
                other = code.get(label.counterparty, -2)
                edges = edges[(payer[edges] == other) | (payee[edges] == other)]
        else:
            edges = np.zeros(0, np.int64)
        edges = edges[(flows.known[edges] >= label.from_us) & (flows.known[edges] <= label.until_us)]
        (yes if label.suspicious else no)[edges] = True
        if not len(edges):
            idle.append(label.place)
    verdict = np.where(yes & no, DISPUTED, np.where(yes, SUSPICIOUS, np.where(no, CLEARED, UNNAMED)))
    return Applied(verdict.astype(np.int64), tuple(idle))
