"""Which broadcasting aircraft a radar saw that asks for Mode A and C alone and so learns no address: by its code.

A code counts where one aircraft alone broadcasts it in the time that is looked at, and where it is not one that many
set (visual flight, distress, conspicuity). Another that broadcasts nothing may have the same code far away: only
answers at that height are compared (broadcasts.py), and only by radars that agree with the aircraft at other times.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NO_ALTITUDE, NONE, ints, truths
from veedor.air.sensing.bias_targets import SHARED
from veedor.tables.plots import ADSB, SSR

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEEDED = ("code_3a", "code_3a_valid", "code_3a_garbled")
_CODES = 0o10000


def may_tell(plots: pa.Table) -> Bools:
    """Radars' answers without an address whose code and height are known."""
    address, mode = ints(plots["address"], NONE), ints(plots["mode"], 0)
    answers = (address == NONE) & ((mode & SSR) != 0) & (_codes(plots) != NONE)
    found: Bools = answers & (ints(plots["altitude_pressure_mm"], NO_ALTITUDE) != NO_ALTITUDE)
    return found


def named(plots: pa.Table) -> tuple[Ints, Bools]:
    """(addresses, those of radars' answers by their codes; which are by code): NONE where a code is nobody's own."""
    address, code = ints(plots["address"], NONE), _codes(plots)
    says = ((ints(plots["mode"], 0) & ADSB) != 0) & (address != NONE) & (code != NONE)
    pairs = np.unique(code[says] << 24 | address[says])
    of_code, users = np.unique(pairs >> 24, return_counts=True)
    owner = np.full(_CODES, NONE, np.int64)
    owner[pairs >> 24] = pairs & 0xFFFFFF
    owner[of_code[users > 1]] = NONE
    by_code = address == NONE
    return np.where(by_code, np.where(code == NONE, NONE, owner[np.maximum(code, 0)]), address), by_code


def _codes(plots: pa.Table) -> Ints:
    """Codes that are validated and one aircraft's own, NONE else."""
    code = ints(plots["code_3a"], NONE)
    doubtful = truths(plots["code_3a_garbled"]) | truths(pc.invert(plots["code_3a_valid"]))
    return np.where(doubtful | np.isin(code, SHARED), NONE, code)
