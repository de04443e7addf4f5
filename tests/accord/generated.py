"""Accords and logs out of a seed: every kind of rule and statement, sensible and not, for whoever judges them to agree on.

Nothing here knows what a verdict should be. Times lie close together on purpose, so that deadlines meet statements.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

import msgspec

from tests.mission.stage import a_deposit
from veedor.accord import bodies
from veedor.accord.load import Loaded, read_accord
from veedor.accord.model import Accord
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
NONE = "0" * 64
_SCHEMA = "a" * 64
_TEXT = {"en": "text", "es": "texto"}
_RULES = ("one", "two", "three")
_MEASURES = ("relief", "release")
_AUTHORITIES = {"treasury": "a", "ministry": "a", "bank": "b"}
_KEY = "cd" * 32


@cache
def _zones() -> dict[str, Any]:
    names = ("America/New_York", "America/Caracas")
    return {name: msgspec.to_builtins(zone_from_database(name, 2025, 2026)) for name in names}


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
        kinds: tuple[Callable[[], dict[str, Any]], ...] = (
            lambda: {"kind": "delivered_ratio", "party": party, "data_class": rng.choice(CLASSES), "outages": rng.choice(("delivered", "not_delivered"))},
            lambda: {"kind": "longest_gap_hours", "party": party, "data_class": rng.choice(CLASSES), "outages": rng.choice(("delivered", "not_delivered"))},
            lambda: {"kind": "answer_hours", "asked": "ask", "answered": "answer"},
            lambda: {"kind": "documents_attested", "party": party, "document": rng.choice(("court_document", "other"))},
            lambda: {"kind": "events_counted", "event": rng.choice(("ask", "answer"))},
            lambda: {"kind": "findings_counted", "party": party, "finding": rng.choice(("strip", "fan_in"))},
            lambda: {"kind": "figure", "figure": "exports", "source": party},
            lambda: {"kind": "figure_disagreement", "figure": "exports", "sources": rng.sample(PARTIES, 2)},
        )  # fmt: skip
        return rng.choice(kinds)()

    def condition(self, depth: int = 0) -> dict[str, Any]:
        rng = self.rng
        if depth < 2 and rng.random() < 0.35:
            of = [self.condition(depth + 1) for _ in range(rng.randint(1, 3))]
            test = rng.choice(("all", "any", "n_of"))
            return {"test": test, "of": of} | ({"n": rng.randint(1, len(of))} if test == "n_of" else {})
        if rng.random() < 0.3:
            return {"test": "happened", "event": rng.choice(("ask", "answer", "never"))}
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
            "due": self.deadline(*(own or ("accord.in_force", "date.summit"))), "met_when": self.condition(),
            "cure": rng.choice((cure, cure, None)), "excuses": rng.choice((excuses, None)),
        }  # fmt: skip

    def measure(self, obligations: Sequence[str]) -> dict[str, Any]:
        rng = self.rng
        by, to = rng.choice((("a", "b"), ("a", "c"), ("b", "a")))
        need = [name for name, party in _AUTHORITIES.items() if party == by]
        effect = ("no_effect", "warn", "suspend")
        snapback = {
            "notice_by": rng.sample(PARTIES, rng.randint(1, 2)), "takes_effect": self.deadline("own.notice"),
            "stays_if": {"need": list(PARTIES), "of": rng.randint(1, 3)},
        }  # fmt: skip
        return {
            "by": by, "to": to, "instrument": "waiver", "citation": "Section 1", "scope": _TEXT,
            "grant": {"need": need, "of": rng.randint(1, len(need)), "by": self.deadline("accord.in_force", "met.one", "event.ask")},
            "implemented_by": self.deadline("own.active"),
            "starts_when": rng.choice(([], [], [rng.choice(obligations)])),
            "requires": rng.sample(obligations, rng.randint(1, len(obligations))),
            "term": {
                "ends": self.deadline("own.active", "own.active", "date.summit", "event.never", shortest=24),
                "then": rng.choice(("lapse", "wind_down")), "renewal": rng.choice(("new_grant", "new_grant", "none")),
            },
            "ladder": {"warn": self.deadline("own.late"), "suspend": self.deadline("own.breached")},
            "wind_down": {"length": self.deadline("own.suspended"), "new_business": "forbidden"},
            "snapback": rng.choice((snapback, None)),
            "when": {word: rng.choice(effect) for word in ("undetermined", "disputed", "excused")},
            "cap": rng.choice((None, {"figure": "exports", "limit": rng.choice(("100", "7/2"))})),
            "watch": {"sources": rng.sample(PARTIES, 2), "new_business": rng.choice(("", "exports")), "out_of_scope": rng.choice(([], ["strip"]))},
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
            "zones": _zones(), "calendars": _CALENDARS,
            "dates": {"summit": {"text": _TEXT, "at": f"2026-01-{rng.randint(1, 28):02d}T{rng.randint(0, 23):02d}:00Z"}},
            "events": {name: {"text": _TEXT, "by": rng.sample(PARTIES, rng.randint(1, 3))} for name in ("ask", "answer", "never")},
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
def _deposit() -> Deposit:
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
        found.append(loaded(later))
    rng.shuffle(found)
    return found


def timeline_of(rng: Random, versions: Sequence[Loaded]) -> Timeline:
    """Up to 25 seals; most parties sign early, everything else comes in any order, also what makes no sense."""
    time_us, digests, batches = START_US, [], []
    for number in range(rng.randint(3, 25)):
        time_us += rng.choice((0, HOUR_US, 5 * HOUR_US, DAY_US, 3 * DAY_US, 10 * DAY_US)) + rng.choice(
            (0, 0, 1, 1_000_000)
        )
        facts = []
        for _ in range(rng.randint(0, 5)):
            body = (
                _signature(rng, versions)
                if number < 3 and rng.random() < 0.8
                else _said(rng, versions, digests, time_us)
            )
            party = rng.choice(PARTIES if rng.random() < 0.93 else MEMBERS)
            digest = hashlib.sha256(f"{len(digests)} {rng.random()}".encode()).hexdigest()
            digests.append(digest)
            signers = tuple(sorted(rng.sample(MEMBERS, rng.randint(1, 3)))) if isinstance(body, Adopt) else ()
            facts.append(Fact(party, digest, body, signers))
        batches.append(Batch(time_us, tuple(facts)))
    return Timeline(rng.choice(MEMBERS), tuple(batches))


def instants_of(rng: Random, timeline: Timeline) -> list[int]:
    """Instants to ask about: at and around seals, and at the end."""
    times = [batch.time_us for batch in timeline.batches]
    chosen = [rng.choice(times) + rng.choice((-1, 0, 1, HOUR_US)) for _ in range(2)]
    return [*chosen, times[-1], times[-1] + DAY_US]


def _signature(rng: Random, versions: Sequence[Loaded]) -> Body | None:
    version = rng.choice(versions)
    if rng.random() < 0.5:
        return Adopt(document="accord", digest=version.digest, from_us=0)
    number = version.accord.version if rng.random() < 0.95 else 9
    return bodies.SignAccord(accord="pact", version=number, digest=version.digest)


def _said(rng: Random, versions: Sequence[Loaded], digests: Sequence[str], now_us: int) -> Body | None:
    then = (now_us - rng.randint(0, 30) * DAY_US) // HOUR_US * HOUR_US
    later = then + rng.choice((1, 12, 24, 240)) * HOUR_US
    some = rng.choice(digests) if digests else NONE
    accord = "pact" if rng.random() < 0.98 else "other"
    measure, rule = rng.choice((*_MEASURES, "relief", "nothing")), rng.choice((*_RULES, "one", "nothing"))
    authority = rng.choice((*_AUTHORITIES, "nobody"))
    key = _KEY if rng.random() < 0.15 else ""

    def deposit() -> Body:
        holes = [
            Outage(start_us=then + rng.randint(0, 9) * HOUR_US, end_us=then + rng.randint(0, 20) * HOUR_US)
            for _ in range(rng.randint(0, 2))
        ]
        whole = rng.choice(("complete", "complete", "partial"))
        period = Period(start_us=then, end_us=later, completeness=whole)
        classes = tuple(rng.sample(CLASSES, rng.randint(1, 2)))
        return msgspec.structs.replace(_deposit(), period=period, outages=tuple(holes), classes=classes)

    def grant() -> Body:
        return bodies.Grant(accord=accord, measure=measure, authority=authority, key=key)

    def act() -> Body:
        word = rng.choice(("implemented", "implemented", "warned", "suspended", "ended", "withdrawn", "superseded"))
        return bodies.Act(
            accord=accord, measure=measure, authority=authority, key=key, act=word, by_measure=rng.choice(("", *_MEASURES)),
            effective_us=then, document="",
        )  # fmt: skip

    def event() -> Body:
        return bodies.EventSaid(
            accord=accord, event=rng.choice(("ask", "ask", "answer", "nothing")), instance=rng.randint(1, 5),
            outcome=rng.choice(("happened", "happened", "failed")), occurred_us=then,
        )  # fmt: skip

    def notice() -> Body:
        kind = rng.choice(("snapback", "snapback", "cure", "suspend_participation", "resume_participation", "withdraw"))
        return bodies.Notice(
            accord=accord, kind=kind, of=measure if kind == "snapback" else rule, occurrence=rng.randint(0, 4)
        )

    makers: tuple[Callable[[], Body | None], ...] = (
        lambda: None,
        deposit, deposit, grant, grant, act, event, event, notice,
        lambda: Attest(kind=rng.choice(("court_document", "other")), issued_us=then, document=NONE, payload=""),
        lambda: Findings(
            run=NONE, simulated=True, total=4, kinds=(KindCount(kind=rng.choice(("strip", "fan_in")), count=rng.randint(0, 4)),), commitment=NONE
        ),
        lambda: bodies.FigureSaid(
            accord=accord, figure=rng.choice(("exports", "exports", "exports", "nothing")), start_us=then,
            end_us=rng.choice((later, later, then)), value=rng.choice(("0", "3", "50.25", "0.000000001", "100")),
        ),
        lambda: bodies.Consent(accord=accord, measure=measure, notice=some),
        lambda: bodies.Excuse(
            accord=accord, obligation=rule, ground=rng.choice(("storm", "storm", "war")), since_us=then, until_us=rng.choice((0, later))
        ),
        lambda: bodies.Dispute(
            accord=accord, obligation=rule, occurrence=rng.randint(1, 4), step=rng.choice(("open", "settle")),
            outcome=rng.choice(("none", "met", "breached", "excused")),
        ),
        lambda: bodies.Withhold(accord=accord, obligation=rule, by=rng.choice(PARTIES)),
        lambda: bodies.Position(accord=accord, measure=measure, position=rng.choice(("valid", "invalid")), grounds=""),
        lambda: bodies.MeetingHeld(accord=accord, meeting="review", held_us=then, came=PARTIES, record=""),
        lambda: Handover(appender=rng.choice(MEMBERS)),
        lambda: Receipt(party=rng.choice(PARTIES), seq=1, statement=rng.choice((some, "ef" * 32)), received_us=then),
        lambda: _signature(rng, versions),
    )  # fmt: skip
    return rng.choice(makers)()
