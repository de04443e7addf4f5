"""What a mission needs from outside: files, head records, randomness, and the passphrase if it is to sign."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from veedor.errors import UsageError
from veedor.log_folder.files import Files
from veedor.mission.copy.keys import Work
from veedor.mission.statements.salts import Entropy


@dataclass(frozen=True)
class Means:
    """`entropy(n)` gives n random bytes; `work` is the cost of guessing the passphrase of keys made from now on."""

    files: Files
    state_folder: Path
    entropy: Entropy
    passphrase: bytes | None = None
    work: Work = field(default_factory=Work)

    def need_passphrase(self) -> bytes:
        """What private keys are encrypted under; UsageError where none was given, which is enough to read."""
        if self.passphrase is None:
            raise UsageError("this needs the passphrase of the keys", next_step="give --passphrase-file FILE")
        return self.passphrase
