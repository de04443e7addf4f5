"""A mapping: a TOML file that says which column of a CSV or Parquet file is what, in which unit (docs/mappings.md).

Strict: an unknown key, unit, table or column is an error that names the line; nothing is guessed.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from veedor.errors import UsageError
from veedor.formats.csv_blocks import ENCODINGS, Dialect
from veedor.formats.times import EPOCHS, zone_offset_us
from veedor.formats.values import UNITS, ending
from veedor.tables import (
    ACCOUNT_HOLDERS,
    ACCOUNTS,
    BALANCES,
    CASH_DECLARATIONS,
    CASH_TRANSACTIONS,
    ENTRIES,
    EXCHANGE_RATES,
    FLIGHT_PLANS,
    GROUND_FACTS,
    MOVEMENTS,
    OUTAGES,
    PLOTS,
    REPORTING_THRESHOLDS,
    SENSORS,
    Table,
)

TARGETS: Dict[str, Table] = {
    table.name: table
    for table in (
        PLOTS,
        SENSORS,
        FLIGHT_PLANS,
        MOVEMENTS,
        OUTAGES,
        GROUND_FACTS,
        ACCOUNTS,
        ENTRIES,
        BALANCES,
        EXCHANGE_RATES,
        REPORTING_THRESHOLDS,
        ACCOUNT_HOLDERS,
        CASH_TRANSACTIONS,
        CASH_DECLARATIONS,
    )
}
SIGNS = ("positive_is_credit", "positive_is_debit", "credit", "debit", "indicator", "two_columns")
FORMS = ("octal", "hex", "modes", "flags")
# Columns of a record that stand for several of its table: exact amounts, and what a sign convention needs.
AMOUNTS: Dict[str, tuple[str, ...]] = {
    "entries": ("amount", "balance", "instructed"), "balances": ("balance",), "exchange_rates": ("rate",),
    "cash_transactions": ("amount",), "cash_declarations": ("amount",), "reporting_thresholds": ("amount",),
}  # fmt: skip
ERRORS = ("error_major_mm", "error_minor_mm", "error_axis_e7", "error_percent")
EXTRA: Dict[str, tuple[str, ...]] = {
    "entries": ("amount_credit", "amount_debit"),
    "plots": ("on_ground", "simulated", *ERRORS),
}
_FILLED = ("deposit", "row", "file", "offset", "length")


@dataclass(frozen=True)
class Value:
    """Where one stored column comes from. Exactly one of `columns` (joined by `join`) and `constant` is given."""

    columns: tuple[str, ...] = ()
    constant: str | None = None
    unit: str | None = None
    time: str | None = None
    zone: str | None = None
    since_us: int = 0
    form: str | None = None
    enum: Dict[str, str] | None = None
    required: bool = False
    if_present: bool = False
    null: tuple[str, ...] = ()
    prefix: str = ""
    strip_prefix: str = ""
    join: str = ":"
    companion: str | None = None
    otherwise: Value | None = None


@dataclass(frozen=True)
class Condition:
    """A source row belongs to a record when every condition holds."""

    column: str
    is_one_of: tuple[str, ...] = ()
    is_none_of: tuple[str, ...] = ()
    sign: str | None = None


@dataclass(frozen=True)
class Record:
    """One kind of row that a source row may give; a payments file has two, one per side."""

    table: Table
    values: Dict[str, Value]
    when: tuple[Condition, ...] = ()
    sign: str | None = None


@dataclass(frozen=True)
class Companion:
    """Another file beside it: joined row by row, or by `key` here = `match` there."""

    name: str
    file: str
    dialect: Dialect
    by_row: bool = False
    key: str | None = None
    match: str | None = None
    optional: bool = False


@dataclass(frozen=True)
class Mapping:
    """A parsed mapping; `digest` is SHA-256 of its text."""

    name: str
    format: str
    digest: bytes
    records: tuple[Record, ...]
    dialect: Dialect = field(default_factory=Dialect)
    files: tuple[str, ...] = ()
    null: tuple[str, ...] = ()
    decimal_mark: str = "."
    thousands: str = ""
    companions: tuple[Companion, ...] = ()
    header_has: tuple[str, ...] = ()
    simulated: bool = False


def load(path_or_text: Path | str) -> Mapping:
    """A mapping from a file or from its text; UsageError with the line for anything not understood."""
    if isinstance(path_or_text, Path):
        return parse(path_or_text.read_text(encoding="utf-8"), path_or_text.name)
    return parse(path_or_text, "mapping")


def parse(text: str, name: str) -> Mapping:
    """A mapping from its text; `name` is for messages."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            "the mapping is not TOML", file=name, place=str(error), next_step="see docs/mappings.md"
        ) from error
    return _Parser(text, name).mapping(raw)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Parser:
    """Takes keys out of tables one by one; what is left over is unknown."""

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name

    def error(self, problem: str, key: str, expected: str, found: object) -> UsageError:
        hit = re.search(rf"(?m)^.*\b{re.escape(key)}\b", self._text)
        line = self._text.count("\n", 0, hit.start()) + 1 if hit else 1
        return UsageError(
            problem, file=self._name, place=f"line {line}, key {key}", expected=expected, found=str(found),
            next_step="see docs/mappings.md",
        )  # fmt: skip

    def take(self, table: dict[str, object], key: str, kind: type, default: object) -> object:
        value = table.pop(key, default)
        if value is not default and (not isinstance(value, kind) or (kind is not bool and isinstance(value, bool))):
            raise self.error("a key of the mapping has the wrong kind", key, kind.__name__, value)
        return value

    def text(self, table: dict[str, object], key: str, default: str | None = None) -> str | None:
        value = self.take(table, key, str, default)
        return value if isinstance(value, str) else None

    def words(self, table: dict[str, object], key: str) -> tuple[str, ...]:
        value = table.pop(key, [])
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str | int) for item in items):
            raise self.error("a key of the mapping has the wrong kind", key, "text or a list of texts", value)
        return tuple(str(item) for item in items)

    def choice(self, table: dict[str, object], key: str, options: tuple[str, ...], default: str | None) -> str | None:
        value = self.text(table, key, default)
        if value is not None and value not in options:
            raise self.error("a key of the mapping has an unknown value", key, ", ".join(options), value)
        return value

    def nothing_left(self, table: dict[str, object], where: str) -> None:
        for key in table:
            raise self.error("unknown key in the mapping", key, f"a key of {where}", key)

    def mapping(self, raw: dict[str, object]) -> Mapping:
        records = self.take(raw, "record", list, [])
        companions = self.take(raw, "companion", list, [])
        if not isinstance(records, list) or not records:
            raise self.error("the mapping maps nothing", "record", "at least one [[record]]", "none")
        assert isinstance(companions, list)
        found = Mapping(
            name=self.text(raw, "mapping") or "unnamed",
            format=self.choice(raw, "format", ("csv", "parquet"), "csv") or "csv",
            digest=hashlib.sha256(self._text.encode()).digest(),
            files=self.words(raw, "files"),
            null=self.words(raw, "null"),
            decimal_mark=self.choice(raw, "decimal_mark", (".", ","), ".") or ".",
            thousands=self.text(raw, "thousands") or "",
            header_has=self.words(raw, "header_has"),
            simulated=bool(self.take(raw, "simulated", bool, False)),
            dialect=self.dialect(raw),
            companions=tuple(self.companion(item) for item in companions),
            records=tuple(self.record(item) for item in records),
        )
        self.nothing_left(raw, "the mapping")
        known = {companion.name for companion in found.companions}
        for record in found.records:
            for value in record.values.values():
                if value.companion is not None and value.companion not in known:
                    raise self.error("no such companion", "from", ", ".join(sorted(known)) or "none", value.companion)
        return found

    def dialect(self, raw: dict[str, object]) -> Dialect:
        skip = self.take(raw, "skip_lines", int, 0)
        assert isinstance(skip, int)
        delimiter, quote = self.text(raw, "delimiter", ",") or ",", self.text(raw, "quote", '"')
        if len(delimiter) != 1 or len(quote or "") > 1:
            raise self.error("delimiter and quote are single characters", "delimiter", "one character", delimiter)
        return Dialect(
            delimiter=delimiter,
            quote=quote or "",
            encoding=self.choice(raw, "encoding", ENCODINGS, "utf-8") or "utf-8",
            header=bool(self.take(raw, "header", bool, True)),
            skip_lines=skip,
            multiline=bool(self.take(raw, "multiline", bool, False)),
        )

    def companion(self, raw: dict[str, object]) -> Companion:
        found = Companion(
            name=self.text(raw, "name") or "",
            file=self.text(raw, "file") or "",
            by_row=bool(self.take(raw, "by_row", bool, False)),
            key=self.text(raw, "key"),
            match=self.text(raw, "match"),
            optional=bool(self.take(raw, "optional", bool, False)),
            dialect=self.dialect(raw),
        )
        self.nothing_left(raw, "a companion")
        if not found.name or not found.file or found.by_row == (found.key is not None and found.match is not None):
            raise self.error(
                "a companion is not fully named", "companion", "name, file, and by_row or key with match", raw
            )
        return found

    def record(self, raw: dict[str, object]) -> Record:
        table = TARGETS[self.choice(raw, "table", tuple(TARGETS), "plots") or "plots"]
        sign = self.choice(raw, "sign", SIGNS, None)
        when = self.take(raw, "when", list, [])
        columns = self.take(raw, "columns", dict, {})
        assert isinstance(columns, dict) and isinstance(when, list)
        values = {name: self.value(name, table, item) for name, item in columns.items()}
        self.nothing_left(raw, "a record")
        for column in table.columns:
            amounts = tuple(f"{name}_{part}" for name in AMOUNTS.get(table.name, ()) for part in ("units", "exponent"))
            given = column.name in values or column.name in (*_FILLED, *amounts, "time_is_date", "credit", "sensor")
            if (
                not column.nullable
                and not given
                and column.name not in ("mode", "flags", "reversal", "simulated", "scheme")
            ):
                raise self.error("a column that must not be empty is not mapped", "columns", column.name, "nothing")
        if table is ENTRIES and (sign is None or ("amount" in values) == (sign == "two_columns")):
            raise self.error("entries need an amount and its sign convention", "sign", ", ".join(SIGNS), sign)
        if sign == "indicator" and "credit" not in values:
            raise self.error("sign = indicator needs the column that says it", "sign", "columns.credit", "nothing")
        if table is BALANCES and "balance" not in values:
            raise self.error("balances need a balance", "columns", "columns.balance", "nothing")
        return Record(table, values, tuple(self.condition(item) for item in when), sign)

    def condition(self, raw: dict[str, object]) -> Condition:
        found = Condition(
            column=(self.words(raw, "column") or ("",))[0],
            is_one_of=self.words(raw, "is"),
            is_none_of=self.words(raw, "not"),
            sign=self.choice(raw, "sign", ("negative", "positive"), None),
        )
        self.nothing_left(raw, "a condition")
        return found

    def value(self, name: str, table: Table, given: object, *, stand_in: bool = False) -> Value:
        raw = dict(given) if isinstance(given, dict) else {"constant": given}
        kinds = {column.name: column for column in table.columns if column.name not in _FILLED}
        amounts, extra = AMOUNTS.get(table.name, ()), EXTRA.get(table.name, ())
        if name not in kinds and name not in amounts and name not in extra:
            raise self.error("unknown column in the mapping", name, f"a column of {table.name}", name)
        enum = self.take(raw, "enum", dict, None)
        constant = raw.pop("constant", None)
        since = self.text(raw, "since")
        other = raw.pop("else", None)
        found = Value(
            columns=self.words(raw, "column"),
            constant=None if constant is None else _plain(constant),
            unit=self.text(raw, "unit"),
            time=self.text(raw, "time"),
            zone=self.text(raw, "zone"),
            since_us=0 if since is None else self.day(since),
            form=self.choice(raw, "as", FORMS, None),
            enum=None if not isinstance(enum, dict) else {str(key): _plain(word) for key, word in enum.items()},
            required=bool(self.take(raw, "required", bool, False)),
            if_present=bool(self.take(raw, "if_present", bool, False)),
            null=self.words(raw, "null"),
            prefix=self.text(raw, "prefix") or "",
            strip_prefix=self.text(raw, "strip_prefix") or "",
            join=self.text(raw, "join", ":") or ":",
            companion=self.text(raw, "from"),
            otherwise=None if other is None else self.fallback(name, table, other),
        )  # fmt: skip
        self.nothing_left(raw, f"columns.{name}")
        if bool(found.columns) == (found.constant is not None):
            raise self.error("a column needs either a source or a constant", name, "column = … or constant = …", given)
        if not stand_in:
            self.units(name, found, dated=name in kinds and pa.types.is_temporal(kinds[name].type))
        return found

    def fallback(self, name: str, table: Table, given: object) -> Value:
        """What stands in is read like the column it stands in for: same unit, same way of writing times."""
        if isinstance(given, dict) and {"unit", "time", "zone", "as"} & set(given):
            raise self.error("a stand-in is read like what it stands in for", "else", "column and prefix only", given)
        return self.value(name, table, given, stand_in=True)

    def units(self, name: str, value: Value, *, dated: bool) -> None:
        end = ending(name)
        if end is not None and value.constant is None and value.unit not in UNITS[end]:
            raise self.error("the unit is missing or unknown", name, ", ".join(UNITS[end]), value.unit)
        if end is None and value.unit is not None:
            raise self.error("this column has no unit", name, "no unit", value.unit)
        known = value.time is not None and (value.time == "iso" or value.time in EPOCHS or "%" in value.time)
        if dated and value.constant is None and not known:
            raise self.error(
                "how the time is written is missing or unknown", name, "iso, epochs or a pattern", value.time
            )
        if value.zone is not None:
            try:
                zone_offset_us(value.zone)
            except ValueError:
                raise self.error("unknown zone", name, "UTC or an offset like -05:00", value.zone) from None

    def day(self, text: str) -> int:
        try:
            return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000
        except ValueError:
            raise self.error("`since` is no date", "since", "a date like 2020-01-01", text) from None
