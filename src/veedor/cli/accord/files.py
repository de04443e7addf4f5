"""Files that a person names to `veedor accord`: an accord, dated statements."""

from __future__ import annotations

from pathlib import Path

from veedor.accord.at_hand import WORKING_COPY
from veedor.accord.load import Loaded, read_accord
from veedor.accord.strict_yaml import LARGEST_BYTES
from veedor.cli.means import reading
from veedor.errors import UsageError


def accord_of(file: Path) -> Loaded:
    """The accord in a file, as YAML or canonical JSON."""
    return read_accord(content_of(file, 2 * LARGEST_BYTES + 1), str(file))


def accord_in(mission: Path) -> Loaded:
    """The working copy in a mission folder."""
    file = mission / WORKING_COPY
    if mission.is_dir() and not file.exists():
        raise UsageError(
            "the folder has no accord to sign",
            file=str(file),
            next_step="put it there, or name the accord: `veedor accord sign MISSION FILE`",
        )
    return accord_of(file)


def content_of(file: Path, at_most: int) -> bytes:
    """The first so many bytes of a file; UsageError where there is none."""
    files = reading().files
    is_folder = files.is_folder(file)
    if is_folder or not files.exists(file):
        raise UsageError(
            "this is a folder" if is_folder else "no such file",
            file=str(file),
            expected="a file",
            next_step="check the path; `veedor accord example doha FOLDER` makes files to try",
        )
    return files.read(file, at_most)
