"""A stage for missions in tests: countable randomness, cheap key files, and sample things to say.

Keys made here are TEST KEYS: anybody can make them again. Nothing outside tests may use this randomness.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from veedor.log_folder.files import DiskFiles, Files
from veedor.mission.copy.keys import Work
from veedor.mission.copy.means import Means
from veedor.mission.founding.founding import Progress, found_simulated, invitations, terms_of
from veedor.mission.statements.bodies import (
    Deposit,
    DepositCommitments,
    Findings,
    Handling,
    Inputs,
    KindCount,
    Layout,
    Parameters,
    Period,
    Result,
    Rows,
    Run,
    Software,
)
from veedor.mission.statements.salts import Private, inputs_root
from veedor.mission.statements.vocabulary import HOUR_US

DAY_US = 24 * HOUR_US
NOON_US = 1_790_000_000_000_000 // DAY_US * DAY_US + 12 * HOUR_US
PASSPHRASE = b"only for tests"
CHEAP = Work(n=2, r=1, p=1)
ORIGIN = "veedor.example/test"


class Counted:
    """Randomness that is the same in every test run: SHA-256 of a seed and a counter."""

    def __init__(self, seed: str = "test") -> None:
        self._seed = seed.encode()
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(b"TEST KEYS" + self._seed + self._count.to_bytes(8, "big")).digest(size)


def means(folder: Path, seed: str = "test", files: Files | None = None) -> Means:
    return Means(files or DiskFiles(), folder / "state", Counted(seed), PASSPHRASE, CHEAP)


def found(
    folder: Path, others: Sequence[str] = ("co", "qa:mediator"), given: Means | None = None, name: str = "mission"
) -> Progress:
    """A simulated mission of `ve` and others, all keys in `folder/mission`."""
    terms = terms_of(
        mission="test",
        origin=ORIGIN,
        invited=invitations("ve", others),
        appender="ve",
        created_us=NOON_US,
        simulated=True,
    )
    return found_simulated(folder / name, terms, given or means(folder))


def a_deposit(private: Private, digest: bytes = b"\1" * 32, party: str = "ve", **changes: object) -> Deposit:
    said: dict[str, object] = {
        "mode": "sealed",
        "simulated": True,
        "classes": ("plots",),
        "tables": ("plots/1",),
        "recorder": "simulator",
        "clock": "simulated",
        "period": Period(NOON_US - DAY_US, NOON_US, "complete"),
        "outages": (),
        "conversions": (),
        "rows": Rows(1, 100, 2, 1, 80, 0, 20),
        "handling": Handling("simulated", "test", "intelligence_only", party, "none", NOON_US + 365 * DAY_US),
        "commitments": DepositCommitments(
            private.commit("deposit/1", digest), private.commit("details/1", b"{}"), "a" * 64, "b" * 64, "records/1"
        ),
    }
    return Deposit(**(said | changes))


def a_run(private: Private, deposits: Sequence[bytes] = (b"\1" * 32,), **changes: object) -> Run:
    said: dict[str, object] = {
        "inputs": Inputs("common", len(deposits), inputs_root(private.commit("input/1", each) for each in deposits)),
        "adoption": "",
        "simulated": True,
        "as_of_us": NOON_US,
        "started_us": NOON_US,
        "ended_us": NOON_US + 1,
        "software": Software("veedor", "0.1.0", ""),
        "layout": Layout(64, 24),
        "parameters": (Parameters("air.legs", 1, private.commit("parameters/1", b"p" * 32)),),
        "tables": (Result("legs/1", 7, private.commit("table/1", b"t" * 32)),),
    }
    return Run(**(said | changes))


def some_findings(private: Private, run: str, **changes: object) -> Findings:
    said: dict[str, object] = {
        "run": run,
        "simulated": True,
        "total": 3,
        "kinds": (KindCount("gap.silent", 1), KindCount("landing.away", 2)),
        "commitment": private.commit("findings/1", b"f" * 32),
    }
    return Findings(**(said | changes))
