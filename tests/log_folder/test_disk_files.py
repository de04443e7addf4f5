"""What is called durable was asked of the disk: the content before its name, the name's folder after it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from veedor.log_folder.files import DiskFiles, Files, commit_new, write_durable


@pytest.mark.parametrize("write", [write_durable, commit_new])
def test_content_and_folder_reach_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Files, Path, bytes], None]
) -> None:
    file, synced = tmp_path / "head", []

    def sync(handle: int) -> None:
        place = Path(f"/proc/self/fd/{handle}").readlink()
        content = place.read_bytes() if place.is_file() else sorted(name.name for name in place.iterdir())
        synced.append((place.name, file.exists(), content))

    monkeypatch.setattr(os, "fsync", sync)
    write(DiskFiles(), file, b"said")
    assert synced == [("head.part", False, b"said"), (tmp_path.name, True, ["head"])]
