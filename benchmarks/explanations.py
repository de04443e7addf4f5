"""Innocent look-alikes of every kind among ordinary traffic: how often each becomes a finding, and is explained.

Each kind is played some thirty times over seeds that nobody tuned on. An instance is false when most of the evidence of
a finding is its own plots; the fitting explanation is the one that the detectors would have to support for its legs.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.patterns import interval
from benchmarks.record import Measure
from benchmarks.unexplained import stored
from veedor.air.arrow import array
from veedor.air.routes.gather import can_reach, long_enough
from veedor.air.routes.rules import UnexplainedRules
from veedor.air.routes.unexplained import READS, judge
from veedor.engine.execute import execute
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.house import AIR
from veedor.simulate.apure import START, microseconds
from veedor.simulate.hits import plot_rows
from veedor.simulate.lookalikes.kinds import KINDS
from veedor.simulate.scale import Scale
from veedor.simulate.sky import Sky, days_seen, make_sky
from veedor.simulate.switches import Switches
from veedor.tables import FINDINGS, LEGS, PLOTS, SENSORS

SEEDS = (601, 602, 603)
EACH = 10
START_US = microseconds(START)
SIZE = Scale(
    factor=0.1, days=10, legal_flights_a_day=60, flight_lookalikes=0, illicit_flights=12, strips=3, payments_a_day=1,
    instances_each=1, money_lookalikes=1, people=10, lookalikes_each=EACH,
)  # fmt: skip
SEEN_PLOTS = 8  # an instance of which sensors saw less can become nothing
# What the simulator plays and what the detectors call it.
FITTING = {
    "reflections": "reflection",
    "gnss_interference": "gnss",
}
Ints = npt.NDArray[np.int64]


@dataclass
class Tally:
    """One kind over all seeds."""

    seen: int = 0
    false: Counter[str] = field(default_factory=Counter)  # instances with a finding of each kind, "any" of any
    legs: int = 0  # judged legs
    fitting: int = 0  # of which the fitting explanation is supported
    unsure: int = 0  # or cannot tell
    found: int = 0  # legs that came out as unexplained
    found_fitting: int = 0


@dataclass(frozen=True)
class Labels:
    """Which instance made each plot: by deposit, the number of the instance or -1; and what kind it is."""

    of_row: Mapping[bytes, Ints]
    kinds: Sequence[str]

    def owner(self, records: Sequence[tuple[bytes, int]]) -> int:
        """The instance that made most of these records, or -1."""
        made = Counter(int(self.of_row[deposit][row]) for deposit, row in records if deposit in self.of_row)
        instance, count = made.most_common(1)[0] if made else (-1, 0)
        return instance if 2 * count > sum(made.values()) else -1


def measure() -> Sequence[Measure]:
    """By kind the share of instances that became a finding, of which kinds, and how often rightly explained."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for seed in SEEDS:
        _one(seed, tallies)
    return [figure for kind in KINDS for figure in _figures(kind, tallies[kind])]


def _figures(kind: str, tally: Tally) -> Iterator[Measure]:
    name = kind.replace("_", " ")
    low, high = interval(tally.false["any"], tally.seen)
    kinds = ", ".join(f"{what} {count}" for what, count in sorted(tally.false.items()) if what != "any") or "none"
    note = f"{tally.false['any']} of {tally.seen} seen (95 %: {low:.2f} to {high:.2f}); with a finding of kind: {kinds}"
    yield Measure(f"{name}: became a finding", tally.false["any"] / max(1, tally.seen), "of instances", note=note)
    if tally.legs:
        low, high = interval(tally.fitting, tally.legs)
        note = f"{tally.fitting} of {tally.legs} judged legs (95 %: {low:.2f} to {high:.2f})"
        note += f", cannot tell in {tally.unsure}; of those found unexplained {tally.found_fitting} of {tally.found}"
        yield Measure(f"{name}: fitting explanation supported", tally.fitting / tally.legs, "of legs", note=note)


def _one(seed: int, tallies: dict[str, Tally]) -> None:
    """One sky: all kinds at once among ordinary and illicit flights."""
    sky = make_sky(seed, SIZE, Switches(ordinary=False, lookalikes=KINDS))
    with tempfile.TemporaryDirectory(prefix="veedor-explanations-") as scratch:
        folder = Path(scratch)
        store = RecordStore(folder / "records")
        labels, plots = _deposited(sky, store)
        (folder / "out").mkdir()
        execute(AIR, store, folder / "out")
        findings, legs = (read_table(derived(folder / "out", table)) for table in (FINDINGS, LEGS))
        stored_tables = {table.name for table in (PLOTS, SENSORS)}
        given = {
            read.name: read_table(
                store.snapshot(read.table)
                if read.table.name in stored_tables or "file" in read.table.schema.names
                else derived(folder / "out", read.table)
            )
            for read in READS
        }
    for instance, count in enumerate(plots.tolist()):
        tallies[labels.kinds[instance]].seen += count >= SEEN_PLOTS
    _false(findings, labels, tallies)
    _explained(given, legs, labels, tallies)


def _deposited(sky: Sky, store: RecordStore) -> tuple[Labels, Ints]:
    """All plots of all days, a deposit a sensor and day; how many plots each instance made."""
    missions = [number for number, mission in enumerate(sky.missions) for _ in mission.legs]
    episodes = range(len(sky.missions), len(sky.missions) + len(sky.episodes))
    instance = np.array([*missions, *episodes, -1], np.int64)  # by serial; the last for serial -1
    kinds = [mission.kind for mission in sky.missions] + [episode.kind for episode in sky.episodes]
    rows: dict[bytes, Ints] = {}
    counts = np.zeros(len(kinds), np.int64)
    for day in days_seen(sky):
        for name, hits in day.hits.items():
            deposit = hashlib.sha256(f"{name} {day.day}".encode()).digest()
            rows[deposit] = instance[hits.flight]
            counts += np.bincount(rows[deposit][rows[deposit] >= 0], minlength=len(kinds))
            store.append(deposit.hex(), PLOTS, [stored(plot_rows(hits, name, START_US), deposit)])
    store.append("sites", SENSORS, [_sites(sky)])
    return Labels(rows, kinds), counts


def _sites(sky: Sky) -> pa.Table:
    """The site table of all sensors."""
    rows = [
        {
            "deposit": b"s" * 32, "row": number, "file": 0, "offset": 0, "length": 0, "sensor": sensor.sensor,
            "party": sensor.party, "lat_e7": round(sensor.lat * 1e7), "lon_e7": round(sensor.lon * 1e7),
            "antenna_altitude_mm": round(sensor.antenna_m * 1e3), "simulated": True,
        }
        for number, sensor in enumerate(sky.theatre.sensors)
    ]  # fmt: skip
    return SENSORS.cast(
        pa.table({c.name: pa.array([row.get(c.name) for row in rows], c.type) for c in SENSORS.columns})
    )


def _false(findings: pa.Table, labels: Labels, tallies: dict[str, Tally]) -> None:
    """Counts instances that findings are made of, each once a kind of finding."""
    hit: dict[int, set[str]] = defaultdict(set)
    for finding in findings.select(["kind", "evidence"]).to_pylist():
        records = [
            (evidence["deposit"], row)
            for evidence in finding["evidence"]
            for row in range(evidence["row"], evidence["last_row"] + 1)
        ]
        instance = labels.owner(records)
        if instance >= 0:
            hit[instance].add(finding["kind"])
    for instance, kinds in hit.items():
        tally = tallies[labels.kinds[instance]]
        tally.false.update((*kinds, "any"))


def _explained(given: Mapping[str, pa.Table], legs: pa.Table, labels: Labels, tallies: dict[str, Tally]) -> None:
    """Counts legs of instances for which the fitting explanation is supported."""
    rules = UnexplainedRules()
    judged = long_enough(legs, rules)
    judged = judged.filter(array(can_reach(judged, rules)))
    for one in judge(given, judged, rules):
        leg = one.facts.leg
        instance = labels.owner([(leg[f"{side}_deposit"], leg[f"{side}_row"]) for side in ("first", "last")])
        kind = labels.kinds[instance] if instance >= 0 else ""
        if kind not in KINDS:
            continue
        key = f"air.explained.{FITTING.get(kind, kind)}"
        (verdict,) = (said.verdict for said in one.innocent if said.key == key)
        fits = verdict == "supports"
        tally, found = tallies[kind], one.score >= rules.threshold_milli_log10
        tally.legs += 1
        tally.fitting += fits
        tally.unsure += verdict == "cannot_tell"
        tally.found += found
        tally.found_fitting += found and fits


if __name__ == "__main__":
    for measured in measure():
        print(measured.what, f"{measured.value:.3g}", measured.unit, measured.note)
