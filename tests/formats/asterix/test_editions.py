"""Editions are told apart where the bytes tell, and only there."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tests.formats.asterix.flat import rows
from tests.fuzz.asterix_targets import full_record
from veedor.errors import UsageError
from veedor.formats.asterix.categories import CATEGORIES, find, of_number
from veedor.formats.asterix.editions import candidates
from veedor.formats.asterix.encode import encode_rows
from veedor.formats.asterix.layout import Category
from veedor.formats.asterix.walk import REASONS


def fitting(data: bytes, number: int) -> list[str]:
    return [category.edition for category in candidates(data, rows([data]), number)]


@pytest.mark.parametrize("category", CATEGORIES, ids=str)
def test_records_with_every_item_fit_their_edition_or_a_newer_one_that_reads_them_alike(category: Category) -> None:
    data = encode_rows(category, [full_record(category, uap.name) for uap in category.uaps])
    known = of_number(category.number)
    newer = known[known.index(category) :]
    assert set(candidates(data, rows([data]), category.number)) & set(newer)


def test_plots_that_use_no_new_bit_are_of_one_reading() -> None:
    row = {"010.SAC": 1, "140": 5, "020.TYP": 5, "020.TST": 0, "040.RHO": 7, "250.BDS1": [4]}
    assert fitting(encode_rows(find(48, "1.27"), [row] * 3), 48) == ["1.32"]


def test_a_bit_that_only_newer_editions_extend_rules_the_older_out() -> None:
    row = {"010.SAC": 1, "020.IRMXPR.EP": 1}
    assert fitting(encode_rows(find(48, "1.32"), [row]), 48) == ["1.32"]


def test_ads_b_reports_of_old_editions_are_told_from_new_ones() -> None:
    old = {"010.SAC": 1, "040.ATP": 1, "030": 77, "130.LAT": 5, "130.LON": 6, "080": 0x4CA2BD, "170": 12, "200": 0}
    for edition, expected in (("0.23", ["0.23"]), ("0.24", ["0.26"]), ("0.26", ["0.26"])):
        row = old | ({"070.MODE3A": 0o1234} if edition == "0.26" else {})
        assert fitting(encode_rows(find(21, edition), [row] * 4), 21) == expected
    new = {"010.SAC": 1, "040.ATP": 1, "040.DCR": 0, "073": 77, "131.LAT": 5, "131.LON": 6, "080": 0x4CA2BD, "170": 12}
    assert fitting(encode_rows(find(21, "2.1"), [new] * 4), 21) == ["2.7"]


def test_two_readings_that_both_fit_are_both_given() -> None:
    """I021/271: the width code stands in the lower half of its second octet in edition 2.1, in the upper one later."""
    row = {"010.SAC": 1, "271.IDENT": 1, "271.LW": 4}
    assert fitting(encode_rows(find(21, "2.1"), [row]), 21) == ["2.7", "2.1"]


def test_bytes_that_no_edition_reads_and_categories_that_nobody_declares_fit_none() -> None:
    assert fitting(b"\x30\x00\x05\x01\x00", 48) == []
    assert candidates(b"\x1e\x00\x04\x80", np.array([[0, 4]]), 30) == ()


def test_an_edition_that_is_not_declared_is_refused_with_those_that_are() -> None:
    assert find(48, "1.28") is find(48, "1.30")
    with pytest.raises(UsageError, match=r"CAT021.*2\.7.*1\.4"):
        find(21, "1.4")


def test_the_page_names_every_edition_that_is_read() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/formats/asterix-wire.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| (\d{3}) \|.*\| ([\d. ;]+) \|$", page, re.MULTILINE))
    numbers = sorted({category.number for category in CATEGORIES})
    assert named == {f"{each:03}": "; ".join(" ".join(one.editions) for one in of_number(each)) for each in numbers}


def test_the_page_names_every_reason_of_damage() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/formats/asterix-wire.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\w+)`", page)) >= set(REASONS)
