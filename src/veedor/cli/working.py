"""Progress of a run on stderr: stage, tasks done, time; silent where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from veedor.cli.output import progress as console
from veedor.words import Language, say

if TYPE_CHECKING:  # a deposit shows its rows without loading what runs detectors
    from veedor.engine.execute import Progress as RunProgress


@contextmanager
def reading_rows(language: Language) -> Iterator[Callable[[int], None]]:
    """A callback that shows on one line how many rows were read so far; silent where stderr is no terminal."""
    if not console.is_terminal:
        yield lambda rows: None
        return
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task(say("deposit.reading", language, {"n": 0}), total=None)
        yield lambda rows: bar.update(task, description=say("deposit.reading", language, {"n": rows}))


@contextmanager
def working() -> Iterator[Callable[[RunProgress], None] | None]:
    """A callback for `execute` that draws one line while it runs; None where stderr is no terminal."""
    if not console.is_terminal:
        yield None
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def tell(at: RunProgress) -> None:
            name = f"{at.stage + 1}/{at.stages} {at.detector}: {at.step}"
            bar.update(task, description=name, completed=at.done, total=at.total or None)

        yield tell
