"""Timelines for tests of the evaluator: days, and who said what on each, without keys or logs."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import convert

from veedor.accord.bodies import SignAccord
from veedor.accord.dates import DAY_US, instant_us_of
from veedor.accord.evaluate import evaluate
from veedor.accord.load import Loaded, read_accord
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.accord.verdict import MeasureVerdict, ObligationVerdict, Verdict
from veedor.accord.whatif import a_deposit, a_document
from veedor.mission.statements.acts import DocumentKind
from veedor.mission.statements.bodies import Body, Outage, Period, Restate
from veedor.mission.statements.vocabulary import Completeness

START_US = instant_us_of("2026-01-01T00:00Z", "")
HOUR_US = DAY_US // 24

NOW = "{anchor: %s, amount: %d, unit: hours, zone: UTC, counting: elapsed, ends: instant}"


def hours(anchor: str, amount: int) -> str:
    """A deadline of so many hours, as it stands in a file."""
    return NOW % (anchor, amount)


def days(anchor: str, amount: int) -> str:
    return hours(anchor, 24 * amount)


def obligation(**changes: str) -> str:
    """An obligation of `a` to `b`: 90 % of plots of ten days by day 12, five days of cure."""
    said = {
        "debtor": "a",
        "creditor": "b",
        "article": "Art. 1",
        "text": "{en: Radar., es: Radar.}",
        "arises": "{each: once, since: %s}" % days("accord.in_force", 0),
        "due": days("accord.in_force", 10),
        "met_when": "{test: at_least, metric: radar, value: 9/10}",
        "cure": "{starts: late, within: %s}" % days("own.late", 5),
        "excuses": "~",
    } | changes
    return "".join(f"    {key}: {value}\n" for key, value in said.items())


def measure(**changes: str) -> str:
    """A waiver by `b` for `a`, of twenty days, that requires `radar`."""
    said = {
        "by": "b",
        "to": "a",
        "instrument": "waiver",
        "citation": "Section 1",
        "scope": "{en: Oil., es: Petróleo.}",
        "grant": "{need: [t1, t2, t3], of: 2, by: %s}" % days("accord.in_force", 2),
        "implemented_by": days("own.active", 1),
        "starts_when": "[]",
        "requires": "[radar]",
        "term": "{ends: %s, then: lapse, renewal: new_grant}" % days("own.active", 20),
        "ladder": "{warn: %s, suspend: %s}" % (days("own.late", 0), days("own.breached", 1)),
        "wind_down": "{length: %s, new_business: forbidden}" % days("own.suspended", 2),
        "snapback": "~",
        "when": "{undetermined: no_effect, disputed: no_effect, excused: no_effect}",
        "cap": "~",
        "watch": '{sources: [], new_business: "", out_of_scope: []}',
    } | changes
    return "".join(f"    {key}: {value}\n" for key, value in said.items())


def accord_text(
    obligations: Mapping[str, str] | None = None, measures: Mapping[str, str] | None = None, **sections: str
) -> str:
    """A whole file. `obligations`, `measures`: bodies by id; other sections as text."""
    rules = {"radar": obligation()} if obligations is None else obligations
    reliefs = {"waiver": measure()} if measures is None else measures
    said = {
        "schema": "accord/1",
        "accord": "test",
        "version": "1",
        "supersedes": '""',
        "title": "{en: Test, es: Prueba}",
        "in_force": days("accord.signed", 0),
        "parties": "{a: {name: {en: A, es: A}}, b: {name: {en: B, es: B}}}",
        "authorities": "{%s}" % ", ".join("t%d: {party: b, name: {en: T, es: T}, key: ''}" % n for n in (1, 2, 3)),
        "zones": "{}",
        "calendars": "{}",
        "dates": "{}",
        "events": "{ask: {text: {en: asked, es: pedido}, by: [b, m]}, access: {text: {en: given, es: dado}, by: [a]}}",
        "figures": "{exports: {text: {en: exports, es: exportaciones}, unit: barrels}}",
        "metrics": "{radar: {kind: delivered_ratio, party: a, data_class: plots, outages: delivered}, "
        "apart: {kind: figure_disagreement, figure: exports, sources: [a, b]}, "
        "papers: {kind: documents_attested, party: a, document: court_document}}",
        "obligations": "\n" + "".join(f"  {name}:\n{body}" for name, body in rules.items()),
        "measures": "\n" + "".join(f"  {name}:\n{body}" for name, body in reliefs.items()) if reliefs else "{}",
        "disputes": "[{panel: {en: panel, es: panel}, within: %s}]" % days("own.step", 4),
        "quotas": "{}",
        "periods": "{}",
        "meetings": "{}",
        "participation": "{suspend: %s, withdraw: %s, survives: []}" % (days("own.notice", 1), days("own.notice", 5)),
    } | sections
    return "".join(f"{key}: {value}\n" for key, value in said.items())


def an_accord(*args: Mapping[str, str], **sections: str) -> Loaded:
    return read_accord(accord_text(*args, **sections).encode(), "test.yaml")


@dataclass(repr=False)
class Days:
    """What is logged on which day after START, and what follows."""

    versions: Sequence[Loaded]
    said: list[tuple[int, Fact]] = field(default_factory=list)
    seals: set[int] = field(default_factory=set)
    count: int = 0

    def __repr__(self) -> str:
        said = [(day_of(at), fact.party, fact.body) for at, fact in self.said]
        return f"Days({[each.accord for each in self.versions]}, {said}, {sorted(map(day_of, self.seals))})"

    def on(self, day: float, party: str, *bodies: Body) -> Days:
        """These statements get this day as their log time."""
        for body in bodies:
            self.count += 1
            self.said.append((instant(day), Fact(party, numbered(self.count), body)))
        return self

    def signed(self, day: float = 0) -> Days:
        for version in self.versions:
            for party in version.accord.parties:
                self.on(day, party, SignAccord(version.accord.accord, version.accord.version, version.digest))
        return self

    def deposit(self, day: float, first: float, last: float, party: str = "a") -> Days:
        """Plots of the days [first, last)."""
        body = a_deposit(party, "plots", instant(first), instant(last))
        return self.on(day, party, body)

    def restate(self, day: float, of: int, first: float, last: float, *dark: tuple[float, float], **said: str) -> Days:
        """The deposit that was said as number `of` of all is restated: the days [first, last) and outages in them."""
        party = next(fact.party for _, fact in self.said if fact.digest == numbered(of))
        period = Period(instant(first), instant(last), convert(said.get("completeness", "complete"), Completeness))
        return self.on(day, party, Restate(numbered(of), period, tuple(Outage(*map(instant, each)) for each in dark)))

    def document(self, day: float, party: str = "a", kind: DocumentKind = "court_document") -> Days:
        return self.on(day, party, a_document(kind))

    def timeline(self, until: float) -> Timeline:
        """Batches by day, the last seal at `until`."""
        times = sorted({at for at, _ in self.said} | {START_US + int(until * DAY_US)} | self.seals)
        batches = [Batch(at, tuple(fact for when, fact in self.said if when == at)) for at in times]
        return Timeline("a", tuple(batches))

    def at(self, day: float, until: float | None = None, days: int = 30) -> Verdict:
        """The verdict as of a day, and `days` ahead; the log has seals to `until`, or to that day."""
        timeline = self.timeline(day if until is None else until)
        return evaluate(self.versions, timeline, START_US + int(day * DAY_US), days)


def instant(day: float) -> int:
    return START_US + int(day * DAY_US)


def numbered(count: int) -> str:
    """The digest of what was said as this number of all."""
    return hashlib.sha256(f"{count}".encode()).hexdigest()


def rule(verdict: Verdict, name: str = "radar") -> ObligationVerdict:
    (found,) = (each for each in verdict.obligations if each.id == name)
    return found


def relief(verdict: Verdict, name: str = "waiver") -> MeasureVerdict:
    (found,) = (each for each in verdict.measures if each.id == name)
    return found


def day_of(at_us: int) -> float:
    return (at_us - START_US) / DAY_US
