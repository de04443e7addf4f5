"""Findings shown with proof, whole or in part: what is shown is believed, what is kept back stays closed, lies fail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import veedor.mission.runs.run as run_module
from tests.mission.found_by_plot import run_each
from tests.mission.handing_in import deposit_plots, plots_file
from tests.mission.member_copies import as_member, copy_for, give_mailbox
from tests.mission.stage import NOON_US, a_run, some_findings
from tests.mission.test_bundles import bundled
from tests.mission.test_single_files import NOTHING, cosigned, failed_step, trusted
from veedor.errors import UsageError, VerifyError
from veedor.log.canonical_json import canonical_bytes
from veedor.mission.acts.payloads import payloads_here, take_over
from veedor.mission.copy.append import Mission
from veedor.mission.copy.means import Means
from veedor.mission.deposits.commitments import Salts
from veedor.mission.deposits.revealed import read_row
from veedor.mission.runs.committed import commit_findings, finding_rows, secret_of
from veedor.mission.runs.results import read_results
from veedor.mission.state.fold import Signed
from veedor.mission.state.kinds import findings_of
from veedor.mission.statements.binding import check_openings
from veedor.mission.statements.bodies import Findings, RootedFindings
from veedor.mission.statements.types import FINDINGS, RUN
from veedor.mission.verification.bundle import verify_bundle
from veedor.mission.verification.checks import checks
from veedor.mission.verification.reveal import encode_reveal, parse_reveal, reveal
from veedor.mission.verification.single_file import verify_file
from veedor.mission.verification.verify import verify
from veedor.tables import FINDING_PARTS
from veedor.tables import FINDINGS as FINDINGS_TABLE

PARTS = tuple(FINDING_PARTS.groups)


@pytest.fixture
def ran(mission: Mission, tmp_path: Path) -> Mission:
    """Two deposits, and a common run with 33 findings."""
    deposit_plots(mission, plots_file(tmp_path), plots_file(tmp_path, "b.csv", 13))
    assert run_each(mission).results.findings.num_rows == 33
    return mission


def statement(mission: Mission, at: int = -1) -> Signed[Findings]:
    return findings_of(mission.state)[at]


def ids(mission: Mission, set: str = "common") -> list[str]:
    return sorted(each.hex() for each in read_results(mission.folder, set).findings["id"].to_pylist())


def shown(mission: Mission, *identities: str, parts: tuple[str, ...] | None = None, at: int = -1) -> bytes:
    return encode_reveal(reveal(mission, statement(mission, at).index, (), parts, identities))


def altered(data: bytes, **changes: Any) -> bytes:
    """The reveal with its first row changed."""
    made = json.loads(data)
    made["rows"][0] |= changes
    return canonical_bytes(made) + b"\n"


def test_every_finding_of_a_run_can_be_shown_and_is_read_as_it_was_found(ran: Mission) -> None:
    every = ids(ran)
    result = verify_file(shown(ran, *every), "reveal", trusted(ran))
    assert result.verdict == "not agreed" and [row.row for row in result.rows] == list(range(33))
    stored = {row["id"].hex(): row for row in read_results(ran.folder, "common").findings.to_pylist()}
    for row in result.rows:
        found = stored[row.fields["id"].hex()]
        assert {name: row.fields[name] for name in FINDINGS_TABLE.schema.names} == found
        assert row.withheld == () and row.source is None
    cosigned(ran, "co", "ve")
    assert verify_file(shown(ran, every[4]), "reveal", trusted(ran)).verdict == "verified"
    assert verify_file(shown(ran, every[4]), "reveal", NOTHING).verdict == "unanchored"


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_shown_without_the_others_and_nothing_of_them_is_in_the_file(ran: Mission, part: str) -> None:
    secret = secret_of(ran.confidential.openings(statement(ran).digest))
    assert secret is not None
    rows = finding_rows(read_results(ran.folder, "common").findings)
    for at, identity in list(enumerate(ids(ran)))[:8]:
        data = shown(ran, identity[:12], parts=(part,))
        (row,) = verify_file(data, "reveal", trusted(ran)).rows
        assert set(row.fields) == set(FINDING_PARTS.groups[part])
        assert set(row.withheld) == set(PARTS) - {part}
        salts = Salts(secret).of(np.array([at]))[0]
        there = {name: bytes(salts[slot]).hex().encode() in data for slot, name in enumerate(PARTS)}
        assert there == {name: name == part for name in PARTS}
        assert secret.hex().encode() not in data
        subject = str(rows["subject"][at].as_py()).encode().hex().encode()
        assert (subject in data) == (part == "subject")
        assert (identity.encode() in data) == (part == "evidence")


def test_the_place_of_a_finding_among_the_others_says_nothing_of_its_kind_or_time(ran: Mission) -> None:
    rows = finding_rows(read_results(ran.folder, "common").findings)
    assert rows["id"].to_pylist() == sorted(rows["id"].to_pylist())
    kinds, starts = rows["kind"].to_pylist(), rows["start"].to_pylist()
    assert kinds != sorted(kinds) and starts != sorted(starts)


def test_the_same_reveal_has_the_same_bytes_and_so_has_its_bundle(ran: Mission) -> None:
    one, two = (shown(ran, ids(ran)[2], ids(ran)[1], parts=("what", "area")) for _ in range(2))
    assert one == two == shown(ran, ids(ran)[1], ids(ran)[2], parts=("area", "what"))
    assert bundled(ran, {"a.json": one}) == bundled(ran, {"a.json": two})


def test_a_bundle_with_a_finding_verifies_and_one_with_a_spoiled_one_does_not(ran: Mission, tmp_path: Path) -> None:
    good, file = shown(ran, ids(ran)[0], parts=("what",)), tmp_path / "bundle.zip"
    row = json.loads(good)["rows"][0]
    for data, verdict in (
        (good, "not agreed"),
        (altered(good, position=row["position"] + 1), "failed"),
        (altered(good, proof=row["proof"][:-1]), "failed"),
    ):
        file.write_bytes(bundled(ran, {"finding.json": data}))
        assert verify_bundle(file, ran.state.genesis_digest).verdict == verdict


def lies(mission: Mission) -> Iterator[tuple[str, bytes]]:
    """Reveals of a finding that do not hold, by what is wrong with them."""
    one, two = ids(mission)[3], ids(mission)[4]
    good, other = shown(mission, one), json.loads(shown(mission, two))["rows"][0]
    row = json.loads(good)["rows"][0]
    parts = row["parts"]
    yield "another finding's proof", altered(good, proof=other["proof"])
    yield "another finding's place", altered(good, position=other["position"])
    yield "another finding's number", altered(good, row=other["row"])
    yield "another finding's part", altered(good, parts=[other["parts"][0], *parts[1:]])
    swapped = [parts[0] | {"data": parts[1]["data"]}, *parts[1:]]
    yield "another group's content", altered(good, parts=swapped)
    yield "groups in each other's place", altered(good, parts=[parts[1], parts[0], *parts[2:]])
    renamed = [parts[1] | {"name": "what"}, parts[0] | {"name": "area"}, *parts[2:]]
    yield "groups under each other's name", altered(good, parts=renamed)
    yield "another salt", altered(good, parts=[parts[0] | {"salt": other["parts"][0]["salt"]}, *parts[1:]])
    yield "no salt", altered(good, parts=[parts[0] | {"salt": "", "digest": "00" * 32}, *parts[1:]])
    yield "a changed word", altered(good, parts=[parts[0] | {"data": parts[0]["data"][:-2] + "07"}, *parts[1:]])
    yield "a proof cut off", altered(good, proof=row["proof"][:-1])
    yield "a proof drawn out", altered(good, proof=[*row["proof"], "00" * 32])
    yield "a group too few", altered(good, parts=parts[:-1])
    yield "a row of a deposit", altered(good, tree="accepted")
    yield "a rejected row", altered(good, tree="rejected")
    yield "another table", altered(good, table="findings/1")
    yield "another table of the same parts", altered(good, table="plots/1")


def test_no_lie_about_a_finding_is_believed(ran: Mission) -> None:
    told = dict(lies(ran))
    assert len(told) == 17
    for what, data in told.items():
        result = verify_file(data, "reveal", trusted(ran))
        assert result.verdict == "failed" and not result.rows, what
        assert failed_step(result) in ("genesis", "rows"), what


def test_a_finding_of_another_run_is_none_of_this_one(ran: Mission) -> None:
    run_each(ran, tick=5000)
    first, second = (json.loads(shown(ran, ids(ran)[3], at=at)) for at in (0, 1))
    assert first["rows"][0]["parts"][0]["data"] == second["rows"][0]["parts"][0]["data"], "the same finding"
    assert first["rows"][0]["parts"][0]["salt"] != second["rows"][0]["parts"][0]["salt"], "with salts of its own"
    for one, two in ((first, second), (second, first)):
        mixed = canonical_bytes(one | {"rows": two["rows"]}) + b"\n"
        assert failed_step(verify_file(mixed, "reveal", trusted(ran))) == "rows"


def test_a_statement_of_the_earlier_kind_has_no_findings_to_show_and_stays_what_it_was(
    ran: Mission, tmp_path: Path
) -> None:
    private = ran.confidential.collect(share=True)
    run = ran.publish(RUN, a_run(private), NOON_US, private)
    private = ran.confidential.collect(share=True)
    earlier = some_findings(private, run.digest)
    ran.publish(FINDINGS, earlier, NOON_US, private)
    with pytest.raises(UsageError, match="binds them as one table"):
        shown(ran, ids(ran)[0])
    index = statement(ran).index
    told = json.loads(encode_reveal(reveal(ran, index, (), None)))
    assert verify_file(canonical_bytes(told) + b"\n", "reveal", trusted(ran)).verdict == "not agreed"
    good = json.loads(shown(ran, ids(ran)[0], at=0))
    with pytest.raises(VerifyError, match="commits to none of their table"):
        read_row(parse_reveal(canonical_bytes(good) + b"\n", "reveal").rows[0], earlier)
    mixed = canonical_bytes(good | {"envelope": told["envelope"], "proof": told["proof"]}) + b"\n"
    assert failed_step(verify_file(mixed, "reveal", trusted(ran))) == "rows"
    (tmp_path / "bundle.zip").write_bytes(bundled(ran, {"finding.json": mixed}))
    assert verify_bundle(tmp_path / "bundle.zip", ran.state.genesis_digest).verdict == "failed"


def test_rows_of_a_deposit_and_findings_never_stand_in_for_each_other(ran: Mission) -> None:
    of_deposit = json.loads(encode_reveal(reveal(ran, 1, (5,), None)))
    of_run = json.loads(shown(ran, ids(ran)[3]))
    for one, two in ((of_deposit, of_run), (of_run, of_deposit)):
        mixed = one | {"rows": two["rows"]}
        assert failed_step(verify_file(canonical_bytes(mixed) + b"\n", "x", trusted(ran))) == "genesis", "its schema"
        mixed |= {"schema": two["schema"]}
        assert failed_step(verify_file(canonical_bytes(mixed) + b"\n", "x", trusted(ran))) == "rows"
    both = of_run | {"rows": [*of_run["rows"], *of_deposit["rows"]]}
    assert failed_step(verify_file(canonical_bytes(both) + b"\n", "x", trusted(ran))) == "genesis"
    empty = of_run | {"rows": []}
    assert failed_step(verify_file(canonical_bytes(empty) + b"\n", "x", trusted(ran))) == "genesis"


def test_the_file_says_of_which_kind_it_is(ran: Mission) -> None:
    assert json.loads(encode_reveal(reveal(ran, 1, (5,), None)))["schema"] == "reveal/1"
    assert json.loads(encode_reveal(reveal(ran, statement(ran).index, (), None)))["schema"] == "reveal/1"
    assert json.loads(shown(ran, ids(ran)[0]))["schema"] == "reveal/2"


def test_who_asks_wrongly_hears_what_to_ask(ran: Mission) -> None:
    index = statement(ran).index
    for identities, parts, problem in (
        (("abc",), None, "no such finding"),
        (("ff" * 32,), None, "no such finding"),
        ((ids(ran)[0],), ("where",), "no such part"),
    ):
        with pytest.raises(UsageError, match=problem):
            reveal(ran, index, (), parts, identities)
    with pytest.raises(UsageError, match="no statement of findings"):
        reveal(ran, 1, (), None, (ids(ran)[0],))


def test_without_the_salts_or_the_findings_nobody_can_show_one(ran: Mission) -> None:
    identity = ids(ran)[0]
    kept = ran.folder.openings / f"{statement(ran).digest}.json"
    data = kept.read_bytes()
    kept.unlink()
    with pytest.raises(UsageError, match="does not have the salts"):
        shown(ran, identity)
    kept.write_bytes(data)
    shutil.rmtree(ran.folder.findings)
    with pytest.raises(UsageError, match="does not keep the findings"):
        shown(ran, identity)


def test_salts_of_a_common_run_reach_every_member_and_of_an_own_run_nobody(
    tmp_path: Path, stage: Means, mission: Mission
) -> None:
    give_mailbox(tmp_path / "mission", stage, "co")
    deposit_plots(mission, plots_file(tmp_path))
    common, own = run_each(mission), run_each(mission, "own", 5000)
    copy = as_member("co", copy_for("co", tmp_path / "mission", tmp_path / "machine of co" / "mission"))
    for each in payloads_here(copy, copy.keys.mailboxes()):
        take_over(copy, each)
    openings = copy.confidential.openings(common.findings.digest)
    assert secret_of(openings) is not None and copy.confidential.openings(own.findings.digest) == ()
    check_openings(statement(copy, 0).body, openings, "openings")
    # With the findings, which every member computes from the open deposits, co can show one of ve's run.
    shutil.copytree(mission.folder.findings / "common", copy.folder.findings / "common")
    shutil.copy(mission.folder.findings / "common.json", copy.folder.findings / "common.json")
    data = shown(copy, ids(mission)[0], at=0)
    assert verify_file(data, "reveal", trusted(mission)).verdict == "not agreed"
    with pytest.raises(UsageError, match="does not have the salts"):
        shown(copy, ids(mission)[0], at=1)


def test_a_run_without_findings_states_the_empty_tree(mission: Mission, tmp_path: Path) -> None:
    none = FINDINGS_TABLE.empty()
    assert commit_findings(none, b"\1" * 32).root == commit_findings(none, b"\2" * 32).root
    assert finding_rows(none).num_rows == 0


def test_the_root_depends_on_the_findings_and_the_salts_and_on_no_order(ran: Mission) -> None:
    findings = read_results(ran.folder, "common").findings
    body = statement(ran).body
    assert isinstance(body, RootedFindings) and body.total == 33
    secret = secret_of(ran.confidential.openings(statement(ran).digest))
    assert secret is not None
    turned = findings.take(pa.array(range(findings.num_rows - 1, -1, -1)))
    assert commit_findings(findings, secret) == commit_findings(turned, secret) == body.rows
    assert commit_findings(findings.slice(1), secret).root != body.rows.root
    assert commit_findings(findings, b"\1" * 32).root != body.rows.root


@given(st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000))
def test_an_area_holds_the_place_and_is_nowhere_narrower_than_5_km(lat_e7: int, lon_e7: int) -> None:
    row: dict[str, Any] = dict.fromkeys(FINDINGS_TABLE.schema.names)
    empty = {"terms": [], "reasons": [], "evidence": [], "innocent": [], "searched": []}
    digests = dict.fromkeys(("id", "anchor", "evidence_digest", "parameters"), bytes(32))
    row |= empty | digests | {"kind": "gap", "subject": "", "start": 0, "end": 0, "simulated": True, "detector": "x"}
    row |= {"lat_e7": lat_e7, "lon_e7": lon_e7, "version": 1, "score_milli_log10": 0, "evidence_count": 0}
    (cell,) = finding_rows(pa.Table.from_pylist([row], schema=FINDINGS_TABLE.schema)).to_pylist()
    south, west, north, east = (cell[f"area_{side}_e7"] for side in ("south", "west", "north", "east"))
    assert -900_000_000 <= south <= lat_e7 <= north <= 900_000_000
    assert -1_800_000_000 <= west <= lon_e7 <= east <= 1_800_000_000
    metres_a_degree = 111_000
    assert (north - south) / 1e7 * metres_a_degree >= 5_000
    farthest = np.radians(max(abs(south), abs(north)) / 1e7)
    assert east - west == 3_600_000_000 or (east - west) / 1e7 * metres_a_degree * np.cos(farthest) >= 5_000


def test_a_root_over_other_findings_than_were_found_is_seen_by_who_holds_them(
    mission: Mission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judged() -> dict[str, bool | None]:
        held = checks(mission.files, lambda: nullcontext(mission), (), rederive=False)
        steps = verify(mission.folder.path, mission.files, mission.state.genesis_digest, held).steps
        return {step.file: step.ok for step in steps if step.name == "findings"}

    deposit_plots(mission, plots_file(tmp_path))
    run_each(mission)
    assert judged()["findings/common/finding_parts"] is True
    monkeypatch.setattr(run_module, "commit_findings", lambda rows, secret: commit_findings(rows.slice(1), secret))
    run_each(mission, tick=5000)
    assert judged()["findings/common/finding_parts"] is False
    with pytest.raises(UsageError, match="does not keep the findings"):
        shown(mission, ids(mission)[0])
