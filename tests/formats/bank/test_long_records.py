"""A record of many megabytes in a table of a bank is one reject; what stands before and behind it is read."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from tests.formats.conftest import read_all
from veedor.errors import InputError
from veedor.formats import BytesSource, Options
from veedor.formats.bank.bank_csv import MAPPING_TOML
from veedor.formats.mapped import READER
from veedor.formats.mapping import load

HEADER = b"account,booked,amount,currency,counterparty_account,end_to_end_id,purpose\n"
LINE = b"A,2024-07-05,12.30,EUR,B,E%d,%s\n"
HUGE = b"g" * 10_000_000
MULTILINE = MAPPING_TOML.replace('format = "csv"', 'format = "csv"\nmultiline = true')
# What the huge field is written as, with the mapping that it is read by.
WRITTEN = {
    "plain": (HUGE, MAPPING_TOML),
    "quoted": (b'"' + HUGE + b'"', MAPPING_TOML),
    "quoted in many lines": (b'"' + HUGE[:5_000_000] + b"\n" + HUGE + b'"', MULTILINE),
}


def read(data: bytes, mapping: str):  # type: ignore[no-untyped-def]
    return read_all(READER, BytesSource(data, "f.csv"), Options(mapping=load(mapping)))


@pytest.mark.parametrize("written", WRITTEN)
def test_a_huge_record_is_one_reject_and_the_rest_is_read(written: str) -> None:
    field, mapping = WRITTEN[written]
    data = HEADER + LINE % (0, b"x") + LINE % (1, field) + LINE % (2, b"y") + LINE % (3, b"z")
    tracemalloc.start()
    found = read(data, mapping)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.tables["entries"]["end_to_end_id"].to_pylist() == ["E0", "E2", "E3"]
    assert found.tables["entries"]["row"].to_pylist() == [0, 2, 3]
    (reject,) = found.rejects
    begin = data.index(b"A,2024-07-05,12.30,EUR,B,E1")
    size = data.index(b"A,2024-07-05,12.30,EUR,B,E2") - 1 - begin
    assert (reject.reason, reject.row, reject.offset, reject.length) == ("reject.too_long", 1, begin, size)
    assert reject.found == f"{size} bytes" and reject.raw == data[begin : begin + len(reject.raw)]
    assert most < 60 << 20, "not the record as a whole, whatever its length"


def test_a_huge_record_at_the_end_of_a_file_is_a_reject() -> None:
    found = read(HEADER + LINE % (0, b"x") + (LINE % (1, HUGE)).rstrip(), MAPPING_TOML)
    assert [(each.row, each.reason) for each in found.rejects] == [(1, "reject.too_long")]
    assert found.accepted == 1


def test_a_quote_that_is_never_closed_rejects_the_rest_of_the_file_however_long() -> None:
    found = read(HEADER + LINE % (0, b"x") + LINE % (1, b'"' + HUGE) + LINE % (2, b"y"), MULTILINE)
    (reject,) = found.rejects
    assert (reject.row, reject.reason, reject.found) == (1, "reject.truncated", "an unclosed quote")


def test_a_packed_file_that_breaks_off_in_a_huge_record_says_so() -> None:
    data = gzip.compress(HEADER + LINE % (0, b"x") + LINE % (1, HUGE), 0)
    found = read_all(READER, BytesSource(data[:9_000_000], "f.csv.gz"), Options(mapping=load(MAPPING_TOML)))
    assert [(each.row, each.reason) for each in found.rejects] == [(1, "reject.truncated")]


def test_what_has_no_line_end_at_all_is_no_table() -> None:
    with pytest.raises(InputError, match="no line end found"):
        read(HUGE, MAPPING_TOML)
