"""What is damaged, strange or a lie in payloads is told and not taken over, and stops nothing beside it."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from tests.mission.member_copies import as_member, copy_for
from tests.mission.payloads import a_common_run, run_with_domains, seen_by
from tests.mission.stage import NOON_US, a_deposit, found, means, some_findings
from veedor.errors import VerifyError
from veedor.mission.acts.looks import look
from veedor.mission.acts.payloads import payloads_here
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.enclosed import Enclosed, Named, committed, seal_enclosed
from veedor.mission.copy.means import Means
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.binding import check_openings
from veedor.mission.statements.contents import Contents, Head, decode_contents, described, encode_contents
from veedor.mission.statements.salts import Opening, Private, commit
from veedor.mission.statements.sealed import OpenedPayload
from veedor.mission.statements.types import ATTEST, DEPOSIT, LOOK, RUN


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
