"""The parsers of private payloads: the sealed file, and what is inside."""

from __future__ import annotations

from typing import Any

from tests.fuzz.target import Target
from tests.mission.make_sealed_vector import SEALED
from veedor.errors import VerifyError
from veedor.mission.statements.contents import Contents, Head, decode_contents, described, encode_contents
from veedor.mission.statements.salts import Opening
from veedor.mission.statements.sealed import parse_payload

OPENING = Opening("a" * 64, "deposit/1", "b" * 64, "00ff")
BARE = Contents(Head("payload-content/1", ("co",), "everybody", (OPENING,), None), b"")
FULL = Contents(Head("payload-content/1", ("co", "ve"), "nobody", (), described("acta ñ.pdf", b"text")), b"text")


def payload_bytes(sealed: Any) -> bytes:
    return sealed.header + sealed.sealed


PAYLOAD_TARGETS: dict[str, Target] = {
    "payload": Target(lambda data: parse_payload(data, "x"), payload_bytes, (SEALED.read_bytes(),), VerifyError),
    "payload content": Target(
        lambda data: decode_contents(data, "x"),
        encode_contents,
        (encode_contents(BARE), encode_contents(FULL)),
        VerifyError,
        one_spelling=False,
    ),
}
