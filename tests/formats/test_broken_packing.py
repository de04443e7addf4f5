"""A gzip file that breaks off keeps what came before, and says that it broke off, wherever that is."""

from __future__ import annotations

import gzip
import zlib

import pytest

from tests.formats.every_format import FORMATS, step_of
from veedor.errors import InputError

from .conftest import read_all

# Bytes that the fuzzer found: the magic of gzip, and nothing behind it that unpacks.
NO_GZIP = (
    b"\x1f\x8b2024/0,3,1,1.0,-695*\nMTG0S',3,11\xbc01.0,-695\nMSG,3,11000,,,77/,\"\x02\x12:00.000,,,1000,=\x00\x00,1"
)


def stored(data: bytes, *, whole: bool) -> bytes:
    """A gzip file whose content stands in it as it is, so that it can break off between any two bytes."""
    packer = zlib.compressobj(0, zlib.DEFLATED, 31)
    packed = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    return packed + packer.flush() if whole else packed


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_no_gzip_behind_its_magic_is_refused_or_one_reject(name: str) -> None:
    form = FORMATS[name]
    for data in (NO_GZIP, NO_GZIP[:2], gzip.compress(b"")[:-9]):
        try:
            found = read_all(form.reader, form.source(data), form.options)
        except InputError as error:
            assert error.found
            assert error.next_step
        else:
            assert (found.accepted, found.reasons) == (0, ["reject.truncated"])
            assert (found.rejects[0].offset, found.rejects[0].length) == (0, 0)


@pytest.mark.parametrize("name", FORMATS)
def test_wherever_packing_breaks_off_one_last_reject_says_so_and_rows_before_it_stand(name: str) -> None:
    form = FORMATS[name]
    for file in form.files:
        whole = read_all(form.reader, form.source(stored(file, whole=True)), form.options)
        assert not whole.rejects
        rows = [row for table in whole.tables.values() for row in table.drop(["row"]).to_pylist()]
        for end in range(len(file), 2, -step_of(file)):
            try:
                found = read_all(form.reader, form.source(stored(file[:end], whole=False)), form.options)
            except InputError:
                # Nobody knows ASTERIX by one block; a site table stands or falls as a whole.
                before = sum(int(row["offset"]) + int(row["length"]) < end for row in rows)
                assert name == "sites" or before <= name.startswith("asterix")
                continue
            cut = found.rejects[-1]
            assert (cut.reason, cut.offset + cut.length) == ("reject.truncated", end)
            assert found.reasons.count("reject.truncated") == 1
            some = [row for table in found.tables.values() for row in table.drop(["row"]).to_pylist()]
            assert all(row in rows for row in some)
            if end == len(file):
                assert len(some) >= len(rows) - 1
