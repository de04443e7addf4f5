"""Sanctions lists as deposits: known by their beginnings, kept whole in pieces, cut by content alone."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.conftest import read_all
from veedor.formats import BytesSource, Options
from veedor.formats.list_files import PIECE_BYTES, READER
from veedor.formats.source import head_of

UN = b'<?xml version="1.0"?>\n<CONSOLIDATED_LIST dateGenerated="2026-02-27">\n</CONSOLIDATED_LIST>\n'
OFAC = b'36,"MADE UP, Name","individual","TEST",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1950."\n'
EU = b"fileGenerationDate;Entity_LogicalId;NameAlias_WholeName\n"
FTM = b'{"id": "a", "schema": "Person", "properties": {"name": ["Made Up"]}}\n'


def contents(data: bytes, name: str = "list") -> list[bytes]:
    table = read_all(READER, BytesSource(data, name)).tables["list_pieces"]
    return [bytes(each) for each in table["content"].to_pylist()]


@pytest.mark.parametrize("data", [UN, OFAC, EU, FTM])
def test_every_kind_of_list_is_known_by_its_beginning(data: bytes) -> None:
    assert READER.sniff(data, "any name")


@pytest.mark.parametrize(
    "data", [b"1,2,3\n", b'{"aircraft": []}\n', b"<Document/>", b"account;amount\n", b"", b"-0-\n"]
)
def test_other_files_are_not(data: bytes) -> None:
    assert not READER.sniff(data, "sdn.csv")


@given(st.lists(st.integers(0, 9000), max_size=40), st.booleans())
def test_the_pieces_are_the_file_and_end_with_lines(lengths: list[int], ends: bool) -> None:
    data = OFAC + b"".join(b"x" * length + b"\n" for length in lengths) + (b"" if ends else b"tail")
    pieces = contents(data)
    assert b"".join(pieces) == data
    assert all(len(piece) <= PIECE_BYTES for piece in pieces)
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])


def test_a_line_longer_than_a_piece_is_cut_and_nothing_lost() -> None:
    data = UN + b"y" * (3 * PIECE_BYTES) + b"\n" + b"z"
    assert b"".join(contents(data)) == data


def test_packing_changes_no_piece_and_what_breaks_off_is_a_reject(read: Callable[..., object]) -> None:
    data = OFAC * 4000
    assert contents(gzip.compress(data)) == contents(data)
    found = read_all(READER, BytesSource(gzip.compress(data)[:-200], "list"))
    assert found.reasons == ["reject.truncated"]
    kept = b"".join(found.tables["list_pieces"]["content"].to_pylist())
    assert kept and data.startswith(kept)


def test_the_day_is_the_depositors() -> None:
    options = Options(date_us=86_400_000_000 * 19_000)
    (day,) = read_all(READER, BytesSource(OFAC, "sdn.csv"), options).tables["list_pieces"]["day"].to_pylist()
    assert day == date(2022, 1, 8)
    assert head_of(BytesSource(OFAC, "sdn.csv")) == OFAC
