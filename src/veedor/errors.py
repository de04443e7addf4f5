"""The one family of errors: each names the file, the place, the expected, the found and the next step.

The exit code of the command line hangs on the class (DESIGN section 5): 1 failed, 2 usage, 3 input rejected,
4 verification failed.
"""

from __future__ import annotations


class VeedorError(Exception):
    """Something could not be done; everything a person needs to go on is in the fields."""

    exit_code = 1

    def __init__(
        self,
        problem: str,
        *,
        file: str | None = None,
        place: str | None = None,
        expected: str | None = None,
        found: str | None = None,
        next_step: str | None = None,
    ) -> None:
        self.problem = problem
        self.file = file
        self.place = place
        self.expected = expected
        self.found = found
        self.next_step = next_step
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """All fields in one line, in the order a reader needs them."""
        parts = [self.problem]
        for label, value in (
            ("file", self.file),
            ("at", self.place),
            ("expected", self.expected),
            ("found", self.found),
            ("next", self.next_step),
        ):
            if value is not None:
                parts.append(f"{label}: {value}")
        return "; ".join(parts)


class UsageError(VeedorError):
    """The command, option or setting makes no sense as given."""

    exit_code = 2


class InputError(VeedorError):
    """A whole file or deposit cannot be read (single bad rows become rejects instead)."""

    exit_code = 3


class VerifyError(VeedorError):
    """Bytes that should prove something do not."""

    exit_code = 4


class StoreError(VeedorError):
    """The mission folder or the head record is in a state in which going on could lose or fork something."""

    exit_code = 1
