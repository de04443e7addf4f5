"""The camt053 format: reading (in work) and writing."""

from __future__ import annotations

from veedor.formats.camt053_encode import encode_statement

__all__ = ["encode_statement"]
