"""Sites that are not as tabled, as findings: what each day's bias stage took for the best explanation, over all days.

A finding says which fault explains what the sensors saw of the same targets, what else explains it as well ("one of"),
and tests the innocent explanations. Whose site it is, is a matter of the site table that a party signed: it is asked to
look, not accused. A finding has no place: where radars stand is their owner's to tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from veedor.air.scales import DAY_US
from veedor.air.sensing.bias_faults import EXCHANGED
from veedor.air.sensing.site_innocent import innocent_tests
from veedor.air.sensing.site_reasons import reasons_of
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import Evidence, Finding, Reason, Term, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.tables import BIASES, FINDINGS, SENSORS, Table
from veedor.tables.biases import NOT_ASSESSABLE, SUSPECT

MEASURED = "measured: bias_samples/1 of this run"
EXPERT = "expert setting"
Row = Mapping[str, Any]
SITE_COLUMNS = (
    "sensor", "lat_e7", "lon_e7", "datum", "north", "time_source", "valid_from", "valid_to", "deposit", "row",
)  # fmt: skip


@dataclass(frozen=True)
class SuspectRules:
    """Thousandths of log10; `fit_most` keeps one day's samples from counting more than they are independent."""

    fit_most_milli: int = 4_000
    days_milli: tuple[int, ...] = (0, 300, 600)
    one_of_milli: int = -1_000
    threshold_milli: int = 2_000
    few_targets: int = 8
    few_milli: int = -1_500
    reference_milli: int = -3_000
    changed_milli: int = -300
    declared_milli: int = -500


@dataclass(frozen=True)
class SiteSuspects:
    """Detector: BIASES, SENSORS, both whole -> FINDINGS of kind site_suspect."""

    parameters: SuspectRules = field(default_factory=SuspectRules)
    name: str = "site_suspects"
    version: int = 1
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(BIASES, Broadcast()), Read(SENSORS, Broadcast(), SITE_COLUMNS))

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: SuspectRules) -> pa.Table:
        rows = tables["biases"].sort_by([("day", "ascending"), ("sensor", "ascending")]).to_pylist()
        sites = tables["sensors"].sort_by([(name, "ascending") for name in ("sensor", "valid_from", "deposit", "row")])
        by_sensor = {site["sensor"]: site for site in sites.to_pylist()}
        groups: dict[tuple[str, str, str], list[Row]] = {}
        for row in rows:
            if row["verdict"] == SUSPECT:
                groups.setdefault((row["sensor"], row["fault"], row["fault_sensor"] or ""), []).append(row)
        judged = [
            _judge(days, [row for row in rows if row["sensor"] == sensor], rows, by_sensor.get(sensor), parameters)
            for (sensor, _, _), days in sorted(groups.items())
        ]
        kept = [finding for finding in judged if finding is not None]
        return findings_table(kept, self.name, self.version, parameters_digest(parameters))


def _judge(
    days: Sequence[Row], own: Sequence[Row], rows: Sequence[Row], site: Row | None, rules: SuspectRules
) -> Finding | None:
    """`days` with one fault of one sensor; `own` all days of that sensor, `rows` all of all."""
    best = max(days, key=lambda row: (row["gain"], -row["day"]))
    assessable = [row for row in own if row["verdict"] != NOT_ASSESSABLE]
    one_of = all(row["alternatives"] for row in days)
    terms = (
        Term("air.site.term.fit", min(best["gain"], rules.fit_most_milli), MEASURED, {"samples": best["samples"]}),
        Term(
            "air.site.term.days",
            rules.days_milli[min(len(days), len(rules.days_milli)) - 1],
            EXPERT,
            {"days": len(days), "of": len(assessable)},
        ),
        Term("air.site.term.one_of", rules.one_of_milli if one_of else 0, EXPERT, {"others": len(_others(days))}),
    )
    innocent = innocent_tests(days, assessable, rows, site, rules)
    if (
        sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
        < rules.threshold_milli
    ):
        return None
    evidence = [
        Evidence(plot["deposit"], plot["row"], plot["row"], "air.role.compared")
        for row in sorted(days, key=lambda row: (-row["gain"], row["day"]))
        for plot in row["evidence"]
    ]
    return Finding(
        kind="site_suspect",
        subject=f"sensor:{best['sensor']}",
        start_us=min(row["day"] for row in days) * DAY_US,
        end_us=(max(row["day"] for row in days) + 1) * DAY_US,
        place=None,
        simulated=any(row["simulated"] for row in days),
        terms=terms,
        reasons=(*reasons_of(best, site), *_also(days)),
        evidence=evidence,
        innocent=innocent,
        searched=_searched(best, own),
    )


def _others(days: Sequence[Row]) -> list[str]:
    return sorted({name for row in days for name in row["alternatives"]})


def _also(days: Sequence[Row]) -> list[Reason]:
    """One sentence for each other explanation that fits nearly as well on every day."""
    names = [name for name in _others(days) if all(name in row["alternatives"] for row in days)]
    said = []
    for name in names:
        sensor, kind, *other = name.split(" ")
        key = "air.site.reason.or_exchanged" if kind == EXCHANGED else f"air.site.reason.or_{kind}"
        said.append(Reason(key, {"sensor": sensor, **({"other": other[0]} if other else {})}))
    return said


def _searched(best: Row, own: Sequence[Row]) -> list[Reason]:
    unknown = sum(row["verdict"] == NOT_ASSESSABLE for row in own)
    said = [Reason("air.site.searched.faults", {"partners": best["partners"]}), Reason("air.site.searched.minutes")]
    return [*said, Reason("air.site.searched.days", {"days": unknown})] if unknown else said
