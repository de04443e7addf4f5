"""Statements of accords in a log: who may make them, who else signs, what is void; both verifiers agree."""

# the text of accords is full of braces
from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.accord.timelines import an_accord, days
from tests.mission.stage import a_deposit, a_run, some_findings
from tests.page.bodies import H32, SOUND, US
from tests.page.chapters import private
from tests.page.saying import Said
from tests.page.second import b64, judged
from tests.page.test_missions import first_fold, outcomes, second_folds
from tests.page.test_same_determinations import plain, told
from veedor.accord.from_log import READ, timeline_of
from veedor.accord.load import Loaded
from veedor.accord.statements import KINDS, WITH_MISSION
from veedor.mission.state.fold import fold

pytestmark = pytest.mark.page

NAMES = [f"{kind.type.name}/{kind.type.urn.rpartition(':')[2]}" for kind in KINDS]


def judged_alike(said: Said) -> str:
    """What becomes of each entry, as both verifiers say."""
    (second,) = second_folds([said.entries])
    assert second == {"ok": True, **first_fold(said.entries, WITH_MISSION)}
    assert second["unknown"] == []
    return outcomes(second)


def test_parties_alone_bind_themselves_and_every_member_may_tell_what_it_knows() -> None:
    """`no` observes, `qa` mediates, `ve` and `co` are parties. A claim comes first, for the others to answer."""
    told_by_all = {
        "event/1",
        "figure/1",
        "withhold/1",
        "determination/1",
        "determination/2",
        "meeting/1",
        "claim/1",
        "answer/1",
    }
    for name in NAMES:
        said = Said()
        claim = said.say("co", "claim", SOUND["claim/1"])
        body: Any = (
            SOUND[name] | ({"claim": claim} if name == "answer/1" else {}) | ({"key": ""} if name == "act/1" else {})
        )
        for member in ("no", "qa", "ve"):
            said.say(member, name, body)
        wanted = ". . . ." if name in told_by_all else ". not_allowed not_allowed ."
        assert judged_alike(said) == wanted, name


@pytest.mark.parametrize("name", ["grant", "act"])
def test_an_authority_that_has_a_key_signs_beside_its_party(name: str) -> None:
    said = Said()
    key = said.key("qa", "recovery")
    body: dict[str, Any] = SOUND[f"{name}/1"]
    said.say("ve", name, body | {"key": key.public.hex()}, [said.key("ve"), key])
    said.say("ve", name, body | {"key": key.public.hex()})
    said.say("ve", name, body | {"key": ""}, [said.key("ve"), key])
    said.say("ve", name, body | {"key": ""})
    assert judged_alike(said) == ". wrong_signers wrong_signers ."


def test_nobody_signs_beside_the_author_of_anything_else() -> None:
    for name in set(NAMES) - {"grant/1", "act/1"}:
        said = Said()
        claim = said.say("co", "claim", SOUND["claim/1"])
        body: Any = SOUND[name] | ({"claim": claim} if name == "answer/1" else {})
        said.say("ve", name, body, [said.key("ve"), said.key("co")])
        assert judged_alike(said) == ". wrong_signers", name


def test_what_no_text_of_an_accord_could_make_sense_of_is_void() -> None:
    said = Said()
    for end_us in (US - 1, US, US + 1):
        said.say("ve", "figure", SOUND["figure/1"] | {"end_us": end_us})
        said.say("ve", "claim", SOUND["claim/1"] | {"until_us": end_us})
    for by in ("no", "somebody"):
        said.say("ve", "withhold", SOUND["withhold/1"] | {"by": by})
    for came in ([], ["co", "no", "qa", "ve"], ["ve", "co"], ["co", "co"], ["co", "somebody"], ["somebody"]):
        said.say("ve", "meeting", SOUND["meeting/1"] | {"came": came})
    assert judged_alike(said).split() == [
        *("bad_period", "bad_period", "bad_period", ".", ".", "."),
        *(".", "unknown_party"),
        *(".", ".", "list_not_sorted", "list_not_sorted", "unknown_party", "unknown_party"),
    ]


def test_an_answer_is_to_what_another_said_before_and_counts() -> None:
    said = Said()
    claim = said.say("co", "claim", SOUND["claim/1"])
    void = said.say("co", "claim", SOUND["claim/1"] | {"until_us": US - 1})
    for author, to in (("ve", claim), ("qa", claim), ("co", claim), ("ve", H32), ("ve", void)):
        said.say(author, "answer", SOUND["answer/1"] | {"claim": to})
    assert judged_alike(said) == ". bad_period . . not_allowed unknown_statement unknown_statement"


def test_both_verifiers_read_the_same_timeline_from_a_log() -> None:
    """Every statement that an evaluator reads, each seal with its own; what is void or read by none has no type."""
    said = Said()
    both = [said.key("ve"), said.key("co")]
    claim = said.say("co", "claim", SOUND["claim/1"])
    for name in NAMES:
        body: Any = (
            SOUND[name] | ({"claim": claim} if name == "answer/1" else {}) | ({"key": ""} if name == "act/1" else {})
        )
        said.say("ve", name, body)
    said.say("ve", "figure", SOUND["figure/1"] | {"end_us": US})
    said.seal({"co": 5, "qa": 60, "ve": 0})
    said.say("ve", "adopt", {"document": "accord", "digest": H32, "from_us": 0}, both)
    said.say("ve", "attest", SOUND["attest/1"])
    deposit = said.say("co", "deposit", a_deposit(private(), party="co"))
    said.say("co", "restate", SOUND["restate/1"] | {"deposit": deposit, "outages": []})
    run = said.say("ve", "run", a_run(private()))
    said.say("ve", "findings", some_findings(private(), run))
    rooted = SOUND["findings/2"] | {"run": said.say("ve", "run", a_run(private()))}
    said.say("ve", "findings/2", rooted)
    said.say("qa", "receipt", {"party": "ve", "seq": 99, "statement": H32, "received_us": US})
    said.say("ve", "handover", {"appender": "co"}, both)
    said.seal({"co": 70, "qa": 80, "ve": 90}, by="co")
    said.say("ve", "notice", SOUND["notice/1"])
    (answer,) = judged([{"judge": "timeline", "entries": [b64(entry) for entry in said.entries]}])
    state = fold(said.entries, WITH_MISSION)
    wanted = told(timeline_of(said.entries, state))
    read = [fact["type"] for batch in wanted["batches"] for fact in batch["facts"]]
    assert set(read) - {None} == {kind.name for kind in READ.values()}, "each is read once at least"
    assert read.count("findings") == read.count("determination") == 2, "each number of them"
    kept = ("digest", "type", "party", "body", "signers")
    for timeline in (answer["timeline"], wanted):
        for batch in timeline["batches"]:
            batch["facts"] = [
                {name: fact[name] for name in kept} if fact["type"] else fact["digest"] for fact in batch["facts"]
            ]
    assert answer["timeline"] == plain(wanted)


ROLES: dict[str, Any] = {"a": "party", "b": "party", "qa": "mediator", "ve": "observer"}


def accords_of(said: Said, *versions: Loaded) -> list[dict[str, Any]]:
    """What the page says of each accord of which these files are versions."""
    files = {f"accords/{each.digest}.json": b64(each.canonical) for each in versions}
    (answer,) = judged([{"judge": "accords", "entries": [b64(entry) for entry in said.entries], "files": files}])
    return answer["accords"]  # type: ignore[no-any-return]


def test_accords_stand_by_name_in_whatever_order_their_files_come() -> None:
    said = Said(ROLES)
    some = [an_accord(accord=name) for name in ("test", "another", "pact")]
    for versions in permutations(some, 3):
        assert [each["verdict"]["accord"] for each in accords_of(said, *versions)] == ["another", "pact", "test"]


def test_what_survives_is_said_by_the_version_in_force_not_by_a_later_one_that_never_came_into_force() -> None:
    at_once = days("own.notice", 0)
    survives = "{suspend: %s, withdraw: %s, survives: [%s]}"
    first = an_accord(participation=survives % (at_once, at_once, "radar"))
    later = {"version": "2", "supersedes": first.digest, "in_force": days("accord.signed", 90)}
    second = an_accord(participation=survives % (at_once, at_once, "waiver"), **later)
    said = Said(ROLES)
    for version in (first, second):
        for party in ("a", "b"):
            body = {"accord": "test", "version": version.accord.version, "digest": version.digest}
            said.say(party, "sign_accord", body)
    said.say("a", "notice", {"accord": "test", "kind": "withdraw", "of": "", "occurrence": 0})
    said.seal({"a": 0, "b": 60, "qa": 60, "ve": 60})
    (found,) = accords_of(said, first, second)
    assert (found["verdict"]["state"], found["survives"]) == ("ended", ["radar"])
    assert [each["state"] for each in found["verdict"]["versions"]] == ["in_force", "signed"]
