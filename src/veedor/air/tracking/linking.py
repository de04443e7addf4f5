"""Links between trackable plots: by identity, by attachment to an identified target, by the velocity gate."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.arrow import NONE
from veedor.air.tracking.chains import attach, chain
from veedor.air.tracking.gate import gate, velocities
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.targets import Targets

Ints = npt.NDArray[np.int64]
Links = tuple[Ints, Ints]


def links_of(targets: Targets, rules: AssociationRules) -> Links:
    """Pairs of plots (earlier, later) of one body, as places in `targets`."""
    addressed = targets.address != NONE
    numbered = ~addressed & (targets.sensor_track != NONE)
    by_address = _chained(targets, addressed, targets.address, rules.address_silence_us, rules)
    number = targets.sensor * (int(targets.sensor_track.max(initial=0)) + 1) + targets.sensor_track
    by_number = _chained(targets, numbered, number, rules.sensor_track_silence_us, rules)
    carrier = _attached(targets, addressed, by_address, by_number, rules)
    free = ~addressed & (carrier < 0)
    by_gate = _gated(targets, np.flatnonzero(free), rules)
    pairs = [_pairs(by_address), _pairs(by_number), _pairs(by_gate)]
    riders = np.flatnonzero(carrier >= 0)
    pairs.append((carrier[riders], riders))
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


def _pairs(following: Ints) -> Links:
    has = np.flatnonzero(following >= 0)
    return has, following[has]


def _chained(
    targets: Targets, which: npt.NDArray[np.bool_], key: Ints, longest_us: int, rules: AssociationRules
) -> Ints:
    following = np.full(len(targets.time), -1, np.int64)
    rows = np.flatnonzero(which)
    if len(rows):
        order = rows[np.argsort(key[rows], kind="stable")]
        plane = targets.plane
        chain(
            order, key, targets.time, plane.north, plane.lon, plane.cosine, longest_us, rules.speed_mm_s / 1000,
            rules.slack_mm / 1000, rules.look_ahead, following, np.full(len(targets.time), -1, np.int64),
        )  # fmt: skip
    return following


def _attached(
    targets: Targets, addressed: npt.NDArray[np.bool_], by_address: Ints, by_number: Ints, rules: AssociationRules
) -> Ints:
    """The carrier of each anonymous plot, or -1."""
    count = len(targets.time)
    carrier, miss = np.full(count, -1, np.int64), np.zeros(count)
    if not (by_address >= 0).any() or addressed.all():
        return carrier
    plane = targets.plane
    attach(
        targets.time, targets.lat_e7, targets.lon_e7, plane.north, plane.lon, plane.cosine, targets.altitude,
        targets.code, by_address, ~addressed, rules.gate_silence_us, rules.attach_mm / 1000, rules.height_mm,
        rules.climb_mm_s, carrier, miss, np.full(_power(count), -1, np.int64),
    )  # fmt: skip
    _drop_other_courses(targets, by_address, by_number, carrier, rules)
    riders = np.flatnonzero(carrier >= 0)
    # One turn of one sensor sees a target once: of two plots on one link, the nearer is the target.
    order = riders[np.lexsort((riders, targets.time[riders], targets.sensor[riders], carrier[riders]))]
    for _ in range(2):
        order = order[carrier[order] >= 0]
        close = (
            (carrier[order[1:]] == carrier[order[:-1]])
            & (targets.sensor[order[1:]] == targets.sensor[order[:-1]])
            & (targets.time[order[1:]] - targets.time[order[:-1]] < rules.turn_us)
        )
        farther = np.where(miss[order[1:]] >= miss[order[:-1]], order[1:], order[:-1])
        carrier[farther[close]] = -1
    return carrier


def _drop_other_courses(
    targets: Targets, by_address: Ints, by_number: Ints, carrier: Ints, rules: AssociationRules
) -> None:
    """A plot whose own sensor track moves otherwise than the carrier does not ride on it."""
    riders = np.flatnonzero((carrier >= 0) & (by_number >= 0))
    if not len(riders):
        return
    own = _course(targets, riders, by_number[riders])
    other = _course(targets, carrier[riders], by_address[carrier[riders]])
    off = np.sqrt((own[0] - other[0]) * (own[0] - other[0]) + (own[1] - other[1]) * (own[1] - other[1]))
    carrier[riders[off > rules.attach_speed_mm_s / 1000]] = -1


def _course(targets: Targets, i: Ints, j: Ints) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    plane = targets.plane
    span = np.maximum(targets.time[j] - targets.time[i], 1_000_000) * 1e-6
    turn = plane.lon[j] - plane.lon[i]
    turn = np.where(turn > np.pi, turn - 2 * np.pi, np.where(turn < -np.pi, turn + 2 * np.pi, turn))
    east = turn * 6_371_008.8 * ((plane.cosine[i] + plane.cosine[j]) * 0.5)
    return (plane.north[j] - plane.north[i]) / span, east / span


def _gated(targets: Targets, pool: Ints, rules: AssociationRules) -> Ints:
    count = len(targets.time)
    following = np.full(count, -1, np.int64)
    if not len(pool):
        return following
    plane = targets.plane
    known, ahead, behind = np.zeros(count, np.uint8), np.zeros((count, 2)), np.zeros((count, 2))
    for sweep in range(3):
        if sweep:
            known[:] = 0
            velocities(
                pool, targets.time, plane.north, plane.lon, plane.cosine, following, rules.velocity_base_us,
                rules.velocity_steps, known, ahead, behind,
            )  # fmt: skip
        following = gate(
            pool, targets.time, targets.lat_e7, targets.lon_e7, plane.north, plane.lon, plane.cosine, targets.altitude,
            targets.code, targets.sensor, targets.sensor_track, known, ahead, behind, rules.gate_silence_us,
            rules.gate_speed_mm_s / 1000, rules.gate_slack_mm / 1000, rules.height_mm, rules.climb_mm_s, rules.turn_us,
            np.full(_power(len(pool)), -1, np.int64), np.full(count, -1, np.int64), np.full(count, -1, np.int64),
        )  # fmt: skip
    return following


def _power(count: int) -> int:
    return 1 << max(4, (2 * count).bit_length())
