"""`veedor registers`: what a number is, whether two spellings name one account, thresholds, restated amounts, rates."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

from cyclopts import App
from msgspec import Struct

from veedor.cli import output
from veedor.cli.options import AsJson, InLanguage
from veedor.errors import UsageError
from veedor.registers.exchange_rates import Kind, read_rates
from veedor.registers.identifiers import Written
from veedor.registers.thresholds import read_thresholds
from veedor.views.registers import (
    ConvertedLine,
    IdentifierLine,
    RestatedLine,
    ThresholdLine,
    converted_line,
    identifier_lines,
    restated_line,
    same_account_line,
    threshold_lines,
)
from veedor.words import Language, say

_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,10}))?", re.ASCII)

registers = App(
    name="registers",
    help="Ask a register: what a number is, whether two spellings are one account, thresholds, amounts of other days.",
)


@registers.command(name="number")
def number(*texts: str, language: InLanguage = "en", json: AsJson = False) -> int:
    """Say what each text is: IBAN, BIC, LEI, IMO number, account or tax number of a country of the region, routing
    number; whether its check digits hold; and where it is nearly one, what is wrong.
    """
    for line in (line for text in texts for line in identifier_lines(text)):
        _put(line, _identifier(line, language), json)
    return 0


@registers.command(name="account")
def account(
    one: str,
    other: str,
    /,
    *,
    bank: tuple[str, str] | None = None,
    country: tuple[str, str] | None = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Judge whether ONE and OTHER are two spellings of one account, with the reasons.

    Parameters
    ----------
    bank
        The BIC, or the bank's own code, that stands with the first and with the second.
    country
        The country in which the first and the second are held (ISO 3166, two letters).
    """
    banks, countries = bank or (None, None), country or (None, None)
    line = same_account_line(Written(one, banks[0], countries[0]), Written(other, banks[1], countries[1]))
    told = [say(f"same_account.verdict.{line.verdict}", language), *(say(reason, language) for reason in line.reasons)]
    _put(line, "\n  ".join(told), json)
    return 0


@registers.command(name="thresholds")
def thresholds(
    *, country: str | None = None, file: Path | None = None, language: InLanguage = "en", json: AsJson = False
) -> int:
    """List the reporting thresholds that are shipped, each with its days, its law and what was read of it; or check
    those of a table of your own and list them.

    Parameters
    ----------
    country
        Only those of this country (ISO 3166, two letters).
    file
        A table of thresholds (docs/formats/rates.md), as `veedor money --thresholds` and a mission take it.
    """
    lines = list(threshold_lines(country, None if file is None else read_thresholds(file.name, _bytes(file))))
    for line in lines:
        _put(line, _threshold(line, language), json)
    if not lines:
        output.note(say("register.no_threshold", language, {"country": country or ""}))
    return 0


@registers.command(name="restate")
def restated(
    amount: str,
    currency: str,
    /,
    *,
    booked: str,
    day: str,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Say what AMOUNT of CURRENCY is in the unit of another day, after zeros were taken off the currency.

    Parameters
    ----------
    booked
        The day on which the amount was booked (2018-08-01).
    day
        The day in whose unit it is wanted.
    """
    line = restated_line(*_amount(amount), currency, _day(booked), _day(day))
    _put(line, _restated(line, language), json)
    return 0


@registers.command(name="convert")
def converted(
    amount: str,
    currency: str,
    /,
    *,
    into: str,
    day: str,
    rates: Path,
    kind: Kind = "official",
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Say what AMOUNT of CURRENCY is in another currency, by the rate of its day in your own table.

    Parameters
    ----------
    into
        The other currency (ISO 4217).
    day
        The day of the amount (2026-03-02).
    rates
        Table of exchange rates (docs/formats/rates.md).
    kind
        Official rates, or those of the parallel market.
    """
    table = read_rates(rates.name, _bytes(rates))
    line = converted_line(*_amount(amount), currency, into, kind, _day(day), table)
    _put(line, _converted(line, language), json)
    return 0


def _put(line: Struct, text: str, json: bool) -> None:
    if json:
        output.line(line)
    else:
        output.text(text)


def _identifier(line: IdentifierLine, language: Language) -> str:
    if line.scheme is None:
        return say("register.no_identifier", language, {"text": line.text})
    if line.why is not None:
        why = say(line.why, language, {"expected": line.expected or "", "found": line.found or ""})
        return say("register.nearly", language, {"text": line.text, "scheme": line.scheme, "why": why})
    parts = "".join(f"\n  {name}: {value}" for name, value in line.parts.items())
    key = "register.identifier" if line.checked else "register.identifier_unchecked"
    values = {"scheme": line.scheme, "value": line.value or "", "country": line.country or "-"}
    return say(key, language, values) + parts


def _threshold(line: ThresholdLine, language: Language) -> str:
    values = {
        "country": line.country, "amount": f"{line.amount} {line.currency}", "first": _said(line.valid_from_us),
        "until": _said(line.valid_to_us), "source": line.source, "read": line.read, "day": line.day,
        "instrument": say(f"register.instrument.{line.instrument}", language),
    }  # fmt: skip
    key = "from" if line.inclusive else "above"
    return say(f"register.threshold_{key}{'' if line.read else '_stated'}", language, values)


def _said(moment_us: int | None) -> str:
    return "…" if moment_us is None else datetime.fromtimestamp(moment_us // 1_000_000, UTC).date().isoformat()


def _restated(line: RestatedLine, language: Language) -> str:
    values = {"amount": line.amount, "restated": line.restated or "", "day": line.day.isoformat()}
    key = "register.unclear" if line.restated is None else "register.restated"
    return "\n  ".join([say(key, language, values), *line.sources])


def _converted(line: ConvertedLine, language: Language) -> str:
    values = {
        "amount": line.amount, "into": line.into, "day": line.day.isoformat(),
        "kind": say(f"register.rate.{line.kind}", language),
        "converted": line.converted or "", "rate": line.rate or "", "source": line.source or "",
        "rate_day": "" if line.rate_day is None else line.rate_day.isoformat(),
    }  # fmt: skip
    return say("register.no_rate" if line.converted is None else "register.converted", language, values)


def _amount(written: str) -> tuple[int, int]:
    match = _AMOUNT.fullmatch(written)
    if match is None:
        raise UsageError("this is not an amount", expected="such as 1234.50", found=written)
    part = match[2] or ""
    return int(match[1] + part), len(part)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError("this is no day", expected="such as 2026-03-31", found=written) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError("the table cannot be read", expected="a file you may read", found=str(error)) from error
