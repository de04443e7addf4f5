"""HPKE of RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), written out from the RFC for tests: the second opinion.

Unlike the library it takes the ephemeral key, so it can make fixed vectors. Sections and names are those of the RFC.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305 = 1, 2, 3
_KEY_BYTES = {AES_128_GCM: 16, AES_256_GCM: 32, CHACHA20_POLY1305: 32}
_KEM_SUITE = b"KEM" + (0x0020).to_bytes(2, "big")


def seal(aead: int, ephemeral: bytes, public: bytes, info: bytes, aad: bytes, plain: bytes) -> bytes:
    """`enc` and ciphertext of the first message (section 6.1)."""
    private = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    key, nonce = key_schedule(aead, _extract_and_expand(shared, enc + public), info)
    return enc + _cipher(aead, key).encrypt(nonce, plain, aad)


def unseal(aead: int, private: bytes, info: bytes, aad: bytes, sealed: bytes) -> bytes:
    """The plaintext of what `seal` gives."""
    held, enc = X25519PrivateKey.from_private_bytes(private), sealed[:32]
    shared = held.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + held.public_key().public_bytes_raw()
    key, nonce = key_schedule(aead, _extract_and_expand(shared, context), info)
    return _cipher(aead, key).decrypt(nonce, sealed[32:], aad)


def key_schedule(aead: int, shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """`key` and `base_nonce` (section 5.1), mode 0."""
    suite = b"HPKE" + (0x0020).to_bytes(2, "big") + (0x0001).to_bytes(2, "big") + aead.to_bytes(2, "big")
    context = b"\0" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    secret = _extract(suite, shared_secret, b"secret", b"")
    return (
        _expand(suite, secret, b"key", context, _KEY_BYTES[aead]),
        _expand(suite, secret, b"base_nonce", context, 12),
    )


def _extract_and_expand(dh: bytes, kem_context: bytes) -> bytes:
    return _expand(_KEM_SUITE, _extract(_KEM_SUITE, b"", b"eae_prk", dh), b"shared_secret", kem_context, 32)


def _extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, hashlib.sha256)


def _expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labeled, made, block, count = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, b"", b"", 0
    while len(made) < length:
        count += 1
        block = hmac.digest(prk, block + labeled + bytes([count]), hashlib.sha256)
        made += block
    return made[:length]


def _cipher(aead: int, key: bytes) -> AESGCM | ChaCha20Poly1305:
    return ChaCha20Poly1305(key) if aead == CHACHA20_POLY1305 else AESGCM(key)
