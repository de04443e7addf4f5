"""A line of `--json`."""

from __future__ import annotations

from msgspec import Struct


class Line(Struct, frozen=True, kw_only=True):
    """A line of `--json`. Its first field is `schema`, with the name and number as default."""
