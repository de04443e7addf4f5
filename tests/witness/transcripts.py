"""What torchwood's tests send to its witness and expect of it: HTTP requests, status and body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from veedor.log.cosignature import CosignerSigner
from veedor.log.ed25519 import SigningKey
from veedor.log.note import VerifierKey, parse_vkey

LITEWITNESS = CosignerSigner("example.com/witness", SigningKey(b"\x25" * 32))
"""Our key under the name that the transcripts expect; theirs were removed."""

_STEP = re.compile(
    r'^POST [^\n]*/add-checkpoint\n```\n(.*?)\n```\nHTTP (\d+)\n\[Asserts\]\nbody (contains|==) "([^\n]*)"$',
    re.S | re.M,
)
# The specification came to want 404 here after the transcripts were made.
_NOW = {"unknown log": 404}
_SIGSUM = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
_LOGS = {
    "litewitness": (
        _SIGSUM,
        VerifierKey(_SIGSUM, bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")),
    ),
    "sumdb": (
        "go.sum database tree",
        parse_vkey("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),
    ),
}


@dataclass(frozen=True)
class Step:
    """One request and what is told of its answer."""

    body: bytes
    status: int
    whole: bool
    said: str

    def agrees(self, body: bytes) -> bool:
        return body.decode() == self.said if self.whole else self.said in body.decode()


def transcript(shared_data: Path, name: str) -> tuple[list[Step], str, VerifierKey]:
    """The steps, the log's origin and its key."""
    text = (shared_data / f"tlog/torchwood/{name}.txt").read_text(encoding="utf-8")
    steps = [
        Step(
            f"{body}\n".encode(), 404 if said == "unknown log" else int(status), how == "==", said.replace("\\n", "\n")
        )
        for body, status, how, said in _STEP.findall(text)
    ]
    return steps, *_LOGS[name]
