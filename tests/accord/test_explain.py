"""Every rule reads as one sentence in both languages, and nothing that an accord says is left out of them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.accord.corridor_accord import corridor, corridor_tree
from veedor.accord.calendars import calendar_of
from veedor.accord.deadlines import Deadline, check_deadline
from veedor.accord.explain import explain
from veedor.accord.model.accord import Accord
from veedor.accord.zones import zone_of
from veedor.errors import InputError
from veedor.words import LANGUAGES, Language
from veedor.words.dates import day_in_words, moment_in_words
from veedor.words.lists import contracted, joined

BERTH = {"first_year": 2026, "last_year": 2027, "weekend": ["friday"], "holidays": ["2026-05-02", "2027-01-02"]}
CARACAS = {
    "from": "2020-01-01T00:00Z",
    "until": "2030-01-01T00:00Z",
    "offset": "-04:00",
    "changes": [{"at": "2027-05-01T06:00Z", "offset": "-04:30"}, {"at": "2028-05-01T06:00Z", "offset": "-04:00"}],
}


def fuller() -> dict[str, Any]:
    """The example with what it has none of: a calendar, a zone, own keys, nested conditions, out-of-scope findings."""
    tree: dict[str, Any] = corridor_tree()
    tree["calendars"] = {"berth": BERTH, "strand": BERTH | {"weekend": ["sunday"]}}
    tree["zones"] = {"America/Caracas": CARACAS}
    tree["supersedes"] = "ab" * 32
    tree["version"] = 2
    tree["authorities"]["b_treasury"]["key"] = "cd" * 32
    tree["metrics"] |= {
        "answers": {"kind": "answer_hours", "asked": "request", "answered": "access"},
        "asked": {"kind": "events_counted", "event": "request"},
        "flights": {"kind": "findings_counted", "party": "b", "finding": "leg.unexplained"},
        "sold": {"kind": "figure", "figure": "exports", "source": "b"},
        "apart_still": {"kind": "open_discrepancies", "party": "a"},
        "refused": {"kind": "inspections_refused", "party": "a"},
    }
    measure = tree["measures"]["waiver"]
    measure["starts_when"] = ["radar"]
    measure["watch"] |= {"new_business": "exports", "out_of_scope": ["tanker.dark"]}
    measure["snapback"]["stays_if"]["of"] = 1
    measure["grant"]["of"] = 1
    tree["obligations"]["extradite"] = {
        "debtor": "a",
        "creditor": "b",
        "article": "Art. 7",
        "text": {"en": "Extradite or prosecute.", "es": "Extraditar o enjuiciar."},
        "arises": {"each": "once", "since": deadline("date.summit", 5, "business_days", "berth")},
        "due": deadline("accord.in_force", -3, "business_days", "berth"),
        "met_when": {
            "test": "n_of",
            "n": 1,
            "of": [
                {"test": "all", "of": [{"test": "at_least", "metric": "papers", "value": "2"}]},
                {"test": "any", "of": [{"test": "happened", "event": "access"}]},
            ],
        },
        "cure": {"starts": "notice", "within": deadline("own.notice", 10, "calendar_days", "", "included")},
        "excuses": None,
    }
    return tree


def deadline(anchor: str, amount: int, unit: str, calendar: str = "", counting: str = "excluded") -> dict[str, Any]:
    zone = "America/Caracas"
    return {
        "anchor": anchor,
        "amount": amount,
        "unit": unit,
        "zone": zone,
        "counting": counting,
        "ends": "17:00",
        "calendar": calendar,
    }


def words_of(tree: dict[str, Any], language: Language) -> list[str]:
    return [sentence.text for sentence in explain(msgspec.convert(tree, Accord), language)]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from leaves(each, (*path, number))
    elif value is not None:
        yield path


def closed_words() -> list[str]:
    """Every word of the closed lists of the model, from its JSON Schema."""
    schema = msgspec.json.schema(Accord)
    found: set[str] = set()
    todo: list[Any] = [schema]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            found.update(word for word in each.get("enum", ()) if isinstance(word, str))
            todo.extend(each.values())
        elif isinstance(each, list):
            todo.extend(each)
    return sorted(found)


CLOSED = closed_words()
TREE = fuller()
LEAVES = [path for path in leaves(TREE) if path != ("schema",)]
# What stands elsewhere than in the language of the sentence: the other language's words.
OTHER = {"en": "es", "es": "en"}


def others(value: Any) -> Iterator[Any]:
    if isinstance(value, int):
        yield from (value + 1, value - 1)
    else:
        yield from (word for word in CLOSED if word != value)
        yield from (
            value + "x",
            "2031-01-01T00:00Z",
            "+05:30",
            "2026-05-03",
            "12:00",
            "1",
            "ef" * 32,
            "America/Caracas",
            "strand",
            "2026-05-05",
            "2027-01-05",
            "2027-03-01T00:00Z",
            "2029-03-01T00:00Z",
            "UTC",
        )
        yield value[:-1] + "y"


def legal(tree: dict[str, Any]) -> bool:
    """Whether it is an accord all of whose deadlines can be computed."""
    try:
        accord = msgspec.convert(tree, Accord)
        zones = {name: zone_of(name, table) for name, table in accord.zones.items()}
        calendars = {name: calendar_of(name, table) for name, table in accord.calendars.items()}
        for due in deadlines(tree):
            check_deadline(msgspec.convert(due, Deadline), zones, calendars, "test")
        explain(accord, "en")
    except (msgspec.ValidationError, InputError):
        return False
    return True


def deadlines(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "counting" in value:
            yield value
        for each in value.values():
            yield from deadlines(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from deadlines(each)


def changed(path: tuple[str | int, ...]) -> dict[str, Any] | None:
    """The tree with this leaf replaced by another legal value; None where the rest of its rule leaves no other."""
    tree = copy.deepcopy(TREE)
    at: Any = tree
    for step in path[:-1]:
        if isinstance(at[step], tuple):
            at[step] = list(at[step])
        at = at[step]
    before = at[path[-1]]
    for other in others(before):
        at[path[-1]] = other
        if other != before and legal(tree):
            return tree
    # The unit decides how hours are counted and where they end; the kind of a thing decides what else it has.
    at[path[-1]] = before
    kinds = {"each", "kind", "test", "unit"}
    fixed = path[-1] in kinds or (before in ("elapsed", "instant", "") and at.get("unit") != "business_days")
    assert fixed, f"{path}: no other legal value was found for {before!r}"
    return None


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(map(str, path)))
def test_whatever_is_changed_in_an_accord_changes_a_sentence(path: tuple[str | int, ...]) -> None:
    """Lawyers find nothing hidden: two accords that differ do not read the same."""
    tree = changed(path)
    if tree is None:
        return
    for language in LANGUAGES:
        if path[-1] != OTHER[language]:
            assert words_of(tree, language) != words_of(TREE, language), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rule_is_one_sentence(language: Language) -> None:
    for sentence in explain(msgspec.convert(TREE, Accord), language):
        text = sentence.text
        assert text.endswith(".") and not text.endswith(".."), text
        plain = re.sub(r"[“«][^”»]*[”»]", "", text).replace(".unexplained", "")
        assert ". " not in plain.replace("Art. ", ""), text
        assert text[0].isupper() or not text[0].isalpha(), text
        assert "unknown" not in text and "desconocido" not in text and "accord." not in text.replace("accord.”", ""), (
            text
        )
        assert not re.search(r"\b(de|a) el\b|  | ,|\{", text), text


def test_rules_stand_in_the_same_order_in_both_languages_and_once_each() -> None:
    accord = corridor()
    rules = [sentence.rule for sentence in explain(accord, "en")]
    assert rules == [sentence.rule for sentence in explain(accord, "es")]
    assert len(set(rules)) == len(rules)


def test_a_deadline_reads_as_a_lawyer_would_say_it() -> None:
    said = {sentence.rule: sentence.text for sentence in explain(msgspec.convert(TREE, Accord), "en")}
    assert said["obligations.extradite.cure"] == (
        "If Party A misses that deadline, Party B may give notice, and the obligation “extradite” can then be cured "
        "at the latest on calendar day 10, the day of the notice counting as day 1, at 17:00 by the clocks of "
        "America/Caracas, and else is breached."
    )
    dicho = {sentence.rule: sentence.text for sentence in explain(msgspec.convert(TREE, Accord), "es")}
    assert dicho["participation.withdraw"] == (
        "La parte que avisa que se retira queda retirada 90 días naturales después del día del aviso, al final del día "
        "en UTC: desde entonces no nace ninguna obligación nueva de la que sea deudora o acreedora, se extingue la que "
        "aún no haya vencido, sigue su curso lo que ya estaba en retraso, y se suspende, o caduca si aún no rige, y "
        "deja de estar prometida toda medida que conceda o que esté a su favor; cuando quedan menos de dos partes, el "
        "acuerdo ha terminado."
    )


@pytest.mark.parametrize(
    ("amount", "english", "spanish"),
    [
        (1, "1 calendar day after the day", "1 día natural después del día"),
        (2, "2 calendar days after the day", "2 días naturales después del día"),
        (-1, "1 calendar day before the day", "1 día natural antes del día"),
        (0, "on the day of", "el día de"),
    ],
)
def test_one_day_is_no_days(amount: int, english: str, spanish: str) -> None:
    tree = copy.deepcopy(TREE)
    tree["participation"]["withdraw"]["amount"] = amount
    for language, expected in (("en", english), ("es", spanish)):
        assert any(expected in text for text in words_of(tree, language)[-2:-1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("items", "word", "english", "spanish"),
    [
        ((), "and", "", ""),
        (("a",), "and", "a", "a"),
        (("a", "b", "c"), "and", "a, b and c", "a, b y c"),
        (("Perú", "Italia"), "and", "Perú and Italia", "Perú e Italia"),
        (("agua", "hielo"), "and", "agua and hielo", "agua y hielo"),
        (("padres", "hijos"), "and", "padres and hijos", "padres e hijos"),
        (("plata", "oro"), "or", "plata or oro", "plata u oro"),
        (("mujer", "hombre"), "or", "mujer or hombre", "mujer u hombre"),
        (("siete", "8"), "or", "siete or 8", "siete u 8"),
    ],
)
def test_a_list_is_joined_as_each_language_does(items: tuple[str, ...], word: Any, english: str, spanish: str) -> None:
    assert joined(items, word, "en") == english
    assert joined(items, word, "es") == spanish


def test_small_words_run_together_only_in_spanish_and_not_in_names() -> None:
    assert contracted("después de el aviso de El Salvador a el fin", "es") == "después del aviso de El Salvador al fin"
    assert contracted("de el", "en") == "de el"


def test_dates_stand_in_full_words() -> None:
    assert day_in_words(1_759_017_600_000_000, "en") == "28 September 2025"
    assert moment_in_words(1_759_017_600_000_000, "es") == "28 de septiembre de 2025, 00:00 UTC"
    assert moment_in_words(1_759_017_601_000_000, "en") == "28 September 2025, 00:00:01 UTC"
