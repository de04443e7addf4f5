"""The order in which time passes (decision 9, rule 1), and who hears of what.

For each batch at T: deadlines before T pass, one instant after the other; its facts count; deadlines at T pass, and
what begins at T begins. After each of these every rule is stepped, and again until nothing changes: versions, quotas,
obligations each with its occurrences, measures; those of a kind by id. `clock.py` steps only whom it can matter to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from veedor.accord.dates import DAY_US
from veedor.accord.evaluate.clock import Clock, Order
from veedor.accord.evaluate.columns import falling_due, verdict_of
from veedor.accord.evaluate.conditions import NOBODY
from veedor.accord.evaluate.hearing import hear
from veedor.accord.evaluate.listeners import Listeners
from veedor.accord.evaluate.measures import Relief
from veedor.accord.evaluate.obligations import Obligations
from veedor.accord.evaluate.occurrence import Running
from veedor.accord.evaluate.quotas import Allowance
from veedor.accord.evaluate.record import Key, Record, Span
from veedor.accord.evaluate.versions import Versions
from veedor.accord.load import Loaded
from veedor.accord.model.obligations import ByEvent
from veedor.accord.timeline import Batch, Timeline
from veedor.accord.verdict import Ignored, Upcoming, Verdict
from veedor.errors import InputError, UsageError

ALWAYS_US = -1
DAYS_AHEAD, FURTHEST_DAYS = 30, 3_660
"""How far ahead a verdict looks where nobody asks for more, and how far at most."""


def evaluate(versions: Sequence[Loaded], timeline: Timeline, at_us: int, days: int = DAYS_AHEAD) -> Verdict:
    """What follows at `at_us` (capped at logged time) from what was logged by then, and what would follow in the `days`
    after it if nobody said anything more.

    `versions`: all that are at hand of one accord, in any order. UsageError for none, for those of several accords, and
    for less than no days or more than ten years of them; InputError for a version whose tables are not in order, or of
    which a measure requires an obligation that none has.
    Nothing a statement says makes it fail.
    """
    if not 0 <= days <= FURTHEST_DAYS:
        raise UsageError("a verdict does not look that far", expected=f"0 to {FURTHEST_DAYS} days", found=str(days))
    engine = Engine(versions, timeline.appender)
    at_us = min(at_us, timeline.time_us)
    for batch in timeline.batches:
        if batch.time_us > at_us:
            break
        engine.take(batch)
    engine.advance(at_us)
    return engine.verdict(at_us + days * DAY_US)


class Engine:
    """Everything that stands after some batches. Mutable inside, seen by nobody outside but through `verdict`."""

    def __init__(self, versions: Sequence[Loaded], appender: str) -> None:
        names = {each.accord.accord for each in versions}
        if len(names) != 1:
            raise UsageError("versions of one accord are judged", found=", ".join(sorted(names)) or "none")
        self.accord = names.pop()
        self.appender = appender
        self.clock = Clock()
        self.record = Record()
        self.versions = Versions(versions, self.clock)
        accords = [each.accord for each in self.versions.all]
        self.quotas = {name: Allowance(name, self, at) for at, name in _ids(one.quotas for one in accords)}
        self.obligations = {name: Obligations(name, self, at) for at, name in _ids(one.obligations for one in accords)}
        self.measures = {name: Relief(name, self, at) for at, name in _ids(one.measures for one in accords)}
        self.ignored: list[Ignored] = []
        self.receipts: dict[str, set[tuple[str, str]]] = defaultdict(set)
        """For statements that are not in the log, by digest: whose they are by whose receipt."""
        self.seen: set[str] = set()
        self.withholders: dict[str, set[str]] = defaultdict(set)
        self._asking: dict[Key, Listeners] = defaultdict(Listeners)
        self._undecided: dict[Order, Running] = {}
        self.versions.listeners += [*self.obligations.values(), *self.measures.values(), *self.quotas.values()]
        for accord in accords:
            for name, measure in accord.measures.items():
                for required in measure.requires:
                    if required not in self.obligations:
                        raise _leads_nowhere(f"measures.{name}.requires", required)
                    self.obligations[required].measures[name] = self.measures[name]

    def take(self, batch: Batch) -> None:
        """A seal with what it covers first."""
        self.advance(batch.time_us - 1)
        self.clock.open_batch(batch.time_us)
        for fact in batch.facts:
            why = hear(self, fact)
            if why is not None:
                self.ignored.append(Ignored(fact.digest, fact.party, why))
        self.settle()
        self.advance(batch.time_us)

    def advance(self, until_us: int) -> None:
        """Let all deadlines up to this instant pass, in order."""
        while (instant_us := self.clock.next_timer_us()) is not None and instant_us <= until_us:
            self.clock.pass_timers(instant_us)
            self.settle()
        self.clock.now_us = max(self.clock.now_us, until_us)
        self.clock.passed_us = max(self.clock.passed_us, until_us)

    def settle(self) -> None:
        """Step rules until nothing changes."""
        self.clock.settle()

    def obligation(self, name: str) -> Obligations:
        return self.obligations[name]

    def listen(self, running: Running) -> None:
        """From now on an occurrence hears of what its tests depend on."""
        for key in running.terms.keys:
            self._asking[key].add(running)

    def touched(self, key: Key, span: Span | None = None) -> None:
        """Something was logged under this key, about this span of time where it has one."""
        if key in self._asking:
            for running in self._asking[key].after(ALWAYS_US if span is None else span.start_us):
                if running.hears(span):
                    self.clock.wake(running)

    def happened(self, event: str, instance: int) -> None:
        """A new instance of an event counts."""
        self.clock.happened(f"event.{event}", self.clock.now_us)
        self.touched(("event", event))
        for obligations in self._triggered_by(event):
            obligations.triggered(event, instance)

    def withholding(self, running: Running) -> frozenset[str]:
        """Who withholds evidence about this occurrence: a creditor or source that says so, or an appender that holds
        back a statement of the debtor though somebody else than the debtor's friends gave a receipt for it."""
        if not self.withholders and not self.receipts:
            return NOBODY
        obligation = running.obligation
        may = {obligation.creditor, *running.terms.sources} - {obligation.debtor}
        found = self.withholders[running.name] & may
        if self.appender != obligation.debtor:
            parties = set(running.version.accord.parties) - {obligation.creditor}
            held = (each for receipts in self.receipts.values() for each in receipts)
            if any(author == obligation.debtor and by not in parties for author, by in held):
                found = found | {self.appender}
        if found:
            self._undecided[running.order] = running
        return frozenset(found)

    def ask_again(self) -> None:
        """Who withholds has changed: ask again wherever somebody did."""
        for running in self._undecided.values():
            self.clock.wake(running)
        self._undecided.clear()

    def verdict(self, until_us: int) -> Verdict:
        """Everything as of now; after it the engine stands at `until_us`, until which is foreseen what would follow."""
        governing = self.versions.governing
        shown = governing if governing is not None else self.versions.all[-1]
        obligations = tuple(
            each.verdict(each.occurrences[-1].obligation if each.occurrences else shown.accord.obligations[name])
            for name, each in sorted(self.obligations.items())
            if each.occurrences or name in shown.accord.obligations
        )
        measures = []
        for name, relief in sorted(self.measures.items()):
            version = relief.rounds[-1].version if relief.rounds else shown
            if name in version.accord.measures:
                measure = version.accord.measures[name]
                measures.append(verdict_of(relief, measure, version.accord, self.record, self.clock))
        return Verdict(
            accord=self.accord,
            at_us=self.clock.now_us,
            state=self.versions.state,
            since_us=self.versions.since_us,
            versions=self.versions.verdicts(),
            parties=self.versions.parties(),
            obligations=obligations,
            measures=tuple(measures),
            quotas=tuple(filter(None, (each.verdict() for _, each in sorted(self.quotas.items())))),
            ignored=tuple(self.ignored),
            upcoming_until_us=until_us,
            upcoming=self._foreseen(until_us),  # last: time goes on with it
        )

    def _foreseen(self, until_us: int) -> tuple[Upcoming, ...]:
        """States that are entered by then if nobody says more, in the order in which they are, and promised relief that
        falls due."""
        now_us, found = self.clock.now_us, list[Upcoming]()
        self.clock.foreseen = found
        self.advance(until_us)
        for relief in self.measures.values():
            found += falling_due(relief, self.clock, now_us)
        return tuple(sorted(found, key=attrgetter("at_us")))

    def _triggered_by(self, event: str) -> list[Obligations]:
        version = self.versions.governing
        if version is None:
            return []
        rules = version.accord.obligations.items()
        names = [name for name, each in rules if isinstance(each.arises, ByEvent) and each.arises.event == event]
        return [self.obligations[name] for name in names]

    def settle_versions(self) -> None:
        """A signature earlier in the same batch counts for what comes after it."""
        if self.versions.governing is None:
            self.versions.step()


def _leads_nowhere(place: str, name: str) -> InputError:
    return InputError(
        "this name leads nowhere",
        place=place,
        expected="an obligation",
        found=name,
        next_step="see what `veedor accord check` finds in this version",
    )


def _ids(tables: Iterable[Iterable[str]]) -> Iterator[tuple[int, str]]:
    """Every id of one kind of rule, over all versions, with its place."""
    return enumerate(sorted({name for table in tables for name in table}))
