"""What registers answer when they are asked by hand: identifiers, spellings of accounts, thresholds, amounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from veedor.money.amounts import text
from veedor.money.payments.same_accounts import Spellings
from veedor.registers.exchange_rates import Kind, Rates
from veedor.registers.identifiers import SCHEMES, Identifier, Written, judge, read
from veedor.registers.identifiers.identifier import CHARACTERS, LENGTH
from veedor.registers.redenominations import Unclear, restate
from veedor.registers.thresholds import Threshold, thresholds
from veedor.views.line import Line


class IdentifierLine(Line, frozen=True, kw_only=True):
    """One reading of a text: what it is (`value` its one spelling, `checked`: check digits hold), or why it is not what
    it looks like (`why` a sentence of words/ with `expected` and `found`). `scheme` null: it looks like none."""

    schema: Literal["identifier/1"] = "identifier/1"
    text: str
    scheme: str | None = None
    value: str | None = None
    country: str | None = None
    checked: bool = False
    parts: Mapping[str, str] = {}
    why: str | None = None
    expected: str | None = None
    found: str | None = None


class SameAccountLine(Line, frozen=True, kw_only=True):
    """Whether two spellings name one account; `reasons` are sentences of words/, strongest first."""

    schema: Literal["same-account/1"] = "same-account/1"
    one: str
    other: str
    verdict: str
    reasons: tuple[str, ...]


class ThresholdLine(Line, frozen=True, kw_only=True):
    """From `amount` on (above it where not `inclusive`) a payment has to be reported; `valid_to` null: until now.
    `read` and `day` are empty where it comes out of a table that was handed in."""

    schema: Literal["threshold/2"] = "threshold/2"
    country: str
    currency: str
    instrument: str
    amount: str
    inclusive: bool
    valid_from_us: int
    valid_to_us: int | None
    source: str
    read: str
    day: str
    simulated: bool = False


class RestatedLine(Line, frozen=True, kw_only=True):
    """An amount in the unit of another day. `restated` null: in which unit it was written is not clear, as the law in
    `sources` had taken zeros off by then."""

    schema: Literal["restated/1"] = "restated/1"
    amount: str
    booked: date
    day: date
    restated: str | None
    sources: tuple[str, ...]


class ConvertedLine(Line, frozen=True, kw_only=True):
    """An amount by the rate of its day; null where no rate holds. `converted` is exact."""

    schema: Literal["converted/1"] = "converted/1"
    amount: str
    into: str
    kind: Kind
    day: date
    converted: str | None = None
    rate: str | None = None
    rate_day: date | None = None
    source: str | None = None


REGISTER_LINES: tuple[type[Struct], ...] = (
    IdentifierLine, SameAccountLine, ThresholdLine, RestatedLine, ConvertedLine,
)  # fmt: skip


def identifier_lines(written: str) -> Iterator[IdentifierLine]:
    """All readings, those that check digits vouch for first; where there is none, what it nearly is."""
    readings = [read(scheme, written) for scheme in SCHEMES]
    found = sorted((each for each in readings if isinstance(each, Identifier)), key=lambda each: not each.checked)
    for each in found:
        yield IdentifierLine(
            text=written, scheme=each.scheme, value=each.value, country=each.country, checked=each.checked,
            parts=dict(each.parts),
        )  # fmt: skip
    if found:
        return
    near = [each for each in readings if not isinstance(each, Identifier) and each.why not in (LENGTH, CHARACTERS)]
    for wrong in near:
        yield IdentifierLine(
            text=written, scheme=wrong.scheme, why=wrong.why, expected=wrong.expected, found=wrong.found
        )
    if not near:
        yield IdentifierLine(text=written)


def same_account_line(one: Written, other: Written) -> SameAccountLine:
    """The judgement on two spellings, with its reasons."""
    found = judge(one, other)
    return SameAccountLine(one=one.number, other=other.number, verdict=found.verdict, reasons=found.reasons)


def same_account_lines(found: Spellings) -> Iterator[SameAccountLine]:
    """Accounts of payments that are likely one."""
    for one, other, judgement in found.pairs:
        yield SameAccountLine(one=one, other=other, verdict=judgement.verdict, reasons=judgement.reasons)


def threshold_lines(country: str | None, some: Sequence[Threshold] | None = None) -> Iterator[ThresholdLine]:
    """The thresholds that are shipped, or `some` out of a table; all of them, or those of one country."""
    for each in thresholds() if some is None else some:
        if country in (None, each.country):
            yield ThresholdLine(
                country=each.country, currency=each.currency, instrument=each.instrument, amount=each.amount,
                inclusive=each.inclusive, valid_from_us=each.valid_from_us, valid_to_us=each.valid_to_us,
                source=each.source, read=each.read, day=each.day, simulated=each.simulated,
            )  # fmt: skip


def restated_line(units: int, exponent: int, currency: str, booked: date, day: date) -> RestatedLine:
    """An amount booked on one day, in the unit of another."""
    found = restate(units, exponent, currency, booked, day)
    laws = (found.since,) if isinstance(found, Unclear) else found.steps
    return RestatedLine(
        amount=text(units, exponent, currency), booked=booked, day=day, sources=tuple(law.source for law in laws),
        restated=None if isinstance(found, Unclear) else text(found.units, found.exponent, found.currency),
    )  # fmt: skip


def converted_line(
    units: int, exponent: int, currency: str, into: str, kind: Kind, day: date, rates: Rates
) -> ConvertedLine:
    """An amount in another currency, by the table that was given and nothing else."""
    amount, found = text(units, exponent, currency), rates.convert(units, exponent, currency, into, kind, day)
    if found is None:
        return ConvertedLine(amount=amount, into=into, kind=kind, day=day)
    return ConvertedLine(
        amount=amount, into=into, kind=kind, day=day, converted=text(found.units, found.exponent, into),
        rate=text(found.rate.units, found.rate.exponent, into), rate_day=found.rate.day, source=found.rate.source,
    )  # fmt: skip
