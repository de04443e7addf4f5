"""The opensky format: reading (in work) and writing."""

from __future__ import annotations

from veedor.formats.opensky_encode import encode_states

__all__ = ["encode_states"]
