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
from tests.mission.stage import NOON_US, a_deposit, a_run, found, means, some_findings
from tests.support.broken_files import BrokenFiles, Moment, SimulatedCrash
from veedor.errors import UsageError, VerifyError
from veedor.log_folder.files import DiskFiles
from veedor.mission.acts.attestations import attest, document_kind
from veedor.mission.acts.looks import look
from veedor.mission.acts.payloads import PayloadHere, payloads_here, take_over
from veedor.mission.acts.resending import resend
from veedor.mission.copy.append import Mission, Published, open_mission
from veedor.mission.copy.enclosed import Enclosed, Named, committed, seal_enclosed
from veedor.mission.copy.means import Means
from veedor.mission.runs.run import not_held
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.binding import check_openings
from veedor.mission.statements.bodies import Inputs, Run
from veedor.mission.statements.contents import Contents, Head, decode_contents, described, encode_contents
from veedor.mission.statements.salts import Opening, Private, check_opening, commit, inputs_root
from veedor.mission.statements.sealed import OpenedPayload
from veedor.mission.statements.types import ATTEST, DEPOSIT, FINDINGS, LOOK, RUN
from veedor.mission.statements.vocabulary import REFUSED_CLASSES


@pytest.fixture
def with_mailboxes(tmp_path: Path, stage: Means) -> Path:
    """The mission's folder, in which every member has a mailbox."""
    for party in ("ve", "co", "qa"):
        give_mailbox(tmp_path / "mission", stage, party)
    return tmp_path / "mission"


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


def test_files_that_are_damaged_or_strange_are_told_and_stop_no_other(
    tmp_path: Path, with_mailboxes: Path, mission: Mission
) -> None:
    a_common_run(mission)
    place = copy_for("co", with_mailboxes, tmp_path / "co")
    (good,) = place.glob("payloads/*.sealed")
    data = good.read_bytes()
    flipped = data[:-1] + bytes([data[-1] ^ 1])
    for strange in (b"", b"nonsense", data[:3000], flipped):
        (place / "payloads" / f"{hashlib.sha256(strange).hexdigest()}.sealed").write_bytes(strange)
    (place / "payloads" / ("0" * 64 + ".sealed")).write_bytes(data)
    (place / "payloads/notes.txt").write_bytes(b"not ours")
    (place / "payloads" / ("1" * 64 + ".sealed")).mkdir()
    os.mkfifo(place / "payloads" / ("2" * 64 + ".sealed"))
    copy = as_member("co", place)
    here = list(payloads_here(copy, copy.keys.mailboxes()))
    assert sorted(each.standing for each in here) == ["damaged"] * 7 + ["readable"]
    assert all(each.trouble is not None and each.trouble.file for each in here if each.standing == "damaged")


def lie(mission: Mission, openings: tuple[Opening, ...], document: Named | None = None) -> Enclosed:
    """A payload that a dishonest author encloses: what it pleases, sealed as it should be."""
    named = None if document is None else described(document.name, document.content)
    head = Head("payload-content/1", ("co",), "everybody", openings, named)
    content = encode_contents(Contents(head, b"" if document is None else document.content))
    return Enclosed(OpenedPayload(b"\7" * 32, content), ("co",), ())


@pytest.mark.parametrize("kind", ["fewer", "more", "another", "twice", "none", "document"])
def test_openings_that_do_not_open_exactly_the_statement_are_not_taken_over(
    tmp_path: Path, with_mailboxes: Path, mission: Mission, kind: str
) -> None:
    private = mission.confidential.collect(share=True)
    body = run_with_domains(private)
    right = private.openings("").openings
    another = Opening(commit(b"\1" * 32, "run-input/1", b"x"), "run-input/1", (b"\1" * 32).hex(), b"x".hex())
    false = {
        "fewer": right[:-1],
        "more": (*right, another),
        "another": (another, *right[1:]),
        "twice": (*right, right[0]),
        "none": (),
        "document": right,
    }[kind]
    document = Named("a", b"a") if kind == "document" else None
    mission.publish(RUN, body, NOON_US, private, lie(mission, false, document))
    _, (here,) = seen_by("co", with_mailboxes, tmp_path)
    assert here.standing == "damaged" and here.trouble is not None and here.statement is not None
    with pytest.raises(VerifyError):
        raise here.trouble


@pytest.mark.parametrize("kind", ["another payload", "another document", "no document", "no payload committed to"])
def test_a_document_that_is_not_what_was_attested_is_not_taken_over(
    tmp_path: Path, with_mailboxes: Path, mission: Mission, kind: str
) -> None:
    private = mission.confidential.collect(share=False)
    bound = private.commit("document/1", hashlib.sha256(b"the document").digest())
    openings = private.openings("").openings
    sent = lie(mission, openings, Named("a", b"another") if kind == "another document" else None)
    if kind in ("another payload", "no payload committed to"):
        sent = lie(mission, openings, Named("a", b"the document"))
    commitment = "" if kind == "no payload committed to" else committed(sent, private)
    if kind == "another payload":
        head = Head("payload-content/1", ("co",), "nobody", openings, described("b", b"the document"))
        sent = replace(sent, payload=OpenedPayload(b"\7" * 32, encode_contents(Contents(head, b"the document"))))
    mission.publish(ATTEST, Attest("other", NOON_US, bound, commitment), NOON_US, private, sent)
    copy, (here,) = seen_by("co", with_mailboxes, tmp_path)
    assert here.standing == "damaged" and here.trouble is not None
    assert ("commit" in str(here.trouble)) == (kind in ("another payload", "no payload committed to"))
    assert not copy.folder.documents.exists()


def test_a_payload_of_another_mission_is_not_believed(tmp_path: Path, with_mailboxes: Path, mission: Mission) -> None:
    a_common_run(mission)
    other = found(tmp_path, given=means(tmp_path, "other"), name="other") and tmp_path / "other"
    shutil.copytree(with_mailboxes / "payloads", other / "payloads")
    with open_mission(other, means(tmp_path, "other")) as elsewhere:
        (here,) = payloads_here(elsewhere, mission.keys.mailboxes())
    assert here.standing == "damaged" and "another mission" in str(here.trouble)


def test_a_payload_of_a_statement_that_does_not_count_here_waits(
    with_mailboxes: Path, mission: Mission, stage: Means
) -> None:
    look(mission, "co", "plots", "inspection", 1, "q", NOON_US)
    older = [kind for kind in KINDS if kind.type is not LOOK]
    with open_mission(with_mailboxes, stage, kinds=older) as without:
        (here,) = payloads_here(without, mission.keys.mailboxes())
    assert here.standing == "waiting" and here.contents is None


def test_openings_of_findings_open_the_findings_and_nothing_beside(mission: Mission) -> None:
    private = mission.confidential.collect(share=True)
    body = some_findings(private, "e" * 64)
    check_openings(body, private.openings("").openings, "x")
    private.commit("findings/1", b"beside")
    with pytest.raises(VerifyError):
        check_openings(body, private.openings("").openings, "x")


def test_a_payload_for_another_s_statement_is_not_believed(
    tmp_path: Path, with_mailboxes: Path, mission: Mission, of_co: Mission
) -> None:
    """ve seals something to qa that claims to belong to a statement of co."""
    private = of_co.confidential.collect(share=False)
    made = of_co.publish(DEPOSIT, a_deposit(private, party="co"), NOON_US, private)
    enclosed = lie(mission, private.openings("").openings)
    name, data = seal_enclosed(enclosed, mission.state, "ve", made.digest, os.urandom)
    (with_mailboxes / "payloads").mkdir()
    (with_mailboxes / "payloads" / name).write_bytes(data)
    _, (here,) = seen_by("co", with_mailboxes, tmp_path)
    assert here.standing == "damaged" and "another's statement" in str(here.trouble)


def test_what_an_opening_opens_is_checked_for_every_type(mission: Mission) -> None:
    private = mission.confidential.collect(share=False)
    body = a_deposit(private)
    right = private.openings("").openings
    check_openings(body, right, "x")
    secret = Private(os.urandom)
    secret.commit("record-secret/1", b"s" * 32)
    check_openings(body, (*right, *secret.openings("").openings), "x")
    secret.commit("record-secret/1", b"t" * 32)
    other = Private(os.urandom)
    other.commit("deposit/1", b"x")
    for false in (
        (),
        right[:1],
        (*right, right[0]),
        (*right, *secret.openings("").openings),
        (*right, *other.openings("").openings),
    ):
        with pytest.raises(VerifyError):
            check_openings(body, false, "x")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\0",
        b"\xff\xff\xff\xff{}",
        b"\0\0\0\2{}",
        b"\0\0\0\2{}rest",
        (3 * 10**5).to_bytes(4, "big") + b"[" * 3 * 10**5,
        (8).to_bytes(4, "big") + b'{"\xff":1}',
    ],
)
def test_any_content_is_read_or_refused_clearly(data: bytes) -> None:
    with pytest.raises(VerifyError):
        decode_contents(data, "x")


def test_content_that_names_another_document_than_it_holds_is_refused() -> None:
    head = Head("payload-content/1", ("co",), "nobody", (), described("a", b"abc"))
    assert decode_contents(encode_contents(Contents(head, b"abc")), "x").document == b"abc"
    for document, changed in (
        (b"abd", head),
        (b"ab", head),
        (b"abc", msgspec.structs.replace(head, document=None)),
        (b"abc", msgspec.structs.replace(head, readers=("qa", "co"))),
        (b"abc", msgspec.structs.replace(head, readers=("co", "co"))),
    ):
        with pytest.raises(VerifyError):
            decode_contents(encode_contents(Contents(changed, document)), "x")


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
