"""Files of every format, handed in to a mission: it then holds rows of every table that can be revealed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tests.formats.every_format import FORMATS
from tests.mission.handing_in import AT_US, deposit_plots, plots_file
from tests.mission.stage import Counted
from veedor.formats.reader import Options
from veedor.formats.source import FileSource
from veedor.mission.copy.append import Mission
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import deposit
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.deposits.held import Held, held_deposits

LIST = b"""<?xml version="1.0"?>
<CONSOLIDATED_LIST dateGenerated="2024-07-06T00:00:00"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>
<FIRST_NAME>SIMULATED</FIRST_NAME><REFERENCE_NUMBER>TSi.001</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS>
</CONSOLIDATED_LIST>
"""
TILE = struct.pack(">h", 7) * 1201 * 1201


def files(folder: Path) -> Iterator[Path]:
    """One file of every format, under names by which they are told apart."""
    named = {"un.xml": LIST, "N07W072.hgt": TILE}
    named |= {{"sites": "sites.toml"}.get(name, name): form.files[0] for name, form in FORMATS.items()}
    for name, data in named.items():
        path = folder / name
        path.write_bytes(data)
        yield path


def hand_in_everything(mission: Mission, folder: Path) -> tuple[Held, ...]:
    """All deposits, in the order of the log; one of them has a row that was rejected."""
    folder.mkdir()
    deposit_plots(mission, plots_file(folder, "damaged.csv", damaged=3))
    options = Options(simulated=True, latest_us=AT_US)
    for number, path in enumerate(files(folder)):
        for made in hand_ins([FileSource(path)], options):
            deposit(mission, made, SIMULATED_COVER, "open", AT_US, Counted(f"deposit {number}"))
    return tuple(held_deposits(mission.folder, mission.files, mission.state))
