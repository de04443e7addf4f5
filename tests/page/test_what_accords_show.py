"""What a reader of the page reads of an accord: every rule with its state, notices and who can still stop them."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.accord.courses import act, exports, grant, granted
from tests.accord.timelines import START_US, Days, an_accord, days, measure, obligation
from tests.page.second import judged
from veedor.accord.bodies import Consent, Notice, SignAccord
from veedor.accord.dates import DAY_US

pytestmark = pytest.mark.page

SNAPBACK = "{notice_by: [a, b], takes_effect: %s, stays_if: {need: [a, b], of: 2}}" % days("own.notice", 5)
LATER = obligation(due=days("accord.in_force", 90))


def drawn(*courses: tuple[Days, float], language: str = "en", **said: Any) -> list[list[str]]:
    """The lines that the page shows of each course as of a day."""
    empty: dict[str, Any] = {"determined": [], "incidents": [], "found": []}
    shown = [{"verdict": msgspec.to_builtins(course.at(day)), **empty, **said} for course, day in courses]
    requests = [{"judge": "drawn", "language": language, "said": each} for each in shown]
    return [answer["lines"] for answer in judged(requests)]


def notices(lines: list[str]) -> list[str]:
    return [line for line in lines if line.endswith(".") and " | " not in line]


def threatened(party: str = "b") -> Days:
    accord = an_accord({"radar": LATER}, {"waiver": measure(snapback=SNAPBACK)})
    return granted(accord).on(2, party, Notice("test", "snapback", "waiver", 0))


def test_a_notice_of_snapback_says_who_gave_it_when_it_takes_effect_and_how_many_must_still_consent() -> None:
    given = threatened()
    notice = given.said[-1][1].digest
    one = threatened().on(3, "a", Consent("test", "waiver", notice))
    two = threatened().on(3, "a", Consent("test", "waiver", notice)).on(4, "b", Consent("test", "waiver", notice))
    none_yet, one_yet, enough, over = drawn((given, 2.5), (one, 3.5), (two, 4.5), (given, 8))
    assert notices(none_yet) == [
        "waiver: b gave notice of snapback on 2026-01-03T00:00:00Z, which takes effect on 2026-01-08T00:00:00Z unless "
        "2 in all consent in the log that the measure stays. So far 0 of 2 have: –."
    ]
    assert notices(one_yet)[0].endswith("So far 1 of 2 have: a.")
    assert notices(enough) == [
        "waiver: b gave notice of snapback on 2026-01-03T00:00:00Z for 2026-01-08T00:00:00Z, which comes to nothing: 2 "
        "consent that the measure stays, of 2 who had to (a, b)."
    ]
    assert notices(over) == [], "the measure has snapped back; its state says so"
    ((spanish,), (enough_es,)) = (notices(each) for each in drawn((one, 3.5), (two, 4.5), language="es"))
    assert spanish == (
        "waiver: b dio aviso de reimposición el 2026-01-03T00:00:00Z, que surte efecto el 2026-01-08T00:00:00Z salvo "
        "que 2 en total consientan en el registro en que la medida siga. Hasta ahora, 1 de 2: a."
    )
    assert enough_es.endswith("que queda sin efecto: consienten 2 en que la medida siga, de 2 que hacían falta (a, b).")


def test_a_notice_against_relief_that_lapsed_before_it_took_effect_is_told_no_more() -> None:
    short = measure(snapback=SNAPBACK, term="{ends: %s, then: lapse, renewal: none}" % days("own.active", 2))
    course = granted(an_accord({"radar": LATER}, {"waiver": short})).on(2, "b", Notice("test", "snapback", "waiver", 0))
    before, after = drawn((course, 2.5), (course, 3.5))
    assert (len(notices(before)), notices(after)) == (1, [])


def test_notices_of_several_parties_stand_one_beside_the_other_also_before_relief_runs() -> None:
    waiver = measure(snapback=SNAPBACK, starts_when="[radar]")
    course = granted(an_accord({"radar": LATER}, {"waiver": waiver}))
    course.on(2, "b", Notice("test", "snapback", "waiver", 0)).on(3, "a", Notice("test", "snapback", "waiver", 0))
    (lines,) = drawn((course, 4))
    assert [line.partition(" gave")[0] for line in notices(lines)] == ["waiver: b", "waiver: a"]


def test_a_notice_that_outlives_a_renewal_without_snapback_can_be_stopped_by_nobody() -> None:
    course = threatened()
    second = an_accord({"radar": LATER}, version="2", supersedes=course.versions[0].digest)
    course.versions = [*course.versions, second]
    for party in "ab":
        course.on(3, party, SignAccord("test", 2, second.digest))
    (lines,) = drawn((course.on(4, "b", *grant()), 5))
    assert notices(lines) == [
        "waiver: b gave notice of snapback on 2026-01-03T00:00:00Z, which takes effect on 2026-01-08T00:00:00Z: nobody "
        "can consent any more that the measure stays."
    ]


def test_who_leaves_is_named_from_the_day_of_the_notice_on() -> None:
    leaving = threatened().versions
    course = Days(leaving).signed().on(2, "a", Notice("test", "suspend_participation", "", 0))
    course.on(2.5, "a", Notice("test", "withdraw", "", 0))
    before, out, gone = drawn((course, 2.75), (course, 4), (course, 8))
    assert notices(before) == [
        "a has given notice that it suspends its participation, from 2026-01-04T00:00:00Z on.",
        "a has given notice of withdrawal, from 2026-01-08T12:00:00Z on.",
    ]
    assert notices(out) == [
        "a has suspended its participation, since 2026-01-04T00:00:00Z.",
        "a has given notice of withdrawal, from 2026-01-08T12:00:00Z on.",
    ]
    assert notices(gone) == ["a has withdrawn, since 2026-01-08T12:00:00Z."]
    spanish = [notices(each) for each in drawn((course, 2.75), (course, 8), language="es")]
    assert spanish == [
        [
            "a ha avisado que suspende su participación a partir del 2026-01-04T00:00:00Z.",
            "a ha avisado que se retira a partir del 2026-01-08T12:00:00Z.",
        ],
        ["a se ha retirado, desde el 2026-01-08T12:00:00Z."],
    ]
    back = course.on(4.5, "a", Notice("test", "resume_participation", "", 0))
    assert notices(drawn((back, 5))[0]) == ["a has given notice of withdrawal, from 2026-01-08T12:00:00Z on."]


def row(lines: list[str], first: str, heading: str) -> list[str]:
    """The cells of the row that begins so, in the table under this heading."""
    (found,) = (line for line in lines[lines.index(heading) :] if line.startswith(f"{first} | "))
    return found.split(" | ")


OWED, GIVEN = "Obligations: what was promised", "Measures: what follows by the accord, and what the authority did"
OWED_ES = "Obligaciones: lo que se prometió"
NEXT = "What follows next if nobody says anything more"


def windows_of(length: int) -> str:
    return "{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", length))


def test_an_obligation_stands_with_who_owes_it_its_state_its_deadline_and_who_withholds() -> None:
    """Of several occurrences the last in the state that stands for all."""
    windows = obligation(
        arises=windows_of(4),
        due=days("window.end", 2), cure="{starts: late, within: %s}" % days("own.late", 30),
    )  # fmt: skip
    course = Days([an_accord({"radar": windows}, {})]).signed()
    (lines,) = drawn((course, 12))
    assert row(lines, "radar", OWED)[1:] == [
        *("a → b", "late, in cure", "2026-01-11T00:00:00Z", "2026-01-11T00:00:00Z", ""),
    ]
    assert lines[0] == "Accord test: in force, as of 2026-01-13T00:00:00Z" and GIVEN not in lines
    figures = obligation(
        arises=windows_of(4), due=days("window.end", 2), met_when="{test: at_most, metric: apart, value: '0'}", cure="~"
    )
    withheld = Days([an_accord({"apart": figures}, {})]).signed()
    for first in (0, 4, 8):
        withheld.on(first + 5, "a", exports(first, first + 4, "3"))
    for language, heading, state in (("en", OWED, "cannot be told"), ("es", OWED_ES, "no puede saberse")):
        (lines,) = drawn((withheld, 13), language=language)
        assert row(lines, "apart", heading)[2::3] == [state, "b"], "once, though of each of two occurrences"


def test_what_has_not_begun_has_no_time() -> None:
    never = an_accord({"radar": obligation(arises="{each: event, event: ask}")})
    (lines,) = drawn((Days([never]).signed(), 2))
    assert row(lines, "radar", OWED)[2:] == ["pending", "", "", ""]
    assert row(lines, "waiver", GIVEN)[2:] == ["proposed", "", "nothing stated", ""]


def test_both_columns_of_a_measure_stand_side_by_side_with_the_days_by_which_they_differ() -> None:
    course = granted(an_accord({"radar": LATER})).on(3, "b", act("suspended"))
    undone, other = drawn((course, 2.75), (course, 5.25))
    assert row(undone, "waiver", GIVEN)[1:] == ["b → a", "active", "2026-01-02T00:00:00Z", "nothing stated", "1 d"]
    assert row(other, "waiver", GIVEN)[1:] == ["b → a", "active", "2026-01-02T00:00:00Z", "suspended", "4 d"]
    (agreed,) = drawn((course.on(6, "b", act("implemented")), 7))
    assert row(agreed, "waiver", GIVEN)[4:] == ["put into effect", ""]


def test_what_follows_next_is_a_row_each_and_a_state_left_at_once_is_none() -> None:
    """Without a cure it is late and breached at once; two obligations at one instant are two rows."""
    two = {name: obligation(cure="~") for name in ("other", "radar")}
    course = granted(an_accord(two, {"waiver": measure(starts_when="[]", requires="[other, radar]")}))
    (lines,) = drawn((course, 8))
    assert list(lines[lines.index(NEXT) + 2 :]) == [
        "2026-01-11T00:00:00Z | other (no. 1) | breached",
        "2026-01-11T00:00:00Z | radar (no. 1) | breached",
        "2026-01-11T00:00:00Z | waiver | active, warned",
        "2026-01-12T00:00:00Z | waiver | suspended, being wound down",
        "2026-01-14T00:00:00Z | waiver | lapsed",
    ]
    (done,) = drawn((course, 20))
    assert NEXT not in done


def test_no_more_than_twenty_of_what_follows_are_shown() -> None:
    many = {f"radar{n:02}": obligation(cure="~") for n in range(23)}
    (lines,) = drawn((Days([an_accord(many, {})]).signed(), 8))
    assert [line.split(" | ")[1] for line in lines[lines.index(NEXT) + 2 :]] == [
        f"radar{n:02} (no. 1)" for n in range(20)
    ]


def test_promises_versions_and_parties_that_change_have_words_of_their_own() -> None:
    later = an_accord({"radar": LATER}, in_force=days("accord.signed", 3))
    course = Days([later]).signed()
    first, lines = drawn((course, 1), (course, 3.5))
    assert first[first.index(NEXT) + 2 :][0] == "2026-01-04T00:00:00Z | test (no. 1) | enters into force"
    assert "2026-01-06T00:00:00Z | waiver | should be granted, as promised" in lines


def test_what_survives_is_told_once_the_accord_has_ended() -> None:
    course = Days([an_accord({"radar": LATER})]).signed().on(2, "a", Notice("test", "withdraw", "", 0))
    (some,), (none,) = (drawn((course, 8), survives=each) for each in (["radar", "waiver"], []))
    assert some[1] == "The accord has ended. What survives it: radar, waiver."
    assert none[1] == "The accord has ended. What survives it: none."


def determined(*standings: str) -> list[dict[str, Any]]:
    made = {"parties": ["a", "b"], "at_us": START_US, "size": 7, "verdict": "ab" * 32, "since_us": START_US}
    return [{**made, "verdict_schema": 3, "standing": each} for each in standings]


def test_a_determination_says_who_signed_what_when_and_how_it_stands() -> None:
    course = (Days([an_accord({"radar": LATER})]).signed(), 1)
    (lines,) = drawn(course, determined=determined("same", "older_schema"))
    at = lines.index("Determinations: what people signed as the verdict")
    assert lines[at + 2] == f"a, b | 2026-01-01T00:00:00Z | 7 | {'ab' * 32} | the same is computed here"
    assert lines[at + 3].endswith(
        "made by the older schema accord-verdict/3: says neither the same nor another than what is computed here"
    )
    assert not any(line.startswith("Determinations") for line in drawn(course)[0])


def test_a_claim_stands_with_its_source_its_span_its_words_and_each_answer() -> None:
    claim = {
        "party": "a", "number": 1, "subject": "strike", "says": "did_not_happen", "source": "radar", "precision": "day",
        "from_us": START_US, "until_us": START_US + DAY_US, "words": "Nothing flew.",
        "answers": {"b": {"answer": "disputed", "words": "It did."}, "m": {"answer": "agreed", "words": ""}},
    }  # fmt: skip
    sealed = claim | {"party": "b", "number": 2, "words": None, "answers": {"a": {"answer": "disputed", "words": None}}}
    silent = claim | {"party": "m", "number": 3, "words": "", "answers": {}}
    course = (Days([an_accord({"radar": LATER})]).signed(), 1)
    (lines,) = drawn(course, incidents=[{"id": "strike", "claims": [claim, sealed, silent]}])
    heading = "What each party says, side by side; nobody decides it here"
    span = "on a day: 2026-01-01T00:00:00Z – 2026-01-02T00:00:00Z"
    assert row(lines, "a 1", heading)[1:] == [
        *("the strike: did not happen", span, "radar", "“Nothing flew.”", "b: disputed “It did.”; m: agreed"),
    ]
    closed = "not opened in this file"
    assert row(lines, "b 2", heading)[4:] == [closed, f"a: disputed {closed}"]
    assert row(lines, "m 3", heading)[4:] == ["", ""]
