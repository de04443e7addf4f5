"""Our sine, logarithm and so on are right to 2 units in the last place, measured against 60-digit arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, getcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.kernel import exactmath

getcontext().prec = 60
ULPS = 2.0


def _series(first: Decimal, factor: Callable[[int], Decimal]) -> Decimal:
    total, term, n = Decimal(0), first, 0
    while abs(term) > Decimal("1e-58"):
        total += term
        n += 1
        term *= factor(n)
    return total


def _atan(x: Decimal) -> Decimal:
    if abs(x) > Decimal("0.1"):
        return 2 * _atan(x / (1 + (1 + x * x).sqrt()))
    total, power, n = Decimal(0), x, 0
    while abs(power) > Decimal("1e-60"):
        total += power / (2 * n + 1) * (-1) ** n
        power *= x * x
        n += 1
    return total


PI = 16 * _atan(Decimal(1) / 5) - 4 * _atan(Decimal(1) / 239)


def _sin(x: Decimal) -> Decimal:
    x = x - 2 * PI * (x / (2 * PI)).to_integral_value()
    return _series(x, lambda n: -x * x / ((2 * n) * (2 * n + 1)))


def _cos(x: Decimal) -> Decimal:
    x = x - 2 * PI * (x / (2 * PI)).to_integral_value()
    return _series(Decimal(1), lambda n: -x * x / ((2 * n - 1) * (2 * n)))


def _asin(x: Decimal) -> Decimal:
    return _atan(x / (1 - x * x).sqrt()) if abs(x) < 1 else x * PI / 2


def _acos(x: Decimal) -> Decimal:
    if abs(x) == 1:
        return (1 - x) * PI / 2
    angle = _atan((1 - x * x).sqrt() / x) if x else PI / 2
    return angle + PI if x < 0 else angle


TRUTH: dict[str, Callable[[Decimal], Decimal]] = {
    "sin": _sin, "cos": _cos, "tan": lambda x: _sin(x) / _cos(x), "atan": _atan, "asin": _asin, "acos": _acos,
    "exp": Decimal.exp, "log": Decimal.ln, "log10": Decimal.log10,
}  # fmt: skip
_RANDOM = np.random.default_rng(20260523)
_WIDE = np.concatenate(
    [_RANDOM.uniform(-1e5, 1e5, 150), _RANDOM.uniform(-4, 4, 100), 10 ** _RANDOM.uniform(-20, 0, 30)]
)
_NEAR_TURNS = np.array([n * math.pi / 2 for n in (*range(-6, 7), 355, 22699, 63661)])
_POSITIVE = np.concatenate([10 ** _RANDOM.uniform(-307, 308, 150), _RANDOM.uniform(0.3, 3, 150), [5e-324, 1 - 2**-53]])
_UNIT = np.concatenate([_RANDOM.uniform(-1, 1, 150), 1 - 10 ** _RANDOM.uniform(-16, 0, 50), [1.0, -1.0, 0.125, 1e-12]])
POINTS = {
    "sin": np.concatenate([_WIDE, _NEAR_TURNS]), "cos": np.concatenate([_WIDE, _NEAR_TURNS]),
    "tan": np.concatenate([_WIDE, _NEAR_TURNS]),
    "atan": np.concatenate([_WIDE, 10 ** _RANDOM.uniform(-10, 10, 100),
                            np.arange(1, 33) / 16, np.arange(1, 64, 2) / 32]),
    "asin": _UNIT, "acos": _UNIT,
    "exp": np.concatenate([_RANDOM.uniform(-708, 709, 200),
                           _RANDOM.uniform(-1, 1, 100), 10 ** _RANDOM.uniform(-20, 0, 20)]),
    "log": _POSITIVE, "log10": _POSITIVE,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_a_function_is_right_to_two_units_in_the_last_place(name: str) -> None:
    points = POINTS[name]
    found = getattr(exactmath, f"{name}_array")(points)
    for x, value in zip(points.tolist(), found.tolist(), strict=True):
        truth = TRUTH[name](Decimal(x))
        unit = math.ulp(float(truth)) if truth else 5e-324
        assert abs(Decimal(value) - truth) <= Decimal(ULPS) * Decimal(unit), (x, value, float(truth))


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_atan2_agrees_with_the_library_in_all_quadrants(y: float, x: float) -> None:
    expected = math.atan2(y + 0.0, x + 0.0)  # + 0.0: zero has no sign in ours
    assert math.isclose(exactmath.atan2(y, x), expected, rel_tol=4e-16, abs_tol=1e-307)


def test_the_corners_are_what_callers_rely_on() -> None:
    assert exactmath.atan2(0.0, 0.0) == 0.0
    assert exactmath.atan2(0.0, -1.0) == exactmath.atan2(-0.0, -1.0) == math.pi
    assert exactmath.sin(0.0) == 0.0 and exactmath.cos(0.0) == 1.0 and exactmath.exp(0.0) == 1.0
    assert exactmath.log(1.0) == 0.0 and exactmath.log(0.0) == -math.inf and math.isnan(exactmath.log(-1.0))
    assert [exactmath.log10(10.0**n) for n in range(23)] == list(range(23))
    assert math.isnan(exactmath.sin(math.inf)) and math.isnan(exactmath.asin(1.0000001))
    assert exactmath.exp(1000.0) == math.inf and exactmath.exp(-1000.0) == 0.0


@given(st.floats(-1e5, 1e5))
def test_sine_and_cosine_are_odd_and_even_and_lie_on_the_circle(x: float) -> None:
    sine, cosine = exactmath.sincos(x)
    assert exactmath.sincos(-x) == (-sine, cosine)
    assert abs(sine * sine + cosine * cosine - 1.0) < 5e-16


def test_array_forms_keep_the_shape_and_do_what_the_scalars_do() -> None:
    x = np.linspace(0.1, 0.9, 6).reshape(2, 3)
    for name in TRUTH:
        values = getattr(exactmath, f"{name}_array")(x)
        assert values.shape == x.shape
        assert values.reshape(-1).tolist() == [getattr(exactmath, name)(v) for v in x.reshape(-1).tolist()]
    assert exactmath.atan2_array(x, 1.0).tolist() == exactmath.atan_array(x).tolist()
    assert exactmath.sin_array(0.5).shape == ()
