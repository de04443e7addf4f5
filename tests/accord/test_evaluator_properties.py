"""What holds of every accord and every log: order means nothing, silence extends nothing, what was seen stays.

Accords and logs are generated, with parties that say whatever they like (generated.py).
"""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.accord.generated import logs
from tests.accord.timelines import START_US, Days
from veedor.accord.dates import DAY_US
from veedor.accord.evaluate import evaluate
from veedor.accord.load import LARGEST_CANONICAL, Loaded, read_accord
from veedor.accord.timeline import Fact, Timeline
from veedor.accord.verdict import Transition, Verdict
from veedor.log.canonical_json import canonical_bytes, parse_canonical

UNTIL = 26
EXAMPLES = settings(max_examples=40, deadline=None)

NEXT_OBLIGATION = {
    "pending": {"due"},
    "due": {"met", "late", "released", "disputed", "undetermined", "breached", "excused"},
    "late": {"in_cure", "cured", "breached", "excused", "disputed", "met"},
    "in_cure": {"cured", "breached", "excused", "disputed", "undetermined", "met"},
    "breached": {"excused", "disputed", "met"},
    "met": {"disputed", "breached", "excused"},
    "cured": {"disputed", "breached", "met", "excused"},
    "released": {"disputed", "breached", "met", "excused"},
}
NEXT_MEASURE = {
    "proposed": {"granted"},
    "granted": {"active", "lapsed", "snapped_back"},
    "active": {"warned", "suspended", "lapsed", "snapped_back", "granted"},
    "warned": {"suspended", "lapsed", "snapped_back", "granted"},
    "suspended": {"lapsed", "snapped_back", "granted"},
    "lapsed": {"granted"},
    "snapped_back": {"granted"},
}


def histories(verdict: Verdict) -> dict[str, tuple[Transition, ...]]:
    found = {each.id: each.history for each in verdict.measures}
    for each in verdict.obligations:
        found |= {f"{each.id}.{one.number}": one.history for one in each.occurrences}
    return found


def shuffled(loaded: Loaded, draw) -> Loaded:
    """The same accord with every table in another order."""

    def turn(value):
        if isinstance(value, dict):
            return dict(draw(st.permutations(list(value.items()))))
        return value

    plain = msgspec.to_builtins(loaded.accord)
    other = {name: turn(value) for name, value in plain.items()}
    accord = msgspec.convert(other, type(loaded.accord))
    return replace(loaded, accord=accord)


@EXAMPLES
@given(logs(), st.data())
def test_the_order_of_rules_means_nothing(told: Days, data: st.DataObject) -> None:
    versions = [shuffled(each, data.draw) for each in told.versions]
    assert Days(versions, told.said, told.seals).at(UNTIL) == told.at(UNTIL)


@EXAMPLES
@given(logs(), st.integers(0, 2 * UNTIL))
def test_what_was_seen_at_a_time_stays_seen(told: Days, half_days: int) -> None:
    """A longer log gives the same verdict for an earlier instant, and its histories go on where the earlier ended."""
    day = half_days / 2
    before, after = told.at(day, until=day), told.at(UNTIL)
    said = [each for each in told.said if each[0] <= START_US + day * DAY_US]
    assert Days(told.versions, said, {each for each in told.seals if each <= START_US + day * DAY_US}).at(day) == before
    later = histories(after)
    for name, history in histories(before).items():
        assert later[name][: len(history)] == history


@EXAMPLES
@given(logs())
def test_states_change_only_along_the_ways_there_are_and_by_what_was_logged_or_passed(told: Days) -> None:
    verdict = told.at(UNTIL)
    for each in verdict.obligations:
        for one in each.occurrences:
            for step in one.history:
                assert step.after in NEXT_OBLIGATION.get(step.before, {step.after}), step
            times = [step.at_us for step in one.history]
            assert times == sorted(times)
    for relief in verdict.measures:
        for step in relief.history:
            assert step.after in NEXT_MEASURE[step.before], step
            assert (step.after != "granted") == (not _grants(step, told)), "only signed grants lead back"


def _grants(step: Transition, told: Days) -> bool:
    said = {fact.digest for _, fact in told.said if type(fact.body).__name__ == "Grant"}
    return bool(step.evidence) and set(step.evidence) <= said


@EXAMPLES
@given(logs())
def test_seals_without_statements_move_no_state_but_by_deadlines(told: Days) -> None:
    """However often the log is sealed, every state is the same at the end, and every change has the same time."""
    often = Days(told.versions, told.said, {START_US + hour * DAY_US // 8 for hour in range(8 * UNTIL)})
    assert often.at(UNTIL) == told.at(UNTIL)


@EXAMPLES
@given(logs())
def test_silence_never_extends(told: Days) -> None:
    """After the last statement no measure ends later than its term, its wind-down or a notice says."""
    verdict = told.at(120)
    for relief in verdict.measures:
        assert relief.state in ("proposed", "granted", "lapsed", "snapped_back"), relief
        assert all(each.what != "lapsed" for each in verdict.upcoming)


@EXAMPLES
@given(logs())
def test_swapping_the_parties_swaps_every_verdict(told: Days) -> None:
    versions, renamed = zip(*(swapped(each) for each in told.versions), strict=True)
    digests = dict(renamed)
    said = [(at, swapped_fact(fact, digests)) for at, fact in told.said]
    timeline = Days(list(versions), said, told.seals).timeline(UNTIL)
    verdict = evaluate(list(versions), Timeline("b", timeline.batches), timeline.time_us)
    assert _exchanged(told.at(UNTIL), digests) == json.loads(msgspec.json.encode(verdict))


SWAP = {"a": "b", "b": "a", "radar_a": "radar_b", "radar_b": "radar_a", "gap_a": "gap_b", "gap_b": "gap_a",
        "s1": "t1", "t1": "s1", "s2": "t2", "t2": "s2"}  # fmt: skip


def exchanged(value, digests):
    """Every party, authority and metric by the name of its counterpart."""
    if isinstance(value, dict):
        return {SWAP.get(key, key): exchanged(each, digests) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [exchanged(each, digests) for each in value]
    if isinstance(value, str):
        return SWAP.get(value, digests.get(value, value))
    return value


def swapped(loaded: Loaded) -> tuple[Loaded, tuple[str, str]]:
    canonical = canonical_bytes(exchanged(parse_canonical(loaded.canonical, largest=LARGEST_CANONICAL), {}))
    other = read_accord(canonical, "swapped.json")
    return other, (loaded.digest, other.digest)


def swapped_fact(fact: Fact, digests) -> Fact:
    body = msgspec.convert(exchanged(msgspec.to_builtins(fact.body), digests), type(fact.body))
    return Fact(SWAP.get(fact.party, fact.party), fact.digest, body)


def _exchanged(verdict: Verdict, digests):
    """The verdict with the names exchanged, its sorted lists sorted anew."""
    plain = exchanged(msgspec.to_builtins(verdict), digests)
    plain["parties"].sort(key=lambda each: each["party"])
    for version in plain["versions"]:
        version["signatures"].sort(key=lambda each: each["party"])
        version["missing"].sort()
    for each in plain["obligations"]:
        for one in each["occurrences"]:
            one["withheld_by"].sort()
            _reasons(one["history"])
    for each in plain["measures"]:
        each["granted_by"].sort()
        each["positions"].sort(key=lambda one: one["party"])
        uses = {one["source"]: one for one in each["uses"]}
        each["uses"] = [uses[source] for source in ("b", "a")]
        _reasons(each["history"])
    return plain


def _reasons(history) -> None:
    """Names in a reason stand as one text, ascending."""
    for step in history:
        if ", " in step["about"]:  # a single name was exchanged already
            step["about"] = ", ".join(sorted(SWAP.get(each, each) for each in step["about"].split(", ")))


@EXAMPLES
@given(logs(least=5), st.data())
def test_the_order_within_one_seal_means_nothing_but_for_signatures_of_the_accord(told: Days, data) -> None:
    """Deposits, documents and figures of one seal may stand in any order."""
    evidence = [each for each in told.said if type(each[1].body).__name__ in ("Deposit", "Attest", "FigureSaid")]
    rest = [each for each in told.said if each not in evidence]
    periods = [(fact.party, fact.body.start_us) for _, fact in evidence if type(fact.body).__name__ == "FigureSaid"]
    if len(set(periods)) == len(periods):
        one = Days(told.versions, [*rest, *evidence], told.seals).at(UNTIL)
        other = Days(told.versions, [*rest, *data.draw(st.permutations(evidence))], told.seals).at(UNTIL)
        assert states(one) == states(other)


def states(verdict: Verdict):
    found = histories(verdict)
    return {name: [(step.at_us, step.after) for step in history] for name, history in found.items()}


@EXAMPLES
@given(logs())
def test_a_verdict_has_canonical_bytes_so_that_all_sign_the_same(told: Days) -> None:
    verdict = told.at(UNTIL)
    said = canonical_bytes(msgspec.to_builtins(verdict))
    assert msgspec.convert(parse_canonical(said, largest=LARGEST_CANONICAL), Verdict) == verdict
