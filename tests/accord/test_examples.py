"""The example accords day by day against the dates that the instruments themselves give, not against our own output."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from importlib import resources
from typing import Any

import pytest

from veedor.accord.check import problems
from veedor.accord.dated import read_dated
from veedor.accord.dates import DAY_US, date_of, instant_us_of
from veedor.accord.evaluate import evaluate
from veedor.accord.examples import NAMES, example_accord, example_files, example_statements
from veedor.accord.load import read_accord
from veedor.accord.strict_yaml import plain, read_yaml
from veedor.accord.verdict import MeasureVerdict, Verdict
from veedor.accord.zones import differences, zone_of
from veedor.errors import InputError
from veedor.mission.statements.bodies import Deposit, Restate

MINUTE_US = 60_000_000


def us(text: str) -> int:
    return instant_us_of(text, "test")


@cache
def at(name: str, instant_us: int) -> Verdict:
    return evaluate([example_accord(name)], example_statements(name).timeline(instant_us), instant_us)


def measure(name: str, rule: str, instant_us: int) -> MeasureVerdict:
    return next(each for each in at(name, instant_us).measures if each.id == rule)


def states(name: str, rule: str, first: str, last: str, of: Callable[[MeasureVerdict], str]) -> list[tuple[str, str]]:
    """(day, state) at noon UTC of each day from first to last on which it is another than on the day before."""
    found: list[tuple[str, str]] = []
    day_us = us(f"{first}T12:00Z")
    while day_us <= us(f"{last}T12:00Z"):
        said = of(measure(name, rule, day_us))
        if not found or found[-1][1] != said:
            found.append((first if not found else date(day_us), said))
        day_us += DAY_US
    return found


def date(instant_us: int) -> str:
    return date_of(instant_us // DAY_US)


def test_general_licence_44_by_the_day() -> None:
    """Granted 2023-10-18 for six months, warning 2024-01-30, not renewed, wound down until 2024-05-31T04:01Z."""
    assert states("venezuela_licences", "gl44", "2023-10-17", "2024-06-02", lambda m: m.state) == [
        ("2023-10-17", "proposed"),
        ("2023-10-19", "active"),
        ("2024-01-31", "warned"),
        ("2024-04-18", "suspended"),
        ("2024-05-31", "lapsed"),
    ]
    assert measure("venezuela_licences", "gl44", us("2023-10-18T16:00Z")).state == "active"
    assert measure("venezuela_licences", "gl44", us("2024-01-30T18:00Z")).state == "warned"


def test_what_the_authority_did_about_general_licence_44_stands_in_a_column_of_its_own() -> None:
    assert states("venezuela_licences", "gl44", "2023-10-17", "2024-06-02", lambda m: m.did) == [
        ("2023-10-17", "nothing"),
        ("2023-10-19", "implemented"),
        ("2024-01-31", "warned"),
        ("2024-04-18", "suspended"),
        ("2024-05-31", "ended"),
    ]
    early = measure("venezuela_licences", "gl44", us("2024-04-17T20:00Z")).difference
    assert early is not None and (early.follows, early.did, early.age_us) == ("warned", "suspended", 4 * 3600 * 10**6)
    assert measure("venezuela_licences", "gl44", us("2024-04-18T12:00Z")).difference is None


def test_general_licence_44_lapses_to_the_minute() -> None:
    end = us("2024-05-31T04:01Z")
    assert measure("venezuela_licences", "gl44", end - MINUTE_US).state == "suspended"
    assert measure("venezuela_licences", "gl44", end).state == "lapsed"
    assert measure("venezuela_licences", "gl44", us("2024-04-20T12:00Z")).ends_us == end


def test_new_business_is_no_wind_down() -> None:
    assert example_accord("venezuela_licences").accord.measures["gl44"].wind_down.new_business == "forbidden"


def test_one_licence_of_the_package_ends_while_the_other_stays() -> None:
    """General License 43 revoked 2024-01-29, ended 2024-02-13T05:01Z; General License 44 ran on."""
    end = us("2024-02-13T05:01Z")
    assert measure("venezuela_licences", "gl43", us("2024-01-29T18:00Z")).marks == ("withdrawn",)
    assert measure("venezuela_licences", "gl43", us("2024-01-28T18:00Z")).marks == ()
    assert measure("venezuela_licences", "gl43", end - MINUTE_US).state == "active"
    assert measure("venezuela_licences", "gl43", end).state == "snapped_back"
    assert measure("venezuela_licences", "gl44", end).state == "warned"


def test_what_was_kept_stays_kept_though_relief_ends() -> None:
    """Partial compliance was acknowledged on 1 December 2023, yet relief ended: verdicts are per obligation."""
    said = {each.id: each.state for each in at("venezuela_licences", us("2024-05-31T12:00Z")).obligations}
    assert said == {"process": "met", "candidates": "breached"}


def test_resolution_2231_by_the_day() -> None:
    """Notice 2025-08-28, failed vote 2025-09-19, back in force 2025-09-28T00:00Z."""
    back = us("2025-09-28T00:00Z")
    assert states("resolution_2231", "relief", "2025-08-20", "2025-10-20", lambda m: m.state) == [
        ("2025-08-20", "active"),
        ("2025-09-28", "snapped_back"),
    ]
    assert measure("resolution_2231", "relief", back - 1).state == "active"
    assert measure("resolution_2231", "relief", back).state == "snapped_back"
    assert measure("resolution_2231", "relief", us("2016-01-16T12:00Z")).state == "granted"
    assert measure("resolution_2231", "relief", us("2016-01-17T12:00Z")).state == "active"


def test_a_failed_vote_is_kept_and_changes_nothing() -> None:
    before, after = (at("resolution_2231", us(f"2025-09-{day}T12:00Z")) for day in (18, 20))
    assert [each.state for each in before.measures] == [each.state for each in after.measures]
    assert before.upcoming == after.upcoming
    assert not after.ignored
    failed = [line for line in example_statements("resolution_2231").lines if line.type == "event"]
    assert [line.fact.body.outcome for line in failed] == ["happened", "failed", "failed"]  # type: ignore[union-attr]


def test_a_snapback_whose_validity_is_contested_is_shown_with_both_positions() -> None:
    relief = measure("resolution_2231", "relief", us("2025-10-01T12:00Z"))
    assert relief.marks == ("contested",)
    assert [(each.party, each.position) for each in relief.positions] == [("france", "invalid"), ("iran", "valid")]


def test_a_challenge_inspection_counts_each_deadline_from_its_own_event() -> None:
    """12 hours of notice, 36 to the perimeter, 72 of talks, 108 from the point of entry to access, 84 of stay."""
    found = {each.id: each.occurrences[0] for each in at("challenge_inspection", us("2026-03-20T12:00Z")).obligations}
    assert {name: each.due_us for name, each in found.items()} == {
        "notice": us("2026-03-03T00:00Z"),
        "transport": us("2026-03-04T18:00Z"),
        "perimeter": us("2026-03-07T18:00Z"),
        "access": us("2026-03-07T18:00Z"),
        "stay": us("2026-03-11T06:00Z"),
        "findings": us("2026-03-14T06:00Z"),
    }
    assert {each.state for each in found.values()} == {"met"}


def test_a_second_inspection_is_late_at_every_step_that_was_late() -> None:
    found = {each.id: each.occurrences for each in at("challenge_inspection", us("2026-04-20T12:00Z")).obligations}
    assert {name: each[1].state for name, each in found.items() if len(each) > 1} == {
        "notice": "breached",
        "transport": "breached",
        "perimeter": "breached",
        "access": "breached",
    }


def test_the_deal_of_doha_in_its_course() -> None:
    """Delivered, late, cured; relief two days late; then late again: warned, breached, suspended, lapsed."""
    assert states("doha", "oil_waiver", "2026-08-30", "2026-12-15", lambda m: m.state) == [
        ("2026-08-30", "proposed"),
        ("2026-09-03", "active"),
        ("2026-09-14", "warned"),
        ("2026-10-14", "suspended"),
        ("2026-11-29", "lapsed"),
    ]
    delay = measure("doha", "oil_waiver", us("2026-09-10T12:00Z")).delays[0]
    assert (delay.party, delay.due_us, delay.done_us) == ("b", us("2026-09-01T04:00Z"), us("2026-09-03T12:00Z"))
    radar = next(each for each in at("doha", us("2026-10-15T12:00Z")).obligations if each.id == "radar")
    assert [each.state for each in radar.occurrences[:5]] == ["met", "met", "cured", "met", "breached"]


@pytest.mark.parametrize("name", NAMES)
def test_accord_check_finds_nothing_wrong_with_an_example(name: str) -> None:
    assert problems(example_accord(name)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_an_example_is_ignored(name: str) -> None:
    last = example_statements(name).lines[-1].at_us
    assert at(name, last + DAY_US).ignored == ()


@pytest.mark.parametrize("name", NAMES)
def test_the_tables_of_zones_in_the_examples_are_those_of_the_database(name: str) -> None:
    for zone, table in example_accord(name).accord.zones.items():
        assert differences(zone_of(zone, table), (2023, 2024) if table.changes else (2026, 2029)) == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("type: grant", "type: gift"), "no such type"),
        (("at: 2024-05-31T04:01Z, party", "at: 2024-04-31T04:01Z, party"), "no date"),
        (("at: 2024-05-31T04:01Z, party", "at: 2022-05-31T04:01Z, party"), "backwards"),
        (("act: warned", "act: scolded"), "scolded"),
        (("schema: dated-statements/1", "schema: dated-statements/2"), "no file of dated statements"),
        (('source: "model', 'sauce: "model'), "no dated statement"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(change: tuple[str, str], found: str) -> None:
    text = resources.files("veedor.accord.examples").joinpath("venezuela_licences", "statements.yaml").read_text()
    assert change[0] in text
    with pytest.raises(InputError) as refused:
        read_dated(text.replace(*change, 1).encode(), "x.yaml", {1: "0" * 64})
    assert found in str(refused.value) and refused.value.place and refused.value.place.startswith("line ")


def test_a_figure_whose_period_runs_backwards_is_refused() -> None:
    """As in a log, where it is void: no evaluator looks again."""
    text = resources.files("veedor.accord.examples").joinpath("venezuela_licences", "statements.yaml").read_text()
    line = (
        '  - {at: 2024-06-02T00:00Z, party: us, type: figure, source: "model", '
        'says: {figure: exports, start: 2024-06-01T00:00Z, end: 2024-05-01T00:00Z, value: "1"}}\n'
    )
    assert text.endswith("\n")
    with pytest.raises(InputError, match="runs backwards") as refused:
        read_dated((text + line).encode(), "x.yaml", {1: "0" * 64})
    assert refused.value.place and refused.value.place.startswith("line ")


DEPOSITED = """
  - {at: 2024-06-02T00:00Z, party: us, type: deposit, source: "model", name: radar, says: {classes: [plots],
     recorder: civil_radar, start: 2024-05-01T00:00Z, end: 2024-06-01T00:00Z, completeness: partial}}
  - {at: 2024-06-03T00:00Z, party: us, type: restate, source: "model", says: {deposit: radar,
     start: 2024-05-01T00:00Z, end: 2024-06-01T00:00Z,
     outages: [{start: 2024-05-03T00:00Z, end: 2024-05-04T00:00Z}]}}
""".lstrip("\n")


def test_a_deposit_is_restated_by_its_name() -> None:
    text = resources.files("veedor.accord.examples").joinpath("venezuela_licences", "statements.yaml").read_text()
    *_, deposit, said = read_dated((text + DEPOSITED).encode(), "x.yaml", {1: "0" * 64}).lines
    assert isinstance(deposit.fact.body, Deposit) and deposit.fact.body.period.completeness == "partial"
    assert isinstance(said.fact.body, Restate) and said.fact.body.period.completeness == "complete"
    assert said.fact.body.deposit == deposit.fact.digest and len(said.fact.body.outages) == 1


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("party: us, type: restate", "party: ve, type: restate"), "did not make"),
        (("type: deposit", "type: attest"), "not in order"),
        (("deposit: radar", "deposit: " + "ab" * 32), "did not make"),
        (("deposit: radar", "deposit: rudder"), "matching"),
        (("end: 2024-05-04", "end: 2024-05-03"), "runs backwards"),
        (("end: 2024-06-01T00:00Z, completeness", "end: 2024-05-01T00:00Z, completeness"), "runs backwards"),
        (("end: 2024-05-04T00:00Z", "end: 2024-05-04T00:01Z"), "multiple"),
        (("completeness: partial", "completeness: whole"), "whole"),
    ],
)
def test_a_restatement_that_a_log_would_not_count_is_refused(change: tuple[str, str], found: str) -> None:
    text = resources.files("veedor.accord.examples").joinpath("venezuela_licences", "statements.yaml").read_text()
    assert DEPOSITED.count(change[0]) == 1
    with pytest.raises(InputError) as refused:
        read_dated((text + DEPOSITED.replace(*change)).encode(), "x.yaml", {1: "0" * 64})
    assert found in str(refused.value) and refused.value.place and refused.value.place.startswith("line ")


# What may stand in the place of any value: other kinds of value, numbers out of bounds, words of other fields.
_ODD: tuple[Any, ...] = (
    *("", "1sust", "-1", "9" * 30, "1e400", "2199-12-31T23:59Z", "deposit", "attest", "sign_accord", "notice"),
    *([], ["a"], [["a"]], [{"a": "b"}], {}, {"a": "b"}, None),
)


@pytest.mark.parametrize("name", ["doha", "venezuela_licences"])
def test_whatever_stands_in_the_place_of_a_value_it_is_read_or_refused_with_its_place(name: str) -> None:
    """Every field of every type of line, once, with every odd value in its place."""
    files = example_files(name)
    tree: Any = plain(read_yaml(files["statements.yaml"], "s.yaml"))
    digest = read_accord(files["accord.yaml"], "a.yaml").digest
    lines = {line["type"]: line for line in tree["statements"]}  # the last of each type
    day = {"start": "2026-05-01T00:00Z", "end": "2026-05-02T00:00Z"}
    anew = {"deposit": "radar", **day, "completeness": "partial", "outages": [day]}
    lines["restate"] = tree["statements"][-1] | {"type": "restate", "says": anew}
    refused = 0
    for line in lines.values():
        for path in _paths(line):
            for odd in _ODD:
                changed = json.dumps(tree | {"statements": [_put(line, path, odd)]}).replace("null", "~")
                try:
                    read_dated(changed.encode(), "s.yaml", {1: digest})
                except InputError as error:
                    assert error.place and error.place.startswith("line "), (path, odd)
                    refused += 1
    assert refused > 50 * len(lines)


def _paths(value: Any) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield (key,)
        yield from ((key, *rest) for rest in _paths(each))


def _put(value: Any, path: tuple[Any, ...], odd: object) -> Any:
    if not path:
        return odd
    copied = copy(value)
    copied[path[0]] = _put(value[path[0]], path[1:], odd)
    return copied
