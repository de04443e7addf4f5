"""Identifiers of accounts, banks, firms, persons and ships: recognised, brought to one spelling, check digits held."""

from __future__ import annotations

from veedor.registers.identifiers.identifier import Identifier, Wrong
from veedor.registers.identifiers.recognise import SCHEMES, read, recognise
from veedor.registers.identifiers.same_account import Judgement, Written, judge

__all__ = ["SCHEMES", "Identifier", "Judgement", "Written", "Wrong", "judge", "read", "recognise"]
