"""Where the scenario plays: real aerodromes (public facts), invented radar sites, receivers and strip country."""

from __future__ import annotations

from dataclasses import dataclass

from veedor.simulate.sphere import apart


@dataclass(frozen=True)
class Aerodrome:
    """`grade` A: airlines from everywhere, B: regional airlines and turboprops, C: general aviation."""

    ident: str
    lat: float
    lon: float
    elevation_m: float
    grade: str


AERODROMES = tuple(
    Aerodrome(*row)
    for row in (
        ("SVMI", 10.603, -66.991, 72, "A"), ("SVMC", 10.558, -71.728, 73, "A"), ("SVVA", 10.150, -67.928, 430, "A"),
        ("SVBC", 10.107, -64.689, 8, "B"), ("SVBM", 10.043, -69.359, 622, "B"), ("SVSO", 7.565, -72.035, 330, "B"),
        ("SVSA", 7.841, -72.440, 400, "B"), ("SVSR", 7.883, -67.444, 47, "B"), ("SVBI", 8.620, -70.221, 203, "B"),
        ("SVVG", 8.624, -71.673, 76, "B"), ("SVPA", 5.620, -67.606, 75, "B"), ("SVJC", 11.781, -70.152, 23, "B"),
        ("SVAC", 9.553, -69.238, 195, "C"), ("SVGD", 7.233, -70.800, 130, "C"), ("SVEZ", 7.083, -69.533, 90, "C"),
        ("SVGU", 9.027, -69.755, 185, "C"), ("SVCL", 8.925, -67.417, 100, "C"), ("SVVP", 9.222, -65.994, 125, "C"),
        ("SKBO", 4.702, -74.147, 2548, "A"), ("SKRG", 6.165, -75.423, 2120, "A"), ("SKBQ", 10.890, -74.781, 30, "A"),
        ("SKCG", 10.442, -75.513, 2, "A"), ("SKCC", 7.928, -72.512, 334, "B"), ("SKBG", 7.127, -73.185, 1188, "B"),
        ("SKSM", 11.120, -74.231, 7, "B"), ("SKVP", 10.435, -73.250, 147, "B"), ("SKRH", 11.526, -72.926, 13, "B"),
        ("SKUC", 7.069, -70.737, 128, "B"), ("SKYP", 5.319, -72.384, 313, "B"), ("SKSP", 12.584, -81.711, 6, "B"),
        ("SKTM", 6.451, -71.760, 320, "C"), ("SKSA", 6.950, -71.856, 205, "C"), ("SKEJ", 7.024, -73.807, 126, "C"),
        ("TNCA", 12.501, -70.015, 18, "A"), ("TNCC", 12.189, -68.960, 9, "A"), ("TNCB", 12.131, -68.269, 6, "B"),
        ("MDSD", 18.430, -69.669, 18, "A"), ("TJSJ", 18.439, -66.002, 3, "A"), ("MKJP", 17.936, -76.788, 3, "A"),
        ("MPTO", 9.071, -79.384, 41, "A"), ("MHLM", 15.453, -87.924, 28, "A"), ("MHLC", 15.743, -86.853, 15, "B"),
        ("MHPL", 15.262, -83.781, 8, "C"), ("MGPB", 15.731, -88.584, 10, "C"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Radar:
    """A rotating radar. Screens are (azimuth from, azimuth to, lowest visible elevation in degrees); 90 is blanked."""

    sensor: str
    party: str
    lat: float
    lon: float
    antenna_m: float
    plain_m: float
    mode_s: bool
    track_numbers: bool
    primary_m: float
    secondary_m: float
    screens: tuple[tuple[float, float, float], ...]
    turn_s: float = 12.0
    legacy: bool = False  # writes CAT001 and CAT002
    coastal: bool = False
    sea: tuple[float, float] = (0.0, 0.0)  # clockwise: azimuths between which it looks over the sea or a great lake

    def over_water(self, lat: float, lon: float) -> bool:
        """Whether a place lies there, so that no road leads to it."""
        first, last = self.sea
        _, azimuth = apart(self.lat, self.lon, lat, lon)
        return first != last and (azimuth - first) % 360.0 < (last - first) % 360.0


RADARS = (
    Radar(
        "VE-R1",
        "ve",
        7.742,
        -67.905,
        118.0,
        55.0,
        False,
        False,
        180_000.0,
        370_000.0,
        ((301.0, 309.0, 90.0),),
        legacy=True,
    ),
    Radar(
        "VE-R2",
        "ve",
        10.214,
        -71.402,
        165.0,
        60.0,
        False,
        True,
        180_000.0,
        370_000.0,
        ((225.0, 290.0, 0.9),),
        sea=(160.0, 10.0),
    ),
    Radar("CO-R1", "co", 6.983, -70.912, 196.0, 125.0, True, True, 160_000.0, 370_000.0, ((232.0, 318.0, 1.6),)),
)

# Stands only where a scenario has look-alikes of the sea: the others are too far inland for any.
COASTAL = Radar(
    "VE-R3", "ve", 11.806, -70.213, 240.0, 30.0, False, True, 180_000.0, 370_000.0, (), coastal=True, sea=(265.0, 345.0)
)


@dataclass(frozen=True)
class Receiver:
    """An ADS-B receiver; `states` receivers are delivered as state vectors, the others as traces."""

    sensor: str
    party: str
    lat: float
    lon: float
    antenna_m: float
    plain_m: float
    reach_m: float
    states: bool


RECEIVERS = (
    Receiver("CO-A1", "co", 6.552, -71.482, 330.0, 190.0, 330_000.0, False),
    Receiver("CO-A2", "co", 11.312, -72.871, 140.0, 25.0, 380_000.0, False),
    Receiver("CO-A3", "co", 4.981, -73.902, 2810.0, 1900.0, 340_000.0, True),
)


@dataclass(frozen=True)
class StripCountry:
    """A region in which a strip may be cut: centre, half widths in degrees, elevation."""

    lat: float
    lon: float
    north: float
    east: float
    elevation_m: float


STRIP_COUNTRY = (
    StripCountry(7.35, -68.45, 0.15, 0.20, 70.0),
    StripCountry(7.15, -67.65, 0.12, 0.20, 60.0),
    StripCountry(6.75, -70.25, 0.10, 0.20, 110.0),
    StripCountry(7.28, -71.30, 0.06, 0.15, 140.0),
    StripCountry(9.65, -72.10, 0.12, 0.15, 45.0),
)
# One strip of six lies this near to a small aerodrome, so that "near a known aerodrome" excuses nothing.
HIDDEN_BESIDE = ("SVGD", "SVEZ", "SVCL")

# Where loads go and come from beyond all coverage, and quiet points of the coast they cross.
FAR_FIELDS = ((15.62, -84.30, 20.0), (15.25, -85.15, 60.0), (17.05, -90.60, 90.0), (18.05, -71.75, 30.0))
COAST_GATES = ((11.95, -71.60), (12.15, -70.95), (11.25, -69.20), (11.60, -72.35))
