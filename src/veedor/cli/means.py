"""What the command line brings to a mission: files, state folder, randomness, clock and passphrase."""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from veedor.errors import UsageError
from veedor.log_folder.files import DiskFiles
from veedor.mission.copy.folder import state_folder
from veedor.mission.copy.means import Means
from veedor.mission.copy.passphrase import read_passphrase


def reading() -> Means:
    """Enough to read and verify: no passphrase is asked for."""
    return Means(DiskFiles(), state_folder(os.environ, Path.home()), os.urandom)


def signing(passphrase_file: Path | None, *, new_keys: bool = False) -> Means:
    """Means with the passphrase: from the file, the environment, or asked for at a terminal (twice for new keys)."""
    ask = ask_twice() if new_keys else ask_once()
    passphrase = read_passphrase(passphrase_file, os.environ, ask)
    return Means(DiskFiles(), state_folder(os.environ, Path.home()), os.urandom, passphrase)


def ask_once() -> Callable[[], str] | None:
    """Asks at the terminal for the passphrase of a key; None where there is none."""
    return _ask if _terminal() else None


def ask_twice() -> Callable[[], str] | None:
    """Asks at the terminal for a new passphrase; None where there is none."""
    return _ask_twice if _terminal() else None


def now_us() -> int:
    """The clock of this machine, in microseconds since 1970."""
    return time.time_ns() // 1000


def _terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _ask() -> str:
    return getpass.getpass("Passphrase of the keys: ", sys.stderr)


def _ask_twice() -> str:
    first = getpass.getpass("New passphrase for the keys: ", sys.stderr)
    if first != getpass.getpass("The same again: ", sys.stderr):
        raise UsageError("the two passphrases differ", next_step="start again")
    return first
