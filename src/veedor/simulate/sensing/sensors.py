"""How each sensor of a scenario performs: noise, bias, outages and clutter spots, drawn once per seed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from veedor.simulate.columns import Floats, Truths
from veedor.simulate.places import Radar
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child
from veedor.simulate.sensing.faults import COMPASS_DEG
from veedor.simulate.switches import ALL_ON, Switches
from veedor.simulate.theatre import APURE, Theatre


@dataclass(frozen=True)
class Conduct:
    """`outages` are rows (start, end) in seconds; `spots` rows (azimuth degrees, range m, spread m, weight)."""

    sigma_range_m: float
    sigma_azimuth_deg: float
    bias_range_m: float
    bias_azimuth_deg: float
    bias_time_s: float
    phase_s: float
    clutter_a_turn: float
    spots: Floats
    outages: Floats

    def working(self, t: Floats) -> Truths:
        down = np.zeros(len(t), dtype=bool)
        for start, end in self.outages:
            down |= (t >= start) & (t < end)
        return ~down


def conducts(seed: int, days: int, switches: Switches = ALL_ON, theatre: Theatre = APURE) -> dict[str, Conduct]:
    """Performance of every radar and receiver by sensor id. What is switched off is drawn all the same, so that a
    switch moves nothing else."""
    made = {}
    for number, sensor in enumerate(theatre.sensors):
        rng = child(seed, "sensor", number)
        long = rng.uniform(0.05, 0.95, 2) * days * DAY_S
        short = rng.uniform(0.0, 1.0, 5) * days * DAY_S
        starts = np.concatenate([long, short])
        ends = starts + np.concatenate([rng.uniform(2.0, 7.0, 2) * 3600.0, rng.uniform(240.0, 1_500.0, 5)])
        spots = np.column_stack(
            [rng.uniform(0, 360, 9), rng.uniform(9e3, 95e3, 9), rng.uniform(300, 2_500, 9), rng.uniform(0.2, 1.0, 9)]
        )
        drawn = Conduct(
            sigma_range_m=float(rng.uniform(45, 95)),
            sigma_azimuth_deg=float(rng.uniform(0.06, 0.12)),
            bias_range_m=float(rng.normal(0, 40)),
            bias_azimuth_deg=float(rng.normal(0, 0.06)),
            phase_s=float(rng.uniform(0, 12)),
            clutter_a_turn=float(rng.uniform(0.18, 0.32)),
            spots=spots,
            outages=np.column_stack([starts, ends])[np.argsort(starts)],
            bias_time_s=float(rng.normal(0, 0.05)) if isinstance(sensor, Radar) else 0.0,
        )
        made[sensor.sensor] = _switched(drawn, sensor.sensor, switches)
    return made


def _switched(drawn: Conduct, sensor: str, switches: Switches) -> Conduct:
    if not switches.biases:
        drawn = replace(drawn, bias_range_m=0.0, bias_azimuth_deg=0.0, bias_time_s=0.0)
    if not switches.noise:
        drawn = replace(drawn, sigma_range_m=0.0, sigma_azimuth_deg=0.0)
    if (sensor, "north") in switches.faults:
        drawn = replace(drawn, bias_azimuth_deg=drawn.bias_azimuth_deg + COMPASS_DEG)
    if not switches.clutter:
        drawn = replace(drawn, clutter_a_turn=0.0)
    return drawn if switches.outages else replace(drawn, outages=np.zeros((0, 2)))
