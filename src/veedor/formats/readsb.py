"""The readsb format: reading (in work) and writing."""

from __future__ import annotations

from veedor.formats.readsb_encode import encode_trace

__all__ = ["encode_trace"]
