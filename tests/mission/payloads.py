"""What members find in their mailboxes, and a run that is sealed to all."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tests.mission.member_copies import as_member, copy_for
from tests.mission.stage import NOON_US, a_run
from veedor.mission.acts.payloads import PayloadHere, payloads_here
from veedor.mission.copy.append import Mission, Published
from veedor.mission.statements.bodies import Inputs, Run
from veedor.mission.statements.salts import Private, inputs_root
from veedor.mission.statements.types import RUN


def seen_by(party: str, whole: Path, tmp_path: Path) -> tuple[Mission, list[PayloadHere]]:
    copy = as_member(party, copy_for(party, whole, tmp_path / f"copy of {party} {len(list(tmp_path.iterdir()))}"))
    return copy, list(payloads_here(copy, copy.keys.mailboxes()))


def a_common_run(mission: Mission) -> Published:
    private = mission.confidential.collect(share=True)
    return mission.publish(RUN, run_with_domains(private), NOON_US, private)


def run_with_domains(private: Private) -> Run:
    inputs = [private.commit("run-input/1", each) for each in (b"\1" * 32, b"\2" * 32)]
    other = Private(os.urandom)
    return msgspec.structs.replace(
        a_run(other, []),
        inputs=Inputs("common", 2, inputs_root(inputs)),
        parameters=(msgspec.structs.replace(a_run(other).parameters[0], commitment=private.commit("p/1", b"p")),),
        tables=(msgspec.structs.replace(a_run(other).tables[0], commitment=private.commit("t/1", b"t")),),
    )
