"""`veedor accord example`: an accord to read and to try, with the dated statements made under it."""

from __future__ import annotations

from pathlib import Path

from veedor.accord.examples import Example, example_files
from veedor.cli import output
from veedor.cli.options import InLanguage
from veedor.errors import UsageError
from veedor.words import say


def example(name: Example, folder: Path, /, *, language: InLanguage = "en") -> int:
    """Put an accord and the statements made under it into FOLDER, to read, to check and to follow.

    Parameters
    ----------
    name
        Which: OFAC General Licenses 43 and 44, the snapback of resolution 2231, a challenge inspection under the
        Chemical Weapons Convention, or the deal of Doha.
    folder
        A new folder.
    """
    if folder.exists():
        raise UsageError("this folder exists already", file=str(folder), next_step="name a new folder")
    folder.mkdir(parents=True)
    for file, content in example_files(name).items():
        (folder / file).write_bytes(content)
        output.text(say("export.written", language, {"file": str(folder / file)}))
    return 0
