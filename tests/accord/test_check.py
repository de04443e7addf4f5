"""What `accord check` refuses before anybody signs, each with its line and column."""

# ruff: noqa: UP031, E501 # the text of accords is full of braces
from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from tests.accord.timelines import accord_text, an_accord, days, hours, measure, obligation
from veedor.accord.check import problems
from veedor.accord.load import read_accord, schema_text
from veedor.errors import InputError

THIN = (Path(__file__).parent / "data/thin.yaml").read_bytes()
EXAMPLE = re.search(
    r"```yaml\n(.*?)```", (Path(__file__).parents[2] / "docs/decisions/0009-accord.md").read_text(), re.S
)


def found(obligations=None, measures=None, **sections: str) -> list[str]:
    return [each.problem for each in problems(an_accord(obligations, measures, **sections))]


def test_the_examples_can_be_signed() -> None:
    assert problems(read_accord(THIN, "thin.yaml")) == ()
    assert EXAMPLE is not None
    assert problems(read_accord(EXAMPLE[1].encode(), "example.yaml")) == ()


def test_the_json_schema_accepts_what_is_read_and_refuses_an_unknown_word() -> None:
    schema = json.loads(schema_text())
    plain = msgspec.to_builtins(read_accord(THIN, "thin.yaml").accord)
    Draft202012Validator(schema).validate(json.loads(json.dumps(plain)))
    plain["measures"]["waiver"]["term"]["then"] = "extend"
    assert not Draft202012Validator(schema).is_valid(json.loads(json.dumps(plain)))


@pytest.mark.parametrize("kind", ["open_discrepancies", "inspections_refused"])
def test_a_metric_over_statements_that_do_not_exist_yet_is_refused_by_name(kind: str) -> None:
    metrics = "{radar: {kind: %s, party: a}}" % kind
    (problem,) = [each for each in found(metrics=metrics) if "do not exist yet" in each]
    assert problem.startswith("metrics.radar.kind: the metric radar asks for statements of the type ")


@pytest.mark.parametrize("word", ["undetermined", "disputed", "excused"])
def test_a_measure_that_does_not_say_what_undetermined_disputed_and_excused_do_is_refused(word: str) -> None:
    text = accord_text().replace(f"{word}: no_effect", "").replace("{, ", "{").replace(", ,", ",").replace(", }", "}")
    with pytest.raises(Exception, match=word) as error:
        read_accord(text.encode(), "x.yaml")
    assert "line" in str(error.value)


CASES = {
    "a party that is none": ({"radar": obligation(debtor="c")}, None, {}, "this name leads nowhere"),
    "an obligation to oneself": ({"radar": obligation(creditor="a")}, None, {}, "nobody owes himself"),
    "too few authorities": (None, {"waiver": measure(grant="{need: [t1], of: 2, by: %s}" % days("accord.in_force", 2))}, {}, "can never be granted"),
    "a measure that starts on what it needs itself": (
        {"radar": obligation(arises="{each: once, since: %s}" % days("active.waiver", 0), due=days("active.waiver", 3))},
        {"waiver": measure(starts_when="[radar]")},
        {},
        "can never arise",
    ),
    "a deadline that comes only once it is met": ({"radar": obligation(due=days("met.radar", 3))}, {}, {}, "a circle"),
    "relief promised once it is granted": (None, {"waiver": measure(grant="{need: [t1], of: 1, by: %s}" % days("granted.waiver", 2))}, {}, "a circle"),
    "two obligations that wait for each other": (
        {
            "radar": obligation(arises="{each: once, since: %s}" % days("met.files", 0), due=days("met.files", 9)),
            "files": obligation(arises="{each: once, since: %s}" % days("met.radar", 0), due=days("met.radar", 9)),
        },
        {},
        {},
        "can never arise",
    ),
    "due before it begins": ({"radar": obligation(arises="{each: once, since: %s}" % days("accord.in_force", 20))}, {}, {}, "due before it begins"),
    "an anchor of another rule": ({"radar": obligation(cure="{starts: late, within: %s}" % days("own.notice", 5))}, {}, {}, "not what it can be counted from"),
    "a cure of no time": ({"radar": obligation(cure="{starts: late, within: %s}" % hours("own.late", 0))}, {}, {}, "too short"),
    "thousands of years": (None, {"waiver": measure(term="{ends: {anchor: own.active, amount: 999999, unit: calendar_days, zone: UTC, counting: excluded, ends: '24:00'}, then: lapse, renewal: new_grant}")}, {}, "too long"),
    "windows of an hour": ({"radar": obligation(arises="{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), hours("window.start", 1)))}, {}, {}, "shorter than a day"),
    "implemented after it ends": (None, {"waiver": measure(implemented_by=days("own.active", 30))}, {}, "need not be implemented before"),
    "more than all": ({"radar": obligation(met_when="{test: at_least, metric: radar, value: 11/10}")}, {}, {}, "can never hold"),
    "both at once": ({"radar": obligation(met_when="{test: all, of: [{test: at_least, metric: papers, value: '5'}, {test: at_most, metric: papers, value: '3'}]}")}, {}, {}, "can never hold"),
    "three of two": ({"radar": obligation(met_when="{test: n_of, n: 3, of: [{test: happened, event: access}, {test: happened, event: ask}]}")}, {}, {}, "can never hold"),
    "at least nothing": ({"radar": obligation(met_when="{test: at_least, metric: radar, value: '0'}")}, {}, {}, "always holds"),
    "one key for two authorities": (None, None, {"authorities": "{%s}" % ", ".join("t%d: {party: b, name: {en: T, es: T}, key: '%s'}" % (n, "ab" * 32) for n in (1, 2, 3))}, "would count as two"),
    "an authority of the other side": (None, None, {"authorities": "{%s}" % ", ".join("t%d: {party: a, name: {en: T, es: T}, key: ''}" % n for n in (1, 2, 3))}, "this name leads nowhere"),
    "version 2 that supersedes nothing": (None, None, {"version": "2"}, "supersedes"),
    "force that depends on a rule": (None, None, {"in_force": days("met.radar", 0)}, "not what it can be counted from"),
    "a zone that is not carried": (None, None, {"in_force": "{anchor: accord.signed, amount: 1, unit: calendar_days, zone: America/Lima, counting: excluded, ends: '24:00'}"}, "cannot be computed"),
    "a date before the Gregorian reform": (None, None, {"dates": "{vote: {text: {en: v, es: v}, at: 1492-10-12T00:00Z}}"}, "no date of the calendar"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_stand_is_told_with_its_place(name: str) -> None:
    obligations, measures, sections, wanted = CASES[name]
    told = problems(an_accord(obligations, measures, **sections))
    assert any(wanted in each.problem for each in told), [each.problem for each in told]
    assert all(re.fullmatch(r"line [0-9]+, column [0-9]+", each.place or "") for each in told)
    assert all(each.place != "line 1, column 1" for each in told)


def test_what_waits_in_a_circle_is_told_link_by_link() -> None:
    """Two measures, each of which starts on what begins only once the other is active."""
    rules = {
        name: obligation(arises="{each: once, since: %s}" % days(f"active.{other}", 0), due=days(f"active.{other}", 9))
        for name, other in (("radar", "release"), ("files", "waiver"))
    }
    measures = {"waiver": measure(starts_when="[radar]"), "release": measure(starts_when="[files]")}
    told = {each.problem: each.found for each in problems(an_accord(rules, measures))}
    assert told["measures.waiver.starts_when: this measure can never run: these can never be met"] == (
        "met.radar waits for active.release, that for met.files, that for active.waiver, that for met.radar: a circle"
    )
    assert told["obligations.files.arises: this obligation can never arise"] == (
        "active.waiver waits for met.radar, that for active.release, that for met.files, that for active.waiver: a circle"
    )


def test_a_field_that_is_missing_and_a_number_that_is_none_are_told_in_words() -> None:
    lacking = accord_text().replace("    citation: Section 1\n", "", 1)
    with pytest.raises(InputError) as error:
        read_accord(lacking.encode(), "x.yaml")
    assert (error.value.expected, error.value.found) == ("the field `citation`", "measures.waiver without it")
    with pytest.raises(InputError, match="a whole number as it is written shortest, such as 10"):
        read_accord(accord_text().replace("amount: 24,", "amount: 024,", 1).encode(), "x.yaml")
