"""What of a scenario can be switched off, and in which format its radars write: declared, and told to the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RadarFormat = Literal["tables", "asterix"]
ReceiverFormat = Literal["traces", "asterix"]
BankFormat = Literal["files", "messages"]


@dataclass(frozen=True)
class Switches:
    """All on is the ordinary scenario. `radars`: CSV and Parquet with mappings, or ASTERIX data blocks.
    `ordinary`: the six kinds of innocent flights that every scenario has; `lookalikes`: further kinds, from the list in
    lookalikes/kinds.py. `receivers`: traces and state vectors, or ASTERIX. `faults`: sensor and kind (faults.py).
    `typologies`: of laundering, beside the four that every scenario has (further.py). `papers`: plans, NOTAM, logs and
    lists beside the sensors' files (papers.py). `banks`: camt.053 and CSV, or with MT940 and the messages that banks
    send each other."""

    radars: RadarFormat = "tables"
    biases: bool = True
    clutter: bool = True
    outages: bool = True
    ordinary: bool = True
    lookalikes: tuple[str, ...] = ()
    receivers: ReceiverFormat = "traces"
    noise: bool = True
    faults: tuple[tuple[str, str], ...] = ()
    typologies: tuple[str, ...] = ()
    papers: bool = False
    banks: BankFormat = "files"


ALL_ON = Switches()
