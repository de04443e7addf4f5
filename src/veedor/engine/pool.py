"""Where tasks run: in this process, or in a pool of processes that outlives the stages of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from multiprocessing import forkserver, get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import TypeVar

import pyarrow as pa

from veedor.engine.give_back import give_back, keep_little, keep_much, keeping_little
from veedor.errors import StoreError

T = TypeVar("T")


class Pool:
    """Runs callables (picklable ones where `workers` > 1) and gives their results in the order of the callables.

    Processes are forked off a server that has imported everything and started no thread: imports are paid once and
    shared in memory, and no lock is copied that a thread of Arrow or numba holds. Without such a server (Windows) they
    are spawned. `modules` are imported by the server. `tight`: memory is given back after each task, at a price.
    """

    def __init__(self, workers: int, modules: Sequence[str] = (), tight: bool = False) -> None:
        self.workers, self.modules, self.tight = workers, modules, tight
        self._executor: ProcessPoolExecutor | None = None
        self._set = ExitStack()

    def __enter__(self) -> Pool:
        if self.workers > 1:
            self._executor = ProcessPoolExecutor(self.workers, _context(self.modules), _begin, (self.tight,))
        elif self.tight:
            self._set.enter_context(keeping_little())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
        self._set.close()
        give_back()

    def stop(self) -> None:
        """Lets what runs end and drops the rest; who waits for a result hears an error."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def run(
        self, tasks: Sequence[Callable[[], T]], done: Callable[[int], None] = lambda _: None, first_alone: bool = False
    ) -> list[T]:
        """All results; `done` hears after each how many are. The first error stops the rest. May be called from
        several threads. `first_alone`: the others wait for the first, and find in the cache what it had to compile."""
        if self._executor is None:
            results = []
            for number, task in enumerate(tasks):
                results.append(_call(task, self.tight))
                done(number + 1)
            return results
        try:
            return self._spread(self._executor, tasks, done, first_alone)
        except BrokenProcessPool as error:
            raise StoreError(
                "a worker process died, most likely for want of memory",
                next_step="give fewer workers, or more memory",
            ) from error

    def _spread(
        self,
        executor: ProcessPoolExecutor,
        tasks: Sequence[Callable[[], T]],
        done: Callable[[int], None],
        first_alone: bool,
    ) -> list[T]:
        results: dict[int, T] = {}
        pending: dict[Future[T], int] = {}
        coming = iter(enumerate(tasks))
        try:
            while len(results) < len(tasks):
                # Few tasks in flight: each carries its plan, and none may wait for long behind a failure.
                most = 1 if first_alone and not results else 2 * self.workers
                while len(pending) < most and (following := next(coming, None)) is not None:
                    pending[executor.submit(_call, following[1], self.tight)] = following[0]
                finished, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    results[pending.pop(future)] = future.result()
                    done(len(results))
        finally:
            for future in pending:
                future.cancel()
        return [results[number] for number in range(len(tasks))]


def _call(task: Callable[[], T], tight: bool) -> T:
    try:
        return task()
    finally:
        if tight:
            give_back()


def _context(modules: Sequence[str]) -> BaseContext:
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["veedor.engine.execute", *modules, "veedor.engine.ready"])
    # Started now, so that it imports while this process plans.
    forkserver.ensure_running()
    return context


def _begin(tight: bool) -> None:
    """Each process is one worker: Arrow's own threads would multiply memory without adding processors."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    if tight:
        keep_little()
    else:
        keep_much()
