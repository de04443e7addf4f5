"""How the memory that a run may take is shared: one process tree, so many workers, so much for one task's rows."""

from __future__ import annotations

from dataclasses import dataclass

# What one process takes before it reads a row: interpreter, Arrow, numba; shared pages counted once.
PROCESS_BYTES = 130 << 20
_LEAST = 48 << 20


@dataclass(frozen=True)
class Budget:
    """`memory_bytes` is for the whole tree. With little memory fewer processes work; results do not depend on it."""

    memory_bytes: int
    workers: int

    @property
    def processes(self) -> int:
        """Workers that the memory carries, at least one."""
        return max(1, min(self.workers, self.memory_bytes // (2 * PROCESS_BYTES)))

    @property
    def worker_bytes(self) -> int:
        """What one worker may use for rows."""
        idle = PROCESS_BYTES * (self.processes + 1 if self.processes > 1 else 1)
        return max(_LEAST, (self.memory_bytes - idle) // self.processes)

    @property
    def task_bytes(self) -> int:
        """Rows of one call: sorting, encoding for the digest and writing take several times what the rows take
        (measured: about seven times)."""
        return self.worker_bytes // 8
