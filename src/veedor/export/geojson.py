"""Findings with a place as GeoJSON (RFC 7946), for one audience; the border policy and the day stand in the file."""

from __future__ import annotations

import json

from veedor.views.finding import FindingView
from veedor.views.overview import Overview

DIGITS = 5
_HALF_TURN = 1_800_000_000


def findings_geojson(page: Overview) -> str:
    """A FeatureCollection of the overview's findings that have a place. Coordinates to five decimals (about 1 m);
    corridors are polygons. For the public all are centres of cells, as the overview holds them."""
    features = [_feature(finding) for finding in page.findings if finding.lat_e7 is not None]
    return json.dumps(
        {
            "type": "FeatureCollection",
            "veedor": {
                "schema": "findings-geojson/1",
                "mission": page.mission,
                "audience": page.audience,
                "as_of_us": page.as_of_us,
                "border_policy": page.border_policy,
                "simulated": page.simulated,
                "findings_without_place": len(page.findings) - len(features),
            },
            "features": features,
        },
        ensure_ascii=False,
        indent=1,
    )


def _feature(finding: FindingView) -> dict[str, object]:
    assert finding.lat_e7 is not None and finding.lon_e7 is not None
    return {
        "type": "Feature",
        "geometry": _geometry(finding),
        "properties": {
            "id": finding.id,
            "kind": finding.kind,
            "title": finding.title,
            "subject": finding.subject,
            "when": finding.when,
            "radius_m": (finding.radius_mm or 0) // 1000,
            "score_milli_log10": finding.score_milli_log10,
            "strength": finding.strength,
            "reasons": list(finding.reasons),
            "innocent": [{"sentence": test.sentence, "verdict": test.verdict} for test in finding.innocent],
            "simulated": finding.simulated,
        },
    }


def _geometry(finding: FindingView) -> dict[str, object]:
    """The outline where the finding has one (RFC 7946: anticlockwise, closed; beyond 180 degrees where it crosses the
    date line, so that it stays in one piece), else its place."""
    if not finding.outline:
        assert finding.lat_e7 is not None and finding.lon_e7 is not None
        return {"type": "Point", "coordinates": [_degrees(finding.lon_e7), _degrees(finding.lat_e7)]}
    first = finding.outline[0][1]
    ring = [
        [_degrees(first + (lon - first + _HALF_TURN) % (2 * _HALF_TURN) - _HALF_TURN), _degrees(lat)]
        for lat, lon in (*finding.outline, finding.outline[0])
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def _degrees(value_e7: int) -> float:
    return round(value_e7 / 10_000_000, DIGITS)
