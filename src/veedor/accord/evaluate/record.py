"""What has been said so far, indexed by what asks for it. Grows with each batch, and is asked only about what is in it.

A key names what a test depends on: whoever holds tests registers them under keys, and learns which keys a fact touched.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct

from veedor.accord.bodies import FigureSaid
from veedor.accord.evaluate.coverage import Coverage, without
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.bodies import Deposit, Findings

Key = tuple[str, ...]


class Attested(NamedTuple):
    """A figure of one source for one period, with the digest of the statement; `order` counts what was said before."""

    start_us: int
    order: int
    end_us: int
    value: Fraction
    digest: str


class Span(Struct, frozen=True, gc=False):
    """The time that something logged is about. `grown_us`: by how much at most it makes what is covered longer."""

    start_us: int
    end_us: int
    grown_us: int


@dataclass
class Record:
    """Deposits, documents, figures, findings and events by what they are about. Lists are in the order of the log."""

    covered: dict[Key, Coverage] = field(default_factory=lambda: defaultdict(Coverage))
    deposits: dict[Key, list[tuple[int, int, int, str]]] = field(default_factory=lambda: defaultdict(list))
    """Start, end, place in the log, digest; by the beginning of their period. `longest_us`: the longest of any."""
    longest_us: int = 0
    documents: dict[Key, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    figures: dict[Key, list[Attested]] = field(default_factory=lambda: defaultdict(list))
    """By the beginning of their period, those that begin alike in the order of the log."""
    disordered: set[Key] = field(default_factory=set)
    """Figures that were not logged in the order of their periods."""
    findings: dict[Key, list[tuple[int, int, str]]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, list[tuple[int, int, str]]] = field(default_factory=lambda: defaultdict(list))
    instances: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    """Log time and digest of each instance of an event."""

    def deposit(self, party: str, body: Deposit, digest: str) -> list[tuple[Key, Span]]:
        """A deposit covers its period if it says that it is complete; the keys it touched, with the span."""
        if body.period.completeness != "complete":
            return []
        start, end = body.period.start_us, body.period.end_us
        touched: list[tuple[Key, Span]] = []
        pieces = without(start, end, [(each.start_us, each.end_us) for each in body.outages])
        for name in body.classes:
            with_outages, less = self.covered[party, name, "delivered"], self.covered[party, name, "not_delivered"]
            grown_us = max(with_outages.add(start, end), sum(less.add(*piece) for piece in pieces))
            listed = self.deposits[party, name]
            insort(listed, (start, end, len(listed), digest))
            self.longest_us = max(self.longest_us, end - start)
            touched.append((("deposit", party, name), Span(start, end, grown_us)))
        return touched

    def document(self, party: str, body: Attest, at_us: int, digest: str) -> Key:
        self.documents[party, body.kind].append((at_us, digest))
        return ("document", party, body.kind)

    def figure(self, party: str, body: FigureSaid, digest: str) -> Key:
        listed = self.figures[body.figure, party]
        if listed and listed[-1].start_us > body.start_us:
            self.disordered.add((body.figure, party))
        insort(listed, Attested(body.start_us, len(listed), body.end_us, Fraction(body.value), digest))
        return ("figure", body.figure)

    def finding(self, party: str, body: Findings, at_us: int, digest: str) -> list[Key]:
        for each in body.kinds:
            self.findings[party, each.kind].append((at_us, each.count, digest))
        return [("finding", party, each.kind) for each in body.kinds]

    def event(self, name: str, instance: int, at_us: int, digest: str) -> bool:
        """Whether this instance is new; the first statement of it counts."""
        if (name, instance) in self.instances:
            return False
        self.instances[name, instance] = (at_us, digest)
        self.events[name].append((at_us, instance, digest))
        return True
