"""The radars' ASTERIX files, one per radar and day, and the site table that says who writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from veedor.simulate.scale import DAY_S
from veedor.simulate.sensing.hits import Hits
from veedor.simulate.sky import Sky
from veedor.simulate.theatre import Theatre
from veedor.simulate.writing.write_adsb import EDITION, reports
from veedor.simulate.writing.write_asterix import EDITIONS, Code, codes, day_bytes

_RADAR = """
[[sensor]]
sensor = "{sensor}"
kind = "radar"
modes = ["PSR", "{mode}"]
sac = {sac}
sic = {sic}
latitude_deg = {lat:.6f}
longitude_deg = {lon:.6f}
datum = "WGS84"
antenna_m = {antenna:.0f}
antenna_from = "sea"
north = "true"
range_max_m = {reach:.0f}
rotation_s = {turn:g}
time_source = "GNSS"
editions = {{ {editions} }}
"""
_RECEIVER = """
[[sensor]]
sensor = "{sensor}"
kind = "receiver"
modes = ["ADSB"]{wire}
latitude_deg = {lat:.6f}
longitude_deg = {lon:.6f}
datum = "WGS84"
antenna_m = {antenna:.0f}
antenna_from = "sea"
range_max_m = {reach:.0f}
time_source = "GNSS"
"""


def station_codes(theatre: Theatre) -> dict[str, Code]:
    """How ADS-B stations name themselves: the SAC of their party's radars, a SIC above theirs."""
    sac = {radar.party: codes(theatre.radars)[radar.sensor].sac for radar in theatre.radars}
    return {station.sensor: Code(sac[station.party], 101 + n) for n, station in enumerate(theatre.receivers)}


@dataclass
class AsterixFiles:
    """Writes below `out`; days of one radar come in order."""

    out: Path
    sky: Sky
    start_us: int
    receivers: bool = False  # whether they write CAT021
    _evening: dict[str, Hits] = field(default_factory=dict)

    @property
    def sensors(self) -> frozenset[str]:
        receivers = self.sky.theatre.receivers if self.receivers else ()
        return frozenset([r.sensor for r in self.sky.theatre.radars] + [r.sensor for r in receivers])

    def add(self, sensor: str, hits: Hits, day: int) -> None:
        """One day of one sensor; its date stands in the name, since the records say only the time of day."""
        date = (datetime.fromtimestamp(self.start_us / 1e6, UTC) + timedelta(days=day)).date()
        for receiver in self.sky.theatre.receivers:
            if receiver.sensor == sensor:
                folder = self.out / receiver.party / "adsb"
                folder.mkdir(parents=True, exist_ok=True)
                data = reports(station_codes(self.sky.theatre)[sensor], hits)
                (folder / f"SIMULATED-{sensor}-{date}.ast").write_bytes(data)
                return
        (radar,) = (radar for radar in self.sky.theatre.radars if radar.sensor == sensor)
        folder = self.out / radar.party / "radar"
        folder.mkdir(parents=True, exist_ok=True)
        data = day_bytes(
            radar,
            codes(self.sky.theatre.radars)[sensor],
            self.sky.conduct[sensor],
            hits,
            day,
            self._evening.get(sensor),
        )
        (folder / f"SIMULATED-{sensor}-{date}.ast").write_bytes(data)
        self._evening[sensor] = hits.take(hits.t >= (day + 1) * DAY_S - 2 * radar.turn_s)

    def site_tables(self) -> None:
        """One a party, in the form `sites/1`."""
        radars = self.sky.theatre.radars
        for party in sorted({radar.party for radar in radars}):
            text = f'# SIMULATED data\nsites = "sites/1"\nparty = "{party}"\n'
            for radar in radars:
                if radar.party == party:
                    said = self.sky.tabled[radar.sensor]
                    code, numbers = codes(radars)[radar.sensor], (1, 2) if radar.legacy else (34, 48)
                    text += _RADAR.format(
                        sensor=radar.sensor, mode="MODE_S" if radar.mode_s else "SSR", sac=code.sac, sic=code.sic,
                        lat=said[0], lon=said[1], antenna=radar.antenna_m, reach=radar.secondary_m,
                        turn=radar.turn_s, editions=", ".join(f'"{n:03d}" = "{EDITIONS[n]}"' for n in numbers),
                    )  # fmt: skip
            for receiver in self.sky.theatre.receivers:
                if receiver.party == party:
                    code = station_codes(self.sky.theatre)[receiver.sensor]
                    says = f'\nsac = {code.sac}\nsic = {code.sic}\neditions = {{ "021" = "{EDITION}" }}'
                    text += _RECEIVER.format(
                        wire=says if self.receivers else "",
                        sensor=receiver.sensor, lat=receiver.lat, lon=receiver.lon, antenna=receiver.antenna_m,
                        reach=receiver.reach_m,
                    )  # fmt: skip
            (self.out / party / "radar" / f"SIMULATED-{party}-sites.toml").write_text(text, encoding="utf-8")
