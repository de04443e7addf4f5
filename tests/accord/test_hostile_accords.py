"""Hostile files: refused with line and column, in bounded time, and by nothing but the room's own error."""

# the text of accords is full of braces
from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veedor.accord.check import problems
from veedor.accord.load import read_accord
from veedor.accord.strict_yaml import LARGEST_BYTES, read_yaml
from veedor.errors import InputError

THIN = (Path(__file__).parent / "data/thin.yaml").read_text(encoding="utf-8")


def refusal(text: str | bytes) -> InputError:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InputError) as error:
        read_accord(data, "hostile.yaml")
    assert re.fullmatch(r"line [0-9]+, column [0-9]+", error.value.place or ""), error.value
    assert error.value.file == "hostile.yaml"
    return error.value


CHANGES = {
    "an anchor": ("version: 1", "version: &v 1", "anchors and aliases", "line 3, column 10"),
    "an alias": ("version: 1", "version: *v", "anchors and aliases", "line 3, column 10"),
    "a tag": ("version: 1", "version: !!int 1", "tags", "line 3, column 10"),
    "a merge key": ("version: 1", "<<: {version: 1}", "a key is a word", "line 3, column 1"),
    "a key twice": ("version: 1", "version: 1\nversion: 1", "a key stands twice", "line 4, column 1"),
    "no, which YAML 1.1 reads as false": ("version: 1", "version: no", "not what an accord says", "line 3, column 1"),
    "010, which YAML 1.1 reads as eight": ("amount: 240", "amount: 010", "not what an accord says", None),
    "1e2": ("amount: 240", "amount: 1e2", "a number is written otherwise", None),
    "a number in quotes of another form": ("amount: 240", "amount: '240.0'", "a number is written otherwise", None),
    "sexagesimal": ("amount: 240", "amount: 4:00", "not what an accord says", None),
    "null": ("excuses: ~", "excuses: null", "nothing is written ~", None),
    "a missing value": ("excuses: ~", "excuses:", "a value is missing", None),
    "a block scalar": ("citation: Section 1", "citation: |\n      Section 1", "a text stands on one line", None),
    "a text over two lines": ("citation: Section 1", "citation: Section\n      1", "a text stands on one line", None),
    "a document marker": ("schema: accord/1", "---\nschema: accord/1", "document markers", None),
    "a second document": ("quotas: {}", "quotas: {}\n---\na: b", "one document", None),
    "a directive": ("schema: accord/1", "%YAML 1.1\n---\nschema: accord/1", "document markers", None),
    "a tab": ("version: 1", "version:\t1", "cannot be seen", "line 3, column 9"),
    "text that runs backwards": ("Section 1", "Section \u202e1", "cannot be seen", None),
    "an escaped letter that cannot be seen": ("Section 1", '"Section \\u200b1"', "cannot be seen", None),
    "an unknown field": (
        "citation: Section 1",
        "citation: Section 1\n    footnote: x",
        "not what an accord says",
        None,
    ),
    "an unknown rule": ("test: at_least", "test: eval", "not what an accord says", None),
    "a name that is no name": ("  radar_log:", "  Radar Log:", "not what an accord says", "line 20, column 3"),
    "a duration of ages": ("amount: 240", "amount: 99999999999999999999", "not what an accord says", None),
    "half a duration": ("amount: 240", "amount: 240.5", "not what an accord says", None),
    "a fraction by nothing": ("9/10", "9/0", "not what an accord says", None),
    "a float": ("9/10", "0.9", "not what an accord says", None),
    "a complex key": ("version: 1", "? [a]\n: 1", "a key is a word", None),
    "a carriage return": ("version: 1", "version: 1\r", "cannot be seen", "line 3, column 11"),
}


def test_a_misspelt_field_is_answered_by_those_that_are_lacking_there() -> None:
    error = refusal(THIN.replace("citation: Section 1", "cittation: Section 1", 1))
    assert (error.expected, error.found) == ("one of citation", "measures.waiver: cittation")
    error = refusal(THIN.replace("quotas: {}", "quota: {}", 1))
    assert (error.expected, error.found) == ("one of quotas", "quota")


@pytest.mark.parametrize("name", CHANGES)
def test_a_file_that_could_be_read_in_two_ways_is_refused_where_it_is_wrong(name: str) -> None:
    old, new, problem, place = CHANGES[name]
    assert old in THIN
    error = refusal(THIN.replace(old, new, 1))
    assert problem in error.problem
    if place is not None:
        assert error.place == place


@pytest.mark.parametrize(
    "word, wrong, place, words",
    [
        ("unit: hours", "unit: fortnights", "in_force.unit", "business_days, calendar_days, hours"),
        ("kind: delivered_ratio", "kind: delivered", "metrics.radar.kind", "delivered_ratio, longest_gap_hours, "),
        ("test: at_least", "test: most", "met_when.test", "all, any, n_of, at_least, at_most, happened"),
        ("counting: elapsed", "counting: without", "in_force.counting", "elapsed, excluded, included"),
    ],
)
def test_a_word_that_no_closed_list_has_is_answered_by_the_list(word: str, wrong: str, place: str, words: str) -> None:
    assert word in THIN
    error = refusal(THIN.replace(word, wrong, 1))
    assert error.expected is not None and error.expected.startswith(words)
    assert error.found is not None and error.found.endswith(f"{place}: '{wrong.split()[-1]}'")


def test_a_hundred_thousand_obligations_are_refused_before_they_are_read() -> None:
    body = THIN.split("  radar_log:\n")[1].split("measures:")[0]
    many = "".join(f"  o{number}:\n{body}" for number in range(100_000))
    start = time.process_time()
    error = refusal(THIN.replace("  radar_log:\n" + body, many))
    assert error.problem == "the file is too long"
    assert time.process_time() - start < 5, "the size is looked at first"


def test_many_small_things_and_deep_ones_are_bounded() -> None:
    assert refusal("a: [" + "x," * 100_000 + "x]").problem == "too many values"
    assert refusal("a: " + "[" * 5000 + "]" * 5000).problem == "too many levels"
    assert refusal("a:\n" + "".join(" " * depth + "b:\n" for depth in range(1, 400)) + " " * 400 + "c: d").problem
    assert refusal('a: "' + "x" * 5000 + '"').problem == "a text is too long"


def test_six_hundred_obligations_are_more_than_an_accord_may_have() -> None:
    body = THIN.split("  radar_log:\n")[1].split("measures:")[0]
    # Only the count is wrong here.
    many = "".join(f"  o{number}:\n{body}" for number in range(600))
    assert "500" in str(refusal(THIN.replace("  radar_log:\n" + body, "  radar_log:\n" + body + many)))


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"# nothing\n", b"[]", b"a", b"\xff\xfe", b"{", b'{"schema":1}', b"- a", b"\x00"]
)
def test_what_is_no_accord_at_all_is_refused(data: bytes) -> None:
    refusal(data)


def test_canonical_json_must_be_exactly_that() -> None:
    canonical = read_accord(THIN.encode(), "thin.yaml").canonical
    assert read_accord(canonical, "c.json").canonical == canonical
    for changed in (
        canonical + b"\n",
        canonical.replace(b'"amount":240', b'"amount":240.0'),
        canonical.replace(b":", b": ", 1),
    ):
        refusal(changed)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_change_of_a_good_file_gives_an_accord_or_the_rooms_own_error(data: st.DataObject) -> None:
    letters = list(THIN)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(letters) - 1))
        letters[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from(
                [
                    "",
                    "{",
                    "}",
                    "[",
                    ":",
                    "&a ",
                    "*a",
                    "!",
                    '"',
                    "'",
                    "0",
                    "\n",
                    "  ",
                    "~",
                    "|",
                    ">",
                    "#",
                    "%",
                    "@",
                    "`",
                    "?",
                    "- ",
                    ",",
                    "é",
                    "\u2028",
                ]
            )
        )
    try:
        problems(read_accord("".join(letters).encode(), "changed.yaml"))
    except InputError as error:
        assert error.place


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_a_tree_or_the_rooms_own_error(data: bytes) -> None:
    try:
        read_yaml(data, "any.yaml")
    except InputError as error:
        assert error.place and len(data) < LARGEST_BYTES
