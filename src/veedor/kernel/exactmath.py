"""Elementary functions that give the same bits on every machine: only + - * / sqrt, comparisons and bit moves.

libm, numpy and LLVM choose other instructions on other processors (measured: switching FMA off changes sin, exp and
log); IEEE 754 fixes the result of the five operations used here, and nothing is contracted or reordered. Each
function is a range reduction and a Taylor polynomial, whose coefficients are the rationals 1/n! and 1/(2n+1).

Angles are radians. Errors stay below 2 units in the last place (sin, cos, tan: for |x| <= 100,000; they grow beyond
and become nan from 2^30 on). The kernels work on one float64 and can be called in other kernels; `sin_array` and so on
take and give arrays of float64 of any shape.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel

Floats = npt.NDArray[np.float64]

# pi/2 in three parts of 33, 33 and 53 bits: a whole multiple up to 2^20 of the first two is exact (Cody and Waite).
_HALF_PI_1, _HALF_PI_2, _HALF_PI_3 = 1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21
_TWO_OVER_PI = 0.6366197723675814
# Constants as the nearest float64 and the rest.
_HALF_PI, _HALF_PI_REST = 1.5707963267948966, 6.123233995736766e-17
_PI, _PI_REST = 3.141592653589793, 1.2246467991473532e-16
# ln 2 and log10 2 in a part of 32 bits (multiples up to 2^21 are exact) and the rest.
_LN2_1, _LN2_2, _ONE_OVER_LN2 = 0.6931471803691238, 1.9082149292705877e-10, 1.4426950408889634
_LOG10_2_1, _LOG10_2_2, _ONE_OVER_LN10 = 0.3010299955494702, 1.1451100898021838e-10, 0.4342944819032518
_SQRT_2 = 1.4142135623730951
_LARGEST_ANGLE = 1073741824.0  # 2^30: beyond, the multiple of pi/2 no longer fits the reduction
# atan(n/16) for n = 0..16 as the nearest float64 and the rest.
_ATAN = (
    0.0, 0.06241880999595735, 0.12435499454676144, 0.18534794999569476, 0.24497866312686414, 0.3028848683749714,
    0.35877067027057225, 0.4124104415973873, 0.4636476090008061, 0.5123894603107377, 0.5585993153435624,
    0.6022873461349642, 0.6435011087932844, 0.6823165548747481, 0.7188299996216245, 0.7531512809621944,
    0.7853981633974483,
)  # fmt: skip
_ATAN_REST = (
    0.0, -1.5490756308295046e-18, -3.1253241424539383e-18, 4.180692268843079e-18, 1.0698755618734451e-17,
    -1.1010827903001369e-17, -2.4623815582638635e-17, -1.587652227770689e-17, 2.2698777452961687e-17,
    -2.5462781472855804e-17, -5.4556305485916264e-18, 2.950430737228402e-17, 1.5834785051444286e-17,
    6.943223671560008e-18, -2.1478388444456983e-17, -2.4256934659182068e-17, 3.061616997868383e-17,
)  # fmt: skip

_ANGLES = (0.0, -0.0, 1e-300, 1e-9, 0.5, -0.7853981633974483, 1.0, -2.0, 3.141592653589793, 12345.678, -1e5, 1e12)
_UNITS = (0.0, -0.0, 1e-17, 0.1, -0.25, 0.5, 0.7071067811865476, -0.9999999999999999, 1.0, -1.0, 1.5, -2.0, 1e300)


def _singles(values: tuple[float, ...]) -> list[tuple[object, ...]]:
    return [(value,) for value in (*values, math.inf, -math.inf, math.nan)]


@kernel(inline=True, examples=lambda: _singles(_ANGLES))
def sincos(x: float) -> tuple[float, float]:
    """Sine and cosine of one angle, for the price of one reduction."""
    if not (-_LARGEST_ANGLE < x < _LARGEST_ANGLE):
        return math.nan, math.nan
    quarter = int(x * _TWO_OVER_PI + (0.5 if x >= 0.0 else -0.5))
    # high + low = x - quarter * pi/2, to about 2^-110 absolute.
    first = x - quarter * _HALF_PI_1
    second = quarter * _HALF_PI_2
    part = first - second
    moved = part - first
    rest = ((first - (part - moved)) - (second + moved)) - quarter * _HALF_PI_3
    high = part + rest
    low = rest - (high - part)
    z = high * high
    sine_tail = -1.0 / 6.0 + z * (
        1.0 / 120.0
        + z * (
            -1.0 / 5040.0
            + z * (
                1.0 / 362880.0
                + z * (
                    -1.0 / 39916800.0
                    + z * (1.0 / 6227020800.0 + z * (-1.0 / 1307674368000.0 + z * (1.0 / 355687428096000.0)))
                )
            )
        )
    )  # fmt: skip
    sine = high + (high * z * sine_tail + low * (1.0 - 0.5 * z))
    cosine_tail = 1.0 / 24.0 + z * (
        -1.0 / 720.0
        + z * (
            1.0 / 40320.0
            + z * (
                -1.0 / 3628800.0
                + z * (1.0 / 479001600.0 + z * (-1.0 / 87178291200.0 + z * (1.0 / 20922789888000.0)))
            )
        )
    )  # fmt: skip
    half = 0.5 * z
    near = 1.0 - half
    cosine = near + (((1.0 - near) - half) + (z * z * cosine_tail - high * low))
    turn = quarter & 3
    if turn == 0:
        return sine, cosine
    if turn == 1:
        return cosine, -sine
    if turn == 2:
        return -sine, -cosine
    return -cosine, sine


@kernel(inline=True, examples=lambda: _singles(_ANGLES))
def sin(x: float) -> float:
    return sincos(x)[0]


@kernel(inline=True, examples=lambda: _singles(_ANGLES))
def cos(x: float) -> float:
    return sincos(x)[1]


@kernel(inline=True, examples=lambda: _singles(_ANGLES))
def tan(x: float) -> float:
    sine, cosine = sincos(x)
    return sine / cosine


@kernel(inline=True, examples=lambda: [(value,) for value in (0.0, 1e-200, 0.1, 0.125, 0.2, 0.5, 0.77, 1.0)])
def _atan_unit(q: float) -> float:
    """atan for 0 <= q <= 1: the nearest tabulated atan(n/16) and the atan of what is left, at most 1/8."""
    node = 0 if q < 0.125 else int(q * 16.0 + 0.5)
    c = node * 0.0625
    t = (q - c) / (1.0 + q * c)
    z = t * t
    tail = -1.0 / 3.0 + z * (
        1.0 / 5.0
        + z * (
            -1.0 / 7.0
            + z * (1.0 / 9.0 + z * (-1.0 / 11.0 + z * (1.0 / 13.0 + z * (-1.0 / 15.0 + z * (1.0 / 17.0 - z / 19.0)))))
        )
    )  # fmt: skip
    return _ATAN[node] + (t + (t * z * tail + _ATAN_REST[node]))


@kernel(inline=True, examples=lambda: _singles(_UNITS))
def atan(x: float) -> float:
    if x != x:
        return x
    size = -x if x < 0.0 else x
    angle = _atan_unit(size) if size <= 1.0 else _HALF_PI - (_atan_unit(1.0 / size) - _HALF_PI_REST)
    return -angle if x < 0.0 else angle


@kernel(
    inline=True,
    examples=lambda: [(y, x) for y in (*_UNITS, math.inf, -math.inf, math.nan) for x in (*_UNITS, math.inf, -math.inf)],
)
def atan2(y: float, x: float) -> float:
    """Angle of the point (x, y) from the x axis in [-pi, pi]. Zero has no sign here: atan2(-0.0, -1.0) is pi."""
    if x != x or y != y:
        return math.nan
    across = -y if y < 0.0 else y
    along = -x if x < 0.0 else x
    if across == 0.0 and along == 0.0:
        return 0.0
    if across > along:
        angle = _HALF_PI - (_atan_unit(along / across) - _HALF_PI_REST)
    elif along == across:  # also both infinite
        angle = _ATAN[16]
    else:
        angle = _atan_unit(across / along)
    if x < 0.0:
        angle = _PI - (angle - _PI_REST)
    return -angle if y < 0.0 else angle


@kernel(inline=True, examples=lambda: _singles(_UNITS))
def asin(x: float) -> float:
    if not (-1.0 <= x <= 1.0):
        return math.nan
    return atan2(x, math.sqrt((1.0 - x) * (1.0 + x)))


@kernel(inline=True, examples=lambda: _singles(_UNITS))
def acos(x: float) -> float:
    if not (-1.0 <= x <= 1.0):
        return math.nan
    return atan2(math.sqrt((1.0 - x) * (1.0 + x)), x)


@kernel(inline=True, examples=lambda: [(power,) for power in (-1022, -1, 0, 1, 52, 1023)])
def power_of_two(power: int) -> float:
    """2^power for -1022 <= power <= 1023, by setting the exponent bits."""
    return float(np.int64((power + 1023) << 52).view(np.float64))


@kernel(inline=True, examples=lambda: _singles((0.0, 1.0, -1.0, 0.1, 1e-30, 709.7, 710.0, -700.0, -744.0, -746.0)))
def exp(x: float) -> float:
    if x != x:
        return x
    if x > 709.782712893384:
        return math.inf
    if x < -745.1332191019411:
        return 0.0
    power = int(x * _ONE_OVER_LN2 + (0.5 if x >= 0.0 else -0.5))
    first = x - power * _LN2_1
    second = power * _LN2_2
    r = first - second
    low = (first - r) - second
    tail = 1.0 / 6.0 + r * (
        1.0 / 24.0
        + r * (
            1.0 / 120.0
            + r * (
                1.0 / 720.0
                + r * (
                    1.0 / 5040.0
                    + r * (
                        1.0 / 40320.0
                        + r * (
                            1.0 / 362880.0
                            + r * (1.0 / 3628800.0 + r * (1.0 / 39916800.0
                            + r * (1.0 / 479001600.0 + r / 6227020800.0)))
                        )
                    )
                )
            )
        )
    )  # fmt: skip
    value = 1.0 + (r + (low + r * r * (0.5 + r * tail)))
    half = power // 2
    return value * power_of_two(half) * power_of_two(power - half)


@kernel(
    inline=True, examples=lambda: [(value,) for value in (1.0, 0.5, 1e-310, 5e-324, 1.4142135623730951, 1e308, 3.7)]
)
def _split(x: float) -> tuple[int, float]:
    """(power, f) with x = 2^power * (1 + f) and 1 + f in about [sqrt(1/2), sqrt 2], for finite x > 0."""
    power = 0
    if x < 2.2250738585072014e-308:
        x = x * 18014398509481984.0  # 2^54: out of the subnormal numbers
        power = -54
    bits = int(np.float64(x).view(np.int64))
    power += (bits >> 52) - 1023
    mantissa = float(np.int64((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000).view(np.float64))
    if mantissa > _SQRT_2:
        mantissa = 0.5 * mantissa
        power += 1
    return power, mantissa - 1.0


@kernel(inline=True, examples=lambda: [(value,) for value in (0.0, 1e-20, -1e-9, 0.1, -0.29, 0.41)])
def _log_tail(f: float) -> float:
    """What must be taken from f to get ln(1 + f), for 1 + f in [sqrt(1/2), sqrt 2]."""
    s = f / (2.0 + f)
    z = s * s
    series = z * (
        2.0 / 3.0
        + z * (
            2.0 / 5.0
            + z * (
                2.0 / 7.0
                + z * (
                    2.0 / 9.0
                    + z * (
                        2.0 / 11.0
                        + z * (
                            2.0 / 13.0
                            + z * (2.0 / 15.0 + z * (2.0 / 17.0
                            + z * (2.0 / 19.0 + z * (2.0 / 21.0 + z * (2.0 / 23.0)))))
                        )
                    )
                )
            )
        )
    )  # fmt: skip
    # ln(1+f) = 2 atanh(s) = 2s + s*series, and 2s = f - s*f; s*f = f^2/2 - s*f^2/2.
    half = 0.5 * f * f
    return half - s * (half + series)


_POSITIVE = (1.0, 2.0, 10.0, 1000.0, 0.1, 0.9999999999999999, 1.0000000000000002, 5e-324, 1e-300, 1e308, 0.0, -1.0)


@kernel(inline=True, examples=lambda: _singles(_POSITIVE))
def log(x: float) -> float:
    """Natural logarithm; -inf at 0, nan below."""
    if not (0.0 < x < math.inf):
        return -math.inf if x == 0.0 else (x if x > 0.0 else math.nan)
    power, f = _split(x)
    return power * _LN2_1 - ((_log_tail(f) - power * _LN2_2) - f)


@kernel(inline=True, examples=lambda: _singles(_POSITIVE))
def log10(x: float) -> float:
    """Decimal logarithm; -inf at 0, nan below."""
    if not (0.0 < x < math.inf):
        return -math.inf if x == 0.0 else (x if x > 0.0 else math.nan)
    power, f = _split(x)
    return power * _LOG10_2_1 + (power * _LOG10_2_2 + _ONE_OVER_LN10 * (f - _log_tail(f)))


@kernel(
    examples=lambda: [
        (which, np.array([0.1, 0.5, 0.9, 1.0]), np.array([0.3, -0.5, 0.0, 2.0]), np.empty(4)) for which in range(10)
    ]
)
def _map(which: int, x: Floats, other: Floats, out: Floats) -> Floats:
    for i in range(len(x)):
        if which == 0:
            out[i] = sin(x[i])
        elif which == 1:
            out[i] = cos(x[i])
        elif which == 2:
            out[i] = tan(x[i])
        elif which == 3:
            out[i] = atan(x[i])
        elif which == 4:
            out[i] = atan2(x[i], other[i])
        elif which == 5:
            out[i] = asin(x[i])
        elif which == 6:
            out[i] = acos(x[i])
        elif which == 7:
            out[i] = exp(x[i])
        elif which == 8:
            out[i] = log(x[i])
        else:
            out[i] = log10(x[i])
    return out


def _array(which: int, x: npt.ArrayLike, other: npt.ArrayLike | None = None) -> Floats:
    first = np.asarray(x, dtype=np.float64)
    second = first if other is None else np.asarray(other, dtype=np.float64)
    first, second = np.broadcast_arrays(first, second)
    flat = np.ascontiguousarray(first).reshape(-1)
    flat_second = flat if other is None else np.ascontiguousarray(second).reshape(-1)
    return _map(which, flat, flat_second, np.empty(flat.size)).reshape(first.shape)


def sin_array(x: npt.ArrayLike) -> Floats:
    return _array(0, x)


def cos_array(x: npt.ArrayLike) -> Floats:
    return _array(1, x)


def tan_array(x: npt.ArrayLike) -> Floats:
    return _array(2, x)


def atan_array(x: npt.ArrayLike) -> Floats:
    return _array(3, x)


def atan2_array(y: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    return _array(4, y, x)


def asin_array(x: npt.ArrayLike) -> Floats:
    return _array(5, x)


def acos_array(x: npt.ArrayLike) -> Floats:
    return _array(6, x)


def exp_array(x: npt.ArrayLike) -> Floats:
    return _array(7, x)


def log_array(x: npt.ArrayLike) -> Floats:
    return _array(8, x)


def log10_array(x: npt.ArrayLike) -> Floats:
    return _array(9, x)
