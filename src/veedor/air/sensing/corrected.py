"""A plot less what its sensor was off by on its day: what a tracker computes with. What was measured stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import Array, ints, texts
from veedor.air.scales import DAY_US
from veedor.kernel import kernel
from veedor.kernel.sphere import fold_e7

Ints = npt.NDArray[np.int64]

NEEDED = ("day", "sensor", "range_mm", "scale_e7", "azimuth_e7", "time_us", "north_mm", "east_mm")


@dataclass(frozen=True)
class Bias:
    """What to take from measurements, one value per plot; 0 where nothing is known."""

    range_mm: Ints
    scale_e7: Ints
    azimuth_e7: Ints
    time_us: Ints

    @staticmethod
    def of(sensor: Array, time: Ints, biases: pa.Table) -> Bias:
        """The bias of each plot's sensor on its UTC day; `biases` has the columns NEEDED."""
        found = {name: np.zeros(len(time), np.int64) for name in ("range_mm", "scale_e7", "azimuth_e7", "time_us")}
        names = sorted(set(texts(biases["sensor"].unique())))
        if names and len(time):
            number: Array = pa.compute.index_in(sensor, pa.array(names))
            plot = ints(number, -1) * (1 << 32) + time // DAY_US
            own = np.array([names.index(name) for name in texts(biases["sensor"])], np.int64)
            key = own * (1 << 32) + ints(biases["day"], 0)
            order = np.argsort(key)
            at = np.minimum(np.searchsorted(key[order], plot), len(order) - 1)
            known = key[order][at] == plot
            for name, values in found.items():
                values[known] = ints(biases[name], 0)[order][at][known]
        return Bias(**found)


def corrected(range_mm: Ints, azimuth_e7: Ints, time: Ints, bias: Bias) -> tuple[Ints, Ints, Ints]:
    """(slant range mm, azimuth 1e-7 degree in [-180, 180), time us) as a sensor without bias would have given them.

    A range is the measured one less the offset, over 1 + scale, to the nearest mm; arrays of one length."""
    out = tuple(np.empty(len(time), np.int64) for _ in range(3))
    return _correct(range_mm, azimuth_e7, time, bias.range_mm, bias.scale_e7, bias.azimuth_e7, bias.time_us, *out)


@kernel(
    examples=lambda: [
        (
            *(np.array(v) for v in ([90_000_000, 5], [-1_799_999_999, 7], [10, 20], [50_000, 9], [-120, 4_000_000])),
            np.array([3, -4]),
            np.array([1_000, -1_000]),
            *(np.empty(2, np.int64) for _ in range(3)),
        )
    ]
)
def _correct(
    range_mm: Ints, azimuth: Ints, time: Ints, off: Ints, scale: Ints, turned: Ints, late: Ints, out_range: Ints,
    out_azimuth: Ints, out_time: Ints,
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    for i in range(len(time)):
        over = 10_000_000 + scale[i]
        out_range[i] = max(0, ((range_mm[i] - off[i]) * 10_000_000 + over // 2) // over)
        out_azimuth[i] = fold_e7(azimuth[i] - turned[i])
        out_time[i] = time[i] - late[i]
    return out_range, out_azimuth, out_time
