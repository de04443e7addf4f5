"""The fuzz targets hold on their seeds and on damaged seeds; `make fuzz` runs them for longer, guided by coverage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS
from veedor.errors import VerifyError


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_is_accepted(name: str) -> None:
    assert TARGETS[name].seeds
    for seed in TARGETS[name].seeds:
        assert TARGETS[name].check(seed)


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_damaged_seeds_are_refused_or_read_back(name: str, data: st.DataObject) -> None:
    target = TARGETS[name]
    seed = bytearray(data.draw(st.sampled_from(target.seeds)))
    at = data.draw(st.integers(0, len(seed)))
    seed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=5))
    target.check(bytes(seed))


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_refused_or_read_back(name: str, data: bytes) -> None:
    TARGETS[name].check(data)


def test_a_target_notices_a_parser_that_is_wrong() -> None:
    def strict(data: bytes) -> bytes:
        if data != b"good":
            raise VerifyError("not good")
        return data

    assert Target(strict, bytes, (b"good",), VerifyError).check(b"good")
    assert not Target(strict, bytes, (b"good",), VerifyError).check(b"bad")
    with pytest.raises(AssertionError):
        Target(bytes.strip, bytes, (), VerifyError).check(b" two spellings")
    with pytest.raises(UnicodeDecodeError):
        Target(bytes.decode, str.encode, (), VerifyError).check(b"\xff")
