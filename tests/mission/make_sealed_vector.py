"""Makes tests/golden/payload-1.*: a sealed file from fixed keys and fixed randomness, by the second opinion (hpke.py).

Run once (`python -m tests.mission.make_sealed_vector`); what is there is never overwritten: it must open for ever.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.mission import hpke

GOLDEN = Path(__file__).parents[1] / "golden"
SEALED, VECTOR = GOLDEN / "payload-1.sealed", GOLDEN / "payload-1.json"


def part(name: str) -> bytes:
    """Thirty-two bytes for one use in the vector. TEST KEYS: anybody can make them again."""
    return hashlib.sha256(b"payload-1 vector: " + name.encode()).digest()


def sized(text: str) -> bytes:
    return bytes([len(text)]) + text.encode()


def make() -> tuple[bytes, dict[str, object]]:
    content = b"the plain content"
    genesis, statement, salt, key = part("genesis"), part("statement"), part("salt"), part("content key")
    domain = b"payload/1"
    commitment = hashlib.sha256(
        b"veedor/commitment/1\0" + len(domain).to_bytes(4, "big") + domain + salt + hashlib.sha256(content).digest()
    ).digest()
    front = b"veedor/payload/1\0" + genesis + statement + commitment + sized("ve")
    slots = []
    for number, party in enumerate(["co", "qa"] + ["ve"] * 22):
        private = X25519PrivateKey.from_private_bytes(part(f"mailbox {number}"))
        public = private.public_key().public_bytes_raw()
        info = b"veedor/payload/1/key\0" + front + sized(party) + public
        wrapped = key if number < 2 else part(f"nobody's key {number}")
        slots.append(hpke.seal(hpke.AES_256_GCM, part(f"ephemeral {number}"), public, info, b"", wrapped))
    header = front + bytes([24]) + b"".join(sorted(slots))
    plain = (salt + len(content).to_bytes(8, "big") + content).ljust(4096, b"\0")
    data = header + AESGCM(key).encrypt(bytes(12), plain, header)
    vector = {
        "file": hashlib.sha256(data).hexdigest() + ".sealed",
        "genesis": genesis.hex(),
        "statement": statement.hex(),
        "author": "ve",
        "salt": salt.hex(),
        "content": content.hex(),
        "commitment": commitment.hex(),
        "content_key": key.hex(),
        "recipients": [{"party": "co", "private": part("mailbox 0").hex(), "ephemeral": part("ephemeral 0").hex()},
                       {"party": "qa", "private": part("mailbox 1").hex(), "ephemeral": part("ephemeral 1").hex()}],
    }  # fmt: skip
    return data, vector


if __name__ == "__main__":
    sealed, told = make()
    if not SEALED.exists():
        SEALED.write_bytes(sealed)
        VECTOR.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
