"""Signed statements for tests of the log, which does not mind what they say."""

from __future__ import annotations

from collections.abc import Sequence

from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import Signature, pae, seal


def sign(payload: bytes, keys: Sequence[SigningKey]) -> bytes:
    """The envelope over this payload, signed by each key."""
    return seal(payload, [Signature(key.key_id, key.sign(pae(payload))) for key in keys])
