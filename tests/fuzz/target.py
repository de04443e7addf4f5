"""What a fuzz target is: bytes in, and either the documented error or a value that writes back to the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One parser under fuzzing.

    `read` parses; `refusal` is the only error that it may raise. `written` gives the bytes that its value stands for,
    which must be the input, or, where a format has several spellings, must read back to the same value.
    """

    read: Callable[[bytes], object]
    written: Callable[[object], bytes]
    seeds: tuple[bytes, ...]
    """Inputs that are accepted, to start from."""
    refusal: type[Exception]
    one_spelling: bool = True

    def check(self, data: bytes) -> bool:
        """Whether the input was accepted; AssertionError, or whatever escaped, where the parser is wrong."""
        try:
            value = self.read(data)
        except self.refusal:
            return False
        written = self.written(value)
        if self.one_spelling:
            assert written == data
        else:
            assert self.read(written) == value
        return True
