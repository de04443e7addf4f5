"""Accords that no party should sign: each is refused with its line and column, whatever its author meant by it."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.accord.timelines import (
    accord_text,
    days,
    measure,
    obligation,
)
from veedor.accord.check import problems
from veedor.accord.load import read_accord
from veedor.errors import InputError


def refused(text: str) -> Iterator[InputError]:
    """Everything that reading or checking has against it."""
    try:
        loaded = read_accord(text.encode(), "hostile.yaml")
    except InputError as error:
        yield error
    else:
        yield from problems(loaded)


LONG = "{anchor: accord.in_force, amount: %s, unit: hours, zone: UTC, counting: elapsed, ends: instant}"
RADAR = "  radar:\n" + obligation()
GOOD = accord_text()
HOSTILE = {
    "an anchor": GOOD.replace("article: Art. 1", "article: &x Art. 1"),
    "an alias": GOOD.replace("article: Art. 1", "article: *x"),
    "a merge key": GOOD.replace("    article: Art. 1", "    <<: {article: Art. 1}"),
    "a tag": GOOD.replace("article: Art. 1", "article: !!str Art. 1"),
    "a duplicate key": GOOD.replace("    article: Art. 1", "    article: Art. 1\n    article: Art. 2"),
    "no as a number": GOOD.replace("version: 1", "version: no"),
    "an octal number": GOOD.replace("of: 2", "of: 010"),
    "a number with a sign": GOOD.replace("of: 2", "of: +2"),
    "a float": GOOD.replace("of: 2", "of: 2.0"),
    "a second document": GOOD + "---\nschema: accord/1\n",
    "two obligations that wait for each other": accord_text(
        {
            "radar": obligation(arises="{each: once, since: %s}" % days("met.papers", 0), due=days("met.papers", 3)),
            "papers": obligation(arises="{each: once, since: %s}" % days("met.radar", 0), due=days("met.radar", 3)),
        }
    ),
    "a measure that waits for itself": accord_text(
        None, {"waiver": measure(grant="{need: [t1], of: 1, by: %s}" % days("active.waiver", 1))}
    ),
    "a duration of a billion years": accord_text({"radar": obligation(due=LONG % "8766000000000")}),
    "a duration beyond all integers": accord_text({"radar": obligation(due=LONG % ("9" * 400))}),
    "a hundred thousand obligations": GOOD.replace(
        RADAR, "".join(f"  r{number}:\n{obligation()}" for number in range(100_000))
    ),
    "more obligations than there may be": GOOD.replace(
        RADAR, RADAR + "".join(f"  r{number}: {{debtor: a}}\n" for number in range(501))
    ),
    "a date before the Gregorian reform": GOOD.replace(
        "dates: {}", "dates: {old: {text: {en: old, es: viejo}, at: 1582-10-04T00:00Z}}"
    ),
    "a day that no calendar has": GOOD.replace(
        "dates: {}", "dates: {odd: {text: {en: odd, es: raro}, at: 2026-02-30T00:00Z}}"
    ),
    "brackets a hundred levels deep": GOOD.replace("zones: {}", "zones: " + "[" * 100 + "]" * 100),
    "no effect for what cannot be told": GOOD.replace("when: {undetermined: no_effect, ", "when: {"),
    "a metric whose statements do not exist": GOOD.replace(
        "metrics: {", "metrics: {open: {kind: open_discrepancies, party: a}, "
    ),
    "a measure that too few can grant": GOOD.replace("need: [t1, t2, t3], of: 2", "need: [t1], of: 2"),
    "a party that there is not": GOOD.replace("debtor: a", "debtor: c"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_nobody_signs_an_accord_with(what: str) -> None:
    assert HOSTILE[what] != GOOD and not list(refused(GOOD))
    found = list(refused(HOSTILE[what]))
    assert found, "it was taken"
    first = found[0]
    assert first.file == "hostile.yaml"
    assert re.search(r"line \d+, column \d+", first.place or ""), first
    assert len(str(first)) < 2_000 and len(found) <= 1_000
