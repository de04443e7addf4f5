"""One act, two duties: where a document or event counts twice, everybody is told before signing."""

from __future__ import annotations

from tests.accord.timelines import Days, an_accord, days, obligation, rule
from veedor.accord.bodies import EventSaid
from veedor.accord.check import problems
from veedor.accord.check.all import counts_twice
from veedor.accord.explain import explain
from veedor.accord.sharing import Shared, shared

PAPERS = "{test: at_least, metric: papers, value: '1'}"
ACCESS = "{test: happened, event: access}"
ONCE = "{{each: once, since: {}}}".format(days("accord.in_force", 0))
WEEKLY = "{{each: window, first: {}, length: {}}}".format(days("accord.in_force", 0), days("window.start", 7))


def once(met_when: str) -> str:
    return obligation(arises=ONCE, due=days("accord.in_force", 10), met_when=met_when)


def test_one_document_meets_both_obligations_and_both_say_so() -> None:
    loaded = an_accord({"one": once(PAPERS), "two": once(f"{{test: any, of: [{PAPERS}, {ACCESS}]}}")}, {})
    assert shared(loaded.accord) == (Shared("one", ("two",), False), Shared("two", ("one",), False))
    assert problems(loaded) == ()
    assert [error.found for error in counts_twice(loaded)] == ["two", "one"]
    english, spanish = (
        {each.rule: each.text for each in explain(loaded.accord, language)} for language in ("en", "es")
    )
    assert english["obligations.one.shared"].startswith(
        "One and the same document or event can meet “one” and also “two”"
    )
    assert spanish["obligations.two.shared"].startswith(
        "Un mismo documento o hecho puede cumplir «two» y también «one»"
    )
    verdict = Days([loaded]).signed().document(3).at(4)
    assert (rule(verdict, "one").state, rule(verdict, "two").state) == ("met", "met")


def test_who_wants_two_documents_asks_for_two() -> None:
    loaded = an_accord({"one": once(PAPERS), "two": once(PAPERS.replace("'1'", "'2'"))}, {})
    verdict = Days([loaded]).signed().document(3).at(4)
    assert (rule(verdict, "one").state, rule(verdict, "two").state) == ("met", "due")


def test_what_comes_after_a_period_and_before_it_is_due_counts_for_both_periods() -> None:
    loaded = an_accord({"weekly": obligation(arises=WEEKLY, due=days("window.end", 2), met_when=ACCESS)}, {})
    assert shared(loaded.accord) == (Shared("weekly", (), True),)
    (said,) = (each.text for each in explain(loaded.accord, "en") if each.rule == "obligations.weekly.overlaps")
    assert said.endswith("before it is due counts for that period and also for the next.")
    verdict = Days([loaded]).signed().on(8, "a", EventSaid("test", "access", 1, "happened", 1)).at(8)
    assert [each.state for each in rule(verdict, "weekly").occurrences] == ["met", "met"]


def test_periods_that_end_with_their_deadline_and_different_acts_share_nothing() -> None:
    weekly = obligation(arises=WEEKLY, due=days("window.end", 0), met_when=ACCESS)
    loaded = an_accord({"weekly": weekly, "papers": once(PAPERS), "radar": obligation()}, {})
    assert shared(loaded.accord) == ()
    assert counts_twice(loaded) == ()
