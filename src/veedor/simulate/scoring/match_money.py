"""Money findings against true instances: by accounts, directions, amounts and booking dates of the evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.simulate.paying.further import SHOWN_ONLY_BY
from veedor.simulate.scoring.pairing import Pair
from veedor.simulate.truth import Truth

_DAY_US = 86_400_000_000
_ONLY_KIND = {story: kind for kind, stories in SHOWN_ONLY_BY.items() for story in stories}
_MOST_ROWS = 10_000  # of one range of rows in evidence
Record = tuple[bytes, int]


@dataclass(frozen=True)
class EntryFacts:
    """What scoring needs of an entry of evidence: whose account, which way, how much (hundredths), booked when."""

    account: str
    credit: bool
    hundredths: int
    currency: str
    time_us: int


@dataclass(frozen=True)
class Instance:
    """A true instance, or an innocent look-alike, with the number of its payments."""

    name: str
    typology: str
    illicit: bool
    payments: int


@dataclass(frozen=True)
class MessageFacts:
    """Of a message of evidence: payer's and payee's account as far as it says them, how much, on which day."""

    payer: str | None
    payee: str | None
    hundredths: int
    currency: str
    time_us: int


Facts = EntryFacts | MessageFacts
Key = tuple[str, bool, int, str, int]


@dataclass(frozen=True)
class Told:
    """All instances, and which payments (instance, ordinal) an entry may stand for, or a message: that has the day on
    which the payer paid."""

    instances: dict[str, Instance]
    by_entry: Mapping[Key, list[tuple[str, int]]]
    by_message: Mapping[Key, list[tuple[str, int]]]

    def payments(self, facts: Facts) -> set[tuple[str, int]]:
        """What these facts may stand for. Of a message one account is enough: the other may be left out, or false."""
        amount = facts.hundredths, facts.currency, facts.time_us // _DAY_US
        if isinstance(facts, EntryFacts):
            return set(self.by_entry.get((facts.account, facts.credit, *amount), ()))
        ends = ((facts.payer, False), (facts.payee, True))
        return {
            one
            for account, paid in ends
            if account is not None
            for one in self.by_message.get((account, paid, *amount), ())
        }


def told(truth: Truth) -> Told:
    """The money truth, indexed by the entries and messages it must have left."""
    counts: Counter[str] = Counter()
    found: dict[str, Instance] = {}
    by_entry: dict[Key, list[tuple[str, int]]] = defaultdict(list)
    by_message: dict[Key, list[tuple[str, int]]] = defaultdict(list)
    for row in truth.instances.to_pylist():
        name = f"instance:{row['instance']:07d}"
        ordinal = counts[name]
        counts[name] += 1
        for account, credit, moment in ((row["payer"], False, row["debit_us"]), (row["payee"], True, row["credit_us"])):
            if account is not None:
                by_entry[account, credit, row["units"], row["currency"], moment // _DAY_US].append((name, ordinal))
                day = row["debit_us"] // _DAY_US
                by_message[account, credit, row["units"], row["currency"], day].append((name, ordinal))
        found[name] = Instance(name, row["typology"], row["illicit"], ordinal + 1)
    return Told(found, by_entry, by_message)


def pairs(findings: pa.Table, records: Mapping[Record, Facts], truth: Told) -> list[Pair]:
    """Every finding with every instance that it can show and of which it holds at least half of the payments; overlap
    is that share. A finding on a listed name tells who somebody is, of one spelling and role: there it is the share of
    its records that are payments of the instance."""
    found = []
    for finding in findings.select(["id", "kind", "evidence"]).to_pylist():
        shown: dict[str, set[int]] = defaultdict(set)
        of_instance: Counter[str] = Counter()
        every = evidence_facts(finding["evidence"], records)
        for facts in every:
            payments = truth.payments(facts)
            of_instance.update({name for name, _ in payments})
            for name, ordinal in payments:
                shown[name].add(ordinal)
        kind = finding["kind"]
        for name, ordinals in shown.items():
            # A payment that is somewhere in a fan does not show that its payer was left out on the way.
            if _ONLY_KIND.get(truth.instances[name].typology) != (kind if kind in SHOWN_ONLY_BY else None):
                continue
            share = len(ordinals) / truth.instances[name].payments
            if kind == "listed_party":
                share = of_instance[name] / len(every)
            if share >= 0.5:
                found.append(Pair(finding["id"], name, share))
    return found


def evidence_facts(evidence: Sequence[Mapping[str, Any]], records: Mapping[Record, Facts]) -> list[Facts]:
    """The entries and messages among a finding's evidence."""
    rows = (
        (item["deposit"], row)
        for item in evidence
        for row in range(item["row"], min(item["last_row"], item["row"] + _MOST_ROWS) + 1)
    )
    return [records[row] for row in rows if row in records]


def wanted_records(findings: pa.Table) -> set[Record]:
    """Every record that stands in evidence: what a caller must look up among entries and messages."""
    every: list[Any] = findings["evidence"].to_pylist()
    return {
        (item["deposit"], row)
        for evidence in every
        for item in evidence
        for row in range(item["row"], min(item["last_row"], item["row"] + _MOST_ROWS) + 1)
    }
