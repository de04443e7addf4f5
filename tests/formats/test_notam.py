"""NOTAM texts become outages; what is wrong is told by its item, and costs one NOTAM."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.formats import BytesSource, detect
from veedor.formats.papers.notam import READER

from .conftest import read_all

ONE = """(A1234/24 NOTAMN
Q) SKED/QCSAS/I/BO/E/000/999/0442N07408W025
A) SKBO B) 2407061200 C) 2407071800 EST
D) DAILY 1200-1800
E) SSR EL DORADO OUT OF SERVICE: A) HEAD B) TAIL
F) SFC G) UNL)
"""
TWO = """
(A1235/24 NOTAMR A1200/24
Q)SKEC/QFALC/IV/NBO/A/000/050/0734S07200E005
A)SKSP B)2407012400 C)PERM
E)AD CLSD)

GG SKZZNAXX
061130 SVMIYNYX
(A1236/24 NOTAMC A1234/24
Q) SKED/QCSAK/I/BO/E/000/999/0442N07408W025
A) SKBO B) 2407061500
E) SSR EL DORADO RESUMED NORMAL OPS)
NNNN
"""


def test_each_item_becomes_its_column() -> None:
    source = BytesSource((ONE + TWO).encode(), "notam.txt")
    assert detect(source) is READER
    found = read_all(READER, source)
    assert found.rejects == []
    one, two, three = found.tables["outages"].to_pylist()
    said = {
        "reference": "A1234/24", "action": "new", "subject": "SKBO", "subject_kind": "sensor",
        "state": "out_of_service",
        "starts": datetime(2024, 7, 6, 12, tzinfo=UTC), "ends": datetime(2024, 7, 7, 18, tzinfo=UTC),
        "ends_estimated": True, "permanent": False, "schedule": "DAILY 1200-1800", "fir": "SKED", "q_code": "QCSAS",
        "lat_e7": 47_000_000, "lon_e7": -741_333_333, "radius_mm": 46_300_000, "lower_mm": 0, "upper_mm": None,
        "text": "SSR EL DORADO OUT OF SERVICE: A) HEAD B) TAIL",
    }  # fmt: skip
    assert {name: one[name] for name in said} == said
    assert (two["state"], two["permanent"], two["ends"], two["other_reference"]) == ("closed", True, None, "A1200/24")
    assert two["starts"] == datetime(2024, 7, 2, tzinfo=UTC), "2400 is the next midnight"
    assert (two["lat_e7"], two["lon_e7"], two["upper_mm"]) == (-75_666_667, 720_000_000, 1_524_000)
    assert (three["action"], three["state"], three["ends"]) == ("cancel", "restored", None)
    text = (ONE + TWO).encode()[three["offset"] : three["offset"] + three["length"]]
    assert text.startswith(b"A1236/24") and text.endswith(b"OPS")


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("2407061200", "2413061200", "item B)"),
        ("2407061200", "2407062460", "item B)"),
        ("B) 2407061200", "", "item B)"),
        ("A) SKBO", "", "item A)"),
        ("C) 2407071800 EST", "", "item C)"),
        ("2407071800", "2307071800", "item C)"),
        ("QCSAS", "CSAS", "item Q)"),
        ("0442N", "9942N", "item Q)"),
        ("000/999", "200/100", "item Q)"),
        ("NOTAMN", "NOTAMR", "NOTAM number"),
        (ONE[16:], " (", "item A)"),
    ],
)
def test_what_is_wrong_is_told_by_its_item(before: str, after: str, place: str) -> None:
    found = read_all(READER, BytesSource((TWO + ONE.replace(before, after, 1) + TWO).encode()))
    assert [(reject.place, reject.row) for reject in found.rejects] == [(place, 2)]
    assert found.accepted == 4


@pytest.mark.parametrize("size", [40, 100, 1_000])
def test_rows_are_the_same_however_the_file_is_cut_into_blocks(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = ((ONE + TWO) * 3).encode()
    whole = read_all(READER, BytesSource(data)).tables["outages"]
    monkeypatch.setattr("veedor.formats.windows.WINDOW_BYTES", size)
    assert read_all(READER, BytesSource(data)).tables["outages"].equals(whole)


@given(st.data())
def test_damage_never_escapes(data: st.DataObject) -> None:
    spoiled = bytearray((TWO + ONE + TWO).encode())
    at = data.draw(st.integers(0, len(spoiled)))
    spoiled[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    found = read_all(READER, BytesSource(bytes(spoiled)))
    for reject in found.rejects:
        assert reject.raw == bytes(spoiled[reject.offset : reject.offset + reject.length])
    assert found.accepted >= 2
