"""MT messages with megabytes in one line, or without line ends, are rejects of their own; the others are read."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from tests.formats import bank_messages as made
from tests.formats.bank.samples import SAMPLES
from tests.formats.conftest import Pass, read_all
from tests.formats.every_format import Format
from tests.fuzz.reader_targets import read as held_to_the_contract
from veedor.formats import BytesSource
from veedor.formats.bank import mt103, mt940

HUGE = b"z" * 10_000_000
STATEMENT, TRANSFER = made.MT940, made.MT103
READERS = {"mt940": (mt940.READER, STATEMENT), "mt103": (mt103.READER, TRANSFER)}


def read(name: str, data: bytes) -> Pass:
    """Twice: for what it gives, and held to the spans and bytes of every record."""
    reader = READERS[name][0]
    held_to_the_contract(Format(reader, ()), data)
    return read_all(reader, BytesSource(data, "message.txt"))


def accepted(found: Pass) -> list[dict[str, object]]:
    rows = [row for table in found.tables.values() for row in table.to_pylist()]
    return [{key: row[key] for key in row if key not in ("row", "offset", "length")} for row in rows]


def one_line(message: bytes) -> bytes:
    """A message as programs write it that know no line ends."""
    return message.replace(b"\r\n", b"").replace(b"\n", b"")


def test_a_line_of_megabytes_spoils_its_field_of_a_statement_and_nothing_else() -> None:
    data = STATEMENT.replace(b"gone back", HUGE)
    found, whole = read("mt940", data), read("mt940", STATEMENT)
    (reject,) = found.rejects
    begin = data.index(b":86:" + HUGE[:100])
    assert (reject.reason, reject.offset, reject.found) == ("reject.too_long", begin, f"{reject.length} bytes")
    assert data[begin + reject.length :].startswith(b":") and reject.raw == data[begin : begin + len(reject.raw)]
    assert len(accepted(found)) == len(accepted(whole)), "the booking itself says what it came to"


@pytest.mark.parametrize("line", [HUGE, HUGE[:5_000_000] + b"\r" + HUGE], ids=["no end", "ends of an old kind"])
def test_a_transfer_with_megabytes_in_one_line_is_one_reject_from_its_first_byte_to_its_last(line: bytes) -> None:
    other = TRANSFER.replace(b":20:R-1", b":20:R-2")
    long = TRANSFER.replace(b":70:", b":70:" + line)
    found = read("mt103", other + long + other)
    (reject,) = found.rejects
    assert (reject.reason, reject.row, reject.offset) == ("reject.too_long", 1, len(other))
    assert reject.length == len(long.rstrip())
    assert accepted(found) == accepted(read("mt103", other)) * 2


@pytest.mark.parametrize("name", READERS)
def test_a_message_without_line_ends_is_one_reject_and_the_next_one_is_read(name: str) -> None:
    message = READERS[name][1]
    flat = one_line(message)
    found = read(name, flat + flat + message)
    assert found.reasons == ["reject.message_field"] * 2
    assert [(each.offset, each.length) for each in found.rejects] == [(0, len(flat)), (len(flat), len(flat))]
    assert found.rejects[0].expected == "each field on a line of its own" and ":20:" in found.rejects[0].found
    assert accepted(found) == accepted(read(name, message))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("size", [70_000, 1_048_576 - 200, 3_000_000])
def test_wherever_pieces_of_a_long_line_end_the_next_message_begins_where_it_begins(name: str, size: int) -> None:
    """The line ends a window of a megabyte, or the first bytes of the next message lie across its end."""
    message = READERS[name][1]
    flat = one_line(message)
    for more in range(0, 200 if size == 1_048_576 - 200 else 1, 3):
        padded = flat.replace(b"-}", b"y" * (size + more - len(flat)) + b"-}", 1)
        found = read(name, padded + message)
        assert [(each.offset, each.length) for each in found.rejects] == [(0, len(padded))], more
        assert accepted(found) == accepted(read(name, message))


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_never_ends_its_line_is_one_reject_in_little_memory(name: str) -> None:
    data = one_line(READERS[name][1]).replace(b"-}", HUGE + HUGE)
    tracemalloc.start()
    found = read_all(READERS[name][0], BytesSource(data, "message.txt"))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (reject,) = found.rejects
    assert (reject.reason, reject.offset, reject.length) == ("reject.too_long", 0, len(data))
    assert most < 12 << 20, "not the line as a whole"


def test_what_is_no_message_between_messages_is_shown_however_long() -> None:
    junk = b"x" * 100_000 + b"\r\n"
    found = read("mt103", TRANSFER + junk + TRANSFER)
    (reject,) = found.rejects
    assert (reject.reason, reject.offset, reject.length) == ("reject.outside", len(TRANSFER), len(junk) - 2)
    assert len(accepted(found)) == 2


def test_a_statement_behind_a_spoiled_one_does_not_take_over_its_bank_or_account() -> None:
    bare = SAMPLES["mt942"].data
    spoiled = b"{1:F01WESTGB2LAXXX0000000000}{2:O9401200240708" + HUGE + b"\r\n:61:2407080706C1,NTRFX\r\n-}\r\n"
    found = read("mt940", STATEMENT + spoiled + bare)
    assert found.reasons == ["reject.too_long", "reject.no_account"]
    assert accepted(found) == accepted(read("mt940", STATEMENT + bare))


def test_a_packed_file_that_breaks_off_in_a_long_line_says_so() -> None:
    data = gzip.compress(TRANSFER + TRANSFER.replace(b":70:", b":70:" + HUGE), 0)
    found = read_all(mt103.READER, BytesSource(data[:4_000_000], "message.gz"))
    assert len(accepted(found)) == 1 and found.reasons in (["reject.truncated"], ["reject.too_long"])
    (reject,) = found.rejects
    assert reject.offset == len(TRANSFER) and reject.length > 3_900_000
