"""What the shipped code makes of some real ends of legs: strips, with each flight put off by so many days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.landing.gathering import Site, sites
from veedor.air.landing.hypotheses import Hypotheses, hypotheses
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.strips import Strips, firm
from veedor.air.scales import DAY_US

Ints = npt.NDArray[np.int64]

FOUND_M = 5_000.0
RULES = Strips().parameters


def taken(found: Ends, numbers: Ints, pressure: Ints, day: Ints) -> tuple[list[Site], Hypotheses]:
    """The strips that these ends come to, and the hypotheses that their flights are numbers of."""
    columns = {each: getattr(found, each)[numbers] for each in Ends.__dataclass_fields__ if each != "legs"}
    some = Ends(legs=found.legs.take(pa.array(numbers)).combine_chunks(), **columns)
    some = replace(some, time_us=some.time_us + day * DAY_US)
    given = hypotheses(some, firm(some, RULES), pressure[numbers], RULES)
    return sites(given, some, RULES), given
