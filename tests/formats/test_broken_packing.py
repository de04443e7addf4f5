"""A gzip file that breaks off keeps what came before, and says that it broke off, wherever that is."""

from __future__ import annotations

import gzip
import zlib

import pytest

from tests.fuzz.reader_targets import NAME, READER_TARGETS, SEEDS
from veedor.errors import InputError
from veedor.formats import READERS, BytesSource, Options

from .conftest import read_all

BY_LINES = {reader.name: reader for reader in READERS if f"read_{reader.name}" in READER_TARGETS}
# Bytes that the fuzzer found: the magic of gzip, and nothing behind it that unpacks.
NO_GZIP = (
    b"\x1f\x8b2024/0,3,1,1.0,-695*\nMTG0S',3,11\xbc01.0,-695\nMSG,3,11000,,,77/,\"\x02\x12:00.000,,,1000,=\x00\x00,1"
)


def stored(data: bytes, *, whole: bool) -> bytes:
    """A gzip file whose content stands in it as it is, so that it can break off between any two bytes."""
    packer = zlib.compressobj(0, zlib.DEFLATED, 31)
    packed = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    return packed + packer.flush() if whole else packed


@pytest.mark.parametrize("name", BY_LINES)
def test_a_file_that_is_no_gzip_behind_its_magic_is_refused_or_one_reject(name: str) -> None:
    for data in (NO_GZIP, NO_GZIP[:2], gzip.compress(b"")[:-9]):
        try:
            found = read_all(BY_LINES[name], BytesSource(data, NAME))
        except InputError as error:
            assert error.found
            assert error.next_step
        else:
            assert (found.accepted, found.reasons) == (0, ["reject.truncated"])
            assert (found.rejects[0].offset, found.rejects[0].length) == (0, 0)


@pytest.mark.parametrize("name", BY_LINES)
def test_wherever_packing_breaks_off_one_last_reject_says_so_and_rows_before_it_stand(name: str) -> None:
    for seed in SEEDS[name]:
        whole = read_all(BY_LINES[name], BytesSource(stored(seed, whole=True), NAME))
        assert "reject.truncated" not in whole.reasons
        rows = [row for table in whole.tables.values() for row in table.drop(["row"]).to_pylist()]
        for end in range(1, len(seed) + 1):
            source = BytesSource(stored(seed[:end], whole=False), NAME)
            try:
                found = read_all(BY_LINES[name], source, Options())
            except InputError:
                assert name == "readsb_snapshot", "only a format with a beginning of its own can lack it"
                continue
            cut = found.rejects[-1]
            assert (cut.reason, cut.offset + cut.length) == ("reject.truncated", end)
            assert found.reasons.count("reject.truncated") == 1
            some = [row for table in found.tables.values() for row in table.drop(["row"]).to_pylist()]
            assert all(row in rows for row in some)
            if end == len(seed):
                assert len(some) >= len(rows) - 1
