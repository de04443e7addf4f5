"""The one wrapper around numba: a compiled kernel that keeps its plain-Python twin and says how to try both.

Every kernel is compiled with the same settings: no fastmath (float operations stay in the written order and are not
contracted), numpy's error model (division by zero gives inf or nan), no bounds checks, the interpreter lock released,
code cached on disk under `NUMBA_CACHE_DIR`. `VEEDOR_TWINS=1` runs the twins instead: slow, and independent of LLVM.

A cached kernel is reused only while its own source file and those of all kernels that it calls are unchanged (numba
itself looks at the first alone, and would silently run old code after a change in a called file).
"""

from __future__ import annotations

import functools
import hashlib
import os
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar, cast, overload

import numba
from numba.core.caching import IndexDataCacheFile

# numba is untyped.
_IndexDataCacheFile: Any = IndexDataCacheFile

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

TWINS_ONLY = os.environ.get("VEEDOR_TWINS", "") == "1"

Examples = Callable[[], Sequence[tuple[object, ...]]]


class Kernel(Protocol[P, R_co]):
    """A compiled function; `twin` is the same function in plain Python; `examples` gives arguments to try both with."""

    twin: Any
    examples: Examples | None
    __name__: str
    __module__: str

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...


KERNELS: dict[str, Kernel[..., Any]] = {}
"""Every kernel of the package by `module.name`, in order of definition."""


@overload
def kernel(function: Callable[P, R], /) -> Kernel[P, R]: ...
@overload
def kernel(*, inline: bool = False, examples: Examples | None = None) -> Callable[[Callable[P, R]], Kernel[P, R]]: ...
def kernel(
    function: Callable[P, R] | None = None, /, *, inline: bool = False, examples: Examples | None = None
) -> Kernel[P, R] | Callable[[Callable[P, R]], Kernel[P, R]]:
    """Compile `function` on first call for each combination of argument types.

    `inline` asks for the body to be inlined into callers. `examples` returns argument tuples on which one test runs
    the compiled kernel and its twin and compares them bit for bit; a kernel without it must be given some there.
    """
    if function is None:
        return functools.partial(_compile, inline=inline, examples=examples)
    return _compile(function, inline=inline, examples=examples)


def _compile(function: Callable[P, R], inline: bool, examples: Examples | None) -> Kernel[P, R]:
    made: Any
    if TWINS_ONLY:
        made = function
    else:
        made = numba.njit(fastmath=False, error_model="numpy", nogil=True, boundscheck=False, forceinline=inline)(
            function
        )
        _forget_values(made)
        sources = _sources(cast(types.FunctionType, function))
        made.sources = sources
        _cache(made, sources)
    made.twin = function
    made.examples = examples
    compiled = cast(Kernel[P, R], made)
    KERNELS[f"{function.__module__}.{function.__qualname__}"] = compiled
    return compiled


def _forget_values(dispatcher: Any) -> None:
    """A kernel that another one calls is compiled for the types of its arguments, never for their values.

    Numba would compile it once for `n = 0` as it stands at first and once more for what `n` becomes."""
    ask = dispatcher.get_call_template

    def for_types(arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
        plain: Any = numba.types.unliteral
        return ask([plain(kind) for kind in arguments], {name: plain(kind) for name, kind in named.items()})

    dispatcher.get_call_template = for_types


def _sources(function: types.FunctionType) -> frozenset[str]:
    """Files whose change makes the compiled code stale: the function's own and those of kernels it can see."""
    files = {function.__code__.co_filename}
    for value in function.__globals__.values():
        for seen in vars(value).values() if isinstance(value, types.ModuleType) and _ours(value) else (value,):
            files |= getattr(seen, "sources", frozenset()) if _is_kernel(seen) else frozenset()
    return frozenset(files)


def _ours(module: types.ModuleType) -> bool:
    return module.__name__.startswith("veedor.")


def _is_kernel(value: object) -> bool:
    return isinstance(value, numba.core.dispatcher.Dispatcher) and hasattr(value, "twin")


@functools.cache
def _file_digest(file: str) -> str:
    path = Path(file)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


class _CacheFile(_IndexDataCacheFile):  # type: ignore[misc] # numba has no types
    """Names a compiled overload by its key instead of a running number: two processes that fill a cold cache at the
    same time would otherwise give two overloads the same file."""

    def save(self, key: Any, data: Any) -> None:
        overloads = self._load_index()
        name = f"{Path(self._index_path).stem}.{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}.nbc"
        self._save_data(name, data)
        overloads[key] = name
        self._save_index(overloads)


def _cache(dispatcher: Any, sources: frozenset[str]) -> None:
    """Switch the disk cache on, with the content of all sources as stamp."""
    dispatcher.enable_caching()
    cache = dispatcher._cache
    stamp = hashlib.sha256("".join(sorted(_file_digest(file) for file in sources)).encode()).hexdigest()
    cache._cache_file = _CacheFile(
        cache_path=cache.cache_path,
        filename_base=f"{cache._impl.filename_base}-{stamp[:12]}",
        source_stamp=stamp,
    )


def load_cached() -> None:
    """Loads every overload of every kernel defined so far that the disk cache holds; compiles nothing.

    For a process that forks others: they share what it has loaded."""
    for made in KERNELS.values():
        if TWINS_ONLY:
            return
        dispatcher: Any = made
        cache = dispatcher._cache
        for signature, *rest in cache._cache_file._load_index():
            # Overloads for another processor or of older code stand in the same index.
            if (signature, *rest) == cache._index_key(signature, dispatcher.targetctx.codegen()):
                dispatcher.compile(signature)


def called_by(compiled: Kernel[..., Any]) -> frozenset[str]:
    """Names in KERNELS of the kernels that this one calls, directly or through a module."""
    used = _names(compiled.twin.__code__)
    names: set[str] = set()
    for name, value in compiled.twin.__globals__.items():
        if name in used:
            seen = vars(value).items() if isinstance(value, types.ModuleType) and _ours(value) else [(name, value)]
            names |= {f"{v.twin.__module__}.{v.twin.__qualname__}" for n, v in seen if n in used and _is_kernel(v)}
    return frozenset(names)


def twin_of(compiled: Kernel[P, R]) -> Callable[P, R]:
    """The kernel in plain Python with every kernel it calls, directly or through a module, replaced by its twin."""
    twin: Callable[P, R] = _Rebinder().function(compiled.twin)
    return twin


class _Rebinder:
    """Copies functions into namespaces where kernels are twins; remembers copies, so that recursion ends."""

    def __init__(self) -> None:
        self.made: dict[Any, Any] = {}

    def function(self, function: Any) -> Any:
        if function in self.made:
            return self.made[function]
        names: dict[str, Any] = {}
        copy = types.FunctionType(
            function.__code__, names, function.__name__, function.__defaults__, function.__closure__
        )
        copy.__kwdefaults__ = function.__kwdefaults__
        self.made[function] = copy
        used = _names(function.__code__)
        names.update({name: self.value(value) for name, value in function.__globals__.items() if name in used})
        names["__builtins__"] = function.__globals__.get("__builtins__", __builtins__)
        return copy

    def value(self, value: Any) -> Any:
        if _is_kernel(value):
            return self.function(value.twin)
        if isinstance(value, types.ModuleType) and _ours(value):
            return types.SimpleNamespace(
                **{name: self.function(v.twin) if _is_kernel(v) else v for name, v in vars(value).items()}
            )
        return value


def _names(code: types.CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names
