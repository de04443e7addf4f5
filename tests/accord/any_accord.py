"""Accords out of a seed: every kind of rule, sensible and not, for judges to agree on.

Nothing here knows what a verdict should be. Times lie close together on purpose, so that deadlines meet statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any

import msgspec

from veedor.accord.load import Loaded, read_accord
from veedor.accord.model.accord import Accord
from veedor.accord.zones import zone_from_database
from veedor.log.canonical_json import canonical_bytes

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
PARTIES = ("a", "b", "c")
CLASSES = ("plots", "entries")
EVENTS = ("ask", "answer", "never")
_TEXT = {"en": "text", "es": "texto"}
_RULES = ("one", "two", "three")
MEASURES = ("relief", "release")
_AUTHORITIES = {"treasury": "a", "ministry": "a", "bank": "b"}
KEY = "cd" * 32
_ZONES = {"America/New_York": 5, "America/Caracas": 4}
"""Hours behind UTC in January."""


@cache
def zones() -> dict[str, Any]:
    return {name: msgspec.to_builtins(zone_from_database(name, 2025, 2026)) for name in _ZONES}


def short_zones(rng: Random) -> dict[str, Any]:
    """The same, of which some end at a midnight of theirs, in the month in which most of the log falls."""
    found = dict(zones())
    for name, hours in _ZONES.items():
        if rng.random() < 0.3:
            until = f"2026-01-{rng.randint(2, 30):02d}T{hours:02d}:00Z"
            changes = [each for each in found[name]["changes"] if each["at"] < until]
            found[name] = found[name] | {"until": until, "changes": changes}
    return found


CALENDARS = {
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
                *({"kind": "delivered_ratio", **delivered}, {"kind": "longest_gap_hours", **delivered}) * 2,
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
        measures = MEASURES[: rng.randint(0, 2)]
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
                name: {"party": party, "name": _TEXT, "key": KEY if name == "ministry" and rng.random() < 0.3 else ""}
                for name, party in _AUTHORITIES.items()
            },
            "zones": short_zones(rng), "calendars": CALENDARS,
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
        for kind in ("obligations", "measures"):
            if len(later[kind]) > 1 and rng.random() < 0.3:
                # What began under a rule that the amendment drops is judged by it to its end.
                later[kind] = dict(rng.sample(sorted(later[kind].items()), len(later[kind]) - 1))
        found.append(loaded(later))
    rng.shuffle(found)
    return found
