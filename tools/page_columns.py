"""Renews the columns of field groups in the second verifier (mission/page/columns.js) from the tables' declarations."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pyarrow as pa

from veedor.tables import EARLIER, TABLES

FILE = Path(__file__).resolve().parents[1] / "src/veedor/mission/page/columns.js"
_BLOCK = re.compile(r"(?<=^const COLUMNS = \{\n).*?(?=^\};$)", re.MULTILINE | re.DOTALL)
_SHORT = {"string": "s", "binary": "x", "bool": "o", "date32[day]": "d", "timestamp[us, tz=UTC]": "t"}


def spelled(field: Any) -> str:
    """A column as columns.js spells it: name, type, `!` where it is never null."""
    is_list = pa.types.is_list(field.type)
    kind = field.type.value_type if is_list else field.type
    if pa.types.is_struct(kind):
        plain = "{" + " ".join(spelled(kind.field(at)) for at in range(kind.num_fields)) + "}"
    elif pa.types.is_fixed_size_binary(kind):
        plain = f"h{kind.byte_width}"
    else:
        text = str(kind)
        plain = _SHORT.get(text) or re.sub(r"^(u?)int(\d+)$", lambda match: (match[1] or "i") + match[2], text)
    return f"{field.name}:{plain}{'[]' if is_list else ''}{'' if field.nullable else '!'}"


def columns() -> dict[str, str]:
    """Every field group, as `TABLE GROUP`, with its columns in declared order."""
    return {
        f"{table.id} {group}": " ".join(spelled(table.schema.field(name)) for name in names)
        for table in (*TABLES, *EARLIER)
        for group, names in table.groups.items()
    }


def renewed(text: str) -> str:
    """The module's text with the columns that the tables have now."""
    entries = ""
    for name, listed in columns().items():
        lines = textwrap.wrap(listed, 100)
        if len(lines) == 1:
            entries += f'  "{name}": "{listed}",\n'
        else:
            joined = " +\n".join(f'    "{line} "' for line in lines[:-1]) + f' +\n    "{lines[-1]}"'
            entries += f'  "{name}":\n{joined},\n'
    return _BLOCK.sub(lambda match: entries, text)


def main() -> None:
    FILE.write_text(renewed(FILE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
