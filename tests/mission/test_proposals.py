"""Drafts of statements that several sign: nobody signs what does not fit its own log, nor is caught signing twice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mission.stage import NOON_US, Counted, a_run, found, means
from veedor.errors import UsageError, VeedorError, VerifyError
from veedor.log.envelope import digest
from veedor.log_folder.reader import LogReader
from veedor.mission.acts.change_keys import rotate
from veedor.mission.acts.proposal import (
    Proposal,
    decode_proposal,
    encode_proposal,
    propose,
    sign,
)
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.keys import new_keys, new_member
from veedor.mission.founding.newcomer import MemberFile, encode_member, make_newcomer, read_member
from veedor.mission.state.authority import adopted_of
from veedor.mission.statements.authority import Adopt, Freeze, Handover, Policy
from veedor.mission.statements.bodies import Join, Quorum
from veedor.mission.statements.types import ADOPT, FREEZE, HANDOVER, JOIN, POLICY, RUN

ADOPTION = Adopt("accord", "a" * 64, NOON_US)


def adoption(mission: Mission) -> Proposal:
    return propose(mission, ADOPT, ADOPTION, NOON_US, ("co",))


def passed_on(proposal: Proposal) -> Proposal:
    """As the next one reads it from the file."""
    return decode_proposal(encode_proposal(proposal), "draft")


def say_something(mission: Mission) -> None:
    private = mission.confidential.collect(share=False)
    mission.publish(RUN, a_run(private), NOON_US, private)


def test_it_counts_when_all_have_signed_its_author_last(mission: Mission, of_co: Mission) -> None:
    draft = passed_on(adoption(mission))
    with pytest.raises(UsageError, match="signs last") as caught:
        sign(mission, draft)
    assert "co" in (caught.value.found or "")
    signed = sign(of_co, draft)
    assert signed.published is None and signed.waits_for == ("ve",)
    done = sign(mission, passed_on(signed.proposal))
    assert done.published is not None and done.published.index == 1
    assert [each.body for each in adopted_of(mission.state)] == [ADOPTION] and not mission.state.void


def test_no_draft_that_goes_round_holds_its_authors_signature(mission: Mission, of_co: Mission) -> None:
    """Or whoever has the draft could log it after its author said something else: a fork, and its author accused."""
    own = mission.keys.of("statement").public
    for draft in (adoption(mission), sign(of_co, adoption(mission)).proposal):
        assert own not in [each.key for each in draft.signatures]


def test_signing_twice_is_signing_once(mission: Mission, of_co: Mission) -> None:
    once = sign(of_co, adoption(mission)).proposal
    assert sign(of_co, passed_on(once)).proposal == once


def test_a_draft_that_its_author_has_overtaken_says_so(mission: Mission, of_co: Mission) -> None:
    draft = sign(of_co, adoption(mission)).proposal
    say_something(mission)
    for signer in (of_co, mission):
        with pytest.raises(UsageError, match="does not follow what ve said last") as caught:
            sign(signer, draft)
        assert caught.value.next_step == "ask ve to propose it again"
    assert not mission.state.void


def test_a_draft_that_is_ahead_of_this_copys_log_says_so(tmp_path: Path, mission: Mission) -> None:
    found(tmp_path, name="behind", given=means(tmp_path / "other"))
    say_something(mission)
    draft = adoption(mission)
    with open_mission(tmp_path / "behind", means(tmp_path / "other"), "co") as behind:
        assert behind.state.genesis_digest == mission.state.genesis_digest, "the same founding, with an older log"
        with pytest.raises(UsageError, match="does not follow") as caught:
            sign(behind, draft)
        assert "behind" in (caught.value.next_step or "")


def test_a_draft_of_another_mission_is_not_signed(tmp_path: Path, mission: Mission) -> None:
    found(tmp_path, name="other", given=means(tmp_path / "else", seed="else"))
    with (
        open_mission(tmp_path / "other", means(tmp_path / "else", seed="more"), "co") as other,
        pytest.raises(UsageError, match="of another mission"),
    ):
        sign(other, adoption(mission))


def test_a_draft_follows_what_its_author_said_that_still_waits(tmp_path: Path, mission: Mission) -> None:
    shutil.copytree(tmp_path / "mission", tmp_path / "co")
    for other in ("ve", "qa"):
        shutil.rmtree(tmp_path / "co/keys" / other)
    with open_mission(tmp_path / "co", means(tmp_path, "co"), "co") as apart:
        say_something(apart)
        assert len(apart.waiting()) == 1
        assert propose(apart, ADOPT, ADOPTION, NOON_US, ("ve",)).chain.seq == 2


def test_who_is_not_asked_does_not_sign(tmp_path: Path, mission: Mission, stage) -> None:
    with (
        open_mission(tmp_path / "mission", stage, "qa") as of_qa,
        pytest.raises(UsageError, match="qa is not asked"),
    ):
        sign(of_qa, adoption(mission))


@pytest.mark.parametrize(
    ("kind", "body", "members", "why"),
    [
        (ADOPT, ADOPTION, (), "wrong_signers"),
        (ADOPT, ADOPTION, ("qa",), "wrong_signers"),
        (POLICY, Policy(Quorum("count", 3, 0), Quorum("all", 0, 0), 0), ("co",), "bad_quorum"),
        (HANDOVER, Handover("xx"), ("co",), "unknown_party"),
    ],
)
def test_what_could_not_count_is_not_proposed(mission: Mission, kind, body, members, why: str) -> None:
    with pytest.raises(UsageError, match="would be void") as caught:
        propose(mission, kind, body, NOON_US, members)
    assert caught.value.found == why


def test_what_would_not_count_any_more_is_not_signed(mission: Mission, of_co: Mission) -> None:
    """Colombia took a new key after the draft was made: the old one stands in it, and speaks for nobody now."""
    draft = adoption(mission)
    rotate(of_co, "statement", NOON_US)
    for signer in (of_co, mission):
        with pytest.raises(UsageError, match="would be void"):
            sign(signer, draft)


def test_the_end_of_the_log_is_agreed_like_anything_else(mission: Mission, of_co: Mission) -> None:
    draft = propose(mission, FREEZE, Freeze("ended", ""), NOON_US, ("co",))
    assert sign(mission, sign(of_co, draft).proposal).published
    with pytest.raises(UsageError, match="would be void") as caught:
        say_something(mission)
    assert caught.value.found == "frozen"


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"null", b"[]", b"\xff\xfe", b"[" * 200_000, b"9" * 6000, b'{"schema":1e999}', b"{" * 100_000],
)
def test_what_is_no_draft_is_refused_clearly(content: bytes) -> None:
    with pytest.raises(VerifyError):
        decode_proposal(content, "draft")


def lie(draft: Proposal, **changes: object) -> bytes:
    return json.dumps(json.loads(encode_proposal(draft)) | changes).encode()


def test_a_draft_changed_after_a_signature_is_refused(mission: Mission, of_co: Mission) -> None:
    draft = sign(of_co, adoption(mission)).proposal
    plain = json.loads(encode_proposal(draft))
    for changes in (
        {"body": plain["body"] | {"digest": "b" * 64}},
        {"chain": plain["chain"] | {"at_us": NOON_US + 1}},
        {"chain": plain["chain"] | {"seq": 2}},
        {"type": "handover/1", "body": {"appender": "co"}},
    ):
        with pytest.raises(VerifyError, match="not over what it says"):
            decode_proposal(lie(draft, **changes), "draft")


def test_a_draft_of_a_type_that_nobody_proposes_is_refused(mission: Mission) -> None:
    """A draft is no way to get a signature under a deposit, a rotation or a revocation."""
    for name in ("deposit/1", "rotate/1", "revoke/1", "delegate/1", "genesis/1", "run/1", "policy/2"):
        with pytest.raises(VerifyError, match="nothing of this type"):
            decode_proposal(lie(adoption(mission), type=name), "draft")


def test_a_body_with_more_than_its_schema_is_refused(mission: Mission) -> None:
    plain = json.loads(encode_proposal(adoption(mission)))
    for body in (
        plain["body"] | {"remark": "free text"},
        {"document": "accord"},
        plain["body"] | {"from_us": 1.5},
        [],
        "x",
        None,
    ):
        with pytest.raises(VerifyError):
            decode_proposal(lie(adoption(mission), body=body), "draft")


def test_signatures_of_others_or_out_of_order_are_refused(mission: Mission, of_co: Mission) -> None:
    draft = sign(of_co, adoption(mission)).proposal
    one = msgspec.to_builtins(draft.signatures[0])
    for signatures in ([one, one], [one | {"key": "0" * 64}]):
        with pytest.raises(VerifyError, match="not in order"):
            decode_proposal(lie(draft, signatures=signatures), "draft")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_change_of_a_draft_is_refused_or_reads_as_the_same(encoded: bytes, data: st.DataObject) -> None:
    changed = bytearray(encoded)
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    try:
        assert decode_proposal(bytes(changed), "draft") == decode_proposal(encoded, "draft")
    except VeedorError as error:
        assert error.exit_code == 4


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("proposal")
    given = means(folder)
    found(folder, given=given)
    with open_mission(folder / "mission", given) as ve, open_mission(folder / "mission", given, "co") as co:
        return encode_proposal(sign(co, adoption(ve)).proposal)


def test_what_is_published_is_what_was_shown(mission: Mission, of_co: Mission) -> None:
    signed = sign(of_co, adoption(mission)).proposal
    done = sign(mission, signed).published
    assert done is not None
    entry = LogReader(mission.folder.log, mission.files).entry(done.index)
    assert digest(entry) == done.digest
    assert json.loads(signed.payload)["predicate"]["body"] == msgspec.to_builtins(ADOPTION)


class TestALaterMember:
    @pytest.fixture
    def newcomer(self, tmp_path: Path, mission: Mission) -> MemberFile:
        """br's own folder, with a copy of the log."""
        part = make_newcomer(
            tmp_path / "br", mission.folder.log, mission.state.genesis_digest, "br", "observer", means(tmp_path, "br")
        )
        shutil.copytree(mission.folder.log, tmp_path / "br/log")
        return part

    def test_it_joins_when_it_and_the_parties_sign(
        self, tmp_path: Path, mission: Mission, of_co: Mission, newcomer: MemberFile
    ) -> None:
        draft = passed_on(propose(mission, JOIN, Join(newcomer.member), NOON_US, ("co",)))
        assert set(draft.unsigned) == set(draft.chain.signers) and len(draft.unsigned) == 3
        with open_mission(tmp_path / "br", means(tmp_path, "sign"), "br", joining=True) as of_br:
            signed = sign(of_br, draft)
        assert signed.waits_for == ("co", "ve")
        done = sign(mission, passed_on(sign(of_co, signed.proposal).proposal))
        assert done.published is not None and mission.state.roster.members["br"].role == "observer"
        shutil.rmtree(tmp_path / "br/log")
        shutil.copytree(mission.folder.log, tmp_path / "br/log")
        with open_mission(tmp_path / "br", means(tmp_path, "speak")) as of_br:
            say_something(of_br)

    def test_it_signs_no_draft_in_which_a_key_of_another_stands_for_one_of_its_own(
        self, tmp_path: Path, mission: Mission, newcomer: MemberFile
    ) -> None:
        rivals = new_member(mission.state.genesis.origin, "br", "observer", new_keys("br", Counted("rival")))
        for role in ("log", "recovery", "witness"):
            keys = msgspec.structs.replace(newcomer.member.keys, **{role: getattr(rivals.keys, role)})
            proofs = msgspec.structs.replace(newcomer.member.possession, **{role: getattr(rivals.possession, role)})
            member = msgspec.structs.replace(newcomer.member, keys=keys, possession=proofs)
            draft = propose(mission, JOIN, Join(member), NOON_US, ("co",))
            with (
                open_mission(tmp_path / "br", means(tmp_path, "sign"), "br", joining=True) as of_br,
                pytest.raises(UsageError, match=f"the {role} key of br that the log has is not in this folder"),
            ):
                sign(of_br, draft)

    def test_its_part_is_for_one_mission_and_proves_its_keys(
        self, tmp_path: Path, mission: Mission, newcomer: MemberFile
    ) -> None:
        state, file = mission.state, tmp_path / "br.json"
        file.write_bytes(encode_member(newcomer))
        assert read_member(mission.files, file, state.genesis_digest, state.genesis) == newcomer.member
        with pytest.raises(VerifyError, match="for another mission"):
            read_member(mission.files, file, "0" * 64, state.genesis)
        plain = json.loads(encode_member(newcomer))
        plain["member"]["role"] = "party"
        file.write_text(json.dumps(plain))
        with pytest.raises(VerifyError, match="does not prove possession"):
            read_member(mission.files, file, state.genesis_digest, state.genesis)
        for content in (b"", b"{}", b"\xff", b"[" * 10_000):
            file.write_bytes(content)
            with pytest.raises(VerifyError, match="not the part of a member"):
                read_member(mission.files, file, state.genesis_digest, state.genesis)

    def test_it_makes_keys_only_for_the_mission_that_it_trusts(self, tmp_path: Path, mission: Mission) -> None:
        with pytest.raises(VerifyError, match="another genesis"):
            make_newcomer(tmp_path / "br", mission.folder.log, "0" * 64, "br", "party", means(tmp_path, "br"))
        with pytest.raises(UsageError, match="no name of a member"):
            make_newcomer(
                tmp_path / "br", mission.folder.log, mission.state.genesis_digest, "Br 1", "party", means(tmp_path, "b")
            )
        assert not (tmp_path / "br").exists()

    def test_nobody_else_may_stand_in_who_is_no_member(self, tmp_path: Path, mission: Mission, newcomer) -> None:
        with (
            open_mission(tmp_path / "br", means(tmp_path, "sign"), "br", joining=True) as of_br,
            pytest.raises(UsageError, match="br is not asked"),
        ):
            sign(of_br, adoption(mission))
