"""Columns of text joined to lines of CSV, quoted only where a field needs it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from veedor.formats.arrow import Array, one_piece, pc

_SPECIAL = '[",\\r\\n]'


def csv_lines(columns: Sequence[Array]) -> bytes:
    """Lines of equally long text columns, each line ended by a line feed; null is an empty field."""
    if not columns or len(columns[0]) == 0:
        return b""
    fields = [_quoted(pc.fill_null(column, "")) for column in columns]
    lines = pc.binary_join_element_wise(*fields, ",")
    ended = one_piece(pc.binary_join_element_wise(lines, pa.repeat("", len(lines)), "\n"))
    joined: str = pc.binary_join(pa.ListArray.from_arrays([0, len(ended)], ended), "")[0].as_py()
    return joined.encode()


def _quoted(column: Array) -> Array:
    special = pc.match_substring_regex(column, _SPECIAL)
    if not pc.any(special).as_py():
        return column
    doubled = pc.binary_join_element_wise("", pc.replace_substring(column, '"', '""'), "", '"')
    return pc.if_else(special, doubled, column)
