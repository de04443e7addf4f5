"""One long recording handed in, or only read, by a process that has nothing else in it: `deposit FILE`, `read FILE`.

What it took stands on stdout as one JSON object: rows, processor seconds with imports and children, and the most that
was ever resident (VmHWM of this process: what its starter held is not in it), before the first record and at the end.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from pathlib import Path

from veedor.formats.archive import open_sources
from veedor.formats.reader import Options
from veedor.log_folder.files import DiskFiles
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.keys import Work
from veedor.mission.copy.means import Means
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import deposit
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.founding.founding import found_simulated, invitations, terms_of

NOW_US = 1_790_000_000_000_000
MEMORY_MIB = 256


def peak_bytes() -> int:
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    return 0 if found is None else 1024 * int(found[1])


def handed_in(file: Path) -> int:
    folder = file.parent
    means = Means(DiskFiles(), folder / "state", os.urandom, b"only for this benchmark", Work(n=2, r=1, p=1))
    terms = terms_of(
        mission="bench", origin="veedor.example/bench", invited=invitations("ve", ()), appender="ve",
        created_us=NOW_US, simulated=True,
    )  # fmt: skip
    found_simulated(folder / "mission", terms, means)
    settings = folder / "mission" / "mission.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("memory_mib = 2048", f"memory_mib = {MEMORY_MIB}"), encoding="utf-8")
    with open_mission(folder / "mission", means) as mission:
        assert mission.folder.settings.engine.memory_mib == MEMORY_MIB
        (whole,) = hand_ins(open_sources([file]), Options(simulated=True))
        done = deposit(mission, whole, SIMULATED_COVER, "open", NOW_US, os.urandom)
    if done.rejected:
        raise RuntimeError(f"{done.rejected} rejected")
    return done.accepted


def only_read(file: Path) -> int:
    (whole,) = hand_ins(open_sources([file]), Options(simulated=True))
    (source,) = whole.sources
    return sum(batch.rows.num_rows for batch in whole.reader.read(source, whole.options))


def main() -> None:
    begun = peak_bytes()
    rows = {"deposit": handed_in, "read": only_read}[sys.argv[1]](Path(sys.argv[2]))
    spent = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sys.stdout.write(json.dumps({"rows": rows, "seconds": spent, "peak": peak_bytes(), "begun": begun}) + "\n")


if __name__ == "__main__":
    main()
