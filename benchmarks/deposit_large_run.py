"""One long file handed in, or only read, by a process that has nothing else in it.

`deposit MISSION PASSPHRASE FILE` is the command `veedor deposit MISSION FILE`, `read FILE` its reader alone. The last
line on stdout is a JSON object: processor seconds with imports and children, and the most that was ever resident
(VmHWM of this process: what its starter held is not in it), before the first record and at the end.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY_MIB = 256


def peak_bytes() -> int:
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    return 0 if found is None else 1024 * int(found[1])


def handed_in(mission: str, passphrase: str, file: str) -> int:
    """The base here is what the command has imported when it begins."""
    from veedor.cli import app

    sys.argv = ["veedor", "deposit", mission, file, "--passphrase-file", passphrase]
    begun = []
    command = app.app

    def begin(*given: Any, **options: Any) -> object:
        import veedor.cli.deposit  # noqa: F401 — what is imported is no memory of the deposit

        begun.append(peak_bytes())
        return command(*given, **options)

    vars(app)["app"] = begin
    try:
        app.main()
    except SystemExit as end:
        if end.code:
            raise
    return begun[0]


def only_read(file: str) -> int:
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    from veedor.formats.archive import open_sources
    from veedor.formats.reader import Options
    from veedor.mission.deposits.hand_ins import hand_ins

    begun = peak_bytes()
    (whole,) = hand_ins(open_sources([Path(file)]), Options(simulated=True))
    (source,) = whole.sources
    for batch in whole.reader.read(source, whole.options):
        del batch
    return begun


def main() -> None:
    begun = handed_in(*sys.argv[2:]) if sys.argv[1] == "deposit" else only_read(*sys.argv[2:])
    if resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss:
        raise RuntimeError("another process helped: its memory is not in the figure")
    spent = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sys.stdout.write(json.dumps({"seconds": spent, "peak": peak_bytes(), "begun": begun}) + "\n")


if __name__ == "__main__":
    main()
