"""Innocent look-alikes of every kind among ordinary and illicit traffic: how often each becomes a finding, and whether
the findings carry the explanation that is right.

Each kind is played some thirty times over seeds that nobody tuned on, and judged twice: by sensors alone, and with what
a secretariat has beside (plans, NOTAM, aerodromes' logs, lists of places, state addresses; simulate/writing/papers.py).
An instance is false when most of the evidence of a finding is its own plots. It is explained when each of its findings
has a right explanation supported. Illicit flights are counted the same way: found, and wrongly explained.

An explanation that the data support takes so much from a score that what it explains is seldom a finding any more: what
is left are those whom none explains. So a third figure asks what explanations do: of the instances that by their terms
alone, before any explanation, would have become a finding, how many are rightly explained.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.patterns import interval
from benchmarks.record import Measure
from benchmarks.unexplained import stored
from veedor.air.detectors import DETECTORS
from veedor.engine.detector import Detector, Owner
from veedor.engine.execute import execute
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.formats import BytesSource, Options, detect
from veedor.house import AIR
from veedor.simulate.apure import START, microseconds
from veedor.simulate.lookalikes.kinds import KINDS
from veedor.simulate.lookalikes.state import STATE_ADDRESSES
from veedor.simulate.scale import Scale
from veedor.simulate.sensing.hits import plot_rows
from veedor.simulate.sky import Sky, days_seen, make_sky
from veedor.simulate.switches import Switches
from veedor.simulate.writing.papers import Papers, papers
from veedor.tables import FINDINGS, FLIGHT_PLANS, MOVEMENTS, OUTAGES, PLOTS, SENSORS, Table

SEEDS = (601, 602, 603)
EACH = 10
START_US = microseconds(START)
SIZE = Scale(
    factor=0.1, days=10, legal_flights_a_day=60, flight_lookalikes=0, illicit_flights=60, strips=4, payments_a_day=1,
    instances_each=1, money_lookalikes=1, people=10, lookalikes_each=EACH,
)  # fmt: skip
SEEN_PLOTS = 8  # an instance of which sensors saw less can become nothing
ILLICIT = "illicit"
WAYS = ("sensors alone", "with papers")
_LOWER_MILLI_LOG10 = 8_000  # thresholds are lowered by so much to see what explanations took out
# Those that judge once everything is measured: they are run again with papers.
JUDGES = (
    "gaps", "pattern_findings", "landings", "strips", "strip_findings", "leg_scores", "unexplained", "route_findings",
)  # fmt: skip
# What is right to say of a look-alike beside its own name: by the last part of the keys.
_FLOWN = ("as_planned", "announced", "known_flight", "reserved_airspace")
_VISIT = (*_FLOWN, "vfr", "landed_at_aerodrome", "low_altitude", "left_coverage", "local_flight", "open_field")
_NO_FLIGHT = ("slow_echoes", "clutter")
RIGHT: Mapping[str, tuple[str, ...]] = {
    "crop_dusting": (*_FLOWN, "field_work", "local_flight", "low_altitude"),
    "bush": _VISIT,
    "mission_strip": _VISIT,
    "medical": (*_VISIT, "ambulance"),
    "community_strip": _VISIT,
    "ranch_strip": _VISIT,
    "oil_helicopter": (*_VISIT, "helicopter"),
    "mining_helicopter": (*_VISIT, "helicopter"),
    "vfr": _FLOWN,
    "state_aircraft": _VISIT,
    "interceptor": (*_FLOWN, "state_aircraft", "chase"),
    "eradication": (*_FLOWN, "state_aircraft", "field_work", "low_altitude"),
    "training": (*_FLOWN, "training_circuits"),
    "glider": (*_FLOWN, "slow_echoes"),
    "survey": (*_FLOWN, "survey_flight"),
    "calibration": _FLOWN,
    "fire_fighting": (*_FLOWN, "field_work", "low_altitude"),
    "transponder_failure": (*_FLOWN, "kept_course"),
    "reflections": ("reflection", *_NO_FLIGHT),
    "gnss_interference": ("gnss",),
}
Ints = npt.NDArray[np.int64]


@dataclass
class Tally:
    """One kind over all seeds, judged in one way."""

    seen: int = 0
    false: Counter[str] = field(default_factory=Counter)  # instances with a finding of each kind, "any" of any
    explained: int = 0  # of which all findings carry a right explanation, of illicit flights any explanation
    partly: int = 0  # or some of them
    suspected: int = 0  # instances of whom their terms alone would have made a finding
    answered: int = 0  # of which all that would have been made carries a right explanation


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
    """By kind and way of judging the share of instances that became a finding, of which kinds, how often explained."""
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for seed in SEEDS:
        _one(seed, tallies)
    return [figure for kind in (*KINDS, ILLICIT) for way in WAYS for figure in _figures(kind, way, tallies[kind, way])]


def _figures(kind: str, way: str, tally: Tally) -> Iterator[Measure]:
    name, found = kind.replace("_", " "), tally.false["any"]
    low, high = interval(found, tally.seen)
    kinds = ", ".join(f"{what} {count}" for what, count in sorted(tally.false.items()) if what != "any") or "none"
    note = f"{found} of {tally.seen} seen (95 %: {low:.2f} to {high:.2f}); with a finding of kind: {kinds}"
    yield Measure(f"{name}, {way}: became a finding", found / max(1, tally.seen), "of instances", note=note)
    if found:
        note = f"{tally.explained} of {found}; some of their findings {tally.partly}"
        what = "explained by any explanation (wrongly)" if kind == ILLICIT else "all its findings rightly explained"
        yield Measure(f"{name}, {way}: {what}", tally.explained / found, "of those that became a finding", note=note)
    if tally.suspected:
        low, high = interval(tally.answered, tally.suspected)
        what = "explained by any explanation (wrongly)" if kind == ILLICIT else "rightly explained"
        yield Measure(
            f"{name}, {way}: {what}, of all whom terms alone suspect", tally.answered / tally.suspected, "of instances",
            note=f"{tally.answered} of {tally.suspected} (95 %: {low:.2f} to {high:.2f})",
        )  # fmt: skip


def _one(seed: int, tallies: dict[tuple[str, str], Tally]) -> None:
    """One sky: all kinds at once among ordinary and illicit flights."""
    sky = make_sky(seed, SIZE, Switches(ordinary=False, lookalikes=KINDS))
    with tempfile.TemporaryDirectory(prefix="veedor-explanations-") as scratch:
        folder = Path(scratch)
        store = RecordStore(folder / "records")
        labels, plots = _deposited(sky, store)
        (folder / "out").mkdir()
        execute(AIR, store, folder / "out")
        found = {WAYS[0]: read_table(derived(folder / "out", FINDINGS))}
        said = papers(sky, START)
        found[WAYS[1]] = _judged(said, store, folder / "out", 0)
        before = {way: _judged(told, store, folder / "out", _LOWER_MILLI_LOG10)
                  for way, told in zip(WAYS, (None, said), strict=True)}  # fmt: skip
    for way, findings in before.items():
        _count_suspected(findings, labels, way, tallies)
    for way, findings in found.items():
        for instance, count in enumerate(plots.tolist()):
            tallies[labels.kinds[instance], way].seen += count >= SEEN_PLOTS
        _count(findings, labels, way, tallies)


def _judged(said: Papers | None, store: RecordStore, out: Path, lower: int) -> pa.Table:
    """The findings of those detectors that read papers, or lists of places, with these or with none. With thresholds
    that much `lower` those alone whose terms, without any explanation, reach the threshold that is shipped."""
    given = {} if said is None else {
        FLIGHT_PLANS.name: _read("plans.txt", said.plans, FLIGHT_PLANS),
        OUTAGES.name: _read("notam.txt", said.notams, OUTAGES),
        MOVEMENTS.name: _read("log.csv", said.movements, MOVEMENTS),
    }  # fmt: skip
    tables: dict[str, pa.Table] = {}
    parts = []
    for detector in DETECTORS:
        if detector.name not in JUDGES:
            continue
        for read in detector.reads:
            if read.table.name not in tables:
                recorded = "file" in read.table.schema.names and read.table.name not in ("tracks",)
                table = read_table(store.snapshot(read.table)) if recorded else read_table(derived(out, read.table))
                tables[read.table.name] = given.get(read.table.name, table)
        parameters = detector.parameters if said is None else _told(detector, said)
        judges = detector.writes is FINDINGS
        threshold = getattr(parameters, "threshold_milli_log10", None)
        if lower and judges and threshold is not None:
            parameters = replace(parameters, threshold_milli_log10=threshold - lower)
        made = detector.run({read.name: tables[read.table.name] for read in detector.reads}, Owner(), parameters)
        if judges:
            parts.append(_suspected(made, threshold) if lower and threshold is not None else made)
        else:
            tables[detector.writes.name] = made
    return pa.concat_tables(parts)


def _suspected(findings: pa.Table, threshold: int) -> pa.Table:
    """Those whose terms alone reach the threshold."""
    terms = findings["terms"].to_pylist()
    alone = [sum(term["milli_log10"] or 0 for term in of_one) >= threshold for of_one in terms]
    return findings.filter(pa.array(alone, pa.bool_()))


def _told(detector: Detector, said: Papers) -> object:
    """The parameters of a detector with the lists that parties declared."""
    places = tuple((kind, round(lat * 1e7), round(lon * 1e7)) for kind, lat, lon in said.places)
    fields = tuple((f"FIELD{number:03d}", kind, "", lat, lon, 80_000) for number, (kind, lat, lon) in enumerate(places))
    known = {"own_aerodromes": fields, "known_places": places, "state_addresses": STATE_ADDRESSES}
    return replace(detector.parameters, **{k: v for k, v in known.items() if hasattr(detector.parameters, k)})


def _read(name: str, text: str, table: Table) -> pa.Table:
    """All rows of a file, as its reader gives them."""
    source = BytesSource(text.encode(), name)
    rows = [batch.rows for batch in detect(source).read(source, Options()) if batch.table is table]
    return stored(pa.concat_tables(rows), hashlib.sha256(name.encode()).digest(), table)


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


def _count(findings: pa.Table, labels: Labels, way: str, tallies: dict[tuple[str, str], Tally]) -> None:
    """Counts instances that findings are made of, and those whose findings are explained."""
    hit, right = _explained(findings, labels)
    for instance, kinds in hit.items():
        tally = tallies[labels.kinds[instance], way]
        tally.false.update((*kinds, "any"))
        tally.explained += all(right[instance])
        tally.partly += any(right[instance]) and not all(right[instance])


def _count_suspected(findings: pa.Table, labels: Labels, way: str, tallies: dict[tuple[str, str], Tally]) -> None:
    """The same of what terms alone would make a finding of."""
    for instance, right in _explained(findings, labels)[1].items():
        tally = tallies[labels.kinds[instance], way]
        tally.suspected += 1
        tally.answered += all(right)


def _explained(findings: pa.Table, labels: Labels) -> tuple[dict[int, set[str]], dict[int, list[bool]]]:
    """By instance the kinds of findings made of it, and whether each has a right explanation (of illicit flights any)
    that the data support."""
    hit: dict[int, set[str]] = defaultdict(set)
    right: dict[int, list[bool]] = defaultdict(list)
    for finding in findings.select(["kind", "evidence", "innocent"]).to_pylist():
        records = [
            (evidence["deposit"], row)
            for evidence in finding["evidence"]
            for row in range(evidence["row"], evidence["last_row"] + 1)
        ]
        instance = labels.owner(records)
        if instance < 0:
            continue
        kind = labels.kinds[instance]
        supported = {t["key"].rsplit(".", 1)[1] for t in finding["innocent"] if t["verdict"] == "supports"}
        hit[instance].add(finding["kind"])
        right[instance].append(bool(supported & {kind, *RIGHT.get(kind, _NO_FLIGHT)} if kind != ILLICIT else supported))
    return hit, right


if __name__ == "__main__":
    for measured in measure():
        print(measured.what, f"{measured.value:.3g}", measured.unit, measured.note)
