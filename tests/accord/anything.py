"""Accords and logs out of a seed: every kind of rule and statement, sensible and not, for judges to agree on.

Nothing here knows what a verdict should be. Times lie close together on purpose, so that deadlines meet statements.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Any

import msgspec

from tests.mission.stage import a_deposit
from veedor.accord import bodies
from veedor.accord.dates import instant_us_of
from veedor.accord.load import Loaded, read_accord
from veedor.accord.model.accord import Accord
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.accord.zones import zone_from_database
from veedor.log.canonical_json import canonical_bytes
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.authority import Adopt, Handover, Receipt
from veedor.mission.statements.bodies import Body, Deposit, Findings, KindCount, Outage, Period
from veedor.mission.statements.salts import Private

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
START_US = 20_454 * DAY_US  # 2026-01-01
PARTIES = ("a", "b", "c")
MEMBERS = (*PARTIES, "m")
CLASSES = ("plots", "entries")
EVENTS = ("ask", "answer", "never")
NONE = "0" * 64
_SCHEMA = "a" * 64
_TEXT = {"en": "text", "es": "texto"}
_RULES = ("one", "two", "three")
_MEASURES = ("relief", "release")
_AUTHORITIES = {"treasury": "a", "ministry": "a", "bank": "b"}
_KEY = "cd" * 32
_ZONES = {"America/New_York": 5, "America/Caracas": 4}
"""Hours behind UTC in January."""


@cache
def _zones() -> dict[str, Any]:
    return {name: msgspec.to_builtins(zone_from_database(name, 2025, 2026)) for name in _ZONES}


def _short_zones(rng: Random) -> dict[str, Any]:
    """The same, of which some end at a midnight of theirs, in the month in which most of the log falls."""
    found = dict(_zones())
    for name, hours in _ZONES.items():
        if rng.random() < 0.3:
            until = f"2026-01-{rng.randint(2, 30):02d}T{hours:02d}:00Z"
            changes = [each for each in found[name]["changes"] if each["at"] < until]
            found[name] = found[name] | {"until": until, "changes": changes}
    return found


_CALENDARS = {
    "offices": {
        "first_year": 2025,
        "last_year": 2026,
        "weekend": ["saturday", "sunday"],
        "holidays": ["2026-01-01", "2026-01-06"],
    },
    "always": {"first_year": 2026, "last_year": 2026, "weekend": [], "holidays": ["2026-01-08"]},
}
_ANYWHERE = (
    "accord.signed",
    "accord.in_force",
    "date.summit",
    "event.ask",
    "event.never",
    "met.one",
    "granted.relief",
    "active.relief",
)


class Accords:
    """Draws one accord."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def deadline(self, *anchors: str, shortest: int = 0) -> dict[str, Any]:
        rng = self.rng
        anchor = rng.choice(anchors or _ANYWHERE)
        unit = rng.choice(("hours", "hours", "calendar_days", "business_days"))
        if unit == "hours":
            return _deadline(anchor, rng.choice((shortest, 1, 24, 36, 72, 300)), unit, "UTC", "elapsed", "instant", "")
        counting = rng.choice(("excluded", "included"))
        amount = rng.randint(1, 12) if counting == "included" or shortest or rng.random() < 0.8 else rng.randint(-4, 0)
        zone = rng.choice(("UTC", "America/New_York", "America/Caracas"))
        ends = rng.choice(("24:00", "00:00", "00:01", "17:30"))
        return _deadline(
            anchor,
            amount,
            unit,
            zone,
            counting,
            ends,
            rng.choice(("offices", "always")) if unit == "business_days" else "",
        )

    def metric(self) -> dict[str, Any]:
        rng, party = self.rng, self.rng.choice(PARTIES)
        outages, what = rng.choice(("delivered", "not_delivered")), rng.choice(CLASSES)
        delivered = {"party": party, "data_class": what, "outages": outages}
        return rng.choice(
            (
                {"kind": "delivered_ratio", **delivered},
                {"kind": "longest_gap_hours", **delivered},
                {"kind": "answer_hours", "asked": "ask", "answered": "answer"},
                {"kind": "documents_attested", "party": party, "document": rng.choice(("court_document", "other"))},
                {"kind": "events_counted", "event": rng.choice(("ask", "answer"))},
                {"kind": "findings_counted", "party": party, "finding": rng.choice(("strip", "fan_in"))},
                {"kind": "figure", "figure": "exports", "source": party},
                {"kind": "figure_disagreement", "figure": "exports", "sources": rng.sample(PARTIES, 2)},
            )
        )

    def condition(self, depth: int = 0) -> dict[str, Any]:
        rng = self.rng
        if depth < 2 and rng.random() < 0.35:
            of = [self.condition(depth + 1) for _ in range(rng.randint(1, 3))]
            test = rng.choice(("all", "any", "n_of"))
            return {"test": test, "of": of} | ({"n": rng.randint(1, len(of))} if test == "n_of" else {})
        if rng.random() < 0.3:
            return {"test": "happened", "event": rng.choice(EVENTS)}
        value = rng.choice(("0", "1", "2", "24", "1/2", "95/100", "72", "100"))
        return {
            "test": rng.choice(("at_least", "at_most")),
            "metric": rng.choice(("m1", "m2", "m3", "m4")),
            "value": value,
        }

    def obligation(self) -> dict[str, Any]:
        rng = self.rng
        each = rng.choice(("once", "window", "window", "event"))
        arises: dict[str, Any] = {"each": each}
        own: tuple[str, ...] = ()
        if each == "once":
            arises["since"] = self.deadline("accord.in_force", "accord.signed", "date.summit", "met.one")
        elif each == "window":
            arises |= {
                "first": self.deadline("accord.in_force", "date.summit"),
                "length": self.deadline("window.start", shortest=24),
            }
            own = ("window.start", "window.end")
        else:
            arises["event"], own = rng.choice(("ask", "answer")), ("trigger",)
        debtor, creditor = rng.sample(PARTIES, 2)
        due = self.deadline(*(own or ("accord.in_force", "date.summit")))
        if rng.random() < 0.3:
            due = _deadline("date.summit", rng.choice((0, 24, 72)), "hours", "UTC", "elapsed", "instant", "")
        cure = (
            {"starts": "late", "within": self.deadline("own.late")}
            if rng.random() < 0.5
            else {"starts": "notice", "within": self.deadline("own.notice")}
        )
        excuses = {
            "grounds": ["storm"],
            "notice": self.deadline("own.since", shortest=24),
            "longest": self.deadline("own.since", shortest=24),
        }
        return {
            "debtor": debtor, "creditor": creditor, "article": "Art. 1", "text": _TEXT, "arises": arises,
            "due": due, "met_when": self.condition(),
            "cure": rng.choice((cure, cure, None)), "excuses": rng.choice((excuses, excuses, None)),
        }  # fmt: skip

    def measure(self, obligations: Sequence[str]) -> dict[str, Any]:
        rng = self.rng
        by, to = rng.choice((("a", "b"), ("a", "c"), ("b", "a")))
        need = [name for name, party in _AUTHORITIES.items() if party == by]
        effect = ("no_effect", "warn", "suspend")
        snapback = {
            "notice_by": rng.sample(PARTIES, rng.randint(1, 2)),
            "takes_effect": self.deadline("own.notice", shortest=72),
            "stays_if": {"need": list(PARTIES), "of": rng.randint(1, 3)},
        }  # fmt: skip
        return {
            "by": by, "to": to, "instrument": "waiver", "citation": "Section 1", "scope": _TEXT,
            "grant": {
                "need": need, "of": rng.randint(1, len(need)),
                "by": self.deadline("accord.in_force", "met.one", "event.ask"),
            },
            "implemented_by": self.deadline("own.active"),
            "starts_when": rng.choice(([], [], [rng.choice(obligations)])),
            "requires": rng.sample(obligations, rng.randint(1, len(obligations))),
            "term": {
                "ends": self.deadline("own.active", "own.active", "date.summit", "event.never", shortest=24),
                "then": rng.choice(("lapse", "wind_down")), "renewal": rng.choice(("new_grant", "new_grant", "none")),
            },
            "ladder": {"warn": self.deadline("own.late"), "suspend": self.deadline("own.breached")},
            "wind_down": {"length": self.deadline("own.suspended"), "new_business": "forbidden"},
            "snapback": rng.choice((snapback, snapback, None)),
            "when": {word: rng.choice(effect) for word in ("undetermined", "disputed", "excused")},
            "cap": rng.choice((None, {"figure": "exports", "limit": rng.choice(("100", "7/2"))})),
            "watch": {
                "sources": rng.sample(PARTIES, 2), "new_business": rng.choice(("", "exports")),
                "out_of_scope": rng.choice(([], ["strip"])),
            },
        }  # fmt: skip

    def accord(self) -> dict[str, Any]:
        rng = self.rng
        obligations = _RULES[: rng.randint(1, 3)]
        measures = _MEASURES[: rng.randint(0, 2)]
        windows = {
            "each": "window",
            "first": self.deadline("accord.in_force"),
            "length": self.deadline("window.start", shortest=24),
        }
        quotas = {
            "asking": {"event": "ask", "party": rng.choice(PARTIES), "windows": windows, "most": rng.randint(0, 2)}
        }
        step = {"panel": _TEXT, "within": self.deadline("own.step", shortest=24)}
        return {
            "schema": "accord/1", "accord": "pact", "version": 1, "supersedes": "", "title": _TEXT,
            "in_force": self.deadline("accord.signed", "accord.signed", "date.summit"),
            "parties": {party: {"name": _TEXT} for party in PARTIES},
            "authorities": {
                name: {"party": party, "name": _TEXT, "key": _KEY if name == "ministry" and rng.random() < 0.3 else ""}
                for name, party in _AUTHORITIES.items()
            },
            "zones": _short_zones(rng), "calendars": _CALENDARS,
            "dates": {"summit": {"text": _TEXT, "at": f"2026-01-{rng.randint(1, 28):02d}T13:00Z"}},
            "events": {name: {"text": _TEXT, "by": rng.sample(PARTIES, rng.randint(1, 3))} for name in EVENTS},
            "figures": {"exports": {"text": _TEXT, "unit": "barrels_per_day"}},
            "metrics": {name: self.metric() for name in ("m1", "m2", "m3", "m4")},
            "obligations": {name: self.obligation() for name in obligations},
            "measures": {name: self.measure(obligations) for name in measures},
            "disputes": [step] * rng.randint(0, 2), "quotas": rng.choice(({}, quotas)),
            "periods": {}, "meetings": {},
            "participation": {
                "suspend": self.deadline("own.notice"), "withdraw": self.deadline("own.notice"),
                "survives": rng.choice(([], [obligations[0], *measures])),
            },
        }  # fmt: skip


@cache
def _a_deposit() -> Deposit:
    return a_deposit(Private(Random(0).randbytes))


def _deadline(
    anchor: str, amount: int, unit: str, zone: str, counting: str, ends: str, calendar: str
) -> dict[str, Any]:
    return {
        "anchor": anchor,
        "amount": amount,
        "unit": unit,
        "zone": zone,
        "counting": counting,
        "ends": ends,
        "calendar": calendar,
    }


def loaded(tree: dict[str, Any]) -> Loaded:
    """The accord of a tree, as if read from its canonical file."""
    accord = msgspec.convert(tree, Accord, strict=True)
    return read_accord(canonical_bytes(msgspec.to_builtins(accord)), "generated")


def versions_of(rng: Random) -> list[Loaded]:
    """One accord, sometimes with an amendment, or with a rival for it."""
    draw = Accords(rng)
    first = draw.accord()
    found = [loaded(first)]
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        later = first | {
            "version": 2,
            "supersedes": found[0].digest,
            "metrics": {name: draw.metric() for name in first["metrics"]},
        }
        names = rng.sample(sorted(first["obligations"]), 1)
        later["obligations"] = first["obligations"] | {name: draw.obligation() for name in names}
        if rng.random() < 0.5:
            later["measures"] = {name: each | {"snapback": None} for name, each in first["measures"].items()}
        found.append(loaded(later))
    rng.shuffle(found)
    return found


def timeline_of(rng: Random, versions: Sequence[Loaded]) -> Timeline:
    """Up to 25 seals. Most parties sign early; half of what is said later is said by who may say it; some logs tell
    a story, a chapter in each of the first seals. Seals fall where zones end, too."""
    time_us, batches = START_US, []
    talk = Talk(rng, versions)
    story = rng.choice((None, stays, left_alone) if len(versions) == 1 else (None, renewed, renewed, left_alone))
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
    """Measures are granted, then all parties but one withdraw, at once or one after the other."""
    yield [each for name in talk.accord.measures for each in talk.grants(name)]
    leaving = bodies.Notice(accord="pact", kind="withdraw", of="", occurrence=0)
    first, second = talk.rng.sample(PARTIES, 2)
    at_once = talk.rng.random() < 0.5
    yield [(first, leaving), (second, leaving)] if at_once else [(first, leaving)]
    yield () if at_once else [(second, leaving)]


class Talk:
    """What members say under an accord."""

    def __init__(self, rng: Random, versions: Sequence[Loaded]) -> None:
        self.rng, self.versions = rng, versions
        self.digests: list[str] = []
        self.noticed: dict[str, str] = {}
        self.accord: Accord = versions[0].accord

    def fact(self, party: str, body: Body | None) -> Fact:
        digest = hashlib.sha256(f"{len(self.digests)} {self.rng.random()}".encode()).hexdigest()
        self.digests.append(digest)
        if isinstance(body, bodies.Notice) and body.kind == "snapback":
            self.noticed[body.of] = digest
        signers = tuple(sorted(self.rng.sample(MEMBERS, self.rng.randint(1, 3)))) if isinstance(body, Adopt) else ()
        return Fact(party, digest, body, signers)

    def signature(self, version: Loaded) -> Body:
        if self.rng.random() < 0.2:
            return Adopt(document="accord", digest=version.digest, from_us=0)
        number = version.accord.version if self.rng.random() < 0.97 else 9
        return bodies.SignAccord(accord="pact", version=number, digest=version.digest)

    def moments(self) -> dict[int, list[tuple[str, Body]]]:
        """Instants at which seals should fall, and what is said there: where a zone ends; where a deadline falls that
        can be read off the accord, an excuse that begins, or ends, just then."""
        found = {instant_us_of(each.end, ""): [] for each in self.accord.zones.values()}
        summit_us = instant_us_of(self.accord.dates["summit"].at, "")
        for name, rule in self.accord.obligations.items():
            if (rule.due.anchor, rule.due.unit) == ("date.summit", "hours"):
                due_us = summit_us + rule.due.amount * HOUR_US
                since_us, until_us = self.rng.choice(((due_us, 0), (due_us, 0), (due_us - HOUR_US, due_us)))
                excuse = bodies.Excuse("pact", name, "storm", since_us, until_us)
                found.setdefault(due_us, []).append((rule.debtor, excuse))
        return found

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
            self._deposit, self._deposit, self._grant, self._grant, self._act, self._event, self._event, self._notice,
            self._figure, self._claimed, self._claimed, self._position, self._of_the_log, self._of_the_log,
        )  # fmt: skip
        party, body = rng.choice(makers)(then, later)
        return (party if rng.random() < 0.85 else rng.choice(MEMBERS)), body

    def _some(self, names: Sequence[str]) -> str:
        return self.rng.choice(names) if names and self.rng.random() < 0.93 else "nothing"

    def _deposit(self, then: int, later: int) -> tuple[str, Body]:
        rng = self.rng
        starts = [then + rng.randint(0, 9) * HOUR_US for _ in range(rng.randint(0, 2))]
        holes = tuple(Outage(start_us=at, end_us=at + rng.randint(0, 9) * HOUR_US) for at in starts)
        whole = rng.choice(("complete", "complete", "partial"))
        period = Period(start_us=then, end_us=later, completeness=whole)
        classes = tuple(rng.sample(CLASSES, rng.randint(1, 2)))
        said = msgspec.structs.replace(_a_deposit(), period=period, outages=holes, classes=classes)
        return rng.choice(PARTIES), said

    def _of_a_measure(self) -> tuple[str, dict[str, str]]:
        """Who may speak for a measure, and the words with which it does."""
        rng = self.rng
        name = self._some(tuple(self.accord.measures))
        measure = self.accord.measures.get(name)
        authority = rng.choice(measure.grant.need) if measure and rng.random() < 0.9 else "nobody"
        known = self.accord.authorities.get(authority)
        key = known.key if known and rng.random() < 0.9 else _KEY
        words = {"accord": self._id(), "measure": name, "authority": authority, "key": key}
        return (known.party if known else "b"), words

    def _grant(self, then: int, later: int) -> tuple[str, Body]:
        party, words = self._of_a_measure()
        return party, bodies.Grant(**words)

    def _act(self, then: int, later: int) -> tuple[str, Body]:
        party, words = self._of_a_measure()
        did = self.rng.choice(("implemented", "implemented", "warned", "suspended", "ended", "withdrawn", "superseded"))
        instead = self.rng.choice(("", *_MEASURES))
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
        end = rng.choice((later, later, later, then))
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
