"""One mapped record kind applied to a block: source columns to stored columns, exact amounts and signs included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Mask, one_piece, pc
from veedor.formats.checks import Checks
from veedor.formats.currency import CODES
from veedor.formats.decimals import parse_amounts, shortest_text
from veedor.formats.error_ellipse import put_variances
from veedor.formats.mapped_registers import register_whole
from veedor.formats.mapping import Condition, Mapping, Record, Value
from veedor.formats.plot_columns import FLAGS, MODES
from veedor.formats.reader import Options
from veedor.formats.rows import plot_marks, positions_whole
from veedor.formats.times import instants, not_yet
from veedor.formats.values import UNITS, bits, coded, ending, measure, truth, whole
from veedor.tables import ENTRIES, PLOTS, plots
from veedor.tables.announced import CHOICES

_AMOUNTS = ("amount", "amount_credit", "amount_debit", "balance", "instructed", "rate")


@dataclass(frozen=True)
class Applied:
    """Everything a record kind needs to be applied to rows of one file."""

    mapping: Mapping
    record: Record
    options: Options

    def columns(self, source: pa.Table, companions: dict[str, pa.Table], checks: Checks) -> dict[str, Array]:
        """Stored columns of all rows; rows that fail are marked in `checks` and hold anything."""
        found: dict[str, Array] = {}
        for name, value in self.record.values.items():
            given = self._source(value, source, companions)
            if given is None:
                continue
            place = "+".join(value.columns) or name
            if value.required:
                checks.fail(_null(given), "reject.missing", place, "a value", "nothing")
            self._convert(name, value, given, found, checks, place)
        if self.record.table is PLOTS:
            self._plots(found, source.num_rows, checks)
        elif self.record.table.name in CHOICES:
            self._announced(found, source.num_rows, checks)
        else:
            self._money(found, source.num_rows, checks)
        for column in self.record.table.columns:
            if not column.nullable and column.name in found:
                checks.fail(_null(found[column.name]), "reject.missing", column.name, "a value", "nothing")
        return found

    def _source(self, value: Value, source: pa.Table, companions: dict[str, pa.Table]) -> Array | None:
        """The column as written (None: absent and allowed to be), with nulls, prefixes, enums and fallback applied."""
        if value.constant is not None:
            return pa.repeat(value.constant, source.num_rows)
        table = source if value.companion is None else companions.get(value.companion)
        if table is None or not all(name in table.column_names for name in value.columns):
            return None if value.otherwise is None else self._source(value.otherwise, source, companions)
        parts = [self._nulled(one_piece(table[name]), value) for name in value.columns]
        text = parts[0]
        if len(parts) > 1:
            text = pc.binary_join_element_wise(*(_text(part) for part in parts), value.join)
        if value.strip_prefix or value.prefix or value.enum is not None:
            text = self._worded(_text(text), value)
        if value.otherwise is not None:
            other = self._source(value.otherwise, source, companions)
            text = text if other is None else pc.coalesce(_text(text), _text(other))
        return text

    def _nulled(self, array: Array, value: Value) -> Array:
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        tokens = (*self.mapping.null, *value.null)
        if tokens and pa.types.is_string(array.type):
            return pc.if_else(pc.is_in(array, value_set=pa.array(tokens)), None, array)
        if tokens and pa.types.is_integer(array.type):
            bounds: Any = np.iinfo(array.type.to_pandas_dtype())
            numbers = [int(token) for token in tokens if token.lstrip("-").isdigit()]
            wanted = [number for number in numbers if bounds.min <= number <= bounds.max]
            return pc.if_else(pc.is_in(array, value_set=pa.array(wanted, array.type)), None, array)
        return array

    def _worded(self, text: Array, value: Value) -> Array:
        words = pc.dictionary_encode(text)
        spelled: list[str | None] = []
        for word in words.dictionary.to_pylist():
            kept = word.removeprefix(value.strip_prefix)
            spelled.append(value.enum.get(kept, f"?{kept}") if value.enum is not None else value.prefix + kept)
        return pa.array(spelled, pa.string()).take(words.indices)

    def _convert(
        self, name: str, value: Value, given: Array, found: dict[str, Array], checks: Checks, place: str
    ) -> None:
        kinds = {column.name: column.type for column in self.record.table.columns}
        kind: Any = kinds.get(name, pa.int64())
        end = ending(name)
        if value.enum is not None:
            unknown = pc.fill_null(pc.starts_with(given, "?"), False).to_numpy(zero_copy_only=False)
            checks.fail(unknown, "reject.code", place, ", ".join(value.enum), given)
            given = pc.if_else(pa.array(unknown), None, given)
        if name in _AMOUNTS:
            self._amount(name, given, found, checks, place)
        elif value.time is not None:
            self._time(name, value, given, found, checks, place, dated=pa.types.is_date(kind))
        elif end is not None:
            found[name] = measure(self._plain(given), UNITS[end][value.unit or "mm"], name, kind, checks, place)
        elif value.form in ("hex", "octal"):
            found[name] = coded(given, 16 if value.form == "hex" else 8, name, kind, checks, place)
        elif name in ("mode", "flags"):
            found[name] = bits(given, MODES if name == "mode" else FLAGS, kind, checks, place)
        elif name in ("on_ground", "simulated") or pa.types.is_boolean(kind):
            found[name] = truth(given, checks, place)
        elif pa.types.is_integer(kind):
            found[name] = whole(given, name, kind, checks, place)
        else:
            text = pc.utf8_trim_whitespace(_text(given))
            text = pc.if_else(pc.equal(text, ""), None, text)
            found[name] = _alone(text) if pa.types.is_list(kind) else text

    def _plain(self, given: Array) -> Array:
        """Numbers in the file's own notation with a point for the decimal mark."""
        if not pa.types.is_string(given.type):
            return given
        if self.mapping.thousands:
            given = pc.replace_substring(given, self.mapping.thousands, "")
        return pc.replace_substring(given, ",", ".") if self.mapping.decimal_mark == "," else given

    def _amount(self, name: str, given: Array, found: dict[str, Array], checks: Checks, place: str) -> None:
        if pa.types.is_floating(given.type):
            present = ~_null(given)
            numbers = pc.fill_null(given, 0.0).to_numpy(zero_copy_only=False)
            checks.fail(present & ~np.isfinite(numbers), "reject.not_finite", place, "a finite amount", given)
            text = pa.array(shortest_text(np.where(np.isfinite(numbers), numbers, 0.0)), mask=~present)
        else:
            text = pc.utf8_trim_whitespace(self._plain(_text(given)))
        units, places, readable, fits = parse_amounts(text)
        checks.fail(~readable, "reject.amount", place, "an exact decimal amount", text)
        checks.fail(readable & ~fits, "reject.amount_too_large", place, "at most 63 bits and 36 decimals", text)
        found[f"{name}_units"] = pa.array(units, mask=_null(text))
        found[f"{name}_exponent"] = pa.array(places, pa.int8(), mask=_null(text))

    def _time(
        self, name: str, value: Value, given: Array, found: dict[str, Array], checks: Checks, place: str, *, dated: bool
    ) -> None:
        time, only_date = instants(given, value.time or "iso", value.zone, value.since_us, checks, place)
        if dated:
            found[name] = pc.cast(pc.floor_temporal(pc.cast(time, pa.timestamp("us")), unit="day"), pa.date32())
            return
        found[name] = time
        if name == "time":
            found["time_raw"] = _text(given)
            if self.record.table is ENTRIES:
                found["time_is_date"] = only_date
                found.setdefault("booking_date", pc.cast(pc.cast(time, pa.timestamp("us")), pa.date32(), safe=False))

    @property
    def _time_at(self) -> str:
        value = self.record.values.get("time")
        return "time" if value is None else "+".join(value.columns) or "time"

    def _plots(self, found: dict[str, Array], rows: int, checks: Checks) -> None:
        sensor = found.get("sensor", pa.nulls(rows, pa.string()))
        found["sensor"] = pc.fill_null(sensor, self.options.sensor) if self.options.sensor else sensor
        positions_whole(found, checks)
        put_variances(found, checks)
        plot_marks(found, checks, self.options, self._time_at, simulated=self.mapping.simulated, mode=plots.REPORT)

    def _announced(self, found: dict[str, Array], rows: int, checks: Checks) -> None:
        """Words from the lists of their table; what has happened cannot lie in the future, what is announced may."""
        positions_whole(found, checks)
        for name, words in CHOICES[self.record.table.name].items():
            if name in found:
                other = pc.invert(pc.is_in(found[name], value_set=pa.array(words)))
                unknown = pc.and_(pc.is_valid(found[name]), other).to_numpy(zero_copy_only=False)
                checks.fail(unknown, "reject.code", name, ", ".join(words), found[name])
        marked = pc.fill_null(found.get("simulated", pa.repeat(False, rows)), False)
        found["simulated"] = pc.or_(marked, pa.repeat(self.options.simulated or self.mapping.simulated, rows))
        if "time" in found and self.options.latest_us is not None:
            marks = pa.repeat(False, rows), found["simulated"]
            not_yet(found["time"], *marks, self.options.latest_us, checks, self._time_at, found["time_raw"])

    def _money(self, found: dict[str, Array], rows: int, checks: Checks) -> None:
        if self.record.table is ENTRIES:
            self._signed(found, rows, checks)
        marked = pc.fill_null(found.get("simulated", pa.repeat(False, rows)), False)
        found["simulated"] = pc.or_(marked, pa.repeat(self.options.simulated or self.mapping.simulated, rows))
        if self.record.table is ENTRIES and self.options.latest_us is not None:
            marks = found["time_is_date"], found["simulated"]
            not_yet(found["time"], *marks, self.options.latest_us, checks, self._time_at, found["time_raw"])
        currency = found.get("currency")
        if currency is not None:
            unknown = pc.and_(pc.is_valid(currency), pc.invert(pc.is_in(currency, value_set=pa.array(sorted(CODES)))))
            checks.fail(
                unknown.to_numpy(zero_copy_only=False), "reject.currency", "currency", "an ISO 4217 code", currency
            )
        register_whole(self.record.table.name, found, checks)
        if "reversal" in found:
            found["reversal"] = pc.fill_null(found["reversal"], False)
        if "account" in found and "scheme" not in found and self.record.table.name == "accounts":
            found["scheme"] = pa.repeat("other", rows)

    def _signed(self, found: dict[str, Array], rows: int, checks: Checks) -> None:
        """Amounts without sign and `credit`, by the mapping's convention; a contradiction fails the row."""
        if self.record.sign == "two_columns":
            self._one_of_two(found, checks)
        units = pc.fill_null(found["amount_units"], 0).to_numpy(zero_copy_only=False)
        negative = units < 0
        match self.record.sign:
            case "positive_is_credit":
                found["credit"] = pa.array(~negative)
            case "positive_is_debit":
                found["credit"] = pa.array(negative)
            case "credit" | "debit":
                found["credit"] = pa.repeat(self.record.sign == "credit", rows)
        if self.record.sign in ("credit", "debit", "indicator", "two_columns"):
            shown = f"a negative amount, sign = {self.record.sign}"
            checks.fail(negative, "reject.sign", "amount", "an amount without minus", shown)
        checks.fail(units == -(2**63), "reject.amount_too_large", "amount", "at most 63 bits", "the least integer")
        found["amount_units"] = pa.array(np.abs(units), mask=_null(found["amount_units"]))

    def _one_of_two(self, found: dict[str, Array], checks: Checks) -> None:
        sides = {}
        for side in ("credit", "debit"):
            units = found.pop(f"amount_{side}_units")
            sides[side] = (units, found.pop(f"amount_{side}_exponent"), ~_null(units))
        checks.fail(
            sides["credit"][2] == sides["debit"][2], "reject.sign", "amount", "credit or debit", "both or none"
        )  # fmt: skip
        credit = pa.array(sides["credit"][2])
        found["credit"] = credit
        found["amount_units"] = pc.if_else(credit, sides["credit"][0], sides["debit"][0])
        found["amount_exponent"] = pc.if_else(credit, sides["credit"][1], sides["debit"][1])


def belongs(record: Record, source: pa.Table) -> Mask:
    """Which source rows give a row of this record."""
    found = np.ones(source.num_rows, np.bool_)
    for condition in record.when:
        found &= _holds(condition, one_piece(source[condition.column]))
    return found


def _holds(condition: Condition, values: Array) -> Mask:
    text = pc.fill_null(_text(values), "")
    if condition.sign is not None:
        negative: Mask = pc.starts_with(pc.utf8_trim_whitespace(text), "-").to_numpy(zero_copy_only=False)
        return negative if condition.sign == "negative" else ~negative
    one: Mask = np.ones(len(text), np.bool_)
    if condition.is_one_of:
        one = pc.is_in(text, value_set=pa.array(condition.is_one_of)).to_numpy(zero_copy_only=False)
    if condition.is_none_of:
        one = one & ~pc.is_in(text, value_set=pa.array(condition.is_none_of)).to_numpy(zero_copy_only=False)
    return one


def _text(values: Array) -> Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type):
        return pc.strftime(values, "%Y-%m-%dT%H:%M:%SZ" if values.type.tz else "%Y-%m-%dT%H:%M:%S")
    return pc.cast(values, pa.string())


def _null(values: Array) -> Mask:
    found: Mask = pc.is_null(values).to_numpy(zero_copy_only=False)
    return found


def _alone(text: Array) -> Array:
    """A column of lists from one text each."""
    said = pc.is_valid(text).to_numpy(zero_copy_only=False)
    offsets: Any = pa.array(np.concatenate(([0], np.cumsum(said))), pa.int32())
    lists = pa.ListArray.from_arrays(offsets, pc.drop_null(text))
    return pc.if_else(pa.array(said), lists, None)
