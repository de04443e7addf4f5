"""Account statements MT940 and reports MT942 (SWIFT FIN, category 9): accounts, balances and entries.

Field 61 with the field 86 behind it is an entry, 25 the account, 60, 62, 64 and 65 balances; other fields are framing.
What a bank only expects (EC, ED of an MT942) is rejected as not booked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta

from veedor.errors import InputError
from veedor.formats.bank.bank_rows import Kept
from veedor.formats.bank.bank_totals import Checked, Stated, Totals, amount_of
from veedor.formats.bank.bank_values import DAY_US, Row, Wrong, account_id, currency, exact, is_iban, outside
from veedor.formats.bank.mt940_details import details
from veedor.formats.bank.mt_fields import LINES_EXPECTED, OTHER_FILE, Field, fields, joined, without_lines
from veedor.formats.bank.placeholders import NOT_PROVIDED
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.times import LATE_EXPECTED, is_late
from veedor.tables import ACCOUNTS, BALANCES, ENTRIES

_HEAD = re.compile(
    rb"\{2:[OI]94[0-9]|(?:^|\n)[\x01 \t]*:(?:25P?|28C?|60[FM]|61|62[FM]|64|65|34F|90[CD]|NS):"
    rb"|(?:^|\n)[\x01 \t]*:20:[^\n]*\r?\n:(?:21|25P?|28C?):|^[\s\x01]*:86:"
)
_OTHERS = re.compile(rb"\{2:[OI][1-8][0-9][0-9]|\n:(?:32A|23B|50[AFK]|59[AF]?|58[AD]):")
_LINE = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4})?(?P<mark>R[CD]|E[CD]|C|D)(?P<funds>[A-Z])?(?P<amount>[0-9]*,?[0-9]*)"
    # What goes on like a number is no type: `10.50` must not be read as 10.
    r" *(?=[A-Z/\n]|$)(?P<type>[A-Z][A-Z0-9 ]{3})?(?P<reference>.*)",
    re.DOTALL,
)
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]+,[0-9]*|[0-9]+)(?![0-9,.])")
_KINDS = {"60F": "OPBD", "60M": "ITBD", "62F": "CLBD", "62M": "ITBD", "64": "CLAV", "65": "FWAV"}
_SENDER = re.compile(rb"\{2:O94[0-9](?:[0-9]{10})?([A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2})[A-Z0-9]([A-Z0-9]{3})")
_INPUT = re.compile(rb"\{1:F01([A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2})[A-Z0-9]([A-Z0-9]{3}).*\{2:I94[0-9]")
# Transaction types (field 61, subfield 6) that say the instrument.
_INSTRUMENTS = {
    "TRF": "transfer", "TRA": "transfer", "STO": "transfer", "DDT": "transfer", "CHK": "cheque", "TCK": "cheque",
    "CSH": "cash",
}  # fmt: skip
_SPELLED = "YYMMDD[MMDD], C, D, RC or RD, an amount with a comma"
SIMULATED = "SIMULATED"
# How many debits or credits an MT942 holds, and what they come to.
_SUMMED = re.compile(r"([0-9]{1,5})[A-Z]{3}([0-9]+,?[0-9]*)\s*")


@dataclass(frozen=True)
class Mt940:
    """The reader."""

    name: str = "mt940"
    version: int = 5

    def sniff(self, head: bytes, name: str) -> bool:
        return _HEAD.search(head) is not None and _OTHERS.search(head) is None

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            state = _State(options, options.simulated)
            for each in fields(stream, source.name):
                state.take(each)
                if state.kept.full():
                    yield from state.kept.flush()
            state.end()
            if not state.kept.ordinal:
                raise InputError(
                    "the file holds no entry, balance or account", file=source.name, place="start of the file",
                    expected="fields :25:, :60F:, :61:, :62F:", found="none",
                    next_step="leave it out, or ask the bank for the file again",
                )  # fmt: skip
            yield from state.kept.end(state.checked.notes())


@dataclass
class _State:
    """What the file has said so far, and an entry that waits for its field 86."""

    options: Options
    simulated: bool
    kept: Kept = field(default_factory=lambda: Kept((ENTRIES, ACCOUNTS, BALANCES)))
    bank: str | None = None
    account: str | None = None
    currency: str = ""
    line: Field | None = None
    words: Field | None = None
    open_block: bool = False
    totals: Totals | None = None
    checked: Checked = field(default_factory=Checked)

    def take(self, each: Field) -> None:
        tag = each.tag
        if tag == "86" and self.line is not None and self.words is None:
            self.words = each
            return
        if tag in ("cut", "long"):
            self._broken(each)
            return
        self._entry()
        if tag == "{":
            sender = _SENDER.search(each.data) or _INPUT.search(each.data)
            self.bank = (sender[1] + sender[2]).decode() if sender else None
            self.account, self.currency = None, ""
            self.open_block = b"{4:" in each.data
            if (found := without_lines(each.data)) is not None:
                wrong = Wrong("reject.message_field", "{4:", LINES_EXPECTED, found)
                self.kept.reject(ENTRIES, each.offset, joined([each]), wrong)
        elif tag == "-":
            self.open_block = False
            self.account, self.currency = None, ""
        elif tag == "20":
            self.account, self.currency = None, ""
            self.checked.end(self.totals)
            self.totals = Totals(f":20:{each.text.strip()} (byte {each.offset})")
            self.simulated = self.simulated or each.text.startswith(SIMULATED)
        elif tag in ("25", "25P"):
            self._account(each)
        elif tag in _KINDS:
            self._balance(each)
        elif tag == "34F":
            self.currency = each.text[:3]
        elif tag == "61":
            self.line, self.words = each, None
        elif tag in ("90C", "90D") and self.totals is not None:
            said = _SUMMED.fullmatch(each.text)
            stated = Stated.of(said[1], said[2].replace(",", ".")) if said else Stated()
            self.totals.credit, self.totals.debit = (
                (stated, self.totals.debit) if tag == "90C" else (self.totals.credit, stated)
            )
        elif tag == "<":
            self.kept.reject(ENTRIES, each.offset, joined([each]), outside(each.data, OTHER_FILE))

    def end(self) -> None:
        """What was open at the end of the file: whole, unless its message stands in blocks that never end."""
        if self.open_block and self.line is not None:
            line, words = self.line, self.words
            self.line = None
            wrong = Wrong("reject.truncated", ":61:", "the end of the message, -}", "end of file")
            self._reject(line.offset, _bytes(line, words), wrong)
        self._entry()
        self.checked.end(self.totals)

    def _reject(self, offset: int, data: bytes, wrong: Wrong, length: int | None = None) -> None:
        if self.totals is not None:
            self.totals.leave(wrong.reason)
        self.kept.reject(ENTRIES, offset, data, wrong, length)

    def _broken(self, each: Field) -> None:
        """A file that breaks off takes along what was not complete yet."""
        data, offset, length = each.data, each.offset, each.length
        if each.tag == "cut" and self.line is not None:
            offset, length = self.line.offset, each.offset + each.length - self.line.offset
            data, self.line = _bytes(self.line, self.words, each), None
            length = max(length, len(data))
        self._entry()
        wrong = (
            Wrong("reject.truncated", "end of file", "a whole field", "the file breaks off")
            if each.tag == "cut"
            else Wrong("reject.too_long", "", "a field of at most 1 MiB", f"{each.length} bytes")
        )
        if each.data[:1] == b"{":
            # Another message began in it: nothing of the one before holds any more.
            self.bank, self.account, self.currency, self.open_block = None, None, "", False
        self._reject(offset, data, wrong, length)

    def _account(self, each: Field) -> None:
        lines = [line.strip() for line in each.text.split("\n") if line.strip()]
        text = lines[0] if lines else ""
        bank = lines[1] if each.tag == "25P" and len(lines) > 1 else self.bank
        plain = text.replace(" ", "").upper()
        if is_iban(plain[:-3]) and plain[-3:].isalpha():
            # The account's currency behind its IBAN.
            text, code = plain[:-3], plain[-3:]
        else:
            bank_part, slash, rest = text.partition("/")
            number, _, code = rest.partition("/")
            if slash and bank_part and number:
                bank, text = bank_part, number
        found = account_id(None, text or None, bank)
        if found is None:
            self.kept.reject(
                ACCOUNTS, each.offset, joined([each]), Wrong("reject.missing", ":25:", "an account", "nothing")
            )
            return
        self.account, self.bank = found[0], bank
        if self.totals is not None:
            self.totals.account = found[0]
        country = found[0][:2] if found[1] == "iban" else bank[4:6] if bank and len(bank) in (8, 11) else None
        row: Row = {
            "account": found[0], "scheme": found[1], "bank": bank, "country": country,
            "currency": code if len(code) == 3 and code.isalpha() else None,
        }  # fmt: skip
        self.kept.accept(ACCOUNTS, each.offset, each.length, row, self.simulated)

    def _balance(self, each: Field) -> None:
        try:
            match = _BALANCE.match(each.text.replace(" ", ""))
            if match is None:
                expected = "C or D, YYMMDD, a currency, an amount with a comma"
                raise Wrong("reject.message_field", f":{each.tag}:", expected, each.text)
            if each.tag[:2] == "60" or not self.currency:
                self.currency = match[3]
            units, places = exact(match[4].replace(",", "."), f":{each.tag}:")
            row: Row = {
                "account": self._known(), "kind": _KINDS[each.tag], "date": _day(match[2], f":{each.tag}:"),
                "balance_units": units if match[1] == "C" else -units, "balance_exponent": places,
                "currency": currency(match[3], f":{each.tag}:"),
            }  # fmt: skip
            if self.totals is not None and each.tag[:2] in ("60", "62"):
                said = amount_of(row["balance_units"], places), row["currency"]
                self.totals.opening, self.totals.closing = (
                    (said, self.totals.closing) if each.tag[:2] == "60" else (self.totals.opening, said)
                )
            self.kept.accept(BALANCES, each.offset, each.length, row, self.simulated)
        except Wrong as wrong:
            self.kept.reject(BALANCES, each.offset, joined([each]), wrong)

    def _entry(self) -> None:
        line, words = self.line, self.words
        if line is None:
            return
        self.line = None
        length = line.length if words is None else words.offset + words.length - line.offset
        try:
            row = self._row(line.text, "" if words is None else words.text)
            latest = self.options.latest_us
            if latest is not None and not self.simulated and is_late(row["time"], row["time_is_date"], latest):
                raise Wrong("reject.time_future", ":61:", LATE_EXPECTED, row["time_raw"])
            if self.totals is not None:
                self.totals.take((row,), _bytes(line, words))
            self.kept.accept(ENTRIES, line.offset, length, row, self.simulated)
        except Wrong as wrong:
            self._reject(line.offset, _bytes(line, words), wrong)

    def _row(self, text: str, words: str) -> Row:
        match = _LINE.match(text)
        if match is None or not match["amount"].strip(","):
            raise Wrong("reject.message_field", ":61:", _SPELLED, text)
        if match["mark"][0] == "E":
            raise Wrong("reject.not_booked", ":61:", "C, D, RC or RD", match["mark"])
        value = _day(match["value"], ":61:")
        booked = _near(value, match["entry"]) if match["entry"] else None
        units, places = exact(match["amount"].replace(",", ".") if match["amount"][0] != "," else "0" + match[
            "amount"].replace(",", "."), ":61:")  # fmt: skip
        reference, _, more = match["reference"].partition("\n")
        own, _, servicer = reference.partition("//")
        own, kind = own.strip(), match["type"] or ""
        day = booked or value
        row: Row = {
            "account": self._known(), "bank": self.bank, "time": (day - date(1970, 1, 1)).days * DAY_US,
            "time_is_date": True, "booking_date": booked, "value_date": value,
            "time_raw": match["value"] + (match["entry"] or ""),
            # RC books the opposite of the credit that it reverses.
            "credit": match["mark"] in ("C", "RD"), "reversal": match["mark"][0] == "R",
            "amount_units": units, "amount_exponent": places, "currency": currency(self.currency, ":60F:"),
            "entry_reference": own if own not in ("", "NONREF", NOT_PROVIDED) else None,
            "servicer_reference": servicer.strip() or None,
            "transaction_code": kind or None, "instrument": _INSTRUMENTS.get(kind[1:]), "purpose": None,
        }  # fmt: skip
        told = {name: said for name, said in details(words).items() if said is not None}
        payer = told.pop("ultimate_debtor_name", None), told.pop("ultimate_creditor_name", None)
        # Who pays stands on the other side of what comes in; a reversal turns that round.
        behind, own = payer if row["credit"] != row["reversal"] else payer[::-1]
        row |= told | {"ultimate_counterparty_name": behind, "ultimate_holder_name": own}
        if kind and "transaction_code" in told:
            row["transaction_code"] = f"{kind}/{told['transaction_code']}"
        row["purpose"] = row["purpose"] or more.strip().replace("\n", " ") or None
        return row

    def _known(self) -> str:
        if self.account is None:
            raise Wrong("reject.no_account", "", "a readable :25: before it in the statement", "nothing")
        return self.account


def _bytes(*parts: Field | None) -> bytes:
    return joined([each for each in parts if each is not None])


def _day(text: str, place: str) -> date:
    """YYMMDD; years from 80 on are of the last century (SWIFT's rule)."""
    try:
        return date(int(text[:2]) + (1900 if text[:2] >= "80" else 2000), int(text[2:4]), int(text[4:6]))
    except ValueError:
        raise Wrong("reject.time", place, "a date YYMMDD", text) from None


def _near(value: date, text: str) -> date:
    """The day MMDD that is nearest to the value date: bookings around the turn of the year say no year."""
    found = []
    for year in (value.year - 1, value.year, value.year + 1):
        try:
            found.append(date(year, int(text[:2]), int(text[2:])))
        except ValueError:
            continue
    if not found:
        raise Wrong("reject.time", ":61:", "an entry date MMDD", text)
    return min(found, key=lambda day: abs(day - value) // timedelta(days=1))


READER = Mt940()
