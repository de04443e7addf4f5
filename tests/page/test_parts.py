"""The second verifier knows the parts of every table that a deposit can hold."""

from __future__ import annotations

import re
from importlib import resources

from veedor.mission.deposits.revealed import parts_of
from veedor.tables import EARLIER, FINDING_PARTS, TABLES


def test_the_page_names_the_parts_of_every_record_table() -> None:
    script = (resources.files("veedor.mission.page") / "reveal.js").read_text(encoding="utf-8")
    named = dict(re.findall(r'"([a-z_]+/\d+)": "([a-z ]+)"', script))
    shown = {table.id: table for table in (*TABLES, *EARLIER) if table.groups}
    assert {name: " ".join(parts_of(table)) for name, table in shown.items()} == named
    assert sorted(name for name, table in shown.items() if not table.sourced) == [FINDING_PARTS.id]
