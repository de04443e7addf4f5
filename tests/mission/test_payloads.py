"""What is sealed to members reaches them, opens exactly what the log says, and reaches nobody else."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from tests.mission.handing_in import deposit_plots, plots_file, run_all
from tests.mission.member_copies import as_member, copy_for, give_mailbox
from tests.mission.payloads import a_common_run, seen_by
from tests.mission.stage import NOON_US, a_deposit, some_findings
from tests.support.broken_files import BrokenFiles, Moment, SimulatedCrash
from veedor.errors import UsageError
from veedor.log_folder.files import DiskFiles
from veedor.mission.acts.attestations import attest, document_kind
from veedor.mission.acts.looks import look
from veedor.mission.acts.payloads import payloads_here, take_over
from veedor.mission.acts.resending import resend
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.enclosed import Named
from veedor.mission.copy.means import Means
from veedor.mission.runs.run import not_held
from veedor.mission.statements.salts import check_opening
from veedor.mission.statements.types import DEPOSIT, FINDINGS, RUN
from veedor.mission.statements.vocabulary import REFUSED_CLASSES


def test_openings_of_a_common_run_and_of_its_findings_reach_every_member_with_a_mailbox(
    tmp_path: Path, with_mailboxes: Path, mission: Mission
) -> None:
    run = a_common_run(mission)
    private = mission.confidential.collect(share=True)
    told = mission.publish(FINDINGS, some_findings(private, run.digest), NOON_US, private)
    assert run.sent is not None and run.sent.readers == ("co", "qa", "ve") and run.sent.unreached == ()
    for party in ("co", "qa"):
        copy, here = seen_by(party, with_mailboxes, tmp_path)
        assert copy.confidential.openings(run.digest) == ()
        assert {each.standing for each in here} == {"readable"} and len(here) == 2
        assert [take_over(copy, each) for each in here] == [True, True]
        assert [take_over(copy, each) for each in here] == [False, False]
        for made in (run, told):
            assert set(copy.confidential.openings(made.digest)) == set(mission.confidential.openings(made.digest))
            file = copy.folder.openings / f"{made.digest}.json"
            assert file.stat().st_mode & 0o077 == 0 and file.parent.stat().st_mode & 0o077 == 0
            assert msgspec.json.decode(file.read_bytes())["share"] == "everybody"


def test_an_open_deposit_is_opened_to_all_and_a_sealed_one_to_nobody(
    tmp_path: Path, with_mailboxes: Path, mission: Mission
) -> None:
    private = mission.confidential.collect(share=True)
    body = a_deposit(private, mode="open")
    private.commit("record-secret/1", b"s" * 32)
    opened = mission.publish(DEPOSIT, body, NOON_US, private)
    private = mission.confidential.collect(share=False)
    sealed = mission.publish(DEPOSIT, a_deposit(private, b"\2" * 32), NOON_US, private)
    assert sealed.payload is None and sealed.sent is None
    copy, (here,) = seen_by("co", with_mailboxes, tmp_path)
    assert here.name == opened.payload and take_over(copy, here)
    assert "record-secret/1" in {each.domain for each in copy.confidential.openings(opened.digest)}
    assert copy.confidential.openings(sealed.digest) == ()


def test_without_a_mailbox_a_member_is_named_as_not_reached_and_stops_nobody(
    tmp_path: Path, mission: Mission, stage: Means
) -> None:
    assert a_common_run(mission).payload is None
    give_mailbox(tmp_path / "mission", stage, "qa")
    made = a_common_run(mission)
    assert made.sent is not None and made.sent.readers == ("qa",) and made.sent.unreached == ("co",)
    (copy, here) = seen_by("co", tmp_path / "mission", tmp_path)
    assert copy.keys.mailboxes() == () and [each.standing for each in here] == ["for_others"]


def test_who_had_no_mailbox_gets_the_openings_when_it_has_one(
    tmp_path: Path, mission: Mission, stage: Means, of_co: Mission
) -> None:
    run = a_common_run(mission)
    private = mission.confidential.collect(share=False)
    mission.publish(DEPOSIT, a_deposit(private), NOON_US, private)
    with pytest.raises(UsageError, match="known only from"):
        list(resend(mission, mission.keys.mailboxes()))
    for party in ("ve", "co"):
        give_mailbox(tmp_path / "mission", stage, party)
    (sent,) = resend(mission, mission.keys.mailboxes())
    assert (sent.statement, sent.readers) == (run.digest, ("co", "ve"))
    give_mailbox(tmp_path / "mission", stage, "qa")
    (sent,) = resend(mission, mission.keys.mailboxes())
    assert (sent.statement, sent.readers) == (run.digest, ("qa", "ve"))
    assert list(resend(mission, mission.keys.mailboxes())) == [] == list(resend(of_co, of_co.keys.mailboxes()))
    for party in ("co", "qa"):
        copy, found_here = seen_by(party, tmp_path / "mission", tmp_path)
        (here,) = (each for each in found_here if each.standing == "readable")
        assert take_over(copy, here) and set(copy.confidential.openings(run.digest)) == set(
            mission.confidential.openings(run.digest)
        )


def test_a_member_that_changed_its_mailbox_reads_old_and_new(
    tmp_path: Path, with_mailboxes: Path, mission: Mission, stage: Means
) -> None:
    a_common_run(mission)
    old = mission.state.roster.keys.mailboxes["co"]
    give_mailbox(with_mailboxes, stage, "co", "again")
    assert mission.state.roster.keys.mailboxes["co"] != old
    a_common_run(mission)
    copy, here = seen_by("co", with_mailboxes, tmp_path)
    assert [each.standing for each in here] == ["readable", "readable"] and len(copy.keys.mailboxes()) == 2


def test_the_query_of_a_look_goes_to_the_mediator_and_to_nobody_else(
    tmp_path: Path, with_mailboxes: Path, mission: Mission
) -> None:
    made = look(mission, "co", "entries", "joint_monitoring", 12, "account 0102-1234", NOON_US)
    assert made.index is not None and made.sent is not None and made.sent.readers == ("qa", "ve")
    for party, standing in (("co", "for_others"), ("qa", "readable")):
        copy, (here,) = seen_by(party, with_mailboxes, tmp_path)
        assert here.standing == standing
    take_over(copy, here)
    (opening,) = copy.confidential.openings(made.digest)
    assert check_opening(opening) == b"account 0102-1234"


def test_a_look_is_durable_even_where_no_mediator_can_be_written_to(of_co: Mission) -> None:
    made = look(of_co, "ve", "plots", "inspection", 1, "q", NOON_US)
    assert made.payload is None and made.index is not None
    assert check_opening(of_co.confidential.openings(made.digest)[0]) == b"q"


@pytest.mark.parametrize(("owner", "query"), [("ve", "q"), ("xx", "q"), ("co", ""), ("co", "x" * 100_001)])
def test_a_look_at_nobody_at_oneself_or_for_nothing_is_refused(mission: Mission, owner: str, query: str) -> None:
    with pytest.raises(UsageError):
        look(mission, owner, "plots", "inspection", 1, query, NOON_US)
    assert "ve" not in mission.state.chains


def test_an_attested_document_reaches_its_recipients_whole(
    tmp_path: Path, with_mailboxes: Path, mission: Mission
) -> None:
    document = os.urandom(70_000)
    made = attest(mission, Named("sentencia 44.pdf", document), "court_document", NOON_US, ["co"], NOON_US)
    for party, standing in (("qa", "for_others"), ("co", "readable"), ("ve", "readable")):
        copy, (here,) = seen_by(party, with_mailboxes, tmp_path)
        assert here.standing == standing
        if standing == "readable":
            assert here.contents is not None and here.contents.head.readers == ("co", "ve")
            assert here.contents.head.document is not None and here.contents.head.document.name == "sentencia 44.pdf"
            assert take_over(copy, here) and not take_over(copy, here)
            kept = copy.folder.documents / made.digest
            assert kept.read_bytes() == document and kept.stat().st_mode & 0o077 == 0
            assert {each.domain for each in copy.confidential.openings(made.digest)} == {"document/1", "payload/1"}


def test_a_document_can_be_attested_without_being_sent(mission: Mission) -> None:
    made = attest(mission, Named("a.pdf", b"text"), "other", NOON_US, [], NOON_US)
    assert made.payload is None
    (opening,) = mission.confidential.openings(made.digest)
    assert check_opening(opening) == hashlib.sha256(b"text").digest()


def test_a_document_is_sent_to_everyone_named_or_not_attested_at_all(
    tmp_path: Path, mission: Mission, stage: Means
) -> None:
    give_mailbox(tmp_path / "mission", stage, "qa")
    for to in (["co"], ["co", "qa"], ["ve"], ["xx"]):
        with pytest.raises(UsageError):
            attest(mission, Named("a.pdf", b"text"), "other", NOON_US, to, NOON_US)
    for content in (b"", bytes((1 << 26) + 1)):
        with pytest.raises(UsageError, match="as one document"):
            attest(mission, Named("a.pdf", content), "other", NOON_US, ["qa"], NOON_US)
    assert "ve" not in mission.state.chains and not (tmp_path / "mission/payloads").exists()


@pytest.mark.parametrize("name", sorted(REFUSED_CLASSES))
def test_a_suspicious_transaction_report_is_no_kind_of_document(name: str) -> None:
    with pytest.raises(UsageError, match="suspicious-transaction"):
        document_kind(name)
    assert document_kind("identity") == "identity"
    with pytest.raises(UsageError, match="no such kind"):
        document_kind("letter")


def test_a_payload_whose_statement_is_not_in_the_log_waits(
    tmp_path: Path, with_mailboxes: Path, mission: Mission
) -> None:
    a_common_run(mission)
    whole = copy_for("co", with_mailboxes, tmp_path / "late")
    early = copy_for("co", with_mailboxes, tmp_path / "early")
    for file in early.glob("payloads/*"):
        file.unlink()
    a_common_run(mission)
    for file in with_mailboxes.glob("payloads/*"):
        (whole / "payloads" / file.name).write_bytes(file.read_bytes())
    copy = as_member("co", whole)
    assert sorted(each.standing for each in payloads_here(copy, copy.keys.mailboxes())) == ["readable", "waiting"]


@pytest.mark.parametrize("moment", ["before", "during", "after"])
def test_a_crash_loses_no_payload_of_a_statement_that_was_made(
    tmp_path: Path, with_mailboxes: Path, stage: Means, moment: Moment
) -> None:
    """A statement in the outbox or the log has its payload, whole; a payload whose statement was never made waits."""
    at, done = 0, False
    while not done:
        files = BrokenFiles(DiskFiles(), [with_mailboxes, stage.state_folder])
        files.break_at(at, moment)
        try:
            with open_mission(with_mailboxes, replace(stage, files=files)) as dying:
                a_common_run(dying)
            done = True
        except SimulatedCrash:
            files.lose_unsynced()
        files.close()
        with open_mission(with_mailboxes, stage) as again:
            again.deliver()
            here = list(payloads_here(again, again.keys.mailboxes()))
            assert {each.standing for each in here} <= {"readable", "waiting"}
            sealed = {each.statement.digest for each in here if each.statement}
            assert {link.digest for link in again.state.chains["ve"] if link.urn == RUN.urn} == sealed
        at += 1
    assert at > 15


def test_openings_of_an_open_deposit_let_another_copy_run_over_it_once_its_files_are_there(
    tmp_path: Path, with_mailboxes: Path, mission: Mission
) -> None:
    made = deposit_plots(mission, plots_file(tmp_path, rows=40))
    ran = run_all(mission)
    copy, here = seen_by("co", with_mailboxes, tmp_path)
    for each in here:
        take_over(copy, each)
    with pytest.raises(UsageError, match="nothing to run over"):
        run_all(copy)
    assert [each.digest for each in not_held(copy)] == [made.statement]
    shutil.copytree(mission.folder.deposits, copy.folder.deposits)
    again = run_all(copy)
    assert len(again.restored.records) == 1 and again.results.findings.equals(ran.results.findings)
