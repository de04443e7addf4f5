"""Make the committed list of aerodromes from the installed package airportsdata: `make_aerodromes.py`.

ICAO and FAA identifiers in one list of integers, one line an aerodrome, in order of identifier; of several at exactly
one place the smallest identifier is kept. Its licence lies beside it, its digest stands in registers/aerodromes.py.
"""

from __future__ import annotations

import gzip
import hashlib
from importlib import metadata
from pathlib import Path

import airportsdata

TARGET = Path(__file__).resolve().parents[1] / "src" / "veedor" / "registers" / "data"


def main() -> None:
    """Write aerodromes.tsv.gz and the licence; says what it wrote."""
    rows: dict[str, tuple[str, ...]] = {}
    for kind in ("LID", "ICAO"):
        for ident, item in airportsdata.load(kind).items():
            place = (round(item["lat"] * 10_000_000), round(item["lon"] * 10_000_000), round(item["elevation"] * 304.8))
            texts = (ident, item["name"], item["country"])
            rows[ident] = (*(" ".join(text.split()) for text in texts), *map(str, place))
    places: set[tuple[str, ...]] = set()
    lines = []
    for _, row in sorted(rows.items()):
        if row[3:5] not in places:
            places.add(row[3:5])
            lines.append("\t".join(row) + "\n")
    content = "".join(lines).encode()
    packed = gzip.compress(content, 9, mtime=0)
    (TARGET / "aerodromes.tsv.gz").write_bytes(packed)
    for file in metadata.files("airportsdata") or ():
        if "licenses/" in str(file):
            (TARGET / "LICENSE.airportsdata.txt").write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    version = metadata.version("airportsdata")
    print(
        f"airportsdata {version}: {len(lines)} aerodromes, {len(packed)} bytes, {hashlib.sha256(content).hexdigest()}"
    )


if __name__ == "__main__":
    main()
