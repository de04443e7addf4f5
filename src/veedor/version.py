"""The version of the software, as runs state it."""

from __future__ import annotations

VERSION = "0.1.0"
