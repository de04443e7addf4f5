"""Where the passphrase comes from: a file, a file that the environment names, or a terminal; never an argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from veedor.errors import UsageError

VARIABLE = "VEEDOR_PASSPHRASE_FILE"
MOST_BYTES = 4096


def read_passphrase(file: Path | None, environment: Mapping[str, str], ask: Callable[[], str] | None = None) -> bytes:
    """The passphrase as bytes, its last line feed taken off.

    `file` is `--passphrase-file`; else `VEEDOR_PASSPHRASE_FILE`; else `ask`, which is None where there is no terminal.
    UsageError says which of the three was tried and what is wrong with it.
    """
    if file is None and environment.get(VARIABLE):
        file = Path(environment[VARIABLE])
    if file is not None:
        return _from_file(file)
    if ask is None:
        raise UsageError(
            "the passphrase of the keys is needed and there is no terminal to ask at",
            next_step=f"give --passphrase-file FILE or set {VARIABLE}",
        )
    entered = ask().encode()
    if not entered:
        raise UsageError("the passphrase is empty", expected="at least one character")
    return entered


def _from_file(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(
            "the passphrase file cannot be read",
            file=str(file),
            found=error.strerror or type(error).__name__,
            next_step=f"check --passphrase-file or {VARIABLE}",
        ) from None
    data = data.removesuffix(b"\n").removesuffix(b"\r")
    if not data or len(data) > MOST_BYTES:
        raise UsageError(
            "the passphrase file does not hold a passphrase",
            file=str(file),
            expected=f"one line of 1 to {MOST_BYTES} bytes",
            found=f"{len(data)} bytes",
        )
    return data
