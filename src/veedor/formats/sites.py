"""Site tables: a TOML file by which the owner of radars says where each stands, how it measures and what it writes.

Strict, and nothing is guessed: an unknown key, a datum not known, a height without what it counts from is an error
that names the line (docs/formats/asterix.md lists the keys). Handing it in is signing it: its rows are a deposit of
their own, and the same file, given beside ASTERIX files, says how these are read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.arrow import Array
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.rows import complete
from veedor.formats.sites_keys import Antenna, Keys, North, Position
from veedor.tables import SENSORS

SCHEMA = "sites/1"
LARGEST = 4 << 20
KINDS = ("radar", "receiver", "multilateration", "ais", "tracker", "moving", "monitor")
_SIGNATURE = re.compile(rb"(?m)^\s*sites\s*=\s*[\"']sites/1[\"']")


@dataclass(frozen=True)
class Site:
    """One sensor for one period; units in names, None where the owner does not say."""

    sensor: str
    party: str | None
    kind: str
    modes: int
    sac: int | None
    sic: int | None
    valid_from_us: int | None
    valid_to_us: int | None
    position: Position
    antenna: Antenna
    north: North
    range_min_mm: int | None
    range_max_mm: int | None
    blanked: str | None
    rotation_ms: int | None
    sigma_range_mm: int | None
    sigma_azimuth_e7: int | None
    time_source: str | None
    editions: Mapping[int, str]
    line: int

    @property
    def code(self) -> int | None:
        """SAC * 256 + SIC."""
        return None if self.sac is None or self.sic is None else self.sac * 256 + self.sic

    def holds(self, time_us: int) -> bool:
        return (self.valid_from_us is None or self.valid_from_us <= time_us) and (
            self.valid_to_us is None or time_us < self.valid_to_us
        )


@dataclass(frozen=True)
class SiteTable:
    """The sites of one or more files."""

    sites: tuple[Site, ...] = ()

    def of(self, code: int) -> tuple[Site, ...]:
        """Sites with this SAC * 256 + SIC, earliest first."""
        found = [site for site in self.sites if site.code == code]
        return tuple(sorted(found, key=lambda site: site.valid_from_us or 0))

    def edition(self, code: int, category: int) -> str | None:
        """The edition that the owner declares for what this source writes in a category."""
        return next((site.editions[category] for site in self.of(code) if category in site.editions), None)


def load(sources: Sequence[Source]) -> SiteTable:
    """The sites of all files; InputError for what is not understood, and where two declare different editions."""
    table = SiteTable(tuple(site for source in sources for site in parse(_text(source), source.name)))
    for site in table.sites:
        for other in table.of(site.code) if site.code is not None else ():
            for category in site.editions.keys() & other.editions.keys():
                if site.editions[category] != other.editions[category]:
                    raise InputError(
                        "one sensor has two editions of a category",
                        file=sources[0].name,
                        place=f"SAC {site.sac} SIC {site.sic}, category {category:03d}",
                        expected=other.editions[category],
                        found=site.editions[category],
                        next_step="declare one edition; hand in each period apart",
                    )
    return table


def is_site_table(head: bytes) -> bool:
    """Whether a TOML file says that it is one."""
    return _SIGNATURE.search(head) is not None


def _text(source: Source) -> str:
    with closing(source.open()) as stream:
        data = stream.read(LARGEST)
        # The end has to be seen: packing that breaks off is told only where nothing more comes.
        if stream.read(1):
            raise InputError(
                "the site table is too large", file=source.name, place=f"byte {LARGEST}",
                expected=f"at most {LARGEST} bytes", found="more", next_step="split it, a file per owner",
            )  # fmt: skip
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            "the site table is not UTF-8 text", file=source.name, place=f"byte {error.start}", expected="UTF-8",
            found=error.reason, next_step="save it as UTF-8 text",
        ) from error  # fmt: skip


def parse(text: str, name: str) -> tuple[Site, ...]:
    """The sites that a text declares, in its order; `name` is for messages."""
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(
            "the site table is not TOML",
            file=name,
            place="the text",
            expected="TOML 1.0",
            found=str(error)[:200],
            next_step="see docs/formats/asterix.md",
        ) from error
    whole = Keys(raw, text, name, 1)
    if whole.text("sites") != SCHEMA:
        raise whole.wrong("sites", SCHEMA, raw.get("sites"))
    party = whole.text("party")
    sensors = whole.take("sensor", list)
    whole.nothing_left()
    if not isinstance(sensors, list) or not sensors or not all(isinstance(each, dict) for each in sensors):
        raise whole.wrong("sensor", "at least one [[sensor]]", sensors)
    lines = [text.count("\n", 0, match.start()) + 1 for match in re.finditer(r"(?m)^[ \t]*\[\[ *sensor *\]\]", text)]
    if len(lines) != len(sensors):
        raise whole.wrong("sensor", "each sensor as [[sensor]] on a line of its own", f"{len(lines)} such lines")
    return tuple(
        _site(Keys(each, text, name, line), party) for each, line in zip(sensors, lines, strict=True)
    )  # fmt: skip


def _site(keys: Keys, party: str | None) -> Site:
    code = keys.whole("sac", 0, 255), keys.whole("sic", 0, 255)
    if (code[0] is None) != (code[1] is None):
        raise keys.wrong("sac", "sac and sic, or neither", "one of them")
    valid = keys.time("valid_from"), keys.time("valid_to")
    if valid[0] is not None and valid[1] is not None and valid[0] >= valid[1]:
        raise keys.wrong("valid_to", "later than valid_from", "earlier")
    sensor = keys.text("sensor")
    if not sensor:
        raise keys.wrong("sensor", "the sensor's id", sensor)
    site = Site(
        sensor=sensor,
        party=keys.text("party") or party,
        kind=keys.choice("kind", KINDS, "radar"),
        modes=keys.modes(),
        sac=code[0],
        sic=code[1],
        valid_from_us=valid[0],
        valid_to_us=valid[1],
        position=keys.position(),
        antenna=keys.antenna(),
        north=keys.north(),
        range_min_mm=keys.distance("range_min"),
        range_max_mm=keys.distance("range_max"),
        blanked=keys.sectors("blanked_deg"),
        rotation_ms=keys.scaled("rotation_s", 1000, 100, 600_000),
        sigma_range_mm=keys.scaled("sigma_range_m", 1000, 0, 10**8),
        sigma_azimuth_e7=keys.scaled("sigma_azimuth_deg", 10**7, 0, 10**8),
        time_source=keys.text("time_source"),
        editions=keys.editions(),
        line=keys.line,
    )
    keys.nothing_left()
    return site


@dataclass(frozen=True)
class Sites:
    """The reader: one row per [[sensor]], which takes its lines of the file."""

    name: str = "sites"
    version: int = 1

    def sniff(self, head: bytes, name: str) -> bool:
        return name.endswith(".toml") and is_site_table(head)

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        text = _text(source)
        sites = parse(text, source.name)
        lines = text.split("\n")
        starts = [sum(len(line.encode()) + 1 for line in lines[: site.line - 1]) for site in sites]
        lengths = [end - start for start, end in zip(starts, [*starts[1:], len(text.encode())], strict=True)]
        said = [vars(site) | vars(site.position) | vars(site.antenna) | vars(site.north) for site in sites]
        columns: dict[str, Array] = {
            column.name: pa.array([each[column.name] for each in said], column.type)
            for column in SENSORS.columns
            if column.name in said[0] and column.name != "editions"
        }
        for name in ("valid_from", "valid_to"):
            times: Array = pa.array([getattr(site, f"{name}_us") for site in sites], pa.int64())
            columns[name] = times.cast(SENSORS.schema.field(name).type)
        editions = [" ".join(f"{number:03d}={text}" for number, text in sorted(s.editions.items())) for s in sites]
        columns["editions"] = pa.array([text or None for text in editions], pa.string())
        columns["simulated"] = pa.array([options.simulated] * len(sites), pa.bool_())
        columns["row"] = pa.array(range(len(sites)), pa.int64())
        columns["offset"], columns["length"] = pa.array(starts, pa.int64()), pa.array(lengths, pa.int32())
        yield Batch(SENSORS, complete(SENSORS, columns, len(sites)))


READER = Sites()
