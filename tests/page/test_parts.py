"""The second verifier knows the parts of every table that a deposit can hold."""

from __future__ import annotations

import re
from importlib import resources

from veedor.tables import EARLIER, TABLES


def test_the_page_names_the_parts_of_every_record_table() -> None:
    script = (resources.files("veedor.mission.page") / "reveal.js").read_text(encoding="utf-8")
    named = dict(re.findall(r'"([a-z_]+/\d+)": "([a-z ]+)"', script))
    records = {table.id: table for table in (*TABLES, *EARLIER) if table.groups and "offset" in table.schema.names}
    assert {name: " ".join((*table.groups, "original")) for name, table in records.items()} == named
