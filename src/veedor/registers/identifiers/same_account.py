"""Whether two spellings name one account: a judgement with its reasons, never a silent join.

An IBAN holds the country's own number; banks write the same account as that number, as its last part without leading
zeros, or behind a bank's code. Digits alone prove little: two banks may number alike, so the bank decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from veedor.registers.identifiers import bic
from veedor.registers.identifiers.identifier import Identifier, compact
from veedor.registers.identifiers.recognise import ACCOUNTS, recognise

Verdict = Literal["same", "likely", "different", "cannot_tell"]
# Fewer significant digits are shared by chance among a bank's accounts.
_LEAST_DIGITS = 8


@dataclass(frozen=True)
class Written:
    """An account as one source writes it; `bank` is a BIC or the bank's own code, `country` where it is held."""

    number: str
    bank: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class Judgement:
    """`reasons` are message keys of words/ (`same_account.…`), strongest first."""

    verdict: Verdict
    reasons: tuple[str, ...]


def judge(one: Written, other: Written) -> Judgement:
    """Compares two spellings; the same whichever comes first."""
    first, second = _checked(one), _checked(other)
    if compact(one.number) == compact(other.number):
        if _banks(one, other) == "differ":
            return Judgement("different", ("same_account.equal", "same_account.banks_differ"))
        if (first and first.checked) or _banks(one, other) == "agree":
            return Judgement("same", ("same_account.equal",))
        return Judgement("likely", ("same_account.equal", "same_account.bank_unknown"))
    if first and second:
        if first.scheme == second.scheme:
            return Judgement("different", ("same_account.both_checked",))
        return _one_in_other(first, second)
    if first is None and second is None:
        return _both_local(one, other)
    whole, part, known = (one, other, first) if first else (other, one, second)
    assert known is not None
    return _contained(whole, part, known)


def _one_in_other(first: Identifier, second: Identifier) -> Judgement:
    """Two schemes, each checked: one may be the country's own number inside the other's IBAN."""
    inner, outer = (first, second) if second.scheme == "iban" else (second, first)
    if outer.scheme == "iban" and outer.parts["bban"] == inner.value and outer.country == inner.country:
        return Judgement("same", ("same_account.inside_iban",))
    return Judgement("different", ("same_account.both_checked",))


def _contained(whole: Written, part: Written, known: Identifier) -> Judgement:
    """A checked number against one that is not."""
    own = known.parts.get("bban", known.value)
    digits = compact(part.number)
    if part.country and known.country and part.country != known.country:
        return Judgement("different", ("same_account.countries_differ",))
    if digits == own:
        return Judgement("same", ("same_account.inside_iban",))
    bare = digits.lstrip("0")
    if len(bare) < _LEAST_DIGITS or not own.endswith(bare):
        account = known.parts.get("account", "").lstrip("0")
        if not account or bare != account:
            return Judgement(
                "cannot_tell" if len(bare) < _LEAST_DIGITS else "different", ("same_account.digits_differ",)
            )
    banks = _banks(whole, part)
    if banks == "differ":
        return Judgement("different", ("same_account.banks_differ",))
    # What stands before the shared end may only be the bank's code and zeros.
    rest = own[: len(own) - len(bare)]
    filled = known.parts.get("account", own).endswith(bare) and set(known.parts.get("account", own)[: -len(bare)]) <= {
        "0"
    }
    if banks == "agree" and (filled or set(rest[-4:]) <= {"0"}):
        return Judgement("same", ("same_account.last_part", "same_account.banks_agree"))
    return Judgement(
        "likely", ("same_account.last_part",) + (() if banks == "agree" else ("same_account.bank_unknown",))
    )


def _both_local(one: Written, other: Written) -> Judgement:
    bare, there = compact(one.number).lstrip("0"), compact(other.number).lstrip("0")
    if bare != there:
        return Judgement("cannot_tell", ("same_account.digits_differ", "same_account.unchecked"))
    if _banks(one, other) == "differ":
        return Judgement("different", ("same_account.banks_differ",))
    if _banks(one, other) == "agree":
        return Judgement("same", ("same_account.zeros", "same_account.banks_agree"))
    return Judgement("likely", ("same_account.zeros", "same_account.bank_unknown"))


def _checked(written: Written) -> Identifier | None:
    """The account scheme whose check digits hold, if any; a local number can hold by chance, so a country that
    contradicts it wins."""
    for reading in recognise(written.number, ACCOUNTS):
        if written.country in (None, reading.country):
            return reading
    return None


def _banks(one: Written, other: Written) -> Literal["agree", "differ", "unknown"]:
    if one.bank is None or other.bank is None:
        return "unknown"
    first, second = bic.read(one.bank), bic.read(other.bank)
    if isinstance(first, Identifier) and isinstance(second, Identifier):
        # Branches of one bank in one country number together; the first six characters are bank and country.
        return "agree" if first.value[:6] == second.value[:6] else "differ"
    if isinstance(first, Identifier) or isinstance(second, Identifier):
        return "unknown"
    return "agree" if compact(one.bank) == compact(other.bank) else "unknown"
