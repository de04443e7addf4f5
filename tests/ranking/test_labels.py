"""Decisions of an examiner: read whole or not at all, and about the payments that they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ranking.making import some_flows
from veedor.errors import InputError
from veedor.ranking.labels import CLEARED, DISPUTED, SUSPICIOUS, UNNAMED, apply, read_labels
from veedor.tables import FINDINGS

ROWS = [("A", "B", 100, 0.0), ("B", "C", 200, 30.0), ("A", "C", 300, 60.0), ("D", "A", 400, 90.0)]


def verdicts(text: str) -> tuple[list[int], tuple[str, ...]]:
    found = apply(read_labels("labels.csv", text.encode()), some_flows(ROWS), FINDINGS.empty())
    return found.verdict.tolist(), found.idle


def test_an_account_is_all_its_payments_unless_narrowed() -> None:
    assert verdicts("account,verdict\nA,suspicious\n")[0] == [SUSPICIOUS, UNNAMED, SUSPICIOUS, SUSPICIOUS]
    assert verdicts("account;verdict;counterparty\nA;cleared;C\n")[0] == [UNNAMED, UNNAMED, CLEARED, UNNAMED]
    narrow = "account,verdict,from,until\nA,suspicious,2026-03-04,2026-03-04\n"
    assert verdicts(narrow)[0] == [UNNAMED, UNNAMED, SUSPICIOUS, UNNAMED]


def test_what_was_decided_both_ways_decides_nothing() -> None:
    assert verdicts("account,verdict\nB,suspicious\nC,cleared\n")[0] == [SUSPICIOUS, DISPUTED, CLEARED, UNNAMED]


def test_a_decision_about_nobody_is_told() -> None:
    text = "finding,account,verdict\n,nobody,suspicious\n00112233aa,,cleared\n"
    assert verdicts(text) == ([UNNAMED] * 4, ("line 2", "line 3"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("account,verdict\nA,guilty\n", "line 2"),
        ("account,verdict,from\nA,suspicious,yesterday\n", "line 2"),
        ("finding,account,verdict\n0011223344,A,cleared\n", "line 2"),
        ("finding,verdict\n0011,cleared\n", "line 2"),
        ("name,verdict\nA,cleared\n", "line 1"),
        ("account,verdict\n", "line 2"),
    ],
)
def test_a_decision_that_cannot_be_read_names_its_line(text: str, place: str) -> None:
    with pytest.raises(InputError) as told:
        read_labels("labels.csv", text.encode())
    assert (told.value.file, told.value.place) == ("labels.csv", place)


@given(st.binary(max_size=200) | st.text(alphabet='account,verdict\n"A;suspicious\r\0', max_size=80).map(str.encode))
def test_any_bytes_are_labels_or_an_error_that_says_where(content: bytes) -> None:
    try:
        assert read_labels("labels.csv", content)
    except InputError as error:
        assert error.place and error.expected
