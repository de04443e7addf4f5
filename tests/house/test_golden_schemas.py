"""Schemas of tables, of `--json` lines and of views stand still: what somebody built on must not change under its name.

To say something else, raise the number in the name and add a golden file (`python -m tests.house.test_golden_schemas`
writes those that are missing, and changes none). Schemas of statements: tests/mission/test_schemas.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from veedor.ranking.model import RankingModel
from veedor.tables import EARLIER, TABLES, Table
from veedor.views.lines import LINES
from veedor.views.overview import Overview

GOLDEN = Path(__file__).parents[1] / "golden" / "schemas"


def table_schema(table: Table) -> dict[str, Any]:
    """What decides the bytes of a table's rows and digests; words may be improved."""
    columns = [[one.name, str(one.type), "null" if one.nullable else "not null", one.group] for one in table.columns]
    return {"table": table.id, "order": table.order, "key": table.key, "columns": columns}


def struct_schema(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """JSON Schema without the sentences about it."""
    return without_words(msgspec.json.schema(struct))


def without_words(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: without_words(item) for name, item in part.items() if name != "description"}
    return [without_words(item) for item in part] if isinstance(part, list) else part


def name_of(struct: type[msgspec.Struct]) -> str:
    (name,) = [f.default for f in msgspec.structs.fields(struct) if f.name == "schema"]
    return str(name)


SCHEMAS: dict[str, dict[str, Any]] = {
    **{table.id: table_schema(table) for table in (*TABLES, *EARLIER)},
    **{name_of(struct): struct_schema(struct) for struct in LINES},
    "overview/3": struct_schema(Overview),
    "ranking-model/1": struct_schema(RankingModel),
}


def file_of(name: str) -> Path:
    kind = "table-" if name in {table.id for table in (*TABLES, *EARLIER)} else "json-"
    return GOLDEN / f"{kind}{name.replace('/', '-')}.json"


def text_of(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_changes_only_with_its_number(name: str) -> None:
    assert file_of(name).read_text(encoding="utf-8") == text_of(SCHEMAS[name])


def test_every_line_says_its_schema_first_and_no_two_share_a_name() -> None:
    assert len(SCHEMAS) == len(TABLES) + len(EARLIER) + len(LINES) + 2
    for struct in LINES:
        assert struct.__struct_fields__[0] == "schema"


if __name__ == "__main__":
    for each, schema in SCHEMAS.items():
        if not file_of(each).exists():
            file_of(each).write_text(text_of(schema), encoding="utf-8")
