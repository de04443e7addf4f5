"""Rows that several detectors read alike are set aside once, by the first of them; the others take what it left.

Alike is: the same row groups, columns, filter, chosen keys and buckets. What was set aside lies in the work folder
until the run ends, so that nobody has to say when it may go.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from veedor.engine.partition import Key
from veedor.engine.shuffle import Pass
from veedor.engine.spill import Segment

Found = list[list[tuple[Key, Segment]]]


class SetAside:
    """For the threads of one run: where two want the same at the same time, one does it and the other waits."""

    def __init__(self) -> None:
        self._found: dict[tuple[Pass, ...], Future[Found]] = {}
        self._lock = threading.Lock()

    def once(self, passes: Sequence[Pass], run: Callable[[], Found]) -> Found:
        """What `run` gives for these passes, or gave for the same ones before; its error is everybody's."""
        alike = tuple(replace(one, read=replace(one.read, handed_as="", only_with=""), path=Path()) for one in passes)
        with self._lock:
            first = alike not in self._found
            future = self._found.setdefault(alike, Future())
        if first:
            try:
                future.set_result(run())
            except BaseException as error:
                future.set_exception(error)
                raise
        return future.result()
