"""Bundles and reveals that the first verifier writes are judged alike by the second, whole and spoiled."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.mission.handing_in import deposit_plots, plots_file
from tests.mission.test_bundles import bundled, repacked
from tests.mission.test_single_files import cosigned, policy_of
from tests.page.second import b64, judged
from veedor.log.canonical_json import canonical_bytes
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission
from veedor.mission.state.policy import parse_policy
from veedor.mission.verification.bundle import verify_bundle
from veedor.mission.verification.reveal import encode_reveal, prove, reveal
from veedor.mission.verification.single_file import verify_file
from veedor.mission.verification.trust import Trust

pytestmark = pytest.mark.page


@pytest.fixture
def deposited(mission: Mission, tmp_path: Path) -> Mission:
    deposit_plots(mission, plots_file(tmp_path, damaged=3))
    return mission


def asked(data: bytes, trust: str) -> dict[str, Any]:
    return {"judge": "verify", "data": b64(data), "options": {"trust": trust}}


def test_reveals_whole_and_spoiled(deposited: Mission) -> None:
    trust = deposited.state.genesis_digest
    good = [
        encode_reveal(reveal(deposited, 1, rows, parts))
        for rows, parts in (((3, 5), None), ((5,), ("detection",)), ((), None))
    ]
    cosigned(deposited, "co", "ve")
    good.append(encode_reveal(reveal(deposited, 1, (6,), None)))
    good.append(encode_reveal(reveal(deposited, 0, (), None)))
    draw, made = random.Random(5), list(good)
    for data in good[:4]:
        for _ in range(150):
            at = draw.randrange(len(data))
            made.append(data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :])
        made += [data[: draw.randrange(len(data))] for _ in range(20)]
    made += list(lies(json.loads(good[0])))
    seconds = judged([asked(data, trust) for data in made])
    firsts = [verify_file(data, "reveal", Trust(digest=trust)) for data in made]
    kinds = zip(made, firsts, seconds, strict=True)
    # What does not begin like a reveal is read as a head without keys, which the two ask for in different ways.
    judgements = [(first.verdict, second["verdict"]) for data, first, second in kinds if data.startswith(b"{")]
    assert [first for first, _ in judgements] == [second for _, second in judgements]
    assert [second for _, second in judgements[:5]] == ["not agreed"] * 3 + ["verified"] * 2
    assert sum(second == "failed" for _, second in judgements) > 500


def lies(made: dict[str, Any]) -> list[bytes]:
    row = made["rows"][1]
    parts = row["parts"]
    changes = (
        *({"row": row["row"] + 1}, {"position": row["position"] + 1}, {"tree": "rejected"}, {"table": "entries/1"}),
        *(
            {"table": "unheard/1"},
            {"parts": parts[:-1]},
            {"parts": parts[::-1]},
            {"parts": []},
            {"proof": row["proof"][1:]},
        ),
        *({"parts": [{**parts[0], "salt": ""}, *parts[1:]]}, {"parts": [{**parts[0], "data": ""}, *parts[1:]]}),
        *({"parts": [{**parts[0], "name": "x"}, *parts[1:]]}, {"proof": [*row["proof"], "00" * 32]}, {"more": 1}),
    )
    return [canonical_bytes(made | {"rows": [made["rows"][0], row | change]}) + b"\n" for change in changes]


def test_rows_are_shown_as_they_were_handed_in(deposited: Mission, tmp_path: Path) -> None:
    data = bundled(deposited, {"rows.json": encode_reveal(reveal(deposited, 1, (3, 5), None))})
    (answer,) = judged([asked(data, deposited.state.genesis_digest)])
    assert answer["verdict"] == "not agreed"
    lines = (tmp_path / "a.csv").read_bytes().splitlines()
    rejected, accepted = answer["rows"]
    assert (rejected["tree"], rejected["row"], accepted["tree"], accepted["row"]) == ("rejected", 3, "accepted", 5)
    assert bytes(accepted["shown"][-1]["data"].values()).strip() == lines[6]
    assert [part["name"] for part in accepted["shown"]] == ["detection", "position", "identity", "original"]


def test_bundles_whole_and_spoiled(deposited: Mission, tmp_path: Path) -> None:
    trust, file = deposited.state.genesis_digest, tmp_path / "bundle.zip"
    shown = encode_reveal(reveal(deposited, 1, (3, 5), None))
    data = bundled(deposited, {"rows.json": shown})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    made, names = [data, bundled(deposited)], ["", ""]
    for name, content in members.items():
        for change in (content[:-1], content[:-3] + b"x" + content[-2:], None):
            made.append(repacked(data, **{name: change}))
            names.append(name)
    about = json.loads(members["bundle.json"])
    for lie in ({"size": about["size"] + 1}, {"origin": "elsewhere.example"}, {"genesis": "ab" * 32}, {"more": 1}):
        made.append(repacked(data, **{"bundle.json": canonical_bytes(about | lie)}))
        names.append(str(lie))
    made.append(repacked(data, **{"reveals/rows.json": shown.replace(b'"position":4', b'"position":5')}))
    seconds = [answer["verdict"] for answer in judged([asked(each, trust) for each in made])]
    for name, each, second in zip([*names, "reveals/rows.json"], made, seconds, strict=True):
        file.write_bytes(each)
        assert second == verify_bundle(file, trust).verdict, name
    assert seconds[:2] == ["not agreed"] * 2 and seconds.count("failed") > 15


def test_a_proof_that_brings_its_entry(deposited: Mission) -> None:
    reader = LogReader(deposited.folder.log, deposited.files)
    policy = policy_of(deposited).text().decode()
    entry, other = reader.entry(1), reader.entry(0)
    cosigned(deposited, "co", "ve")
    made = [prove(reader, 1, extra).encode() for extra in (entry, other, None)]
    answers = judged([{"judge": "verify", "data": b64(data), "options": {"policy": policy}} for data in made])
    trust = Trust(policy=parse_policy(policy.encode()))
    assert [answer["verdict"] for answer in answers] == ["verified", "failed", "cannot"]
    # Without its entry a proof is nothing to the first verifier; the second asks for it.
    assert [verify_file(data, "proof", trust).verdict for data in made] == ["verified", "failed", "failed"]
