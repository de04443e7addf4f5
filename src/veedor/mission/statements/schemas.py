"""The JSON Schema of each type of statement, made from its struct, for those who check without this software.

Each is pinned by a golden file; bytes that change without a new number fail the tests (DESIGN section 5).
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from veedor.log.envelope import STATEMENT_TYPE
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.chain import BodyType, Chain
from veedor.mission.statements.types import GENESIS


def schema_text(kind: BodyType[Any]) -> str:
    """The schema of the whole statement inside the envelope, as pretty JSON with sorted keys."""
    structs: list[type[Body]] = [kind.struct] if kind is GENESIS else [kind.struct, Chain]
    (body, *chain), parts = msgspec.json.schema_components(structs, ref_template="#/$defs/{name}")
    predicate = {"body": body} | ({"chain": chain[0]} if chain else {})
    digest = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    subject = _object({"name": {"const": "genesis"}, "digest": _object({"sha256": digest})})
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{kind.urn}#schema",
        "title": kind.schema_id,
        **_object(
            {
                "_type": {"const": STATEMENT_TYPE},
                "subject": {"type": "array", "minItems": 1, "maxItems": 1, "items": subject},
                "predicateType": {"const": kind.urn},
                "predicate": _object(predicate),
            }
        ),
        "$defs": parts,
    }
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }
