"""What `veedor accord status` and the calendar tell a lawyer: by when, what stands aside, who can still stop what."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

from tests.accord.courses import exports, grant, granted
from tests.accord.timelines import START_US, Days, an_accord, days, measure, obligation, relief
from veedor.accord.bodies import Consent, Dispute, Excuse, Notice, SignAccord
from veedor.accord.dates import DAY_US
from veedor.accord.explain import explain
from veedor.accord.explain.speaker import Speaker
from veedor.cli.accord.text import status_lines
from veedor.views.accord_calendar import accord_calendar
from veedor.views.accord_status import why_of
from veedor.words import Language

WIND_DOWN = "{length: %s, new_business: forbidden}" % days("own.suspended", 2)
SNAPBACK = "{notice_by: [b], takes_effect: %s, stays_if: {need: [a, b], of: 2}}" % days("own.notice", 40)


def told(course: Days, day: float, language: Language = "en") -> list[str]:
    return [line.strip() for line in status_lines(course.versions[0].accord, course.at(day), language)]


def test_each_open_occurrence_has_its_deadline() -> None:
    lines = told(Days([an_accord()]).signed(0), 1)
    assert lines[1:3] == [
        "radar (A owes B): due since 1 January 2026, 00:00 UTC.",
        "Deadline: 11 January 2026, 00:00 UTC.",
    ]
    assert "It can be cured until 16 January 2026, 00:00 UTC." in told(Days([an_accord()]).signed(0), 12)


def test_each_step_of_a_dispute_has_its_end_and_each_begins_where_the_one_before_ends() -> None:
    ladder = ", ".join("{panel: {en: %s, es: %s}, within: %s}" % (name, name, days("own.step", n))
                       for name, n in (("council", 4), ("court", 10)))  # fmt: skip
    disputed = (
        Days([an_accord(disputes=f"[{ladder}]")]).signed(0).on(12, "a", Dispute("test", "radar", 1, "open", "none"))
    )
    steps = [line for line in told(disputed, 13) if line.startswith("Step ")]
    assert steps == [
        "Step 1 of the dispute is with “council” and ends on 17 January 2026, 00:00 UTC.",
        "Step 2 of the dispute is with “court” and ends on 27 January 2026, 00:00 UTC.",
    ]
    assert (
        "La etapa 1 de la controversia está a cargo de «council» y termina el 17 de enero de 2026, 00:00 UTC."
        in told(disputed, 13, "es")
    )
    assert not [line for line in told(disputed, 27) if line.startswith("Step ")]


def test_what_is_disputed_or_excused_is_told_with_what_it_would_be() -> None:
    disputed = Days([an_accord()]).signed(0).on(12, "a", Dispute("test", "radar", 1, "open", "none"))
    assert "radar (A owes B): disputed since 13 January 2026, 00:00 UTC." in told(disputed, 13)
    assert "But for that it would be late, in cure." in told(disputed, 13)
    disputed.on(12.5, "a", Dispute("test", "radar", 1, "settle", "met"))
    assert "A would settle the dispute with: met." in told(disputed, 13)
    assert "De no ser por eso estaría con retraso, en subsanación." in told(disputed, 13, "es")
    calendar = accord_calendar(disputed.versions[0].accord, disputed.at(13), disputed.timeline(13), "en")
    assert (
        "The obligation “radar” (no. 1) of A has been disputed for 24 hours; but for that it would be late, in cure."
    ) in [line.text for line in calendar.lines if line.kind == "late"]
    own = days("own.since", 5)
    excuses = "{grounds: [storm], notice: %s, longest: %s}" % (own, days("own.since", 9))
    excused = Days([an_accord({"radar": obligation(excuses=excuses)})]).signed(0)
    excused.on(9, "a", Excuse("test", "radar", "storm", START_US + 8 * DAY_US, START_US + 12 * DAY_US))
    assert "radar (A owes B): excused since 11 January 2026, 00:00 UTC." in told(excused, 13)


def test_a_notice_of_snapback_is_told_on_its_day_though_it_takes_effect_much_later() -> None:
    course = granted(an_accord(None, {"waiver": measure(snapback=SNAPBACK)})).deposit(2, 0, 10)
    course.on(3, "b", Notice("test", "snapback", "waiver", 0))
    digest = course.said[-1][1].digest
    given = "B gave notice of snapback on 4 January 2026, 00:00 UTC, which"
    assert (
        f"{given} takes effect on 13 February 2026, 00:00 UTC unless A and B all consent in the log that it stays; "
        "so far: nobody."
    ) in told(course, 3)
    course.on(4, "a", Consent("test", "waiver", digest)).on(5, "b", Consent("test", "waiver", digest))
    assert f"{given} comes to nothing: enough consented in the log that it stays (A and B)." in told(course, 5)


def test_a_notice_of_leaving_is_told_on_its_day_though_it_takes_effect_much_later() -> None:
    leaving = "{suspend: %s, withdraw: %s, survives: []}" % (days("own.notice", 40), days("own.notice", 90))
    course = granted(an_accord(participation=leaving)).on(3, "b", Notice("test", "withdraw", "", 0))
    assert "B has given notice of withdrawal, from 4 April 2026, 00:00 UTC on." in told(course, 3)
    assert "B ha avisado que se retira a partir del 4 de abril de 2026, 00:00 UTC." in told(course, 3, "es")
    course.on(4, "b", Notice("test", "suspend_participation", "", 0))
    assert "B has given notice that it suspends its participation, from 14 February 2026, 00:00 UTC on." in told(
        course, 4
    )
    course.on(5, "b", Notice("test", "resume_participation", "", 0))
    assert not any("suspends its participation" in line for line in told(course, 5))
    assert sum("withdrawal" in line for line in told(course, 5)) == 1
    assert not any("given notice" in line for line in told(course, 95))


def test_who_has_signed_towards_a_grant_is_told_before_it_is_one() -> None:
    course = Days([an_accord()]).signed(0).on(1, "b", *grant("t1"))
    assert "Towards a grant, T has signed so far." in told(course, 1)


def test_more_than_the_cap_is_told_as_more_than_the_cap() -> None:
    watched = measure(cap="{figure: exports, limit: '700'}", watch="{sources: [a], new_business: '', out_of_scope: []}")
    course = granted(an_accord(None, {"waiver": watched})).on(5, "a", exports(1, 3, "750"))
    assert "As A attests, it comes to 750 barrels, which is 50 over the cap." in told(course, 6)


def test_a_rate_is_bounded_in_each_period_and_explained_so() -> None:
    figures = "{exports: {text: {en: exports, es: exportaciones}, unit: barrels_per_day}}"
    watched = measure(cap="{figure: exports, limit: '700'}", watch="{sources: [a], new_business: '', out_of_scope: []}")
    course = granted(an_accord(None, {"waiver": watched}, figures=figures))
    course.on(5, "a", exports(1, 3, "600"), exports(3, 5, "500"))
    assert "As A attests, no period has more than 600 barrels a day, which is 100 under the cap." in told(course, 6)
    (cap,) = (each.text for each in explain(course.versions[0].accord, "en") if each.rule.endswith(".cap"))
    assert cap.endswith("may be 700 barrels a day at most in each period that is attested; periods are not added up.")


def test_the_calendar_stands_in_the_order_of_time_before_an_accord_is_in_force_too() -> None:
    meetings = "{first: {place: {en: Doha, es: Doha}, agenda: {en: sites, es: sitios}, at: %s}}" % days(
        "accord.signed", 2
    )
    accord = an_accord(meetings=meetings, in_force=days("accord.signed", 5))
    course = Days([accord])
    for party in "ab":
        course.on(0, party, SignAccord("test", 1, accord.digest))
    calendar = accord_calendar(accord.accord, course.at(1), course.timeline(1), "en")
    assert [line.kind for line in calendar.lines][:2] == ["meeting", "step"]
    assert [line.at_us for line in calendar.lines] == sorted(line.at_us for line in calendar.lines)


def test_who_stepped_out_is_named_where_relief_is_suspended_for_it() -> None:
    left = granted().on(3, "b", Notice("test", "suspend_participation", "", 0))
    speaker = Speaker(left.versions[0].accord, "en")
    assert why_of(relief(left.at(5)).history[-1], speaker) == (
        "a party that owes or gives it, or in whose favour it is, no longer takes part (B)"
    )
    assert why_of(relief(left.at(5)).history[-1], Speaker(left.versions[0].accord, "es")) == (
        "ya no participa una parte que la debe o concede, o a cuyo favor está (B)"
    )
    assert "in whose favour it is, no longer takes part" in " ".join(told(left, 3.5))


def test_a_notice_against_relief_that_does_not_run_yet_is_told_too() -> None:
    """Its end is not known before it runs."""
    course = granted(an_accord(None, {"waiver": measure(snapback=SNAPBACK, starts_when="[radar]")}))
    course.on(2, "b", Notice("test", "snapback", "waiver", 0))
    assert relief(course.at(3)).state == "granted" and relief(course.at(3)).ends_us is None
    assert any(line.startswith("B gave notice of snapback on 3 January 2026") for line in told(course, 3))
    assert not any("notice of snapback on" in line for line in told(course, 43))


def test_a_measure_that_is_held_back_or_over_tells_why() -> None:
    late = granted(an_accord(None, {"waiver": measure(wind_down=WIND_DOWN)}))
    assert "The reason: an obligation that it requires is late (“radar”, no. 1)." in told(late, 11)
    assert "The reason: an obligation that it requires is breached (“radar”, no. 1)." in told(late, 17)
    assert "El motivo: está incumplida una obligación que exige («radar», n.º 1)." in told(late, 17, "es")
    assert "The reason: an obligation that it requires is breached (“radar”, no. 1); its wind-down ended." in told(
        late, 19
    )
    gone = granted().on(3, "b", Notice("test", "suspend_participation", "", 0))
    assert any(line.startswith("The reason: a party that owes or gives it") and "(B)" in line for line in told(gone, 5))
    assert not any("reason" in line for line in told(gone, 3))


def test_a_measure_that_snapped_back_tells_whose_notice_it_was() -> None:
    """And of a notice that one party alone can stop, that this party can."""
    snapback = "{notice_by: [a, b], takes_effect: %s, stays_if: {need: [a], of: 1}}" % days("own.notice", 2)
    course = granted(an_accord(None, {"waiver": measure(snapback=snapback)})).deposit(2, 0, 10)
    course.on(3, "b", Notice("test", "snapback", "waiver", 0)).on(3.5, "a", Notice("test", "snapback", "waiver", 0))
    assert any("unless A consents in the log that it stays; so far: nobody" in line for line in told(course, 4))
    assert any(
        "salvo que A consienta en el registro en que siga; hasta ahora: nadie" in line for line in told(course, 4, "es")
    )
    assert "The reason: a notice of snapback took effect (B)." in told(course, 6)


THREE = "{a: {name: {en: A, es: A}}, b: {name: {en: B, es: B}}, m: {name: {en: M, es: M}}}"


def left(day: float) -> Days:
    """The grant is promised for day 2, the log of radar is due on day 10; five days after this B has withdrawn."""
    told = Days([an_accord({"radar": obligation()}, parties=THREE)]).signed(0)
    return told.on(day, "b", Notice("test", "withdraw", "", 0))


def test_what_is_no_longer_owed_tells_why_and_no_deadline() -> None:
    lines, spanish = told(left(1), 12), told(left(1), 12, "es")
    at = lines.index("radar (A owes B): no longer owed since 7 January 2026, 00:00 UTC.")
    why = "The reason: a party that owes or gives it, or in whose favour it is, no longer takes part (B)."
    assert lines[at + 1] == why
    assert not [line for line in lines if line.startswith("Deadline")]
    assert "El motivo: ya no participa una parte que la debe o concede, o a cuyo favor está (B)." in spanish
    assert "radar (A debe a B): extinguida desde el 7 de enero de 2026, 00:00 UTC." in spanish


def test_a_promise_that_ended_is_as_late_as_it_was_and_in_no_calendar() -> None:
    course = left(1)
    sentences = (
        "B promised the grant for 3 January 2026, 00:00 UTC and was 4 days late with it when the promise ended.",
        "B prometió la concesión para el 3 de enero de 2026, 00:00 UTC y llevaba 4 días de retraso cuando terminó "
        "la promesa.",
    )
    assert sentences[0] in told(course, 12) and sentences[1] in told(course, 12, "es")
    accord = course.versions[0].accord
    for day, late in ((5.9, 1), (6, 0)):
        lines = accord_calendar(accord, course.at(day, until=12), course.timeline(12), "en").lines
        assert len([each for each in lines if each.kind == "late"]) == late
