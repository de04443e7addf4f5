"""Write the pages that are made from the code: commands, settings, indicators. A test fails when they are stale."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from veedor.cli.app import app
from veedor.house import DETECTORS
from veedor.mission.copy.settings import Settings
from veedor.mission.deposits.cover import Cover
from veedor.money import indicators

DOCS = Path(__file__).resolve().parents[1] / "docs"


def cli_page() -> str:
    """Every command with its options, from the commands themselves."""
    called = sys.argv
    # The library takes the first word of whoever calls it out of the usage line of a command in a group.
    sys.argv = ["veedor"]
    try:
        made: str = app.generate_docs(output_format="markdown", heading_level=1)
    finally:
        sys.argv = called
    lines = [line.rstrip() for line in made.splitlines()]
    return "\n".join(lines).rstrip() + "\n"


def settings_page() -> str:
    """Every key of mission.toml and of a cover note, and every parameter of every detector with its default."""
    lines = ["# Settings", "", "## mission.toml", ""]
    for section in msgspec.structs.fields(Settings):
        lines += [f"### [{section.name}]", "", _first(section.type), "", *_keys(section.type), ""]
    lines += [
        "## parameters.toml",
        "",
        'What detectors are set to: after a line `schema = "parameters/1"`, one table `[detectors.NAME]` per detector',
        "with what differs from the shipped defaults below. `veedor parameters pin` adds `[pinned]`: which version of",
        "each detector is meant, and the digest of all its parameters. The parties adopt the bytes of the file, which",
        "must be the same in every copy; a run by anything else is marked the party's own. Without it the shipped",
        "defaults hold.",
        "",
    ]
    for detector in sorted(DETECTORS, key=lambda each: each.name):
        if dataclasses.fields(detector.parameters):
            lines += [f"#### {detector.name}", "", "| parameter | default |", "|---|---|"]
            for field in dataclasses.fields(detector.parameters):
                lines.append(f"| `{field.name}` | `{getattr(detector.parameters, field.name)!r}` |")
            lines.append("")
    lines += ["## Cover note (`veedor deposit --cover FILE`)", "", _first(Cover), "", *_keys(Cover)]
    return "\n".join(lines).rstrip() + "\n"


def _first(struct: type) -> str:
    return " ".join((struct.__doc__ or "").split())


def _keys(struct: type[msgspec.Struct]) -> list[str]:
    rows = ["| key | type | default |", "|---|---|---|"]
    for field in msgspec.structs.fields(struct):
        default = "required" if field.required else f"`{field.default!r}`"
        rows.append(f"| `{field.name}` | {_type(field.type)} | {default} |")
    return rows


def _type(annotation: object) -> str:
    schema = msgspec.json.schema(annotation)
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_named(each) for each in schema["anyOf"])
    return _named(schema)


def _named(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "date-time":
        return "date and time"
    return str(schema.get("type", schema.get("$ref", "").rpartition("/")[2]))


PAGES = {"cli.md": cli_page, "settings.md": settings_page, "detectors/indicators.md": indicators.page}


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")


if __name__ == "__main__":
    main()
