"""The table of roles and types: one sample of each type, said by a member of each role."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.mission.speaking import Author, reason
from tests.mission.stage import HOUR_US, NOON_US, Counted, a_deposit, a_run, found, some_findings
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.keys import new_keys, new_member
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS, AnyKind
from veedor.mission.statements.access import Delegate, Mailbox, Recover, Revoke, Rotate
from veedor.mission.statements.acts import Attest, Label, Look
from veedor.mission.statements.authority import Adopt, Cosignature, Freeze, Handover, Policy, Receipt, Seal
from veedor.mission.statements.bodies import Body, FindingRows, Handling, Join, Period, Quorum, Restate, RootedFindings
from veedor.mission.statements.salts import Private

ANYBODY = {"party", "observer", "mediator"}
PARTY = {"party"}
PRIVATE = Private(Counted("table"))
NEWCOMER = new_keys("br", Counted("br"))
FINDINGS = some_findings(PRIVATE, "a" * 64)
ROOTED = RootedFindings(**msgspec.structs.asdict(FINDINGS), rows=FindingRows("finding_parts/1", "b" * 64, "rows/1"))

# Written out here once more, as decision 6 has it: who may author each type, and one thing to say.
TABLE: dict[str, tuple[set[str], Body]] = {
    "join": (PARTY, Join(new_member("veedor.example/test", "br", "party", NEWCOMER))),
    "deposit": (PARTY, a_deposit(PRIVATE)),
    "restate": (PARTY, Restate("a" * 64, Period(0, HOUR_US, "complete"), ())),
    "run": (ANYBODY, a_run(PRIVATE)),
    "findings": (ANYBODY, FINDINGS),
    "findings/2": (ANYBODY, ROOTED),
    "seal": (ANYBODY, Seal(1, "a" * 64, "b" * 128, (Cosignature("ve", 1, "c" * 128),))),
    "policy": (PARTY, Policy(Quorum("all", 0, 0), Quorum("all", 0, 0), 0)),
    "adopt": (PARTY, Adopt("accord", "a" * 64, NOON_US)),
    "handover": (ANYBODY, Handover("co")),
    "freeze": (PARTY, Freeze("ended", "")),
    "receipt": (ANYBODY, Receipt("co", 1, "a" * 64, NOON_US)),
    "rotate": (ANYBODY, Rotate("log", "a" * 64, "b" * 64, "c" * 128)),
    "recover": (ANYBODY, Recover("ve", "log", "a" * 64, "b" * 128, "")),
    "revoke": (ANYBODY, Revoke("a" * 64, 1)),
    "delegate": (ANYBODY, Delegate("a" * 64, "browser", ("look",), NOON_US)),
    "mailbox": (ANYBODY, Mailbox("9" * 64)),
    "look": (ANYBODY, Look("ve", "plots", "case", 1, NOON_US, "a" * 64)),
    "attest": (ANYBODY, Attest("other", NOON_US, "a" * 64, "")),
    "label": (ANYBODY, Label("a" * 64, Handling("simulated", "test", "evidence", "ve", "none", 0))),
}
MEMBERS = {"ve": "party", "qa": "mediator", "ec": "observer"}


def named(kind: AnyKind) -> str:
    """A type by its name, with its number from the second on."""
    return kind.type.name if kind.type.number == 1 else f"{kind.type.name}/{kind.type.number}"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("begun")
    found(folder, others=("co", "qa:mediator", "ec:observer"))
    return folder / "mission"


@pytest.fixture(scope="module")
def start(begun: Path) -> State:
    return fold(LogReader(begun / "log", DiskFiles()).entries(), KINDS)


def test_every_type_stands_in_the_table() -> None:
    assert {named(kind) for kind in KINDS} == set(TABLE)


@pytest.mark.parametrize("party", MEMBERS)
@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_role_may_author_a_type_or_not(start: State, begun: Path, kind, party: str) -> None:
    allowed, body = TABLE[named(kind)]
    why = reason(start, Author(begun, party).says(start, kind.type, body))
    assert (why != "not_allowed") == (MEMBERS[party] in allowed), why
