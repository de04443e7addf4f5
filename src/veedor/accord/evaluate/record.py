"""What has been said so far, indexed by what asks for it. Grows with each batch, and is asked only about what is in it.

A key names what a test depends on: whoever holds tests registers them under keys, and learns which keys a fact touched.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct

from veedor.accord.bodies import FigureSaid
from veedor.accord.evaluate.coverage import Coverage, without
from veedor.accord.model.metrics import Outages
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.bodies import Deposit, Findings, Outage, Restate

Key = tuple[str, ...]
OUTAGES: tuple[Outages, ...] = ("delivered", "not_delivered")


class Attested(NamedTuple):
    """A figure of one source for one period, with the digest of the statement; `order` counts what was said before."""

    start_us: int
    order: int
    end_us: int
    value: Fraction
    digest: str


class Covers(NamedTuple):
    """What a deposit covers as it was stated last, and by which statement. `order`: its place among all deposits, which
    it keeps; so no two compare beyond it."""

    start_us: int
    end_us: int
    order: int
    digest: str
    outages: tuple[Outage, ...]
    complete: bool

    def pieces(self, outages: Outages) -> list[tuple[int, int]]:
        """What of it counts as delivered."""
        if outages == "delivered" or not self.outages:
            return [(self.start_us, self.end_us)]
        return without(self.start_us, self.end_us, [(each.start_us, each.end_us) for each in self.outages])


class Deposited(NamedTuple):
    """Whose a deposit is, of which classes of data, when it was logged, and what it covers."""

    party: str
    classes: tuple[str, ...]
    logged_us: int
    covers: Covers


class Span(Struct, frozen=True, gc=False):
    """The time that something logged is about. `grown_us`: by how much at most it makes what is covered longer; None
    where it may also make it shorter."""

    start_us: int
    end_us: int
    grown_us: int | None


@dataclass
class Record:
    """Deposits, documents, figures, findings and events by what they are about. Lists are in the order of the log."""

    covered: dict[Key, Coverage] = field(default_factory=lambda: defaultdict(Coverage))
    deposits: dict[Key, list[Covers]] = field(default_factory=lambda: defaultdict(list))
    """Those that are complete, by the beginning of their period. `longest_us`: the longest of any."""
    deposited: dict[str, Deposited] = field(default_factory=dict)
    """All, complete or not, by the digest of the deposit's own statement."""
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

    def deposit(self, party: str, body: Deposit, at_us: int, digest: str) -> list[tuple[Key, Span]]:
        """A deposit covers its period if it says that it is complete; the keys it touched, with the span."""
        covers = _covers(body, at_us, len(self.deposited), digest)
        self.deposited[digest] = Deposited(party, tuple(body.classes), at_us, covers)
        return self._cover(party, body.classes, covers) if covers.complete else []

    def restate(self, party: str, body: Restate, digest: str) -> list[tuple[Key, Span]]:
        """A deposit covers from now on what its author says anew; the keys it touched, with the span of both."""
        found = self.deposited.get(body.deposit)
        if found is None or found.party != party:
            return []
        before, classes = found.covers, found.classes
        covers = _covers(body, found.logged_us, before.order, digest)
        self.deposited[body.deposit] = found._replace(covers=covers)
        if before.complete:
            self._uncover(party, classes, before)
        if covers.complete:
            self._cover(party, classes, covers)
        if not before.complete and not covers.complete:
            return []
        span = Span(min(before.start_us, covers.start_us), max(before.end_us, covers.end_us), None)
        return [(("deposit", party, name), span) for name in classes]

    def within(self, party: str, name: str, begins_us: int, ends_us: int) -> list[Covers]:
        """The complete deposits of a class about [begins, ends); one that is all outage is about it too."""
        listed = self.deposits[party, name]
        first = bisect_left(listed, (begins_us - self.longest_us,))
        return [each for each in listed[first : bisect_left(listed, (ends_us,))] if each.end_us > begins_us]

    def _cover(self, party: str, classes: tuple[str, ...], covers: Covers) -> list[tuple[Key, Span]]:
        start, end = covers.start_us, covers.end_us
        touched: list[tuple[Key, Span]] = []
        self.longest_us = max(self.longest_us, end - start)
        for name in classes:
            grown_us = 0
            for outages in OUTAGES:
                added = sum(self.covered[party, name, outages].add(*piece) for piece in covers.pieces(outages))
                grown_us = max(grown_us, added)
            insort(self.deposits[party, name], covers)
            touched.append((("deposit", party, name), Span(start, end, grown_us)))
        return touched

    def _uncover(self, party: str, classes: tuple[str, ...], covers: Covers) -> None:
        """Take back what a deposit covered, but for what others cover too."""
        start, end = covers.start_us, covers.end_us
        for name in classes:
            listed = self.deposits[party, name]
            del listed[bisect_left(listed, covers)]
            for outages in OUTAGES:
                coverage = self.covered[party, name, outages]
                coverage.remove(start, end)
                for other in self.within(party, name, start, end):
                    for piece in other.pieces(outages):
                        coverage.add(*piece)

    def document(self, party: str, body: Attest, at_us: int, digest: str) -> Key:
        self.documents[party, body.kind].append((at_us, digest))
        return ("document", party, body.kind)

    def figure(self, party: str, body: FigureSaid, digest: str) -> tuple[Key, Span]:
        listed = self.figures[body.figure, party]
        if listed and listed[-1].start_us > body.start_us:
            self.disordered.add((body.figure, party))
        insort(listed, Attested(body.start_us, len(listed), body.end_us, Fraction(body.value), digest))
        return ("figure", body.figure), Span(body.start_us, max(body.end_us, body.start_us + 1), None)

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


def _covers(body: Deposit | Restate, logged_us: int, order: int, digest: str) -> Covers:
    """Nothing that came after the deposit was logged can be in it, whatever it says, then or later."""
    start_us, end_us = body.period.start_us, min(body.period.end_us, logged_us)
    complete = body.period.completeness == "complete" and start_us < end_us
    return Covers(start_us, end_us, order, digest, tuple(body.outages), complete)
