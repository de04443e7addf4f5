"""The bytes of a log are final: the same keys and entries give the same files for ever."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from tests.log.signing import sign
from veedor.errors import StoreError
from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import digest, statement
from veedor.log.note import NoteSigner
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.writer import LogWriter

KEYS = [SigningKey(bytes([i]) * 32) for i in (11, 12)]
SIGNER = NoteSigner("example.org/golden", KEYS[0])
GENESIS = sign(statement("https://example.org/genesis/1", {"golden": "11" * 32}, {"text": "año", "n": [1, None]}), KEYS)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    heads = HeadRecords(tmp_path / "state", DiskFiles())
    with LogWriter.create(tmp_path / "log", DiskFiles(), heads, SIGNER, GENESIS) as writer:
        writer.append([b"entry %d" % i for i in range(9)])
        writer.append([b"entry %d" % i for i in range(9, 299)])
    return tmp_path


def test_the_files_of_the_golden_log_never_change(home: Path) -> None:
    found = {
        path.relative_to(home).as_posix(): sha256(path.read_bytes()).hexdigest()[:16]
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.suffix not in (".lock", ".writer")
    }
    assert found == GOLDEN


def test_the_golden_checkpoint_and_genesis_never_change(home: Path) -> None:
    assert (home / "log/checkpoint").read_text() == CHECKPOINT
    assert digest(GENESIS) == GENESIS_DIGEST
    assert SIGNER.verifier.text() == LOG_KEY


def test_a_damaged_head_record_is_not_taken_for_none(home: Path) -> None:
    heads = HeadRecords(home / "state", DiskFiles())
    path = home / "state" / f"{digest(GENESIS)}.head"
    good = path.read_bytes()
    assert heads.read(digest(GENESIS)) is not None
    for wrong in [*(good[:end] for end in range(len(good))), good + b"\n", good * 100, good.replace(b"300", b"0")]:
        path.write_bytes(wrong)
        with pytest.raises(StoreError, match="head record is damaged"):
            heads.read(digest(GENESIS))


GOLDEN = {
    "log/checkpoint": "56e4c96e3cff8134",
    "log/tile/0/000": "6cf0b769319488d2",
    "log/tile/0/001.p/44": "820897359fb66f39",
    "log/tile/1/000.p/1": "4bf155d7ff3e0bce",
    "log/tile/entries/000": "00857bdae6770e2d",
    "log/tile/entries/001.p/44": "89309738db369e13",
    "state/a7e896047f0a0a009c802d29a964648134559c893c10750549d0084bc083bb98.head": "13333bb329a9af74",
}
CHECKPOINT = """\
example.org/golden
300
QphBlAvwKNmPMkA99UD3ZnYRw/tfjHhSDtyruMxbBYc=

— example.org/golden j055D4CSDPiHEIcVX+yBRo2zk3W+MaNas85tkcTs3GDCnFBnWO8HTOUFYKf7DzORIbotqq/uYlvKGWS+cKGngjHyxQg=
"""
GENESIS_DIGEST = "a7e896047f0a0a009c802d29a964648134559c893c10750549d0084bc083bb98"
LOG_KEY = "example.org/golden+8f4e790f+AWa+fjMsekUzMr2dCn99sFX1xe8aBq2mbZizn7aBDEc6"
