"""A witness without a line: requests come and answers go as files, on a stick.

    NAME.request             the body of an add-checkpoint request, as HTTP would carry it
    NAME.request.HASH.answer     the cosignature lines (200); HASH is the witness's key hash, so that several can answer
    NAME.request.HASH.refused    else: the status, a line feed, and the body that HTTP would carry
    NAME.head                a signed head, such as another witness has cosigned: compared, never answered

One answer replaces the other when a request is answered again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log.cosignature import CosignerSigner
from veedor.log.note import LARGEST_NOTE
from veedor.log_folder.files import Files, write_durable
from veedor.witness.decision import LARGEST_REQUEST, Answer, refuse
from veedor.witness.store import WitnessStore

REQUEST, HEAD = ".request", ".head"


@dataclass(frozen=True)
class Checked:
    """One file: the answer to a request and where it was written, or (`same`) how a head compares."""

    file: Path
    answer: Answer | None = None
    written: Path | None = None
    same: bool | None = None


def check_path(files: Files, path: Path, store: WitnessStore, signer: CosignerSigner, now_s: int) -> Iterator[Checked]:
    """Answer a request file, compare a head, or do so with each `*.request` and `*.head` of a folder, by name."""
    if not files.is_folder(path):
        yield _check(files, path, store, signer, now_s)
        return
    names = [name for name in files.list(path) if name.endswith((REQUEST, HEAD))]
    if not names:
        raise UsageError("nothing to check in this folder", file=str(path), expected=f"*{REQUEST} or *{HEAD}")
    for name in names:
        yield _check(files, path / name, store, signer, now_s)


def _check(files: Files, file: Path, store: WitnessStore, signer: CosignerSigner, now_s: int) -> Checked:
    try:
        data = files.read(file, max(LARGEST_REQUEST, LARGEST_NOTE) + 1)
    except StoreError as error:
        return Checked(file, answer=refuse(400, error.problem))
    if file.name.endswith(HEAD):
        try:
            return Checked(file, same=store.compare(data, str(file)))
        except VerifyError as error:
            return Checked(file, answer=refuse(403, error.problem))
    answer = store.answer(data, signer, now_s)
    stem = f"{file.name}.{signer.verifier.key_hash.hex()}"
    good, bad = file.with_name(f"{stem}.answer"), file.with_name(f"{stem}.refused")
    written, other = (good, bad) if answer.status == 200 else (bad, good)
    write_durable(files, written, answer.body if answer.status == 200 else b"%d\n" % answer.status + answer.body)
    if files.exists(other):
        files.remove(other)
    return Checked(file, answer, written)
