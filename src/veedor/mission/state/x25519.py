"""X25519 keys on which all libraries agree: canonical, and of no point of small order.

To a point of small order every sender computes the same shared secret, zero, so anybody can read what is encrypted
to it (RFC 7748, section 6.1). The four u below p are 0 and 1, and the two of order eight; p - 1 is of order four.
"""

from __future__ import annotations

PUBLIC_BYTES = 32

_P = 2**255 - 19
_ORDER_EIGHT = (
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
)
_SMALL_ORDER_U = frozenset((0, 1, _P - 1, *_ORDER_EIGHT))


def sound_public(public: bytes) -> bool:
    """Whether these are the canonical 32 bytes of a u coordinate that is not of small order."""
    u = int.from_bytes(public, "little")
    return len(public) == PUBLIC_BYTES and u < _P and u not in _SMALL_ORDER_U
