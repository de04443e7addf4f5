"""Every innocent explanation that the simulator can play, one kind each: the list that `--with` and `--only` name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from veedor.errors import UsageError
from veedor.simulate.flying.missions import Mission
from veedor.simulate.lookalikes import drifting, echoes, ghosts, satellites, state, visits, work
from veedor.simulate.lookalikes.episode import Episode
from veedor.simulate.lookalikes.scene import Scene
from veedor.simulate.seeds import child

FLOWN: Mapping[str, Callable[[np.random.Generator, Scene], Mission]] = {
    "crop_dusting": work.crop_dusting,
    "bush": visits.VISITS["bush"],
    "mission_strip": visits.VISITS["mission_strip"],
    "medical": visits.VISITS["medical"],
    "community_strip": visits.VISITS["community_strip"],
    "ranch_strip": visits.VISITS["ranch_strip"],
    "oil_helicopter": visits.VISITS["oil_helicopter"],
    "mining_helicopter": visits.VISITS["mining_helicopter"],
    "vfr": visits.vfr,
    "state_aircraft": state.state_aircraft,
    "interceptor": state.interceptor,
    "eradication": work.eradication,
    "training": work.training,
    "glider": work.glider,
    "survey": work.survey,
    "calibration": work.calibration,
    "fire_fighting": work.fire_fighting,
    "transponder_failure": state.transponder_failure,
    "radiosonde": drifting.radiosonde,
    "drone": drifting.drone,
    "birds": drifting.birds,
    "rain": drifting.rain,
    "ships": drifting.ships,
    "road_traffic": drifting.road_traffic,
}
REPORTED: Mapping[str, Callable[[np.random.Generator, Scene, int], Episode]] = {
    "anomalous_propagation": echoes.anomalous_propagation,
    "wind_turbines": echoes.wind_turbines,
    "jamming": echoes.jamming,
    "side_lobes": ghosts.side_lobes,
    "reflections": ghosts.reflections,
    "second_time_around": ghosts.second_time_around,
    "gnss_interference": satellites.gnss_interference,
}
KINDS = (*FLOWN, *REPORTED)
# Seen by a radar at the coast, which stands only where one of these is asked for.
COASTAL = ("ships", "anomalous_propagation")


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """These kinds, each once, in the order of the list; UsageError names the one that does not exist."""
    for name in names:
        if name not in KINDS:
            raise UsageError(
                "there is no such look-alike", expected=", ".join(KINDS), found=name, next_step="name one of these"
            )
    return tuple(kind for kind in KINDS if kind in names)


def missions_of(kinds: Sequence[str], each: int, scene: Scene) -> list[Mission]:
    """`each` missions of every kind that is flown or drifts; every one draws from a stream of its own."""
    return [
        FLOWN[kind](child(scene.seed, f"lookalike {kind}", number), scene)
        for kind in kinds
        if kind in FLOWN
        for number in range(each)
    ]


def episodes_of(kinds: Sequence[str], each: int, scene: Scene, first_serial: int) -> list[Episode]:
    """`each` episodes of every kind that sensors report; serials count on from `first_serial`."""
    wanted = [(kind, number) for kind in kinds if kind in REPORTED for number in range(each)]
    return [
        REPORTED[kind](child(scene.seed, f"lookalike {kind}", number), scene, first_serial + serial)
        for serial, (kind, number) in enumerate(wanted)
    ]
