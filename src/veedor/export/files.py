"""Writing exports to disk: whole files or none, never half of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from veedor.errors import UsageError
from veedor.export.accord_html import accord_page
from veedor.export.geojson import findings_geojson
from veedor.export.map_svg import Outlines
from veedor.export.overview_html import overview_html
from veedor.views.accord_shown import AccordShown
from veedor.views.overview import Overview


def write_exports(
    pages: Sequence[Overview],
    outlines: Outlines,
    overview: Path | None,
    geojson: Path | None,
    accords: Sequence[AccordShown] = (),
) -> Iterator[Path]:
    """Write what was asked for; the first page's language is the one it opens in. UsageError when nothing was."""
    if overview is None and geojson is None:
        raise UsageError("nothing to export was named", expected="--overview FILE or --geojson FILE")
    if overview is not None:
        yield _write(overview, overview_html(pages, outlines, accords))
    if geojson is not None:
        yield _write(geojson, findings_geojson(pages[0]))


def write_accord_page(file: Path, pages: Sequence[AccordShown]) -> Path:
    """The page of one accord by itself; the first page's language is the one it opens in."""
    return _write(file, accord_page(pages))


def _write(file: Path, text: str) -> Path:
    part = file.with_name(file.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
    return file
