"""Founding: a draft goes round, everybody signs what everybody saw, and entry 0 is the result."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from tests.mission.stage import NOON_US, ORIGIN, PASSPHRASE, Counted, found, means
from veedor.errors import StoreError, UsageError, VeedorError, VerifyError
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.keys import new_keys, new_member
from veedor.mission.copy.means import Means
from veedor.mission.founding.draft import Terms, decode_draft, encode_draft, new_draft
from veedor.mission.founding.founding import found_simulated, init_mission, invitations, join_mission, terms_of
from veedor.mission.state.genesis import check_genesis, read_genesis
from veedor.mission.statements.bodies import Genesis, Quorum
from veedor.mission.statements.chain import genesis_payload, signed


def terms(*others: str, **changes: object) -> Terms:
    made = terms_of(mission="test", origin=ORIGIN, invited=invitations("ve", others), appender="ve", created_us=NOON_US)
    return msgspec.structs.replace(made, **changes)


def own(tmp_path: Path, party: str) -> Means:
    """Every machine has its own randomness and state folder."""
    return means(tmp_path / f"machine-{party}", seed=party)


def test_one_party_alone_founds_at_once(tmp_path: Path) -> None:
    progress = init_mission(tmp_path / "m", "ve", terms(), own(tmp_path, "ve"))
    assert progress.did == ("joined", "signed", "founded") and progress.founded
    with open_mission(tmp_path / "m", own(tmp_path, "ve")) as mission:
        assert mission.state.genesis_digest == progress.genesis


def test_three_copies_pass_the_draft_round_twice(tmp_path: Path) -> None:
    draft = tmp_path / "stick.json"
    start = init_mission(tmp_path / "ve", "ve", terms("co", "qa:mediator"), own(tmp_path, "ve"))
    assert (start.missing, start.founded) == (("co", "qa"), False)
    draft.write_bytes((tmp_path / "ve/genesis.draft.json").read_bytes())

    assert join_mission(draft, tmp_path / "co", "co", own(tmp_path, "co")).did == ("joined",)
    last = join_mission(draft, tmp_path / "qa", "qa", own(tmp_path, "qa"))
    assert last.did == ("joined", "signed") and last.unsigned == ("co", "ve")

    early = join_mission(draft, tmp_path / "ve", None, own(tmp_path, "ve"))
    assert early.did == ("signed",) and not early.founded
    co = join_mission(draft, tmp_path / "co", None, own(tmp_path, "co"))
    assert co.did == ("signed",) and co.genesis is not None and not co.founded

    done = join_mission(draft, tmp_path / "ve", None, own(tmp_path, "ve"))
    assert done.did == ("founded",) and done.genesis == co.genesis
    assert join_mission(draft, tmp_path / "ve", None, own(tmp_path, "ve")).did == ()
    entry = LogReader(tmp_path / "ve/log", DiskFiles()).entry(0)
    digest, genesis = read_genesis(entry)
    assert digest == done.genesis
    assert [(each.party, each.role) for each in genesis.members] == [
        ("co", "party"),
        ("qa", "mediator"),
        ("ve", "party"),
    ]


def test_a_copy_holds_only_its_own_partys_keys(tmp_path: Path) -> None:
    init_mission(tmp_path / "ve", "ve", terms("co"), own(tmp_path, "ve"))
    join_mission(tmp_path / "ve/genesis.draft.json", tmp_path / "co", "co", own(tmp_path, "co"))
    assert Folder(tmp_path / "ve").parties == ("ve",)
    assert Folder(tmp_path / "co").parties == ("co",)


def test_only_a_simulated_mission_may_hold_several_members_keys(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="simulated"):
        found_simulated(tmp_path / "m", terms("co"), own(tmp_path, "ve"))


def test_keys_are_fresh_each_time(tmp_path: Path) -> None:
    given = Means(DiskFiles(), tmp_path / "state", Counted("one"), PASSPHRASE, own(tmp_path, "ve").work)
    one = init_mission(tmp_path / "one", "ve", terms(), given)
    two = init_mission(tmp_path / "two", "ve", terms(), given)
    assert one.genesis != two.genesis


def test_a_changed_term_is_noticed_by_who_joined_under_the_old_one(tmp_path: Path) -> None:
    init_mission(tmp_path / "ve", "ve", terms("co"), own(tmp_path, "ve"))
    file = tmp_path / "ve/genesis.draft.json"
    lie = json.loads(file.read_bytes())
    lie["terms"]["appender"] = "co"
    file.write_text(json.dumps(lie))
    join_mission(file, tmp_path / "co", "co", own(tmp_path, "co"))
    with pytest.raises(VerifyError, match="not those this member joined under") as caught:
        join_mission(file, tmp_path / "ve", None, own(tmp_path, "ve"))
    assert "appender" in (caught.value.expected or "") and '"co"' in (caught.value.found or "")


def test_an_exchanged_key_is_noticed_by_its_owner(tmp_path: Path) -> None:
    init_mission(tmp_path / "ve", "ve", terms("co"), own(tmp_path, "ve"))
    file = tmp_path / "ve/genesis.draft.json"
    stolen = new_draft(terms("co"))
    forged = new_member(ORIGIN, "ve", "party", new_keys("ve", Counted("thief")))
    file.write_bytes(encode_draft(msgspec.structs.replace(stolen, members=(forged,))))
    join_mission(file, tmp_path / "co", "co", own(tmp_path, "co"))
    with pytest.raises(VerifyError, match="own part"):
        join_mission(file, tmp_path / "ve", None, own(tmp_path, "ve"))


def test_a_draft_changed_after_a_signature_names_whose_signature_broke(tmp_path: Path) -> None:
    init_mission(tmp_path / "ve", "ve", terms("co"), own(tmp_path, "ve"))
    file = tmp_path / "ve/genesis.draft.json"
    join_mission(file, tmp_path / "co", "co", own(tmp_path, "co"))
    lie = json.loads(file.read_bytes())
    lie["terms"]["delay_hours"] = 48
    with pytest.raises(VerifyError, match="signature of co"):
        decode_draft(json.dumps(lie).encode(), "draft")


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"null", b"\xff\xfe", b"[" * 200_000, b"9" * 6000, b'{"schema":1e999}']
)
def test_what_is_no_draft_is_refused_clearly(content: bytes) -> None:
    with pytest.raises(VerifyError):
        decode_draft(content, "draft")


def test_who_is_not_invited_or_joined_already_cannot_join(tmp_path: Path) -> None:
    init_mission(tmp_path / "ve", "ve", terms("co"), own(tmp_path, "ve"))
    file = tmp_path / "ve/genesis.draft.json"
    for party in ("br", "ve"):
        with pytest.raises(UsageError, match="does not wait"):
            join_mission(file, tmp_path / "new", party, own(tmp_path, party))
        assert not (tmp_path / "new").exists()
    with pytest.raises(UsageError, match="who joins"):
        join_mission(file, tmp_path / "new", None, own(tmp_path, "co"))
    with pytest.raises(UsageError, match="belongs to another"):
        join_mission(file, tmp_path / "ve", "co", own(tmp_path, "co"))


def test_a_mission_is_made_once(tmp_path: Path) -> None:
    init_mission(tmp_path / "m", "ve", terms(), own(tmp_path, "ve"))
    before = (tmp_path / "m/log/checkpoint").read_bytes()
    with pytest.raises(UsageError, match="not empty"):
        init_mission(tmp_path / "m", "ve", terms(), own(tmp_path, "ve"))
    assert (tmp_path / "m/log/checkpoint").read_bytes() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "has blank"},
        {"origin": "plus+sign"},
        {"mission": "Free text, said the lawyer"},
        {"delay_hours": 23},
        {"appender": "xx"},
    ],
)
def test_terms_that_no_genesis_may_have_are_refused_before_anything_is_written(tmp_path: Path, wrong: dict) -> None:
    with pytest.raises(UsageError):
        init_mission(tmp_path / "m", "ve", terms(**wrong), own(tmp_path, "ve"))
    assert not (tmp_path / "m").exists()


@pytest.fixture
def genesis(tmp_path: Path) -> tuple[Folder, Genesis]:
    found(tmp_path)
    folder = Folder(tmp_path / "mission")
    return folder, read_genesis(LogReader(folder.log, DiskFiles()).entry(0))[1]


def test_a_genesis_without_every_members_signature_is_refused(genesis: tuple[Folder, Genesis]) -> None:
    folder, body = genesis
    keys = [load_key(folder, party, "statement", PASSPHRASE).signing for party in ("co", "qa", "ve")]
    assert read_genesis(signed(genesis_payload(body), keys))
    for left_out in range(3):
        with pytest.raises(VerifyError, match="signed by exactly"):
            read_genesis(signed(genesis_payload(body), keys[:left_out] + keys[left_out + 1 :]))


def test_a_genesis_that_contradicts_itself_is_refused(genesis: tuple[Folder, Genesis]) -> None:
    _, body = genesis
    co, qa, ve = body.members
    swapped = msgspec.structs.replace(co, keys=msgspec.structs.replace(co.keys, log=co.keys.witness))
    quorums = body.quorums
    for changes in (
        {"members": (ve, qa, co)},
        {"members": (co, co, qa, ve)},
        {"members": (co, qa)},
        {"members": (swapped, qa, ve)},
        {"origin": "veedor.example/elsewhere"},
        {"members": (qa,), "appender": "qa"},
        {"quorums": msgspec.structs.replace(quorums, agreement=Quorum("count", 3, 0))},
        {"quorums": msgspec.structs.replace(quorums, clock=Quorum("majority", 0, 2))},
        {"quorums": msgspec.structs.replace(quorums, clock=Quorum("all", 1, 0))},
    ):
        with pytest.raises(VerifyError):
            check_genesis(msgspec.structs.replace(body, **changes))


def test_the_clock_quorum_wants_somebody_who_is_not_a_party_where_there_is_one() -> None:
    assert terms("co", "qa:mediator").quorums.clock == Quorum("majority", 0, 1)
    assert terms("co").quorums.clock == Quorum("majority", 0, 0)
    assert terms("co").quorums.agreement == Quorum("all", 0, 0)


def test_a_second_log_of_the_same_genesis_cannot_be_begun(tmp_path: Path) -> None:
    given = own(tmp_path, "ve")
    init_mission(tmp_path / "m", "ve", terms(), given)
    for file in sorted((tmp_path / "m/log").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    with pytest.raises(StoreError, match="exists here already"):
        join_mission(tmp_path / "m/genesis.draft.json", tmp_path / "m", None, given)


def test_no_step_needs_more_than_its_own_error_class(tmp_path: Path) -> None:
    with pytest.raises(VeedorError):
        join_mission(tmp_path / "missing.json", tmp_path / "co", "co", own(tmp_path, "co"))
