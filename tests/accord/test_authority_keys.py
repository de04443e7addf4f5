"""An authority's own key: what is drafted for it, what it may sign, and what a key that is not asked for cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mission.copies import means_of, three_copies
from tests.mission.stage import NOON_US
from veedor.accord.authority_key import (
    DRAFTED,
    draft_for_authority,
    load_authority_key,
    make_authority_key,
    need_no_authority_key,
    publish_by_authority,
    with_authority_key,
)
from veedor.accord.bodies import ACT, GRANT, Act, Grant
from veedor.accord.load import Loaded, read_accord
from veedor.accord.statements import WITH_MISSION
from veedor.errors import UsageError, VerifyError
from veedor.mission.acts.proposal import co_sign, decode_proposal, encode_proposal, sign
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.keys import Key

THIN = (Path(__file__).parent / "data/thin.yaml").read_bytes()


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return three_copies(tmp_path / "stage")


@pytest.fixture
def treasury(stage: Path) -> Key:
    return make_authority_key(means_of(stage, "co", seed="treasury"), stage / "treasury.json", "co")


def named(key: str) -> Loaded:
    return read_accord(THIN.replace(b'key: ""', b"key: " + key.encode()), "thin.yaml")


def opened(stage: Path, party: str):
    return open_mission(stage / party, means_of(stage, party, seed="speaks"), party, WITH_MISSION)


def test_a_grant_takes_the_key_that_the_accord_names(treasury: Key) -> None:
    grant = with_authority_key(Grant("radar", "waiver", "co_treasury", ""), [named(treasury.public)])
    assert isinstance(grant, Grant) and grant.key == treasury.public
    with pytest.raises(UsageError, match="key of its own"):
        need_no_authority_key(grant)
    plain = with_authority_key(Grant("radar", "waiver", "co_treasury", ""), [named('""')])
    need_no_authority_key(plain)


def test_a_grant_under_an_older_version_may_name_the_older_key(treasury: Key) -> None:
    other = "ab" * 32
    act = Act("radar", "waiver", "co_treasury", treasury.public, "ended", "", NOON_US, "")
    assert with_authority_key(act, [named(treasury.public), named(other)]) == act
    with pytest.raises(UsageError, match="not the key that the accord names"):
        with_authority_key(act, [named(other)])


def test_both_keys_sign_and_the_statement_counts(stage: Path, treasury: Key) -> None:
    with opened(stage, "co") as mission:
        made = publish_by_authority(
            mission, GRANT, Grant("radar", "waiver", "co_treasury", treasury.public), NOON_US, treasury
        )
        (waiting,) = mission.waiting()
        assert (waiting.digest, mission.pending().void) == (made.digest, ())
        assert treasury.public in mission.pending().chains["co"][-1].signers


def test_the_party_alone_cannot_publish_it(stage: Path, treasury: Key) -> None:
    body = Grant("radar", "waiver", "co_treasury", treasury.public)
    with opened(stage, "co") as mission:
        with pytest.raises(UsageError, match="void"):
            mission.publish(GRANT, body, NOON_US)
        draft = draft_for_authority(mission, GRANT, body, NOON_US)
        with pytest.raises(UsageError, match="its author signs last"):
            sign(mission, draft)
        assert mission.waiting() == ()


def test_another_key_cannot_sign_a_draft_nor_a_party_in_its_place(stage: Path, treasury: Key) -> None:
    body = Grant("radar", "waiver", "co_treasury", treasury.public)
    other = make_authority_key(means_of(stage, "co", seed="other"), stage / "other.json", "co")
    with opened(stage, "co") as mission:
        draft = draft_for_authority(mission, GRANT, body, NOON_US)
        with pytest.raises(UsageError, match="not asked to sign"):
            co_sign(mission, draft, other)
        assert co_sign(mission, draft, treasury).waits_for == ("co",)
    with pytest.raises(UsageError, match="no key of an authority"):
        load_authority_key(means_of(stage, "co").files, stage / "co/keys/co/statement.json", b"x")


def test_a_draft_of_a_grant_is_read_only_by_who_knows_grants(stage: Path, treasury: Key) -> None:
    body = Act("radar", "waiver", "co_treasury", treasury.public, "implemented", "", NOON_US, "")
    with opened(stage, "co") as mission:
        data = encode_proposal(co_sign(mission, draft_for_authority(mission, ACT, body, NOON_US), treasury).proposal)
    assert decode_proposal(data, "draft", DRAFTED).body == body
    with pytest.raises(VerifyError, match="nothing of this type is proposed"):
        decode_proposal(data, "draft")
    changed = data.replace(b'"implemented"', b'"ended"')
    with pytest.raises(VerifyError, match="not over what it says"):
        decode_proposal(changed, "draft", DRAFTED)
