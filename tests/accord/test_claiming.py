"""What a person types of an incident: times in words, words of one's own, and what contradicts what was said before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mission.copies import means_of, three_copies
from tests.mission.stage import NOON_US
from veedor.accord.at_hand import timeline_so_far
from veedor.accord.bodies import CLAIM, Claim
from veedor.accord.claiming import WORDS_DOMAIN, contradicted, next_number, typed
from veedor.accord.dates import DAY_US, HOUR_US, instant_us_of
from veedor.accord.incidents import incidents
from veedor.accord.opened_words import statements_with_words, words_here, words_of
from veedor.accord.statements import WITH_MISSION
from veedor.errors import UsageError
from veedor.mission.acts.change_keys import mailbox
from veedor.mission.acts.payloads import payloads_here, take_over
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.statements.salts import Opening

MONDAY_US = instant_us_of("2026-05-18T09:00Z", "said")


def span(*fields: str) -> tuple[str, int, int]:
    ready = typed("claim", fields, MONDAY_US, {}).ready
    return ready["precision"], ready["from_us"], ready["until_us"]


def test_words_for_a_time_become_a_span_that_is_as_precise_and_no_more() -> None:
    day = MONDAY_US // DAY_US * DAY_US
    assert span("when=Monday") == ("weekday", day, day + DAY_US)
    assert span("when=15 May") == ("day", day - 3 * DAY_US, day - 2 * DAY_US)
    assert span("when=within 48 hours") == ("span", MONDAY_US, MONDAY_US + 48 * HOUR_US)
    assert span("when=lunes", "said=2026-05-17T12:00Z") == ("weekday", day - 7 * DAY_US, day - 6 * DAY_US)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (("when=soon",), "no time that can be read"),
        (("when=Monday", "from_us=2026-05-18T00:00Z"), "given twice"),
        (("said=2026-05-18T00:00Z",), "belongs to words"),
        (("when=Monday", "zone=America/Caracas"), "no such zone"),
        (("text=",), "cannot be said"),
        (("text=" + "x" * 20_001,), "cannot be said"),
    ],
)
def test_what_cannot_be_a_time_or_words_is_refused(fields: tuple[str, ...], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        typed("claim", fields, MONDAY_US, {})


def test_other_kinds_keep_their_fields() -> None:
    assert typed("event", ("when=Monday",), MONDAY_US, {}).fields == ("when=Monday",)
    assert typed("answer", ("when=Monday", "text=No."), MONDAY_US, {}).fields == ("when=Monday",)


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return three_copies(tmp_path / "stage")


def opened(stage: Path, party: str, seed: str = "speaks"):
    return open_mission(stage / party, means_of(stage, party, seed=seed), party, WITH_MISSION)


def claims(mission: Mission, number: int, day: int, words: str = "") -> str:
    private = mission.confidential.collect(share=True)
    bound = private.commit(WORDS_DOMAIN, words.encode()) if words else ""
    from_us = NOON_US + day * DAY_US
    body = Claim("radar", "strike", number, "strike", "happened", "press", "day", from_us, from_us + DAY_US, bound)
    return mission.publish(CLAIM, body, NOON_US, private if words else None).digest


def test_a_contradiction_is_told_before_any_seal(stage: Path) -> None:
    with opened(stage, "co") as mission:
        first, second = claims(mission, 1, 0), claims(mission, 2, 3)
        so_far = timeline_so_far(mission, NOON_US)
        numbers, found = contradicted(so_far, "radar", second)
        assert [(each.kind, each.first, each.second) for each in found] == [("dates", first, second)]
        assert numbers == {first: 1, second: 2}
        assert next_number(so_far, "radar", "co", "strike") == 3
        assert next_number(so_far, "radar", "co", "another") == 1


def test_words_are_shown_where_they_were_opened_and_nowhere_else(stage: Path) -> None:
    with opened(stage, "qa", seed="mailbox") as mission:
        mailbox(mission, NOON_US)
        boxed = mission.waiting()[0].envelope
    with opened(stage, "ve") as mission:
        mission.publish_signed(boxed)
        statement = claims(mission, 1, 0, "It hit at dawn.")
        told = incidents(timeline_so_far(mission, NOON_US), "radar", (), NOON_US)
        (commitment,) = statements_with_words(told).values()
        assert words_here(mission, told) == {commitment: "It hit at dawn."}
        (payload,) = mission.folder.payloads.iterdir()
    # What the mediator gets: the log and the sealed payload. It opens exactly the commitment of the claim.
    for name in ("log", "payloads"):
        (stage / "qa" / name).rename(stage / f"old-{name}") if (stage / "qa" / name).exists() else None
        (stage / "ve" / name).rename(stage / "qa" / name)
    with opened(stage, "qa") as mission:
        assert words_here(mission, told) == {}
        (here,) = payloads_here(mission, mission.keys.mailboxes())
        assert (here.standing, here.name) == ("readable", payload.name)
        assert take_over(mission, here)
        assert words_here(mission, told) == {commitment: "It hit at dawn."}
        file = mission.folder.openings / f"{statement}.json"
        file.write_bytes(file.read_bytes().replace(b"49742068", b"49742069"))
        assert words_here(mission, told) == {}, "an opening that was changed opens nothing"


def test_an_opening_of_something_else_is_no_words() -> None:
    assert words_of([Opening("ab" * 32, "query/1", "00" * 32, "41")], "ab" * 32) is None
    assert words_of([Opening("ab" * 32, WORDS_DOMAIN, "00" * 32, "41")], "ab" * 32) is None
    assert words_of([Opening("ab" * 32, WORDS_DOMAIN, "zz", "41")], "ab" * 32) is None
