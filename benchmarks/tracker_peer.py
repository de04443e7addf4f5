"""Stone Soup on the same scans: the chains of its own parts that finish, as its documentation puts them together.

Run by benchmarks/tracker.py where the group `peers` is installed. Settings fit the scene: process noise, density of
clutter and detection probability are told to it. A chain may think for hours about one scan: it runs in a process of
its own, which the system ends when it has used the processor seconds it was given.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

import numpy as np
import numpy.typing as npt

from benchmarks.tracker_scenes import Scene

Floats = npt.NDArray[np.float64]

# NN, the greedy form of GNN, gives the tracks of GNN on these scenes, JPDA with EHM2 those of JPDA with LBP.
# Tracks are confirmed after so many plots: 4 as its examples have it, more to let it say less that is not there.
CHAINS: Mapping[str, tuple[str, int]] = {
    "GNN": ("GNN", 4),
    "GNN, 6 plots to confirm": ("GNN", 6),
    "GNN, 8 plots to confirm": ("GNN", 8),
    "JPDA with LBP": ("JPDA with LBP", 4),
    "JPDA with LBP, 6 plots to confirm": ("JPDA with LBP", 6),
    "JPDA": ("JPDA", 4),
}


def follow(scene: Scene, chain: str, most_s: int) -> tuple[list[Floats], float] | None:
    """What the chain says at each scan (places on the map) and the processor seconds it took; None if `most_s` of them
    are not enough."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    child = spawn.Process(target=_child, args=(theirs, scene, chain, most_s))
    child.start()
    theirs.close()
    try:
        said: tuple[list[Floats], float] | None = ours.recv()
    except EOFError:
        said = None
    child.join()
    return said


def _child(pipe: Connection, scene: Scene, chain: str, most_s: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (most_s + 5, most_s + 5))  # 5 s to import
    pipe.send(_follow(scene, chain))


def _follow(scene: Scene, chain: str) -> tuple[list[Floats], float]:
    from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
    from stonesoup.dataassociator.probability import JPDA, JPDAwithLBP
    from stonesoup.deleter.time import UpdateTimeStepsDeleter
    from stonesoup.hypothesiser.distance import DistanceHypothesiser
    from stonesoup.hypothesiser.probability import PDAHypothesiser
    from stonesoup.initiator.simple import MultiMeasurementInitiator
    from stonesoup.measures import Mahalanobis
    from stonesoup.models.measurement.nonlinear import CartesianToBearingRange
    from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
    from stonesoup.predictor.kalman import ExtendedKalmanPredictor
    from stonesoup.tracker.simple import MultiTargetMixtureTracker, MultiTargetTracker
    from stonesoup.types.detection import Detection
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import ExtendedKalmanUpdater

    associator, points = CHAINS[chain]
    radar = scene.radars[0]
    model = CartesianToBearingRange(
        ndim_state=4, mapping=(0, 2),
        noise_covar=np.diag([np.radians(radar.sigma_azimuth_deg) ** 2, radar.sigma_range_m**2]),
    )  # fmt: skip
    start = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    seen = scene.seen
    scans = []
    for scan in range(scene.truth.shape[1]):
        now = start + timedelta(seconds=scan * scene.step_s)
        rows = np.flatnonzero(np.abs(seen.time_s - scan * scene.step_s) < 1e-6)
        found = {
            Detection(
                np.array([[np.arctan2(seen.north[k], seen.east[k])], [seen.range_m[k]]]), timestamp=now,
                measurement_model=model,
            )
            for k in rows
        }  # fmt: skip
        scans.append((now, found))
    move = CombinedLinearGaussianTransitionModel([ConstantVelocity(3.0), ConstantVelocity(3.0)])
    predictor, updater = ExtendedKalmanPredictor(move), ExtendedKalmanUpdater(model)
    near = DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=3.5)
    likely = PDAHypothesiser(
        predictor, updater, clutter_spatial_density=radar.clutter / (2 * np.pi * radar.reach_m),
        prob_detect=radar.echo, prob_gate=0.99,
    )  # fmt: skip
    deleter = UpdateTimeStepsDeleter(5)
    first = GaussianState([[0], [0], [0], [0]], np.diag([0.0, 120.0**2, 0.0, 120.0**2]))
    initiator = MultiMeasurementInitiator(
        prior_state=first, measurement_model=model, deleter=UpdateTimeStepsDeleter(3),
        data_associator=GNNWith2DAssignment(near), updater=updater, min_points=points,
    )  # fmt: skip
    made = {
        "GNN": (MultiTargetTracker, GNNWith2DAssignment, near),
        "JPDA": (MultiTargetMixtureTracker, JPDA, likely),
        "JPDA with LBP": (MultiTargetMixtureTracker, JPDAwithLBP, likely),
    }[associator]
    tracker = made[0](
        initiator=initiator,
        deleter=deleter,
        detector=scans,
        data_associator=made[2] and made[1](made[2]),
        updater=updater,
    )
    every, began = {}, time.process_time()
    for _, tracks in tracker:
        every |= {track.id: track for track in tracks}
    seconds = time.process_time() - began
    # Its tracks as they stand in the end, with the states from before they were confirmed: as it judges itself.
    said: list[list[list[float]]] = [[] for _ in scans]
    for track in every.values():
        last = {round((one.timestamp - start).total_seconds() / scene.step_s): one for one in track.states}
        for scan, one in last.items():
            said[scan].append([float(one.state_vector[0]), float(one.state_vector[2])])
    return [np.array(one).reshape(-1, 2) for one in said], seconds
