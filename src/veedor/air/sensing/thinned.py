"""Thinned: a radar counts more plots than were handed in for the turns that it counts.

The radar's own service messages say how many plots it sent in each turn (I034/070, I002/070). Where all its plots were
deposited both numbers agree but for turns at the edges of an hour; where plots were taken out, they do not. No second
radar is needed. A finding covers one sensor and UTC day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from veedor.air.evidence import EXPERT, graded
from veedor.air.scales import HOUR_US
from veedor.air.sensing.rules import ThinnedRules
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Reason, Term, Verdict, findings_table
from veedor.kernel.digest import parameters_digest
from veedor.tables import FINDINGS, SENSOR_STATE, Table
from veedor.tables.sensors import SEEN

DAY_HOURS = 24
Hour = Mapping[str, Any]


@dataclass(frozen=True)
class Thinned:
    """Detector: SENSOR_STATE whole -> FINDINGS of kind thinned."""

    parameters: ThinnedRules = field(default_factory=ThinnedRules)
    name: str = "thinned"
    version: int = 1
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(SENSOR_STATE, Broadcast()),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: ThinnedRules) -> pa.Table:
        state = tables["sensor_state"]
        for name in ("hour", "last"):
            state = state.set_column(state.schema.get_field_index(name), name, state[name].cast(pa.int64()))
        hours = state.to_pylist()
        days: dict[tuple[str, int], list[Hour]] = {}
        for hour in sorted(hours, key=lambda each: (each["sensor"], each["hour"])):
            if hour["counting"]:
                days.setdefault((hour["sensor"], hour["hour"] // (DAY_HOURS * HOUR_US)), []).append(hour)
        found = [_judged(sensor, day, parameters) for (sensor, _), day in days.items()]
        kept = [finding for finding in found if finding is not None]
        return findings_table(kept, self.name, self.version, parameters_digest(parameters))


def _judged(sensor: str, hours: Sequence[Hour], rules: ThinnedRules) -> Finding | None:
    counted = {name: sum(hour[f"counted_{name}"] for hour in hours) for name in SEEN}
    seen = {name: sum(hour[f"seen_{name}"] for hour in hours) for name in SEEN}
    total, given = sum(counted.values()), sum(seen.values())
    if total < rules.counted_at_least or given >= total:
        return None
    missing = (total - given) * 1000 // total
    little = rules.missing_per_mille[1][0]
    short = [hour for hour in hours if _share(hour) * 1000 > little * _share_whole(hour)]
    terms = [
        Term("air.thinned.term.missing", graded(missing, rules.missing_per_mille, rules.missing_more), EXPERT,
             {"counted": total, "seen": given, "missing": missing}),
        Term("air.thinned.term.hours", graded(len(short), rules.hours, rules.hours_more), EXPERT,
             {"hours": len(short), "of": len(hours)}),
    ]  # fmt: skip
    innocent = [
        _capture_loss(hours, missing, rules),
        _filter_declared(hours, rules),
        _other_feed(counted, seen, rules),
        _overload(hours, rules),
    ]
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < rules.threshold:
        return None
    return Finding(
        kind="thinned",
        subject=sensor,
        start_us=hours[0]["hour"],
        # Its last plot, not the hour's end, which the record need not have reached.
        end_us=max(hour["last"] or hour["hour"] for hour in hours),
        place=None,
        simulated=any(hour["simulated"] for hour in hours),
        terms=terms,
        reasons=[
            Reason("air.thinned.reason.counts",
                   {"sensor": sensor, "counted": total, "seen": given, "missing": missing, "hours": len(hours)}),
            *(Reason(f"air.thinned.reason.{name}", {"counted": counted[name], "seen": seen[name]})
              for name in SEEN if counted[name] > seen[name]),
        ],
        evidence=[
            Evidence(hour["deposit"], hour["row"], hour["row"], "air.role.count")
            for hour in sorted(hours, key=lambda each: (_share_whole(each) and -_share(each), each["hour"]))
            if hour["deposit"] is not None
        ],
        innocent=innocent,
        searched=[Reason("air.thinned.searched.hours", {"hours": len(hours)})],
    )  # fmt: skip


def _share(hour: Hour) -> int:
    """Plots counted beyond those deposited."""
    return max(0, _share_whole(hour) - sum(int(hour[f"seen_{name}"]) for name in SEEN))


def _share_whole(hour: Hour) -> int:
    return sum(int(hour[f"counted_{name}"]) for name in SEEN)


def _capture_loss(hours: Sequence[Hour], missing: int, rules: ThinnedRules) -> Innocent:
    """Datagrams that the recorder lost take service messages with them: then turns are missing as well as plots."""
    known = [hour for hour in hours if hour["turns_expected"] and hour["turns"]]
    expected = sum(int(hour["turns_expected"]) for hour in known)
    turns = sum(min(int(hour["turns"]), int(hour["turns_expected"])) for hour in known)
    if not expected:
        return Innocent("air.thinned.innocent.capture_loss", "cannot_tell", {"turns": 0, "expected": 0}, 0)
    lost = (expected - turns) * 1000 // expected
    verdict: Verdict = "supports" if lost * 2 >= missing else "contradicts"
    values = {"turns": turns, "expected": expected, "missing": missing}
    weight = rules.capture_loss if verdict == "supports" else 0
    return Innocent("air.thinned.innocent.capture_loss", verdict, values, weight)


def _filter_declared(hours: Sequence[Hour], rules: ThinnedRules) -> Innocent:
    """A filter or blanked window that the radar itself declares in its messages."""
    filters = sum(int(hour["filters"]) for hour in hours)
    weight = rules.filter_declared if filters else 0
    return Innocent(
        "air.thinned.innocent.filter", "supports" if filters else "contradicts", {"messages": filters}, weight
    )


def _other_feed(counted: Mapping[str, int], seen: Mapping[str, int], rules: ThinnedRules) -> Innocent:
    """Whole kinds of plots that are absent while all others are complete go to another line, and may lie in another
    deposit: this one is a part, not a thinned whole."""
    absent = [name for name in SEEN if counted[name] and seen[name] * 1000 < counted[name] * rules.absent_per_mille]
    others = [name for name in SEEN if counted[name] and name not in absent]
    whole = all(seen[name] * 1000 >= counted[name] * rules.complete_per_mille for name in others)
    here = bool(absent) and bool(others) and whole
    values = {"absent": len(absent), "kinds": len(absent) + len(others)}
    weight = rules.other_feed if here else 0
    return Innocent("air.thinned.innocent.other_feed", "supports" if here else "contradicts", values, weight)


def _overload(hours: Sequence[Hour], rules: ThinnedRules) -> Innocent:
    """A radar that says it is overloaded drops plots between counting and sending."""
    overloads = sum(int(hour["overloads"]) for hour in hours)
    weight = rules.overload if overloads else 0
    return Innocent(
        "air.thinned.innocent.overload", "supports" if overloads else "contradicts", {"messages": overloads}, weight
    )
