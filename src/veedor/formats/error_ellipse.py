"""Error ellipses of track reports as variances north and east and their covariance, in square millimetres.

An ellipse is two half axes, the bearing of the larger one, and how many of 100 positions lie inside. For two normal
components the share p lies within k standard deviations with k² = -2 ln(1 - p); a single half axis is a circle.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Mask, Real, pc
from veedor.formats.checks import Checks
from veedor.kernel.exactmath import cos_array, log_array, sin_array

_RADIANS_PER_E7 = 1.7453292519943295e-9
_MOST_MM = 3_000_000_000  # 3,000 km: its square still fits 63 bits
_COMMON = 39.34693402873666  # one standard deviation in each component


def put_variances(columns: dict[str, Array], checks: Checks) -> None:
    """Replaces `error_*` columns, where there are any, by `var_north_mm2`, `var_east_mm2`, `cov_north_east_mm2`.

    Without `error_percent` the ellipse is that of one standard deviation. A minor axis without a major one, axes the
    wrong way round, an elongated ellipse without bearing and a share outside 1..99 fail the row."""
    given = {name: columns.pop(f"error_{name}", None) for name in ("major_mm", "minor_mm", "axis_e7", "percent")}
    if all(column is None for column in given.values()):
        return
    rows = len(checks.bad)
    major, has_major = _numbers(given["major_mm"], rows)
    minor, has_minor = _numbers(given["minor_mm"], rows)
    axis, has_axis = _numbers(given["axis_e7"], rows)
    percent, has_percent = _numbers(given["percent"], rows)
    minor = np.where(has_minor, minor, major)
    wrong = (~has_major & (has_minor | has_axis)) | (has_major & (major != minor) & ~has_axis)
    checks.fail(wrong, "reject.ellipse", "error ellipse", "half axes and the bearing of the larger one", "part of them")
    outside = has_major & ((major < minor) | (minor < 0) | (major > _MOST_MM))
    shown = [f"{long:.0f}, {short:.0f} mm" for long, short in zip(major.tolist(), minor.tolist(), strict=True)]
    checks.fail(outside, "reject.ellipse", "error ellipse", "0 <= minor <= major <= 3000 km", shown)
    share = has_percent & ((percent < 1) | (percent > 99))
    checks.fail(share, "reject.ellipse", "error_percent", "1 to 99", percent.tolist())
    use = has_major & ~checks.bad
    squared = -2.0 * log_array(1.0 - np.where(use & has_percent, percent, _COMMON) / 100.0)
    major, minor = np.where(use, major, 0.0), np.where(use, minor, 0.0)
    long, short = major * major / squared, minor * minor / squared
    angle = np.where(use, axis, 0.0) * _RADIANS_PER_E7
    sine, cosine = sin_array(angle), cos_array(angle)
    for name, values in (
        ("var_north_mm2", long * cosine * cosine + short * sine * sine),
        ("var_east_mm2", long * sine * sine + short * cosine * cosine),
        ("cov_north_east_mm2", (long - short) * sine * cosine),
    ):
        columns[name] = pa.array(np.rint(values).astype(np.int64), mask=~use)


def _numbers(column: Array | None, rows: int) -> tuple[Real, Mask]:
    if column is None:
        return np.zeros(rows), np.zeros(rows, np.bool_)
    there: Mask = pc.is_valid(column).to_numpy(zero_copy_only=False)
    # Numbers too long for a double are rounded here and fail their range behind.
    return pc.cast(pc.fill_null(column, 0), pa.float64(), safe=False).to_numpy(zero_copy_only=False), there
