"""What `--trust` names, always from outside: the digest of the genesis, the genesis, or a c2sp.org/tlog-policy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import UsageError, VerifyError
from veedor.mission.state.genesis import read_genesis
from veedor.mission.state.policy import LARGEST_POLICY, Policy, parse_policy
from veedor.mission.statements.bodies import Genesis

_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})\s*", re.ASCII)


@dataclass(frozen=True)
class Trust:
    """What is taken as true beforehand: a genesis by its digest (hex), known here or not, or keys and a quorum."""

    digest: str | None = None
    genesis: Genesis | None = None
    policy: Policy | None = None

    def need_digest(self) -> str:
        """The digest of the genesis; UsageError where the trust is a policy, which names no mission."""
        if self.digest is None:
            raise UsageError(
                "a policy does not say which mission is meant",
                expected="the digest of the genesis, or a file that holds it",
                next_step="a policy is enough for a proof file or a checkpoint only",
            )
        return self.digest


def read_trust(text: str, subject: Path) -> Trust:
    """What a digest, or a file, says; UsageError for anything else.

    A file inside `subject` is refused: whoever could change what is verified could change it too.
    """
    match = _DIGEST.fullmatch(text)
    if match:
        return Trust(digest=match[1])
    file = Path(text)
    if file.resolve().is_relative_to(subject.resolve()):
        raise UsageError(
            "what is trusted must come from outside what is verified",
            file=text,
            next_step="keep it where whoever changes the mission cannot change it, or give the digest itself",
        )
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_POLICY + 1)
    except OSError as error:
        raise UsageError(
            "--trust is neither a digest nor a readable file",
            file=text,
            expected="64 hex digits, or a file that holds them",
            found=error.strerror or type(error).__name__,
        ) from None
    return _from_file(data, text)


def _from_file(data: bytes, file: str) -> Trust:
    match = _DIGEST.fullmatch(data[:256].decode("ascii", "replace"))
    if match:
        return Trust(digest=match[1])
    try:
        if data.startswith(b"{"):
            digest, genesis = read_genesis(data, file)
            return Trust(digest=digest, genesis=genesis)
        return Trust(policy=parse_policy(data, file))
    except VerifyError as error:
        raise UsageError(
            "the trust file holds nothing that can be trusted",
            file=file,
            expected="64 hex digits, entry 0 of a log, or a tlog-policy",
            found=str(error)[:300],
        ) from None
