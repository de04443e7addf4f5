"""Customer and bank transfers MT103, MT202 and MT202COV (SWIFT FIN, categories 1 and 2): a row per message.

The customers behind a cover stand in its sequence B, which begins with field 50. An MT103 whose field 72 says RETN or
REJT gives money back and is a return; the UETR stands in block 3, tag 121.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date

from veedor.errors import InputError
from veedor.formats.bank.bank_rows import Kept
from veedor.formats.bank.bank_totals import Checked, Totals
from veedor.formats.bank.bank_values import DAY_US, Row, Wrong, currency, exact, outside
from veedor.formats.bank.mt103_party import agent, party
from veedor.formats.bank.mt_fields import LINES_EXPECTED, OTHER_FILE, Field, fields, joined, without_lines
from veedor.formats.bank.placeholders import given
from veedor.formats.bank.transfers_rows import reference
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.times import LATE_EXPECTED, is_late
from veedor.tables import TRANSFERS

_HEAD = re.compile(rb"\{2:[OI](?:103|202)|\n:(?:32A|23B|50[AFK]|58[AD]):")
_KIND = re.compile(rb"\{2:[OI]([0-9]{3})")
_UETR = re.compile(rb"\{121:([0-9a-fA-F-]{36})\}")
_SENDERS = (
    re.compile(rb"\{2:O[0-9]{3}[0-9]{10}([A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2})[A-Z0-9]([A-Z0-9]{3})"),
    re.compile(rb"\{1:F01([A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2})[A-Z0-9]([A-Z0-9]{3})"),
)
_RECEIVER = re.compile(rb"\{2:I[0-9]{3}([A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2})[A-Z0-9]([A-Z0-9]{3})")
_OUTPUT = re.compile(rb"\{2:O")
_SETTLED = re.compile(r"([0-9]{6})([A-Z]{3})([0-9]+,[0-9]*)")
_MONEY = re.compile(r"([A-Z]{3})([0-9]+,[0-9]*)")
_END_TO_END = re.compile(r"/(?:ROC|EREF)/([^/\n]+)")
_GIVEN_BACK = re.compile(r"/(RETN|REJT)/(?:[0-9A-Z]+/)?([A-Z0-9]{4})?")
SIMULATED = "SIMULATED"


@dataclass(frozen=True)
class Mt103:
    """The reader."""

    name: str = "mt103"
    version: int = 5

    def sniff(self, head: bytes, name: str) -> bool:
        return _HEAD.search(head) is not None and b":20:" in head

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            state = _State(options)
            for each in fields(stream, source.name):
                state.take(each)
                if state.kept.full():
                    yield from state.kept.flush()
            state.message(whole=not state.blocks)
            if not state.kept.ordinal:
                raise InputError(
                    "the file holds no message", file=source.name, place="start of the file",
                    expected="field :20: of an MT103 or MT202", found="none", next_step="check the file",
                )  # fmt: skip
            yield from state.kept.end(state.checked.notes())


@dataclass
class _State:
    options: Options
    kept: Kept = field(default_factory=lambda: Kept((TRANSFERS,)))
    header: Field | None = None
    found: list[Field] = field(default_factory=list)
    blocks: bool = False
    checked: Checked = field(default_factory=Checked)

    def take(self, each: Field) -> None:
        if each.tag == "{":
            # Blocks may stand on several lines before the fourth.
            if self.found or self.header is None or each.data.startswith(b"{1:"):
                self.message(whole=not self.blocks)
                self.header = each
            else:
                self.header.data += each.data
                self.header.length = each.offset + each.length - self.header.offset
            self.blocks = True
        elif each.tag == "-":
            self.message(end=each)
            self.blocks = False
        elif each.tag == "cut":
            self.message(whole=False, end=each)
        elif each.tag == "<":
            self.kept.reject(TRANSFERS, each.offset, joined([each]), outside(each.data, OTHER_FILE))
        else:
            if each.tag == "long" and each.data[:1] == b"{":
                self.message(whole=not self.blocks)
                self.blocks = True
            if each.tag == "20" and any(one.tag == "20" for one in self.found) and not self.blocks:
                self.message()
            self.found.append(each)

    def message(self, *, whole: bool = True, end: Field | None = None) -> None:
        """The message that has been gathered becomes a row or a reject."""
        header, found = self.header, self.found
        self.header, self.found = None, []
        broken = end is not None and end.tag == "cut"
        if header is None and not found and not broken:
            return
        every = [each for each in (header, *found, end) if each is not None]
        offset = every[0].offset
        last = every[-1]
        length = last.offset + last.length - offset
        data = joined(every)
        try:
            longest = max((each.length for each in found if each.tag == "long"), default=0)
            if longest:
                raise Wrong("reject.too_long", "", "fields of at most 1 MiB", f"{longest} bytes")
            if header is not None and (text := without_lines(header.data)) is not None:
                raise Wrong("reject.message_field", "{4:", LINES_EXPECTED, text)
            if broken or not whole:
                raise Wrong("reject.truncated", "", "a whole message", "the file or the message breaks off")
            row = _row(header, found)
            simulated = self.options.simulated or (row["message_id"] or "").startswith(SIMULATED)
            latest = self.options.latest_us
            if latest is not None and not simulated and is_late(row["time"], True, latest):
                raise Wrong("reject.time_future", ":32A:", LATE_EXPECTED, str(row["settlement_date"]))
            totals = Totals(f":20:{row['message_id'] or ''} (byte {offset})")
            totals.take((row,), joined(found))
            self.checked.end(totals)
            self.kept.accept(TRANSFERS, offset, length, row, simulated)
        except Wrong as wrong:
            self.kept.reject(TRANSFERS, offset, data[:length], wrong, length)


def _row(header: Field | None, found: list[Field]) -> Row:
    block = b"" if header is None else header.data
    kind = _KIND.search(block)
    first: dict[str, str] = {}
    below: dict[str, str] = {}
    charges: list[tuple[str, str]] = []
    number = kind[1].decode() if kind else "103" if any(each.tag[:2] == "59" for each in found) else "202"
    target = first
    bank_transfer = number == "202" or (kind is None and any(each.tag in ("58A", "58D") for each in found))
    for each in found:
        if bank_transfer and each.tag[:2] == "50":
            target = below
        if each.tag in ("71F", "71G"):
            charges.append((each.tag, each.text))
        target.setdefault(each.tag, each.text)
    if number not in ("103", "202"):
        raise Wrong("reject.message_kind", "block 2", "103 or 202", number)
    row = _transfer(first)
    row["instructing_agent"], row["instructed_agent"] = _ends(block)
    row |= _charges(charges, row["instructed_agent"])
    uetr = _UETR.search(block)
    row["uetr"] = uetr[1].decode().lower() if uetr else None
    if bank_transfer:
        row |= _banks(first, row) | (_covered(below) if below else {})
        row["message"] = "MT202COV" if below else "MT202"
        row["kind"] = "cover" if below else "institution"
    else:
        given_back = _GIVEN_BACK.search(first.get("72", ""))
        row |= {"message": "MT103", "kind": "return" if given_back else "transfer"}
        if given_back:
            row["reason"] = given_back[2]
        row |= _customers(first, "")
        row["initiating_name"] = _instructing(first)
    row["reference"] = reference(row)
    return row


def _transfer(said: dict[str, str]) -> Row:
    """References, amounts and words, which all kinds have alike."""
    settled = _SETTLED.fullmatch(said.get("32A", "").strip())
    if settled is None:
        raise Wrong("reject.message_field", ":32A:", "YYMMDD, a currency, an amount with a comma", said.get("32A", ""))
    try:
        text = settled[1]
        day = date(int(text[:2]) + (1900 if text[:2] >= "80" else 2000), int(text[2:4]), int(text[4:]))
    except ValueError:
        raise Wrong("reject.time", ":32A:", "a date YYMMDD", settled[1]) from None
    units, places = exact(settled[3].replace(",", "."), ":32A:")
    end_to_end = _END_TO_END.search(said.get("70", "") + "\n" + said.get("72", ""))
    row: Row = {
        "message_id": said.get("20", "").strip() or None, "instruction_id": said.get("20", "").strip() or None,
        "related_reference": said.get("21", "").strip() or None,
        "end_to_end_id": (given(end_to_end[1]) or None) if end_to_end else None,
        "time": (day - date(1970, 1, 1)).days * DAY_US, "time_is_date": True, "settlement_date": day,
        "amount_units": units, "amount_exponent": places, "currency": currency(settled[2], ":32A:"),
        "exchange_rate": said.get("36"), "charges_bearer": said.get("71A"), "remittance": _flat(said.get("70")),
        "instructions": _flat(said.get("72")),
    }  # fmt: skip
    instructed = _MONEY.fullmatch(said.get("33B", "").strip())
    if instructed:
        found = exact(instructed[2].replace(",", "."), ":33B:")
        row |= {"instructed_units": found[0], "instructed_exponent": found[1],
                "instructed_currency": currency(instructed[1], ":33B:")}  # fmt: skip
    between = [agent(_any(said, tag)) for tag in ("53", "54", "55", "56")]
    row["intermediary_agents"] = [bank for bank, _ in between if bank] or None
    row["intermediary_accounts"] = [account or "" for bank, account in between if bank] or None
    return row


def _charges(said: list[tuple[str, str]], receiver: str | None) -> Row:
    """71F: what banks took on the way. 71G: what the receiver takes of the payer beside it (OUR)."""
    taken = [(tag, match) for tag, each in said if (match := _MONEY.fullmatch(each.strip()))]
    if not taken:
        return {}
    return {
        "charges": [f"{match[2].replace(',', '.').rstrip('.')} {match[1]}" for _, match in taken],
        "charges_agents": [(receiver or "") if tag == "71G" else "" for tag, _ in taken],
    }


def _customers(said: dict[str, str], prefix: str) -> Row:
    debtor_bank, creditor_bank = agent(_any(said, "52"))[0], agent(_any(said, "57"))[0]
    return {
        f"{prefix}debtor_agent": debtor_bank, f"{prefix}creditor_agent": creditor_bank,
        **party(_any({tag: text for tag, text in said.items() if tag not in ("50L", "50C")}, "50"), f"{prefix}debtor",
                debtor_bank),
        **party(_any(said, "59", "59"), f"{prefix}creditor", creditor_bank),
    }  # fmt: skip


def _instructing(said: dict[str, str]) -> str | None:
    """Field 50L names who ordered it for the ordering customer; 50C gives that party's BIC."""
    return next((_flat(said[tag]) for tag in ("50L", "50C") if tag in said), None)


def _banks(said: dict[str, str], row: Row) -> Row:
    """A bank transfer's own parties: the ordering bank, else the sender; the beneficiary bank."""
    debtor, creditor = agent(_any(said, "52"))[0] or row["instructing_agent"], agent(_any(said, "58"))[0]
    return {
        "debtor_identifiers": [f"BIC:{debtor}"] if debtor else None,
        "creditor_identifiers": [f"BIC:{creditor}"] if creditor else None,
        "creditor_agent": agent(_any(said, "57"))[0],
    }


def _covered(below: dict[str, str]) -> Row:
    return {**_customers(below, "underlying_"), "underlying_remittance": _flat(below.get("70"))}


def _any(said: dict[str, str], number: str, plain: str = "") -> str | None:
    """The field of any option letter."""
    return next((text for tag, text in said.items() if tag[:2] == number and (len(tag) == 3 or tag == plain)), None)


def _ends(block: bytes) -> tuple[str | None, str | None]:
    """(sender, receiver) as far as the header blocks say."""
    output = _OUTPUT.search(block) is not None
    sent, own = (pattern.search(block) for pattern in _SENDERS)
    sender, receiver = (sent, own) if output else (own, _RECEIVER.search(block))
    return _bic(sender), _bic(receiver)


def _bic(match: re.Match[bytes] | None) -> str | None:
    return None if match is None else (match[1] + match[2]).decode()


def _flat(text: str | None) -> str | None:
    return None if text is None else " ".join(line.strip() for line in text.split("\n") if line.strip()) or None


READER = Mt103()
