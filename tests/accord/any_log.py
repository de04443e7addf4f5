"""Logs out of a seed: what members say under a generated accord, sensible and not, and the seals that cover it.

Nothing here knows what a verdict should be. Times lie close together on purpose, so that deadlines meet statements.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Literal

import msgspec

from tests.accord.any_accord import CLASSES, DAY_US, HOUR_US, KEY, MEASURES, PARTIES
from tests.mission.stage import a_deposit
from veedor.accord import bodies
from veedor.accord.dates import instant_us_of
from veedor.accord.load import Loaded
from veedor.accord.model.accord import Accord
from veedor.accord.model.metrics import DeliveredRatio, LongestGap, Metric
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.authority import Adopt, Handover, Receipt
from veedor.mission.statements.bodies import Body, Deposit, Findings, KindCount, Outage, Period, Restate
from veedor.mission.statements.salts import Private

START_US = 20_454 * DAY_US  # 2026-01-01
MEMBERS = (*PARTIES, "m")
Outcome = Literal["none", "met", "breached", "excused"]
NONE = "0" * 64


@cache
def _a_deposit() -> Deposit:
    return a_deposit(Private(Random(0).randbytes))


def timeline_of(rng: Random, versions: Sequence[Loaded]) -> Timeline:
    """Up to 25 seals. Most parties sign early; half of what is said later is said by who may say it; some logs tell
    a story, a chapter in each of the first seals. Seals fall where zones end, too."""
    time_us, batches = START_US, []
    talk = Talk(rng, versions)
    alone, amended = (None, stays, left_alone, quarrels, kept_back), (None, renewed, renewed, left_alone, quarrels)
    story = rng.choice(alone if len(versions) == 1 else amended)
    if rng.random() < 0.4 and any(isinstance(each, DeliveredRatio | LongestGap) for each in talk.asked()):
        story = corrected
    moments = talk.moments()
    chapters = iter(() if story is None else story(talk))
    for number in range(rng.randint(3, 25)):
        earlier_us = time_us
        steps = (0, HOUR_US, 5 * HOUR_US, DAY_US, 3 * DAY_US, 10 * DAY_US)
        time_us += rng.choice(steps[: 4 if story and number < 6 else 6]) + rng.choice((0, 0, 1, 10**6))
        excuses: list[tuple[str, Body]] = []
        if (passed := [each for each in moments if earlier_us < each <= time_us]) and rng.random() < 0.7:
            time_us = passed[0] - rng.choice((0, 0, 1))
            excuses = moments[passed[0]] if time_us == passed[0] else []
        signed = versions if story is not renewed else sorted(versions, key=_number)[:1]
        talk.now_us = time_us
        early = [(party, talk.signature(each)) for each in signed for party in PARTIES if number == 0]
        said = [each for each in early if rng.random() < 0.97]
        said += [*next(chapters, ()), *excuses]
        said += [talk.statement(time_us) for _ in range(rng.randint(0, 5))]
        batches.append(Batch(time_us, tuple(talk.fact(party, body) for party, body in said)))
    return Timeline(rng.choice(MEMBERS), tuple(batches))


def instants_of(rng: Random, timeline: Timeline) -> list[int]:
    """Instants to ask about: at and around seals, and at the end."""
    times = [batch.time_us for batch in timeline.batches]
    chosen = [rng.choice(times) + rng.choice((-1, 0, 1, HOUR_US)) for _ in range(2)]
    return [*chosen, times[-1], times[-1] + DAY_US]


def _number(version: Loaded) -> int:
    return version.accord.version


def stays(talk: Talk) -> Iterator[Sequence[tuple[str, Body]]]:
    """A measure is granted; notice of snapback is given; exactly as many consent as it takes, or one fewer."""
    for name, measure in talk.accord.measures.items():
        if measure.snapback is not None:
            yield talk.grants(name)
            yield talk.snapback(name)
            enough = measure.snapback.stays_if.of - talk.rng.choice((0, 0, 1))
            consent = bodies.Consent(accord="pact", measure=name, notice=talk.noticed.get(name, NONE))
            yield [(party, consent) for party in talk.rng.sample(PARTIES, enough)]


def renewed(talk: Talk) -> Iterator[Sequence[tuple[str, Body]]]:
    """A measure is granted; notice of snapback is given; an amendment is signed; the measure is granted again."""
    names = list(talk.accord.measures)
    yield [each for name in names for each in talk.grants(name)]
    yield [each for name in names for each in talk.snapback(name)]
    yield [(party, talk.signature(each)) for each in sorted(talk.versions, key=_number)[1:] for party in PARTIES]
    yield ()
    yield [each for name in names for each in talk.grants(name)]
    yield [each for name in names for each in talk.grants(name)]


def left_alone(talk: Talk) -> Iterator[Sequence[tuple[str, Body]]]:
    """Measures are granted, then all parties but one withdraw, at once or one after the other; some suspended their
    participation before, and resume it when they are gone."""
    yield [each for name in talk.accord.measures for each in talk.grants(name)]
    leaving = bodies.Notice(accord="pact", kind="withdraw", of="", occurrence=0)
    first, second = talk.rng.sample(PARTIES, 2)
    at_once = talk.rng.random() < 0.5
    pausing = bodies.Notice(accord="pact", kind="suspend_participation", of="", occurrence=0)
    before = [(first, pausing)] if talk.rng.random() < 0.5 else []
    yield [*before, (first, leaving), (second, leaving)] if at_once else [*before, (first, leaving)]
    yield () if at_once else [(second, leaving)]
    yield ()
    yield [(first, bodies.Notice(accord="pact", kind="resume_participation", of="", occurrence=0))]


def quarrels(talk: Talk) -> Iterator[Sequence[tuple[str, Body]]]:
    """Each obligation is disputed, some at the seal at which measures are granted; both sides settle alike, or agree on
    nothing."""
    steps = [[talk.disputes(name, "open", "none") for name in talk.accord.obligations] for _ in range(3)]
    for step in steps:
        measures = talk.accord.measures if talk.rng.random() < 0.7 else ()
        yield [each for said in (*step, *map(talk.grants, measures)) for each in said]
    for name in talk.accord.obligations:
        yield talk.disputes(name, "settle", talk.rng.choice(("none", "none", "met", "breached", "excused")))


def corrected(talk: Talk) -> Iterator[Sequence[tuple[str, Body]]]:
    """Every party hands in weeks of each class of data, whole or not, and in the next seals says anew what of them it
    has: all, some, or all but an outage."""
    weeks = Period(START_US - 7 * DAY_US, START_US + 60 * DAY_US, "complete")
    yield [
        (party, msgspec.structs.replace(_a_deposit(), period=talk.whole(weeks), outages=(), classes=(name,)))
        for party in PARTIES
        for name in CLASSES
    ]
    for _ in range(4):
        said = []
        for digest, (party, first) in talk.deposited.items():
            at_us = START_US + talk.rng.randint(0, 20) * DAY_US
            dark = Outage(start_us=at_us, end_us=at_us + talk.rng.choice((1, 24, 240)) * HOUR_US)
            ends_us = START_US + talk.rng.choice((1, 5, 60)) * DAY_US
            period = msgspec.structs.replace(weeks, end_us=ends_us)
            some = ((weeks, ()), (weeks, (dark,)), (period, ()), (talk.whole(first.period), first.outages))
            said += [(party, Restate(digest, *talk.rng.choice(some)))] if talk.rng.random() < 0.5 else []
        yield said


def kept_back(talk: Talk) -> Iterator[Sequence[tuple[str, Body]]]:
    """Somebody who is no party has a receipt for a statement of each debtor that is not in the log, whoever appends."""
    debtors = {rule.debtor for rule in talk.accord.obligations.values()}
    yield [("m", Receipt(party=each, seq=1, statement="ef" * 32, received_us=0)) for each in sorted(debtors)]


class Talk:
    """What members say under an accord. Of another's deposit nobody says anything anew: that is void in a log."""

    def __init__(self, rng: Random, versions: Sequence[Loaded]) -> None:
        self.rng, self.versions = rng, versions
        self.digests: list[str] = []
        self.deposited: dict[str, tuple[str, Deposit]] = {}
        self.noticed: dict[str, str] = {}
        self.accord: Accord = versions[0].accord
        self.now_us = START_US

    def fact(self, party: str, body: Body | None) -> Fact:
        digest = hashlib.sha256(f"{len(self.digests)} {self.rng.random()}".encode()).hexdigest()
        self.digests.append(digest)
        if isinstance(body, bodies.Notice) and body.kind == "snapback":
            self.noticed[body.of] = digest
        if isinstance(body, Deposit):
            self.deposited[digest] = (party, body)
        if isinstance(body, Restate):
            party, _ = self.deposited[body.deposit]
        signers = tuple(sorted(self.rng.sample(MEMBERS, self.rng.randint(1, 3)))) if isinstance(body, Adopt) else ()
        return Fact(party, digest, body, signers)

    def signature(self, version: Loaded) -> Body:
        if self.rng.random() < 0.2:
            return Adopt(document="accord", digest=version.digest, from_us=0)
        number = version.accord.version if self.rng.random() < 0.97 else 9
        return bodies.SignAccord(accord="pact", version=number, digest=version.digest)

    def asked(self) -> Iterator[Metric]:
        """The metrics that obligations name."""
        written = msgspec.json.encode(self.accord.obligations).decode()
        return (metric for name, metric in self.accord.metrics.items() if f'"metric":"{name}"' in written)

    def whole(self, period: Period) -> Period:
        return msgspec.structs.replace(period, completeness=self.rng.choice(("complete", "complete", "partial")))

    def moments(self) -> dict[int, list[tuple[str, Body]]]:
        """Instants at which seals should fall, and what is said there: where a zone ends; where a deadline falls that
        can be read off the accord, an excuse that begins, or ends, just then, or grants of what requires it."""
        found = {instant_us_of(each.end, ""): [] for each in self.accord.zones.values()}
        summit_us = instant_us_of(self.accord.dates["summit"].at, "")
        for name, rule in self.accord.obligations.items():
            if (rule.due.anchor, rule.due.unit) == ("date.summit", "hours"):
                due_us = summit_us + rule.due.amount * HOUR_US
                since_us, until_us = self.rng.choice(((due_us, 0), (due_us, 0), (due_us - HOUR_US, due_us)))
                excuse = bodies.Excuse("pact", name, "storm", since_us, until_us)
                needing = [each for each, measure in self.accord.measures.items() if name in measure.requires]
                granted = [said for each in needing for said in self.grants(each)]
                found.setdefault(due_us, []).extend(self.rng.choice(([(rule.debtor, excuse)], granted)))
        return found

    def disputes(self, name: str, step: Literal["open", "settle"], outcome: Outcome) -> list[tuple[str, Body]]:
        """Who may dispute the first occurrence of an obligation does: one side opens, or both settle."""
        rule = self.accord.obligations[name]
        said = bodies.Dispute(accord="pact", obligation=name, occurrence=1, step=step, outcome=outcome)
        return [(side, said) for side in (rule.debtor, rule.creditor)[: 1 if step == "open" else 2]]

    def grants(self, name: str) -> list[tuple[str, Body]]:
        """Whoever may grant this measure does."""
        found: list[tuple[str, Body]] = []
        for authority in self.accord.measures[name].grant.need:
            known = self.accord.authorities[authority]
            grant = bodies.Grant(accord="pact", measure=name, authority=authority, key=known.key)
            found.append((known.party, grant))
        return found

    def snapback(self, name: str) -> list[tuple[str, Body]]:
        """Somebody who may give notice does."""
        rule = self.accord.measures[name].snapback
        notice = bodies.Notice(accord="pact", kind="snapback", of=name, occurrence=0)
        return [] if rule is None else [(self.rng.choice(rule.notice_by), notice)]

    def statement(self, now_us: int) -> tuple[str, Body | None]:
        """An author and what it says."""
        rng = self.rng
        then = (now_us - rng.randint(0, 12) * DAY_US) // HOUR_US * HOUR_US
        later = then + rng.choice((1, 12, 24, 240)) * HOUR_US
        makers = (
            self._deposit, self._deposit, self._restate, self._grant, self._grant, self._act, self._event, self._event,
            self._notice, self._figure, self._claimed, self._claimed, self._position,
            self._of_the_log, self._of_the_log,
        )  # fmt: skip
        party, body = rng.choice(makers)(then, later)
        return (party if rng.random() < 0.85 else rng.choice(MEMBERS)), body

    def _some(self, names: Sequence[str]) -> str:
        return self.rng.choice(names) if names and self.rng.random() < 0.93 else "nothing"

    def _deposit(self, then: int, later: int) -> tuple[str, Body]:
        period, holes = self._cover(then, later)
        classes = tuple(self.rng.sample(CLASSES, self.rng.randint(1, 2)))
        said = msgspec.structs.replace(_a_deposit(), period=period, outages=holes, classes=classes)
        return self.rng.choice(PARTIES), said

    def _restate(self, then: int, later: int) -> tuple[str, Body]:
        """Of a deposit, often the last: only how complete it is or only its outages, or all of what it covers."""
        rng = self.rng
        if not self.deposited:
            return self._deposit(then, later)
        digests = list(self.deposited)
        deposit = rng.choice((digests[-1], rng.choice(digests)))
        period, holes = self._cover(then, later)
        party, first = self.deposited[deposit]
        kept = msgspec.structs.replace(first.period, completeness=period.completeness)
        said = rng.choice(((kept, first.outages), (first.period, holes), (period, holes)))
        return party, Restate(deposit, *said)

    def _cover(self, then: int, later: int) -> tuple[Period, tuple[Outage, ...]]:
        rng = self.rng
        starts = [then + rng.randint(0, 9) * HOUR_US for _ in range(rng.randint(0, 2))]
        holes = tuple(Outage(start_us=at, end_us=at + rng.randint(0, 9) * HOUR_US) for at in starts)
        if rng.random() < 0.15:
            holes = (*holes, Outage(start_us=then, end_us=later))
        whole = rng.choice(("complete", "complete", "partial"))
        return Period(start_us=then, end_us=later, completeness=whole), holes

    def _of_a_measure(self) -> tuple[str, dict[str, str]]:
        """Who may speak for a measure, and the words with which it does."""
        rng = self.rng
        name = self._some(tuple(self.accord.measures))
        measure = self.accord.measures.get(name)
        authority = rng.choice(measure.grant.need) if measure and rng.random() < 0.9 else "nobody"
        known = self.accord.authorities.get(authority)
        key = known.key if known and rng.random() < 0.9 else KEY
        words = {"accord": self._id(), "measure": name, "authority": authority, "key": key}
        return (known.party if known else "b"), words

    def _grant(self, then: int, later: int) -> tuple[str, Body]:
        party, words = self._of_a_measure()
        return party, bodies.Grant(**words)

    def _act(self, then: int, later: int) -> tuple[str, Body]:
        party, words = self._of_a_measure()
        did = self.rng.choice(("implemented", "implemented", "warned", "suspended", "ended", "withdrawn", "superseded"))
        instead = self.rng.choice(("", *MEASURES))
        return party, bodies.Act(**words, act=did, by_measure=instead, effective_us=then, document="")

    def _event(self, then: int, later: int) -> tuple[str, Body]:
        rng = self.rng
        name = rng.choice(("ask", "ask", "answer", "nothing"))
        outcome = rng.choice(("happened", "happened", "failed"))
        by = self.accord.events[name].by if name in self.accord.events else PARTIES
        instance = rng.randint(1, 8)
        said = bodies.EventSaid(
            accord=self._id(), event=name, instance=instance, outcome=outcome, occurred_us=then
        )  # fmt: skip
        return rng.choice(by), said

    def _notice(self, then: int, later: int) -> tuple[str, Body]:
        rng = self.rng
        about_self = ("suspend_participation", "resume_participation", "withdraw")
        kind = rng.choice(("snapback", "snapback", "snapback", "cure", "cure", rng.choice(about_self)))
        of = self._some(tuple(self.accord.measures if kind == "snapback" else self.accord.obligations))
        party = rng.choice(PARTIES)
        measure, obligation = self.accord.measures.get(of), self.accord.obligations.get(of)
        if measure and measure.snapback:
            party = rng.choice(measure.snapback.notice_by)
        elif obligation:
            party = obligation.creditor
        return party, bodies.Notice(accord=self._id(), kind=kind, of=of, occurrence=rng.randint(0, 4))

    def _figure(self, then: int, later: int) -> tuple[str, Body]:
        rng = self.rng
        value = rng.choice(("0", "3", "50.25", "0.000000001", "100"))
        then = rng.choice((then, then, self.now_us))
        end = rng.choice((max(later, then + HOUR_US), then + HOUR_US))
        name = rng.choice(("exports", "exports", "exports", "nothing"))
        said = bodies.FigureSaid(accord=self._id(), figure=name, start_us=then, end_us=end, value=value)
        return rng.choice(PARTIES), said

    def _claimed(self, then: int, later: int) -> tuple[str, Body]:
        """By the sides of an obligation: an excuse, a dispute, that evidence is withheld."""
        rng = self.rng
        name = self._some(tuple(self.accord.obligations))
        rule = self.accord.obligations.get(name)
        debtor, creditor = (rule.debtor, rule.creditor) if rule else ("a", "b")
        ground, until = rng.choice(("storm", "storm", "storm", "war")), rng.choice((0, later))
        excuse = bodies.Excuse(accord=self._id(), obligation=name, ground=ground, since_us=then, until_us=until)
        step, outcome = rng.choice(("open", "settle")), rng.choice(("none", "met", "met", "breached", "excused"))
        occurrence = rng.randint(1, 4)
        dispute = bodies.Dispute(
            accord=self._id(), obligation=name, occurrence=occurrence, step=step, outcome=outcome
        )  # fmt: skip
        side = rng.choice((debtor, creditor))
        withhold = bodies.Withhold(accord=self._id(), obligation=name, by=rng.choice((creditor, side)))
        return rng.choice(((debtor, excuse), (side, dispute), (side, dispute), (creditor, withhold)))

    def _position(self, then: int, later: int) -> tuple[str, Body]:
        rng = self.rng
        measure = self._some(tuple(self.accord.measures))
        word = rng.choice(("valid", "invalid"))
        position = bodies.Position(accord=self._id(), measure=measure, position=word, grounds="")
        consent = bodies.Consent(accord=self._id(), measure=measure, notice=rng.choice(self.digests or [NONE]))
        held = bodies.MeetingHeld(accord=self._id(), meeting="review", held_us=then, came=PARTIES, record="")
        return rng.choice(PARTIES), rng.choice((position, consent, consent, held))

    def _of_the_log(self, then: int, later: int) -> tuple[str, Body | None]:
        """What other rooms say, and the accord hears."""
        rng = self.rng
        seen = rng.choice((*self.digests[-3:], "ef" * 32))
        count = KindCount(kind=rng.choice(("strip", "fan_in")), count=rng.randint(0, 4))
        paper = rng.choice(("court_document", "other"))
        said: tuple[Body | None, ...] = (
            None,
            Attest(kind=paper, issued_us=then, document=NONE, payload=""),
            Findings(run=NONE, simulated=True, total=count.count, kinds=(count,), commitment=NONE),
            Handover(appender=rng.choice(MEMBERS)),
            Receipt(party=rng.choice(PARTIES), seq=1, statement=seen, received_us=then),
            self.signature(rng.choice(self.versions)),
        )
        return rng.choice(MEMBERS), rng.choice(said)

    def _id(self) -> str:
        return "pact" if self.rng.random() < 0.98 else "other"
