"""Each kernel and its plain-Python twin give the same bits; settings of the compiler are those that make it so."""

from __future__ import annotations

import copy
import importlib
import math
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import veedor
from veedor.kernel import KERNELS, exactmath, kernel, twin_of
from veedor.kernel.compile import TWINS_ONLY

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


@pytest.mark.skipif(TWINS_ONLY, reason="nothing is compiled")
def test_machine_code_contains_no_fused_multiply_add_and_no_call_into_a_math_library() -> None:
    exactmath.log10_array([1.0])  # makes sure that the kernel with all functions in it is compiled
    compiled: Any = exactmath._map
    for signature in compiled.signatures:
        code = "\n".join(line for line in compiled.inspect_asm(signature).splitlines() if not line.startswith("\t."))
        assert not re.search(r"\bvf(n?m)(add|sub)|\bfmla\b|\bfmadd\b", code)
        called = set(re.findall(r"\b(?:call|callq|jmp|bl)\s+\*?(\w+)", code)) | set(
            re.findall(r"movabsq\s+\$(\w+)", code)
        )
        assert not called & {"sin", "cos", "tan", "atan", "atan2", "asin", "acos", "exp", "log", "log10", "pow", "fma"}
        source = compiled.inspect_llvm(signature)
        flags = re.findall(r"\b(?:fadd|fmul|fsub|fdiv) (\w+) ", source)
        assert flags and set(flags) <= {"double"}, "a fast-math flag would let LLVM reorder or contract"


@pytest.mark.skipif(TWINS_ONLY, reason="nothing is compiled")
def test_the_cached_code_of_a_kernel_hangs_on_the_sources_of_all_it_calls() -> None:
    from veedor.kernel import sphere

    sources: frozenset[str] = sphere.distances_mm.sources  # type: ignore[attr-defined]
    assert {name.rsplit("/", 1)[-1] for name in sources} == {"sphere.py", "exactmath.py"}
