"""Sanctions lists: readers of what authorities publish, entries in one shape, versions by day."""

from __future__ import annotations

from veedor.registers.sanctions.choose import read_lists
from veedor.registers.sanctions.listed import ListedEntry, ListedName, Listing, Share, Unlisted
from veedor.registers.sanctions.source import ListFile
from veedor.registers.sanctions.versions import InForce, in_force

__all__ = ["InForce", "ListFile", "ListedEntry", "ListedName", "Listing", "Share", "Unlisted", "in_force", "read_lists"]
