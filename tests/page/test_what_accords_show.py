"""What a reader of the page reads of an accord: every rule with its state, notices and who can still stop them."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.accord.courses import grant, granted
from tests.accord.timelines import Days, an_accord, days, measure, obligation
from tests.page.second import judged
from veedor.accord.bodies import Consent, Notice, SignAccord

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
