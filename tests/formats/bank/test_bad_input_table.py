"""What can be wrong with a bank's file, against every bank format: one table, one promise for each line of it.

Whatever is wrong, each record of the file is a row or a reject with its bytes, the others are as they were, and the
message says the place, what was expected and what was found; or the file is refused with the next step.
"""

from __future__ import annotations

import random
import re
import tracemalloc
from collections.abc import Callable

import pytest

from tests.formats.bank.samples import FAMILY, MT, NAMES, SAMPLES, TABLES, XML, Sample
from tests.formats.conftest import Pass, read_all
from tests.formats.every_format import LATEST_US
from tests.fuzz.reader_targets import read
from veedor.errors import InputError
from veedor.formats import BytesSource, Options, choose

Rows = list[dict[str, object]]
AMOUNT, DATE, CURRENCY = "amount", "date", "currency"
# Case: the field, and by family of formats how it is misspelled and why it is rejected. Table files are read by a
# mapping; MT knows no time of day and no sign.
VALUES: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "30 February": (DATE, {
        "xml": ("2024-02-30", "time"), "mt": ("240230", "time"), "table": ("2024-02-30", "time")}),
    "month 0": (DATE, {
        "xml": ("2024-00-06", "time"), "mt": ("240008", "time"), "table": ("2024-00-06", "time")}),
    "year 0": (DATE, {"xml": ("0000-07-06", "time"), "table": ("0000-07-06", "time_early")}),
    "25 o'clock": (DATE, {"xml": ("2024-07-06T25:00:00", "time"), "table": ("2024-07-06T25:00:00Z", "time")}),
    "zone +99": (DATE, {
        "xml": ("2024-07-06T12:00:00+99:00", "time"), "table": ("2024-07-06T12:00:00+99:00", "time")}),
    "a zone that no place has": (DATE, {"xml": ("2024-07-06+15:00", "time")}),
    "words behind the date": (DATE, {"xml": ("2024-07-06 maybe", "time"), "table": ("2024-07-06 maybe", "time")}),
    "a date as people write it": (DATE, {
        "xml": ("06.07.2024", "time"), "mt": ("6 July", "message_field"), "table": ("06.07.2024", "time")}),
    "before 1970": (DATE, {"xml": ("1969-12-31", "time_early"), "table": ("1969-12-31", "time_early")}),
    "to come": (DATE, {
        "xml": ("2999-01-01", "time_future"), "mt": ("440708", "time_future"), "table": ("2999-01-01", "time_future")}),
    "negative zero": (AMOUNT, {"xml": ("-0.00", "sign"), "mt": ("-0,00", "message_field")}),
    "negative": (AMOUNT, {"xml": ("-5", "sign"), "mt": ("-5,", "message_field")}),
    "thousands": (AMOUNT, {
        "xml": ("1,000.00", "amount"), "mt": ("1.000,00", "message_field"), "table": ("1 000.00", "amount")}),
    "two commas": (AMOUNT, {"xml": ("1,00,0", "amount"), "mt": ("1,000,00", "message_field")}),
    "the other decimal sign": (AMOUNT, {"xml": ("10,50", "amount"), "mt": ("10.50", "message_field")}),
    "a power of ten": (AMOUNT, {"xml": ("1e3", "amount"), "mt": ("1e3", "message_field")}),
    "NaN": (AMOUNT, {"xml": ("NaN", "amount"), "mt": ("NaN", "message_field"), "table": ("NaN", "amount")}),
    "digits of another script": (AMOUNT, {"xml": ("１０", "amount"), "table": ("١٠", "amount")}),
    "no amount": (AMOUNT, {"xml": ("", "missing"), "mt": ("", "message_field"), "table": ("", "missing")}),
    "a point alone": (AMOUNT, {"xml": (".", "amount"), "mt": (",", "message_field"), "table": (".", "amount")}),
    "beyond 63 bits": (AMOUNT, {
        "xml": ("92233720368547758.08", "amount_too_large"), "mt": ("92233720368547758,08", "amount_too_large"),
        "table": ("92233720368547758.08", "amount_too_large")}),
    "no such currency": (CURRENCY, {
        "xml": ("ZZQ", "currency"), "mt": ("ZZQ", "currency"), "table": ("ZZQ", "currency")}),
    "a currency in small letters": (CURRENCY, {
        "xml": ("eur", "currency"), "mt": ("usd", "message_field"), "table": ("eur", "currency")}),
}  # fmt: skip


def rows(found: Pass, without: int | None = None) -> Rows:
    """In order of the file, without where they stand, and without one of them."""
    every = [row for table in found.tables.values() for row in table.to_pylist()]
    every = sorted((row for row in every if row["row"] != without), key=lambda row: int(row["row"]))
    return [{name: value for name, value in row.items() if name not in ("row", "offset", "length")} for row in every]


def whole(sample: Sample) -> Pass:
    return read_all(sample.form.reader, sample.form.source(sample.data), sample.form.options)


def passed(sample: Sample, data: bytes) -> Pass:
    """Read twice: for what it gives, and held to spans and raw bytes of every record (of Parquet, which has no lines,
    the bytes of a row are its values)."""
    if sample.name != "parquet":
        read(sample.form, data)
    return read_all(sample.form.reader, sample.form.source(data), sample.form.options)


@pytest.mark.parametrize("case", VALUES)
@pytest.mark.parametrize("name", NAMES)
def test_a_value_that_cannot_be_spoils_its_record_alone_and_is_shown(name: str, case: str) -> None:
    sample, (field, spelled) = SAMPLES[name], VALUES[case]
    value, reason = spelled.get(FAMILY[name], ("", ""))
    data = sample.spoiled(field, value.encode()) if reason else None
    if name == "camt056" and reason in ("time_early", "time_future"):
        return  # the day of the transfer that it recalls
    if data is None:
        assert FAMILY[name] not in spelled or field not in sample.says, "the format cannot say this"
        return
    found = passed(sample, data)
    assert found.reasons == [f"reject.{reason}"]
    (reject,) = found.rejects
    assert reject.place and reject.expected
    assert value.replace(",", ".") in reject.found.replace(",", ".") or reason in ("missing", "time_future")
    assert value.encode() in reject.raw
    assert rows(found) == rows(whole(sample), without=reject.row)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_anywhere_keeps_what_was_whole_and_says_that_it_breaks_off(name: str) -> None:
    sample = SAMPLES[name]
    every = rows(whole(sample))
    for end in range(1, len(sample.data), max(len(sample.data) // 150, 1)):
        try:
            found = passed(sample, sample.data[:end])
        except InputError as error:
            assert all((error.file, error.place, error.expected, error.found, error.next_step))
            continue
        kept = rows(found)
        # Of a line or bare message without end nobody knows whether it is whole, and a cut word is a word.
        assert kept[:-1] == every[: max(len(kept) - 1, 0)] or name == "mt940", end
        ended = sample.data[:end].endswith(b"</Document>")
        assert name != "parquet" and (found.rejects or ended or name in (*MT, "csv")), end


def utf16(data: bytes) -> bytes:
    return data.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def latin1(data: bytes) -> bytes:
    return data.decode().replace("UTF-8", "ISO-8859-1").replace("Cúcuta", "Cucuta").encode("latin-1")


WRONG_FILES: dict[str, Callable[[Sample], bytes]] = {
    "nothing": lambda sample: b"",
    "a PDF": lambda sample: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n" * 40,
    "an error page": lambda sample: b"<!DOCTYPE html><html><body>Your session has expired.</body></html>",
    "a spreadsheet": lambda sample: b"PK\x03\x04\x14\x00\x06\x00" + bytes(2_000),
    "a picture": lambda sample: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "UTF-16": lambda sample: utf16(SAMPLES["camt053"].data),
    "UTF-16 without mark": lambda sample: SAMPLES["camt053"].data.decode().encode("utf-16-le"),
}


@pytest.mark.parametrize("case", WRONG_FILES)
@pytest.mark.parametrize("name", NAMES)
def test_the_wrong_file_under_the_right_name_is_refused_with_the_next_step(name: str, case: str) -> None:
    sample = SAMPLES[name]
    data = WRONG_FILES[case](sample)
    suffix = {"xml": "xml", "mt": "sta", "table": name}[FAMILY[name]]
    with pytest.raises(InputError) as caught:
        choose([BytesSource(data, f"july.{suffix}")], Options(latest_us=LATEST_US))
    error = caught.value
    assert all((error.place, error.expected, error.found, error.next_step)) and error.exit_code == 3


def mixed_ends(data: bytes) -> bytes:
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    return b"".join(line + (b"\r\n" if at % 2 else b"\n") for at, line in enumerate(lines[:-1])) + lines[-1]


SAME = {
    "mixed line ends": (mixed_ends, (*XML, *MT, "csv")),
    "a byte order mark": (lambda data: b"\xef\xbb\xbf" + data, (*XML, *MT, "csv")),
    "no namespace": (lambda data: re.sub(rb' xmlns="[^"]*"', b"", data), XML),
    "another message's namespace": (lambda data: re.sub(rb"xsd:[a-z0-9.]+", b"xsd:pain.002.001.03", data), XML),
    "a version that is still to come": (lambda data: re.sub(rb"(xsd:....\....)[0-9.]+", rb"\1.001.99", data), XML),
    "every name with a prefix": (
        lambda data: re.sub(rb"<(/?)([A-Z])", rb"<\1doc:\2", data).replace(b"xmlns=", b"xmlns:doc="), XML),
    "no declaration": (lambda data: data.partition(b"?>\n")[2], XML),
    "ISO-8859-1, declared": (latin1, XML),
}  # fmt: skip


@pytest.mark.parametrize(("name", "case"), [(name, case) for case, (_, names) in SAME.items() for name in names])
def test_what_a_reader_can_see_through_changes_no_row(name: str, case: str) -> None:
    sample = SAMPLES[name]
    found = passed(sample, SAME[case][0](sample.data))
    shown = str(rows(found)).replace("Cucuta", "Cúcuta") if case.startswith("ISO") else str(rows(found))
    assert found.rejects == [] and shown == str(rows(whole(sample)))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "parquet"])
def test_bytes_of_an_undeclared_encoding_spoil_their_record_or_are_read_as_the_banks_old_code_page(name: str) -> None:
    sample = SAMPLES[name]
    data = sample.spoiled("words", b"A\xd1O")
    assert data is not None
    found = passed(sample, data)
    if name in MT:
        assert found.rejects == [] and "AÑO" in str(rows(found))
        return
    (reject,) = found.rejects
    assert reject.reason == "reject.encoding" and b"A\xd1O" in reject.raw and "utf-8" in reject.expected.lower()
    assert rows(found) == rows(whole(sample), without=reject.row)


@pytest.mark.parametrize("name", XML)
def test_an_encoding_that_is_not_read_is_named(name: str) -> None:
    sample = SAMPLES[name]
    for encoding in (b"UTF-16", b"UTF-7", b"EBCDIC-CP-US", b"no-such-code"):
        with pytest.raises(InputError, match="encoding") as caught:
            passed(sample, sample.data.replace(b"UTF-8", encoding))
        assert caught.value.found == encoding.decode()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "parquet"])
def test_two_files_one_behind_the_other_are_read_as_two(name: str) -> None:
    sample = SAMPLES[name]
    found = passed(sample, sample.data + sample.data)
    # The second header of a table is a line of words.
    assert found.reasons == (["reject.time"] if name == "csv" else [])
    assert rows(found) == rows(whole(sample)) * 2


@pytest.mark.parametrize("name", (*XML, *MT))
def test_another_message_behind_this_one_is_one_reject_that_holds_all_of_it(name: str) -> None:
    sample, other = SAMPLES[name], SAMPLES["pacs004" if name != "pacs004" else "camt056"]
    found = passed(sample, sample.data + b"\n" + other.data)
    assert found.reasons == ["reject.outside"]
    (reject,) = found.rejects
    assert other.data[other.data.index(b"<Document") :].strip() in reject.raw and "beside" in reject.expected
    assert rows(found) == rows(whole(sample))


@pytest.mark.parametrize("name", XML)
def test_what_stands_before_a_document_is_one_reject(name: str) -> None:
    sample = SAMPLES[name]
    found = passed(sample, b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + sample.data)
    assert (found.reasons, found.rejects[0].place) == (["reject.outside"], "byte 0")
    assert found.rejects[0].found == "HTTP/1.1 200 OK"
    assert rows(found) == rows(whole(sample))


BOMBS = {
    "billion laughs": b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 99 + b'">]>',
    "a file of the machine": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    "a document type elsewhere": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">',
}


@pytest.mark.parametrize("case", BOMBS)
@pytest.mark.parametrize("name", XML)
def test_a_document_type_is_refused_before_anything_in_it_counts(name: str, case: str) -> None:
    sample = SAMPLES[name]
    with pytest.raises(InputError, match="document type") as caught:
        passed(sample, sample.data.replace(b"<Document", BOMBS[case] + b"<Document"))
    assert caught.value.found == "<!DOCTYPE" and (caught.value.place or "").startswith("byte ")


HUGE = 10_000_000
LARGE: dict[str, Callable[[Sample], bytes]] = {
    "10 MB in one field": lambda sample: b"g" * HUGE,
    "elements 50,000 deep": lambda sample: b"<a>" * 50_000 + b"</a>" * 50_000,
    "50,000 attributes": lambda sample: b"<x " + b" ".join(b"a%d='1'" % n for n in range(50_000)) + b"/>",
    "100,000 names": lambda sample: b"".join(b"<n%d/>" % n for n in range(100_000)),
}


@pytest.mark.parametrize("case", LARGE)
@pytest.mark.parametrize("name", NAMES)
def test_a_huge_record_takes_no_others_along_and_memory_in_proportion(name: str, case: str) -> None:
    sample = SAMPLES[name]
    if name not in XML and not case.startswith("10 MB"):
        return
    data = sample.spoiled("words", LARGE[case](sample))
    assert data is not None
    tracemalloc.start()
    found = read_all(sample.form.reader, sample.form.source(data), sample.form.options)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < (60 if "attributes" in case else 8) * len(data) + (4 << 20)
    assert len(found.rejects) <= 1
    # A statement's words are a field of their own: without them the booking still says what it came to.
    lost = found.rejects[0].row if found.rejects and name not in ("mt940", "mt942") else None
    assert len(rows(found)) == len(rows(whole(sample), without=lost))


@pytest.mark.parametrize("name", NAMES)
def test_flipped_bits_lose_no_record_and_no_count(name: str) -> None:
    sample = SAMPLES[name]
    chance = random.Random(f"bits of {name}")
    for _ in range(60):
        hurt = bytearray(sample.data)
        for _ in range(chance.randrange(1, 5)):
            hurt[chance.randrange(len(hurt))] ^= 1 << chance.randrange(8)
        try:
            read(sample.form, bytes(hurt))
        except InputError as error:
            assert all((error.file, error.place, error.expected, error.found, error.next_step))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_keeps_negative_zero_as_nothing_that_came_in(name: str) -> None:
    data = SAMPLES[name].spoiled(AMOUNT, b"-0.00")
    assert data is not None
    row = passed(SAMPLES[name], data).tables["entries"].to_pylist()[1]
    assert (row["amount_units"], row["amount_exponent"]) == (0, 2)
