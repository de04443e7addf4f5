"""Statements of accords in a log: who may make them, who else signs, what is void; both verifiers agree."""

from __future__ import annotations

from typing import Any

import pytest

from tests.page.bodies import H32, SOUND, US
from tests.page.saying import Said
from tests.page.test_missions import first_fold, outcomes, second_folds
from veedor.accord.statements import KINDS, WITH_MISSION

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
