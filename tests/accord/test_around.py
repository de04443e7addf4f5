"""What stands around obligations and measures: time to keep deposits, embargo, parties that step out, what survives."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import pytest

from tests.accord.timelines import Days, accord_text, an_accord, days, obligation
from veedor.accord.bodies import EventSaid, MeetingHeld, Notice, SignAccord
from veedor.accord.explain.speaker import Speaker
from veedor.accord.load import read_accord
from veedor.accord.whatif import ignored_if_said
from veedor.cli.accord.text import status_lines
from veedor.export.accord_html import accord_page
from veedor.views.accord_around import around_lines
from veedor.views.accord_calendar import accord_calendar
from veedor.views.accord_shown import accord_shown
from veedor.words import Language

KEPT = "{kind: retention, data_class: plots, length: %s}" % days("own.logged", 30)
SECRET = "{kind: embargo, data_class: plots, length: %s}" % days("own.logged", 3)


def said(course: Days, day: float, language: Language = "en") -> list[tuple[str, str]]:
    """The calendar of ten days from `day` on: keeping and embargo only."""
    accord = course.versions[0].accord
    shown = accord_calendar(accord, course.at(day, days=10), course.timeline(day), language)
    return [(each.kind, f"{each.when}: {each.text}") for each in shown.lines if each.kind in ("retention", "embargo")]


def withdrawn(survives: str) -> Days:
    """`b` gives notice on day 3, and has withdrawn on day 8."""
    leaving = "{suspend: %s, withdraw: %s, survives: [%s]}" % (days("own.notice", 1), days("own.notice", 5), survives)
    course = Days([an_accord(participation=leaving)]).signed(0)
    return course.on(3, "b", Notice("test", "withdraw", "", 0))


def test_the_calendar_says_when_an_embargo_ends_and_when_data_need_not_be_kept() -> None:
    course = Days([an_accord(periods="{kept: %s, secret: %s}" % (KEPT, SECRET))]).signed(0)
    course.deposit(1, 0, 1).deposit(1, 1, 2).deposit(2, 2, 3, party="b")
    assert said(course, 2) == [
        (
            "embargo",
            "5 January 2026, 00:00 UTC: 2 deposits of radar and receiver plots by A may be published: the embargo of "
            "the accord ends (“secret”).",
        ),
        (
            "embargo",
            "6 January 2026, 00:00 UTC: 1 deposit of radar and receiver plots by B may be published: the embargo of "
            "the accord ends (“secret”).",
        ),
    ]
    assert said(course, 25, "es") == [
        (
            "retention",
            "1 de febrero de 2026, 00:00 UTC: 2 depósitos de trazas de radar y receptores de A ya no tienen que "
            "conservarse según el acuerdo («kept»).",
        ),
        (
            "retention",
            "2 de febrero de 2026, 00:00 UTC: 1 depósito de trazas de radar y receptores de B ya no tiene que "
            "conservarse según el acuerdo («kept»).",
        ),
    ]


def test_data_of_another_class_and_what_came_after_the_end_start_no_period() -> None:
    other = KEPT.replace("plots", "entries")
    course = Days([an_accord(periods="{kept: %s}" % other)]).signed(0).deposit(1, 0, 1)
    assert said(course, 25) == []
    leaving = withdrawn("")
    ended = Days([an_accord(periods="{secret: %s}" % SECRET)], leaving.said, count=9)
    ended.signed(0).deposit(7, 0, 1).deposit(9, 0, 1)
    assert [text[:15] for _, text in said(ended, 9)] == ["11 January 2026"]


@pytest.mark.parametrize(
    ("survives", "english", "spanish"),
    [
        (
            "radar",
            "The accord has ended. What survives it: “radar”. What had arisen before the end runs to its own end; "
            "nothing else arises any more, and the measures that do not survive are wound down.",
            "El acuerdo ha terminado. Lo que sobrevive: «radar».",
        ),
        (
            "",
            "The accord has ended, and nothing survives it. What had arisen before the end runs to its own end; "
            "nothing arises any more, and its measures are wound down.",
            "El acuerdo ha terminado y nada le sobrevive.",
        ),
    ],
)
def test_status_and_page_say_what_survives_an_ended_accord(survives: str, english: str, spanish: str) -> None:
    course = withdrawn(survives)
    accord, verdict = course.versions[0].accord, course.at(9)
    assert verdict.state == "ended"
    lines = list(status_lines(accord, verdict, "en"))
    assert english in lines
    assert "B has withdrawn, since 9 January 2026, 00:00 UTC." in lines
    assert any(spanish in line for line in status_lines(accord, verdict, "es"))
    for language, expected in (("en", english), ("es", spanish)):
        page = accord_page([accord_shown(accord, verdict, course.timeline(9), language)])
        assert expected in page
    before = course.at(4)
    assert before.state == "in_force"
    assert not any("survive" in line for line in status_lines(accord, before, "en"))


def test_status_says_how_much_of_a_quota_is_left() -> None:
    windows = "{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 30))
    quota = "{visits: {event: ask, party: b, windows: %s, most: 2}}" % windows
    course = Days([an_accord(quotas=quota)]).signed(0)
    for instance in (1, 2, 3):
        course.on(instance, "b", EventSaid("test", "ask", instance, "happened", 0))
    lines = list(status_lines(course.versions[0].accord, course.at(4), "en"))
    assert (
        "Of what B may bring about of the event “asked” (“visits”) until 31 January 2026, 00:00 UTC, 2 are used and 0 "
        "are left." in lines
    )
    assert "1 request beyond it (“visits”) gives rise to nothing." in lines


def test_a_meeting_that_no_version_plans_is_refused_like_other_unknown_names() -> None:
    planned = "{review: {place: {en: Doha, es: Doha}, agenda: {en: x, es: x}, at: %s}}" % days("accord.in_force", 3)
    course = Days([an_accord({"radar": obligation()}, meetings=planned)]).signed(0)
    for name, why in (("review", None), ("reveiw", "unknown_rule")):
        body = MeetingHeld("test", name, 0, ("a",), "")
        assert ignored_if_said(course.versions, course.timeline(1), "a", body) == why


def test_every_version_is_told_once_there_is_an_amendment() -> None:
    first = an_accord({"radar": obligation()}, {})
    text = accord_text({"radar": obligation()}, {}, version="2", supersedes=f'"{first.digest}"')
    second = read_accord(text.encode(), "second.yaml")
    course = Days([first, second])
    course.on(0, "a", SignAccord("test", 1, first.digest)).on(0, "b", SignAccord("test", 1, first.digest))
    course.on(3, "a", SignAccord("test", 2, second.digest)).on(5, "b", SignAccord("test", 2, second.digest))

    def told(day: float, language: Language = "en") -> list[str]:
        return list(around_lines(course.at(day, until=9), Speaker(first.accord, language)))

    one, two = first.digest[:12], second.digest[:12]
    assert told(4)[1] == f"Version 2 ({two}) is a draft: A has signed it, B has not."
    assert told(6)[0] == f"Version 1 ({one}) has been superseded since 6 January 2026, 00:00 UTC."
    assert told(6)[1].startswith(f"Version 2 ({two}) has been in force since 6 January 2026")
    assert told(4, "es")[1] == f"La versión 2 ({two}) es un borrador: la ha firmado A; no la ha firmado B."


def test_the_calendar_says_who_steps_out_and_when() -> None:
    """`b` gave notice on day 3, and the accord has it withdraw five days after that."""
    course = withdrawn("")

    def told(day: float, language: Language = "en") -> list[str]:
        shown = accord_calendar(course.versions[0].accord, course.at(day, days=10), course.timeline(day), language)
        return [f"{each.when}: {each.text}" for each in shown.lines if each.kind == "deadline"]

    assert "9 January 2026, 00:00 UTC: B withdraws." in told(4)
    assert "9 de enero de 2026, 00:00 UTC: B se retira." in told(4, "es")
    assert not any("withdraws" in each for each in (*told(2), *told(9)))


def test_the_calendar_says_when_an_amendment_that_all_have_signed_enters_into_force() -> None:
    first = an_accord()
    text = accord_text(version="2", supersedes=first.digest, in_force=days("accord.signed", 15))
    second = read_accord(text.encode(), "second.yaml")
    course = Days([first, second])
    for version, day in ((first, 0), (second, 1)):
        for party in "ab":
            course.on(day, party, SignAccord("test", version.accord.version, version.digest))

    def steps(day: float, language: Language = "en") -> list[tuple[str, str]]:
        shown = accord_calendar(first.accord, course.at(day, days=16), course.timeline(day), language)
        return [(each.when, each.text) for each in shown.lines if each.kind == "step"]

    assert steps(2) == [
        ("17 January 2026, 00:00 UTC", "Version 2 of the accord enters into force."),
        ("17 January 2026, 00:00 UTC", "Version 1 of the accord is superseded."),
    ]
    assert steps(2, "es")[0] == ("17 de enero de 2026, 00:00 UTC", "La versión 2 del acuerdo entra en vigor.")
    assert steps(17) == []
