"""Statements under an accord in the log: their schemas stand still, the fold judges their form, and who does not know
them sees them as unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mission.log_in_memory import DAY_S, START_S, InMemory
from tests.mission.stage import NOON_US
from veedor.accord import bodies
from veedor.accord.bodies import TYPES
from veedor.accord.from_log import timeline_of
from veedor.accord.load import schema_text as accord_schema
from veedor.accord.saying import BY_NAME, said
from veedor.accord.statements import KINDS, WITH_MISSION
from veedor.errors import UsageError
from veedor.house import KINDS as HOUSE_KINDS
from veedor.mission.state.fold import fold
from veedor.mission.state.kinds import KINDS as MISSION_KINDS
from veedor.mission.statements.chain import BodyType
from veedor.mission.statements.schemas import schema_text

GOLDEN = Path(__file__).parents[1] / "golden" / "schemas"


def golden_of(name: str) -> Path:
    return GOLDEN / f"{name.replace('/', '-')}.json"


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.schema_id)
def test_a_schema_changes_only_with_its_number(kind: BodyType) -> None:
    assert golden_of(kind.schema_id).read_text(encoding="utf-8") == schema_text(kind)


def test_what_an_accord_can_say_changes_only_with_its_number() -> None:
    assert golden_of("accord/1").read_bytes() == accord_schema()


def test_every_type_has_a_kind_in_the_house() -> None:
    assert [kind.type for kind in KINDS] == list(TYPES)
    assert HOUSE_KINDS == WITH_MISSION


@pytest.fixture
def log() -> InMemory:
    return InMemory()


def void(log: InMemory, party: str, kind: BodyType, body, *others: str) -> str | None:
    """Why the statement is void where its kinds are known; it is logged in any case."""
    log.entries.append(log.says(party, kind, body, *others))
    log.state = fold(log.entries[:1], MISSION_KINDS) if not log.entries else fold(log.entries, WITH_MISSION)
    last = log.state.void[-1] if log.state.void else None
    return last.reason if last is not None and last.index == log.state.size - 1 else None


CLAIM = bodies.Claim("radar", "strike_1", 1, "strike", "happened", "press", "day", NOON_US, NOON_US + 1, "")


def test_the_fold_judges_form_and_no_more(log: InMemory) -> None:
    assert void(log, "ve", bodies.SIGN_ACCORD, bodies.SignAccord("radar", 1, "a" * 64)) is None
    assert void(log, "qa", bodies.SIGN_ACCORD, bodies.SignAccord("radar", 1, "a" * 64)) == "not_allowed"
    assert void(log, "co", bodies.FIGURE, bodies.FigureSaid("radar", "exports", 5, 5, "700")) == "bad_period"
    assert void(log, "co", bodies.WITHHOLD, bodies.Withhold("radar", "r", "xx")) == "unknown_party"
    assert (
        void(log, "qa", bodies.MEETING, bodies.MeetingHeld("radar", "m", NOON_US, ("ve", "co"), ""))
        == "list_not_sorted"
    )
    assert void(log, "qa", bodies.MEETING, bodies.MeetingHeld("radar", "m", NOON_US, ("co", "ve"), "")) is None
    assert void(log, "ve", bodies.CLAIM, CLAIM) is None
    claim = log.state.chains["ve"][-1].digest
    assert void(log, "ve", bodies.ANSWER, bodies.Answer("radar", claim, "agreed", "")) == "not_allowed"
    assert void(log, "co", bodies.ANSWER, bodies.Answer("radar", claim, "disputed", "")) is None
    assert void(log, "co", bodies.ANSWER, bodies.Answer("radar", "e" * 64, "agreed", "")) == "unknown_statement"


def test_an_authority_with_a_key_signs_its_own_acts(log: InMemory) -> None:
    key = log.keys["qa"]["recovery"].public  # any key that is nobody's statement key
    body = bodies.Grant("radar", "waiver", "treasury", key)
    assert void(log, "co", bodies.GRANT, body) == "wrong_signers"
    entry = log.says("co", bodies.GRANT, body)
    assert bodies.GRANT.co_signers(body) == (key,) and entry


def test_who_does_not_know_the_types_sees_them_as_unknown_and_the_same_chains(log: InMemory) -> None:
    void(log, "ve", bodies.SIGN_ACCORD, bodies.SignAccord("radar", 1, "a" * 64))
    void(log, "co", bodies.FIGURE, bodies.FigureSaid("radar", "exports", 5, 5, "700"))
    other = fold(log.entries, MISSION_KINDS)
    assert [each.urn for each in other.unknown] == ["urn:veedor:sign_accord:1", "urn:veedor:figure:1"]
    assert not other.void and other.chains == log.state.chains


def test_a_timeline_holds_what_seals_cover_with_the_seals_time(log: InMemory) -> None:
    void(log, "ve", bodies.SIGN_ACCORD, bodies.SignAccord("radar", 1, "a" * 64))
    void(log, "co", bodies.FIGURE, bodies.FigureSaid("radar", "exports", 5, 5, "700"))
    assert timeline_of(log.entries, log.state).batches == ()
    times = dict.fromkeys(("co", "qa", "ve"), START_S + DAY_S)
    log.state = fold(log.entries, WITH_MISSION)
    assert log.seals(times) is None
    void(log, "co", bodies.SIGN_ACCORD, bodies.SignAccord("radar", 1, "a" * 64))
    (batch,) = timeline_of(log.entries, fold(log.entries, WITH_MISSION)).batches
    assert batch.time_us == (START_S + DAY_S) * 1_000_000
    assert [(each.party, type(each.body).__name__) for each in batch.facts] == [("ve", "SignAccord"), ("", "NoneType")]


def test_what_a_person_types_becomes_the_statement_and_nothing_beside_it() -> None:
    kind, body = said(
        "event", "radar", ["event=ask", "instance=3", "outcome=happened", "occurred_us=2026-01-01T00:00Z"]
    )
    assert (kind, body) == (bodies.EVENT, bodies.EventSaid("radar", "ask", 3, "happened", 1_767_225_600_000_000))
    assert said("grant", "radar", ["measure=waiver", "authority=t"])[1] == bodies.Grant("radar", "waiver", "t", "")
    assert said("meeting", "radar", ["meeting=m", "held_us=2026-01-01T00:00Z", "came=ve,co"])[1].came == ("co", "ve")
    for words in (["event=ask"], ["nothing=1"], ["event"], ["event=ask", "event=ask"], ["event=ask", "instance=x"]):
        with pytest.raises(UsageError):
            said("event", "radar", words)
    with pytest.raises(UsageError, match="no such statement"):
        said("confession", "radar", [])
    with pytest.raises(UsageError, match="no such statement"):
        said("determination", "radar", ["size=7"])  # it is computed, never typed
    assert {*BY_NAME, "determination"} == {kind.name for kind in TYPES}


if __name__ == "__main__":
    for each in TYPES:
        if not golden_of(each.schema_id).exists():
            golden_of(each.schema_id).write_text(schema_text(each), encoding="utf-8")
    if not golden_of("accord/1").exists():
        golden_of("accord/1").write_bytes(accord_schema())
