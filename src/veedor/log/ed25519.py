"""Ed25519 on which all libraries agree: keys and signatures are screened before they are verified.

RFC 8032 leaves corners open (non-canonical points, points of small order), and libraries differ in them: a hostile
party could register a key under which a document verifies for one side and not for the other. What is refused here:
A or R not canonical or of small order, A not on the curve, S not below the group order. What remains, OpenSSL and
libsodium judge alike on all 914 CCTV vectors.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from veedor.errors import UsageError, VerifyError

PUBLIC_BYTES = 32
SEED_BYTES = 32
SIGNATURE_BYTES = 64

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_Y_OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# The eight points of small order share these y (RFC 7748 curve, cofactor 8); the sign of x makes no difference.
_SMALL_ORDER_Y = frozenset((0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8))


def key_id(public: bytes) -> str:
    """The name of a key in envelopes: SHA-256 of its 32 bytes, in hex."""
    return sha256(public).hexdigest()


@lru_cache(maxsize=4096)
def screen_public(public: bytes) -> None:
    """Raise VerifyError unless these are the canonical 32 bytes of a curve point that is not of small order."""
    if len(public) != PUBLIC_BYTES:
        raise VerifyError("a public key has the wrong length", expected="32 bytes", found=f"{len(public)} bytes")
    if not _encoding_is_sound(public):
        raise VerifyError("a public key is not canonical or of small order", found=public.hex())
    y = int.from_bytes(public, "little") & (2**255 - 1)
    x_squared = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    if pow(x_squared, (_P - 1) // 2, _P) != 1:
        raise VerifyError("a public key is not a point on the curve", found=public.hex())


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's for this message; a key that does not pass the screen verifies nothing."""
    try:
        screen_public(public)
    except VerifyError:
        return False
    if len(signature) != SIGNATURE_BYTES or not _encoding_is_sound(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= _ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _encoding_is_sound(point: bytes) -> bool:
    y = int.from_bytes(point, "little") & (2**255 - 1)
    return y < _P and y not in _SMALL_ORDER_Y


class SigningKey:
    """A private key in memory, made from 32 secret bytes that the caller draws and keeps."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise UsageError("a private key has the wrong length", expected="32 bytes", found=f"{len(seed)} bytes")
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        """The key's name in envelopes."""
        return key_id(self.public)

    def seed(self) -> bytes:
        """The secret bytes themselves, to be stored encrypted."""
        return self._seed

    def sign(self, message: bytes) -> bytes:
        """64 bytes; deterministic, so signing the same head again after a crash gives the same signature."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id[:16]}…)"
