"""Each kernel and its plain-Python twin give the same bits; settings of the compiler are those that make it so."""

from __future__ import annotations

import copy
import importlib
import math
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

import veedor
from veedor.kernel import KERNELS, exactmath, kernel, twin_of
from veedor.kernel.compile import TWINS_ONLY, called_by

ROOT = Path(veedor.__path__[0])
for file in sorted(ROOT.rglob("*.py")):
    if re.search(r"^@kernel\b", file.read_text(encoding="utf-8"), re.MULTILINE):
        importlib.import_module(".".join(["veedor", *file.relative_to(ROOT).with_suffix("").parts]))

NAMES = sorted(name for name in KERNELS if name.startswith("veedor."))


def bits(value: Any) -> Any:
    """A value as something that compares equal only to the same bits; the sign of zero counts, the kind of nan not."""
    if isinstance(value, tuple):
        return tuple(bits(part) for part in value)
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            return value.dtype.str, value.shape, [bits(float(v)) for v in value.reshape(-1)]
        return value.dtype.str, value.shape, value.tolist()
    if isinstance(value, float | np.floating):
        return "nan" if math.isnan(value) else struct.pack(">d", value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return value if value is None else int(value)


@pytest.mark.parametrize("name", NAMES)
def test_a_kernel_and_its_twin_agree_bit_for_bit_also_in_what_they_write_into_arrays(name: str) -> None:
    compiled = KERNELS[name]
    assert compiled.examples is not None, f"{name}: @kernel(examples=...) is needed to compare it with its twin"
    examples = compiled.examples()
    assert examples, f"{name}: examples are empty"
    twin = twin_of(compiled)
    for example in examples:
        for_kernel, for_twin = copy.deepcopy(example), copy.deepcopy(example)
        with np.errstate(all="ignore"):
            assert bits(compiled(*for_kernel)) == bits(twin(*for_twin)), example
        assert bits(tuple(for_kernel_arrays(for_kernel))) == bits(tuple(for_kernel_arrays(for_twin))), example


def for_kernel_arrays(arguments: tuple[Any, ...]) -> Iterator[np.ndarray]:
    return (argument for argument in arguments if isinstance(argument, np.ndarray))


def test_the_twin_of_a_kernel_calls_twins_only() -> None:
    twin = twin_of(exactmath.tan)
    assert twin.__globals__["sincos"].__class__.__name__ == "function"
    assert exactmath.tan.twin.__globals__["sincos"] is exactmath.sincos


def test_a_kernel_that_others_call_is_compiled_for_types_and_not_once_more_for_a_value() -> None:
    if TWINS_ONLY:
        pytest.skip("nothing is compiled")
    for example in KERNELS["veedor.air.tracking.following.follow"].examples():
        KERNELS["veedor.air.tracking.following.follow"](*example)
    assert len(KERNELS["veedor.air.tracking.assignment.assign"].overloads) == 1


def test_the_kernels_that_a_kernel_calls_are_known_also_through_a_module() -> None:
    assert called_by(exactmath.tan) == {"veedor.kernel.exactmath.sincos"}
    compiled = kernel(_calls_through_module)
    try:
        assert called_by(compiled) == {"veedor.kernel.exactmath.sin"}
    finally:
        KERNELS.popitem()


def _calls_through_module(x: float) -> float:
    return exactmath.sin(x) + 1.0


def test_the_twin_follows_a_kernel_that_is_called_through_its_module() -> None:
    compiled = kernel(_calls_through_module)
    try:
        twin = twin_of(compiled)
        assert twin.__globals__["exactmath"].sin.__class__.__name__ == "function"
        assert twin(0.5) == compiled(0.5) == exactmath.sin(0.5) + 1.0
    finally:
        KERNELS.popitem()


COMPILED = """
from veedor.kernel import exactmath
exactmath.sin_array([1.0])
made = exactmath._map
print(made.inspect_llvm(made.signatures[0]), "=====", made.inspect_asm(made.signatures[0]))
"""


@pytest.mark.skipif(TWINS_ONLY, reason="nothing is compiled")
def test_machine_code_contains_no_fused_multiply_add_and_no_call_into_a_math_library(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}  # numba shows no code that comes from a cache
    done = subprocess.run(
        [sys.executable, "-c", COMPILED], env=environment, capture_output=True, text=True, timeout=300, check=True
    )
    source, code = done.stdout.split("=====")
    flags = re.findall(r"\b(?:fadd|fmul|fsub|fdiv) (\w+) ", source)
    assert len(flags) > 100 and set(flags) == {"double"}, "a fast-math flag would let LLVM reorder or contract"
    called = set(re.findall(r"\bcall\b[^@\n]*@(\"?[\w.]+)", source)) | set(re.findall(r"\bcallq?\s+\*?(\w+)", code))
    assert not {
        name for name in called if re.search(r"^(llvm\.)?(sin|cos|tan|a?tan2?|asin|acos|exp|log|pow|fma)", name)
    }
    assert "sqrt" in code
    assert not re.search(r"\bvfn?m(add|sub)|\bfn?m(add|sub|la|ls)\b", code)


@pytest.mark.skipif(TWINS_ONLY, reason="nothing is compiled")
def test_the_check_sees_a_fast_math_flag_where_there_is_one() -> None:
    loose: Any = numba.njit(fastmath=True)(lambda x, y: x * y + 1.0)
    loose(2.0, 3.0)
    flags = re.findall(r"\b(?:fadd|fmul|fsub|fdiv) (\w+) ", loose.inspect_llvm(loose.signatures[0]))
    assert flags and not set(flags) <= {"double"}


@pytest.mark.skipif(TWINS_ONLY, reason="nothing is compiled")
def test_the_cached_code_of_a_kernel_hangs_on_the_sources_of_all_it_calls() -> None:
    from veedor.kernel import sphere

    sources: frozenset[str] = sphere.distances_mm.sources  # type: ignore[attr-defined]
    assert {name.rsplit("/", 1)[-1] for name in sources} == {"sphere.py", "exactmath.py"}
