"""A record is shown exactly, in units that people use."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from veedor.tables import plots
from veedor.views.record import record_fields


def shown(language: str = "en", **fields: object) -> dict[str, str]:
    return dict(record_fields(fields, language))  # type: ignore[arg-type] # plain strings in tests


def test_units_leave_the_name_and_follow_the_number() -> None:
    assert shown(range_mm=123_456_789, speed_mm_s=-1, lat_e7=71_000_000, var_north_mm2=2_500_000) == {
        "range": "123,456.789 m", "speed": "-0.001 m/s", "lat": "7.1000000°", "var_north": "2.500000 m²",
    }  # fmt: skip
    assert shown("es", altitude_pressure_mm=1_500)["altitude_pressure"] == "1,500 m"


def test_codes_addresses_and_flags_read_as_a_radar_officer_writes_them() -> None:
    made = shown(code_3a=0o7700, address=0xE80ABC, mode=plots.PSR | plots.SSR, flags=plots.SIMULATED | plots.ON_GROUND)
    assert list(made.values()) == ["7700", "E80ABC", "PSR SSR", "SIMULATED ON_GROUND"]
    assert shown(flags=0) == {"flags": "-"}


@given(st.integers(-(2**62), 2**62), st.integers(0, 12))
def test_amounts_are_shown_with_every_digit_that_was_written(units: int, places: int) -> None:
    text = shown(amount_units=units, amount_exponent=places, currency="USD")
    assert list(text) == ["amount", "currency"]
    digits = text["amount"].removesuffix(" USD").replace(",", "")
    assert int(digits.replace(".", "")) == units
    assert len(digits.partition(".")[2]) == places


def test_what_is_not_known_is_left_out() -> None:
    assert shown(call_sign=None, sensor="r1") == {"sensor": "r1"}
