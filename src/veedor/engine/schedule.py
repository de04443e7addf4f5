"""Running the steps of a graph, each once all it waits for are done, several side by side where that is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait


def run_graph(
    needs: Mapping[int, Set[int]], step: Callable[[int], None], at_once: int, stop: Callable[[], None] = lambda: None
) -> None:
    """Calls `step` for every key of `needs`, in order of number among those that are ready, at most `at_once` in
    threads at the same time (in this thread where it is 1). The first error is raised once the others have ended;
    `stop` is called before waiting for them, so that they end soon."""
    if at_once == 1:
        done: set[int] = set()
        while len(done) < len(needs):
            number = min(key for key in needs if key not in done and needs[key] <= done)
            step(number)
            done.add(number)
        return
    with ThreadPoolExecutor(at_once, "stage") as threads:
        _side_by_side(needs, step, at_once, stop, threads)


def _side_by_side(
    needs: Mapping[int, Set[int]],
    step: Callable[[int], None],
    at_once: int,
    stop: Callable[[], None],
    threads: ThreadPoolExecutor,
) -> None:
    done: set[int] = set()
    going: dict[Future[None], int] = {}
    try:
        while len(done) < len(needs):
            begun = done | set(going.values())
            ready = sorted(key for key in needs if key not in begun and needs[key] <= done)
            for number in ready[: at_once - len(going)]:
                going[threads.submit(step, number)] = number
            for future in wait(going, return_when=FIRST_COMPLETED).done:
                future.result()
                done.add(going.pop(future))
    except BaseException:
        stop()
        raise
