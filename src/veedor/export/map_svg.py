"""The map of an overview as SVG: outlines of countries, places of findings with a shape per kind, no network ever."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import shapely

from veedor.registers.borders import Box, Country, Ring
from veedor.views.finding import FindingView

WIDTH = 960
MOST_HEIGHT = 720
MARGIN_E7 = 10_000_000
LEAST_SPAN_E7 = 40_000_000
# Pixels around a name; a country with less room in the frame stays unnamed.
LEAST_ROOM = 45

# Outlines that may reach into a box (south, west, north, east), with their countries.
Outlines = Callable[[Box], Iterable[tuple[Country, Ring]]]

# One shape per kind of place, so that the map reads without colour.
SHAPES = {
    "landing_away": "M0,7 L-6,-5 L6,-5 Z",
    "strip": "M-8,-3 L8,-3 L8,3 L-8,3 Z",
    "takeoff_away": "M0,-7 L-6,5 L6,5 Z",
    "gap": "M-6,-6 L6,6 M6,-6 L-6,6",
    "orbit": "M-7,0 A7,7 0 1 0 7,0 A7,7 0 1 0 -7,0 Z M-3,0 A3,3 0 1 1 3,0 A3,3 0 1 1 -3,0 Z",
    "racetrack": "M-4,-4 L4,-4 A4,4 0 1 1 4,4 L-4,4 A4,4 0 1 1 -4,-4 Z",
    "search_lines": "M-6,-6 L6,-6 L6,-2 L-6,-2 L-6,2 L6,2 L6,6 L-6,6",
    "drop": "M-7,-5 L0,5 L7,-5",
    "unexplained_leg": "M-5,0 A5,5 0 1 0 5,0 A5,5 0 1 0 -5,0 Z",
    "route": "M-8,4 L-3,-4 L3,4 L8,-4",
    "corridor": "M-8,-4 L4,-4 L8,0 L4,4 L-8,4 Z",
    "loiter": "M-6,-6 L6,-6 L6,6 L-6,6 Z",
}
OTHER_SHAPE = "M0,-6 L6,0 L0,6 L-6,0 Z"
# Their radius says how far they reach, not how well their place is known: drawn, it would hide the rest.
WITHOUT_REGION = ("unexplained_leg", "route", "corridor")


@dataclass(frozen=True)
class Frame:
    """What part of the Earth is drawn: degrees in 1e-7, plate carrée, squeezed by the middle latitude."""

    west_e7: int
    east_e7: int
    south_e7: int
    north_e7: int

    @property
    def box(self) -> Box:
        return self.south_e7, self.west_e7, self.north_e7, self.east_e7

    @property
    def height(self) -> int:
        tall = (self.north_e7 - self.south_e7) / (self.east_e7 - self.west_e7) / _squeeze(self)
        return min(MOST_HEIGHT, round(WIDTH * tall))

    def at(self, lat_e7: int, lon_e7: int) -> tuple[float, float]:
        x = (lon_e7 - self.west_e7) * WIDTH / (self.east_e7 - self.west_e7)
        y = (self.north_e7 - lat_e7) * self.height / (self.north_e7 - self.south_e7)
        return round(x, 1), round(y, 1)


def _squeeze(frame: Frame) -> float:
    """Cosine of the middle latitude by its series: a map needs no more."""
    middle = (frame.north_e7 + frame.south_e7) / 2e7 * 0.0174532925
    return max(0.2, 1 - middle**2 / 2 + middle**4 / 24)


def frame_of(places: Iterable[tuple[int, int]]) -> Frame | None:
    """The frame around places (lat_e7, lon_e7) with a margin; None when there are none."""
    points = list(places)
    if not points:
        return None
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    tall = max(LEAST_SPAN_E7, north - south + 2 * MARGIN_E7)
    wide = max(LEAST_SPAN_E7 * 4 // 3, east - west + 2 * MARGIN_E7, tall * 4 // 3)
    lat, lon = (south + north) // 2, (west + east) // 2
    return Frame(
        lon - wide // 2, lon + wide // 2, max(-890_000_000, lat - tall // 2), min(890_000_000, lat + tall // 2)
    )


def map_svg(findings: Sequence[FindingView], outlines: Outlines, frame: Frame, label: str, language: str) -> str:
    """The drawing. Each finding links to its card `#<language>-f-<number>`."""
    parts = [
        f'<svg class="map" viewBox="0 0 {WIDTH} {frame.height}" role="img" aria-label="{html.escape(label)}">',
        f'<rect class="sea" width="{WIDTH}" height="{frame.height}"/>',
        '<g class="land">',
        *(_path(ring, frame) for _, ring in outlines(frame.box)),
        "</g>",
        _graticule(frame),
        *_names(outlines, frame),
        *(_mark(f"{language}-f-{n}", f, frame) for n, f in enumerate(findings) if f.lat_e7 is not None),
        "</svg>",
    ]
    return "\n".join(parts)


def _path(ring: Ring, frame: Frame) -> str:
    points = [frame.at(lat, lon) for lat, lon in zip(ring.lat_e7.tolist(), ring.lon_e7.tolist(), strict=True)]
    return '<path d="M' + " L".join(f"{x:g},{y:g}" for x, y in points) + ' Z"/>'


def _names(outlines: Outlines, frame: Frame) -> Iterable[str]:
    """Each country's name once, in the middle of its largest part in the frame, where there is room for it."""
    window = shapely.box(0, 0, WIDTH, frame.height)
    parts: dict[str, list[shapely.Polygon]] = {}
    for country, ring in outlines(frame.box):
        points = [frame.at(lat, lon) for lat, lon in zip(ring.lat_e7.tolist(), ring.lon_e7.tolist(), strict=True)]
        seen = shapely.make_valid(shapely.Polygon(points)).intersection(window)
        parts.setdefault(country.name, []).extend(
            part for part in shapely.get_parts(seen) if part.geom_type == "Polygon" and part.area > LEAST_ROOM**2
        )
    for name, polygons in sorted(parts.items()):
        if not polygons:
            continue
        circle = shapely.maximum_inscribed_circle(max(polygons, key=lambda polygon: polygon.area), tolerance=1)
        (x, y), _ = circle.coords
        if circle.length >= LEAST_ROOM:
            yield f'<text class="country" x="{x:.0f}" y="{y:.0f}">{html.escape(name)}</text>'


def _graticule(frame: Frame) -> str:
    step = 50_000_000 if frame.east_e7 - frame.west_e7 > 120_000_000 else 20_000_000
    lines = []
    for lon in range(-(-frame.west_e7 // step) * step, frame.east_e7, step):
        x, _ = frame.at(frame.north_e7, lon)
        label = f'<text x="{x + 3:g}" y="{frame.height - 5}">{_degrees(lon, "EW")}</text>'
        lines.append(f'<path d="M{x:g},0 V{frame.height}"/>{label}')
    for lat in range(-(-frame.south_e7 // step) * step, frame.north_e7, step):
        _, y = frame.at(lat, frame.west_e7)
        lines.append(f'<path d="M0,{y:g} H{WIDTH}"/><text x="3" y="{y - 3:g}">{_degrees(lat, "NS")}</text>')
    return '<g class="graticule">' + "".join(lines) + "</g>"


def _degrees(value_e7: int, signs: str) -> str:
    side = "" if value_e7 == 0 else signs[0] if value_e7 > 0 else signs[1]
    return f"{abs(value_e7) // 10_000_000}°{side}"


def _outline(finding: FindingView, frame: Frame) -> str:
    """The outline around the mark, whose middle is the origin."""
    if not finding.outline or finding.lat_e7 is None or finding.lon_e7 is None:
        return ""
    x, y = frame.at(finding.lat_e7, finding.lon_e7)
    corners = (frame.at(lat, lon) for lat, lon in finding.outline)
    points = " L".join(f"{round(a - x, 1):g},{round(b - y, 1):g}" for a, b in corners)
    return f'<path class="region" d="M{points} Z"/>'


def _mark(card: str, finding: FindingView, frame: Frame) -> str:
    assert finding.lat_e7 is not None and finding.lon_e7 is not None
    x, y = frame.at(finding.lat_e7, finding.lon_e7)
    radius = (finding.radius_mm or 0) / 111_195_000 * WIDTH * 1e7 / (frame.east_e7 - frame.west_e7)
    drawn = radius > 8 and finding.kind not in WITHOUT_REGION
    ring = f'<circle class="region" r="{radius:.1f}"/>' if drawn else ""
    outline = _outline(finding, frame)
    title = html.escape(f"{finding.title}, {finding.when}, {finding.strength}")
    return (
        f'<a href="#{card}"><g class="mark {html.escape(finding.kind)}" transform="translate({x:g},{y:g})">'
        f'<title>{title}</title>{ring}{outline}<path d="{SHAPES.get(finding.kind, OTHER_SHAPE)}"/></g></a>'
    )
