"""A proof is made in the tree of the very head that it carries, also while somebody appends."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from veedor.log.checkpoint import open_checkpoint
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner
from veedor.log.proof_file import open_proof_file
from veedor.log.tree import leaf_hash
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.reader import CHECKPOINT, LogReader
from veedor.log_folder.writer import LogWriter
from veedor.mission.verification.reveal import prove

SIGNER = NoteSigner("example.org/log", SigningKey(b"\x01" * 32))


class AppendedMeanwhile(DiskFiles):
    """As soon as somebody has read the head, there is a newer one."""

    def __init__(self, writer: LogWriter) -> None:
        self.writer = writer

    def read(self, path: Path, at_most: int | None = None) -> bytes:
        data = super().read(path, at_most)
        if path.name == CHECKPOINT:
            self.writer.append([b"another"])
        return data


def test_a_proof_belongs_to_the_head_that_it_carries_while_the_log_grows(tmp_path: Path) -> None:
    heads = HeadRecords(tmp_path / "state", DiskFiles())
    opened = partial(open_checkpoint, origin=SIGNER.name, log_key=SIGNER.verifier)
    with LogWriter.create(tmp_path / "log", DiskFiles(), heads, SIGNER, b"genesis") as writer:
        reader = LogReader(tmp_path / "log", AppendedMeanwhile(writer))
        for _ in range(5):
            open_proof_file(prove(reader, 0).encode(), leaf_hash(b"genesis"), opened)
