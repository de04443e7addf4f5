"""Small lists in the UN's format, and their pieces as a deposit holds them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from tests.money.making import deposit
from veedor.tables import LIST_PIECES

UN = """<?xml version="1.0"?>
<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><INDIVIDUALS>{people}</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>
"""
PERSON = (
    "<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>RODOLFO ARISTIDES</FIRST_NAME><SECOND_NAME>QUINTERO MEJIA"
    "</SECOND_NAME><REFERENCE_NUMBER>T{number}</REFERENCE_NUMBER><UN_LIST_TYPE>TEST</UN_LIST_TYPE></INDIVIDUAL>"
)
OTHER = PERSON.replace("RODOLFO ARISTIDES", "EVARISTO").replace("QUINTERO MEJIA", "PALACIOS RUEDA")


def pieces(*lists: tuple[str, str], day: date | None = None, size: int = 10_000) -> pa.Table:
    rows: list[dict[str, Any]] = []
    for number, (name, text) in enumerate(lists):
        data = text.encode()
        for row, start in enumerate(range(0, len(data), size)):
            rows.append({
                "name": name, "day": day, "content": data[start : start + size], "simulated": False,
                "deposit": deposit(f"list {number}"), "row": row, "file": 0, "offset": start, "length": 1,
            })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=LIST_PIECES.schema)


FEBRUARY = ("un.xml", UN.format(day="2026-02-27", people=OTHER.format(number=2)))
MARCH = ("un.xml", UN.format(day="2026-03-07", people=PERSON.format(number=1) + OTHER.format(number=2)))
