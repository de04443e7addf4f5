"""What copies hand each other beside the log: openings, details of a deposit, a bundle as an archive."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.fuzz.target import Target
from veedor.errors import VerifyError
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.deposits.details import DETAILS_DOMAIN, DepositDetails, FileDetails, decode_details, encode_details
from veedor.mission.state.fold import fold
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.salts import Private, decode_openings, encode_openings
from veedor.mission.verification.bundle import verify_bundle, write_bundle
from veedor.mission.verification.verify import Verdict

GOLDEN = LogReader(Path(__file__).resolve().parents[1] / "golden/mission-01/log", DiskFiles())


def some_openings() -> bytes:
    private = Private(lambda size: b"\7" * size)
    private.commit("deposit/1", b"value")
    return encode_openings(private.openings("ab" * 32))


def some_details() -> bytes:
    file = FileDetails("a.csv", "ab" * 32, 10, 1, 0)
    return encode_details(DepositDetails(DETAILS_DOMAIN, "mapped", 1, "", None, (file,), (), {"plots": 1}))


def a_bundle() -> bytes:
    return b"".join(write_bundle(GOLDEN, fold(GOLDEN.entries(), KINDS), {}, "how", b"<html>"))


def judge(data: bytes) -> Verdict:
    """The verdict on an archive; only `failed` and `unanchored` can come of bytes without trust."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "bundle.zip")
        file.write_bytes(data)
        result = verify_bundle(file, None)
    assert result.verdict in ("failed", "unanchored")
    if result.verdict == "failed":
        raise VerifyError("not a bundle")
    return result.verdict


PRIVATE_TARGETS = {
    "openings": Target(
        lambda data: decode_openings(data, "one.json"), encode_openings, (some_openings(),), VerifyError, False
    ),
    "details": Target(
        lambda data: decode_details(data, "details"), encode_details, (some_details(),), VerifyError, False
    ),
    # What an archive gives is a verdict, and any that is not refused gets that of the golden log's own bundle.
    "bundle archive": Target(judge, lambda verdict: a_bundle(), (a_bundle(),), VerifyError, False),
}
