"""Holders: which names, accounts and numbers are likely one person or firm, with reasons; judgements of people."""

from __future__ import annotations

from veedor.money.holders.named import Named
from veedor.money.holders.resolve import HolderParameters, Resolution, resolve
from veedor.money.reviewing.judgements import Judged, Judgements

__all__ = ["HolderParameters", "Judged", "Judgements", "Named", "Resolution", "resolve"]
