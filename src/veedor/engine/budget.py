"""How the memory that a run may take is shared: one process tree, so many workers, so much for one task's rows."""

from __future__ import annotations

from dataclasses import dataclass

# What the tree takes before it reads a row, with every kernel of the whole chain loaded: anonymous pages by their
# proportional share, pages of files once. Measured on 2026-11-26 on an idle pool of 1, 2 and 4 processes: 304, 391 and
# 401 MiB. About 135 MB of it are libraries (Arrow, LLVM, scipy) as they lie on disk, the rest interpreters and kernels.
ALONE_BYTES = 305 << 20
# With workers there are two processes more: the one that was started, and the one that workers are forked off.
TREE_BYTES = 390 << 20
# What each worker adds to it.
PROCESS_BYTES = 20 << 20
# Less than this for each worker's rows, and one process in place of two is sooner done: what a chunk of six hours or a
# busy account takes does not become less with the budget.
_WORTH = 160 << 20
# With less, what allocators keep from one task to the next is given back.
_TIGHT = 1 << 30
_LEAST = 48 << 20


@dataclass(frozen=True)
class Budget:
    """`memory_bytes` is for the whole tree. With little memory fewer processes work; results do not depend on it."""

    memory_bytes: int
    workers: int

    @property
    def processes(self) -> int:
        """Workers that the memory carries, at least one."""
        return max(1, min(self.workers, (self.memory_bytes - TREE_BYTES) // (PROCESS_BYTES + _WORTH)))

    @property
    def worker_bytes(self) -> int:
        """What one worker may use for rows."""
        before = TREE_BYTES if self.processes > 1 else ALONE_BYTES
        return max(_LEAST, (self.memory_bytes - before) // self.processes - PROCESS_BYTES)

    @property
    def tight(self) -> bool:
        """Whether what allocators keep for later would be a large part of a worker's memory."""
        return self.worker_bytes < _TIGHT

    @property
    def task_bytes(self) -> int:
        """Rows of one call: a detector sorts and copies them and makes its answer beside them, up to eight times what
        the rows take (measured: account profiles); buckets differ in size, and what was freed is not all given back."""
        return self.worker_bytes // 12
