"""Make the committed borders from a tarball of the package world-atlas: `make_borders.py world-atlas-2.0.2.tgz`.

Reads TopoJSON (delta-coded arcs shared between neighbours) with nothing but the standard library, resolves every
country to rings of integer 1e-7 degrees, and writes one compact file per scale beside its SHA-256 and the licence.
Two points that stand on one place become one; nothing is simplified further, so that neighbours keep a common line.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "src" / "veedor" / "registers" / "data"
SCALES = ("50m", "110m")


def main(tarball: str) -> None:
    """Write borders-<scale>.json.gz, their digests and the licence; says what it wrote."""
    digests = []
    with tarfile.open(tarball, "r:gz") as archive:
        version = json.loads(_member(archive, "package/package.json"))["version"]
        for scale in SCALES:
            source = _member(archive, f"package/countries-{scale}.json")
            made = _compact(json.loads(source), f"world-atlas {version} countries-{scale} (Natural Earth)")
            content = gzip.compress(json.dumps(made, separators=(",", ":"), ensure_ascii=True).encode(), 9, mtime=0)
            name = f"borders-{scale}.json.gz"
            (TARGET / name).write_bytes(content)
            digests.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
            print(f"{name}: {len(made['countries'])} countries, {len(content)} bytes")
        (TARGET / "LICENSE.world-atlas.txt").write_bytes(_member(archive, "package/LICENSE"))
    (TARGET / "borders.sha256").write_text("\n".join(digests) + "\n", encoding="utf-8")


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise SystemExit(f"{name} is not in the tarball")
    return file.read()


def _compact(topology: dict[str, Any], source: str) -> dict[str, Any]:
    """Countries sorted by name; each ring as first point and steps, in units of UNIT."""
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    countries = []
    for shape in topology["objects"]["countries"]["geometries"]:
        if shape["type"] is None:
            continue
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        rings = [_steps(_ring(numbers, arcs)) for polygon in polygons for numbers in polygon]
        countries.append([str(shape.get("id", "")), shape["properties"]["name"], [ring for ring in rings if ring]])
    return {"source": source, "unit_e7": UNIT, "countries": sorted(countries, key=lambda item: (item[1], item[0]))}


UNIT = 1_000  # 1e-4 degree (11 m): finer than the source's own grid at 1:50 million


def _arc(steps: list[list[int]], transform: dict[str, list[float]]) -> list[tuple[int, int]]:
    x = y = 0
    points = []
    for dx, dy in steps:
        x, y = x + dx, y + dy
        lon = round((x * transform["scale"][0] + transform["translate"][0]) * 10_000_000 / UNIT)
        lat = round((y * transform["scale"][1] + transform["translate"][1]) * 10_000_000 / UNIT)
        points.append((lat, lon))
    return points


def _ring(numbers: list[int], arcs: list[list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """The arcs of a ring joined; a negative number ~n means arc n backwards; the closing point is left out."""
    points: list[tuple[int, int]] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        for point in arc:
            if not points or points[-1] != point:
                points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def _steps(points: list[tuple[int, int]]) -> list[int]:
    """[lat, lon, dlat, dlon, ...]; empty for what is no area."""
    if len(points) < 3:
        return []
    flat: list[int] = []
    before = (0, 0)
    for point in points:
        flat += [point[0] - before[0], point[1] - before[1]]
        before = point
    return flat


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: make_borders.py WORLD_ATLAS_TARBALL")
    main(sys.argv[1])
