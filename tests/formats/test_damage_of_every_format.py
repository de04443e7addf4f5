"""Whatever happens to a file of any format, every record of it is a row or a reject, or the file is refused by name."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.every_format import FORMATS, LATEST_US, Format, step_of
from tests.fuzz.reader_targets import read
from veedor.errors import InputError
from veedor.formats import READERS, Options, choose

from .conftest import Pass, read_all

# How many whole records a cut may take along: those of its data block, or the one of which the separator is not seen.
# A statement in blocks whose end is missing: nobody knows whether its last entry is whole.
TAKEN_ALONG = {"mt940": 1, "asterix": 2, "readsb_snapshot": 1, "readsb": 1, "traffic_json": 1}


def rows(found: Pass) -> list[dict[str, object]]:
    """In order of the file."""
    return sorted((row for table in found.tables.values() for row in table.to_pylist()), key=lambda row: row["row"])


def through_the_door(form: Format, data: bytes) -> None:
    """As a depositor hands it in: the format is recognised first; what is not recognised is refused with the way on."""
    try:
        (chosen,) = choose([form.source(data)], Options(latest_us=LATEST_US))
        read(Format(chosen.reader, (), chosen.options), data)
    except InputError as error:
        assert all((error.file, error.place, error.expected, error.found, error.next_step))


def test_every_reader_has_files_here() -> None:
    # camt.053, elevation tiles (3 MB at least) and lists (kept in pieces) have tests of damage of their own.
    elsewhere = {"camt053", "srtm", "list_files"}
    assert {form.reader.name for form in FORMATS.values()} >= {reader.name for reader in READERS} - elsewhere


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_file_is_refused_and_one_of_nothing_but_blanks_or_zeros_gives_no_row(name: str) -> None:
    form = FORMATS[name]
    with pytest.raises(InputError, match="the file is empty"):
        read(form, b"")
    for data in (b"\n" * 40, b" \r\n \r\n", bytes(40)):
        try:
            found = read_all(form.reader, form.source(data), form.options)
        except InputError:
            continue
        assert found.accepted == 0


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_whole_before_a_cut_stays_as_it_was(name: str) -> None:
    form = FORMATS[name]
    for file in form.files:
        whole = rows(read_all(form.reader, form.source(file), form.options))
        for end in range(1, len(file), step_of(file)):
            before = [row for row in whole if int(row["offset"]) + int(row["length"]) < end]  # type: ignore[call-overload]
            try:
                found = rows(read_all(form.reader, form.source(file[:end]), form.options))
            except InputError:
                # Nobody knows ASTERIX by one block; a site table stands or falls as a whole.
                assert name == "sites" or len(before) <= name.startswith("asterix")
                continue
            read(form, file[:end])
            taken = TAKEN_ALONG.get(form.reader.name, 0)
            assert all(row in found for row in before[: len(before) - taken])


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_flipped_bits_and_pieces_of_other_formats_lose_nothing_and_escape_nowhere(
    name: str, data: st.DataObject
) -> None:
    form = FORMATS[name]
    hurt = bytearray(data.draw(st.sampled_from(form.files)))
    for at, bits in data.draw(st.lists(st.tuples(st.integers(0, len(hurt) - 1), st.integers(1, 255)), max_size=6)):
        hurt[at] ^= bits
    if data.draw(st.booleans()):
        other = data.draw(st.sampled_from([file for each in FORMATS.values() for file in each.files]))
        at = data.draw(st.integers(0, len(hurt)))
        hurt[at : at + data.draw(st.integers(0, 40))] = other
    with suppress(InputError):
        read(form, bytes(hurt))
    through_the_door(form, bytes(hurt))
