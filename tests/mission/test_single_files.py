"""Single files from a mission: what one entry, one row, one head proves to whoever trusts only the genesis's digest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mission.handing_in import deposit_plots, plots_file
from tests.mission.stage import ORIGIN, PASSPHRASE, found, means
from veedor.errors import UsageError, VerifyError
from veedor.log.cosignature import CosignerSigner, add_cosignatures, cosign
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.folder import load_key
from veedor.mission.state.heads import agreement_policy, witness_key
from veedor.mission.state.kinds import deposits_of
from veedor.mission.state.policy import Policy, parse_policy
from veedor.mission.verification.reveal import Reveal, encode_reveal, find_entry, parse_reveal, prove, reveal
from veedor.mission.verification.single_file import verify_file
from veedor.mission.verification.trust import Trust, read_trust
from veedor.mission.verification.verify import Verification

NOTHING = Trust()


def trusted(mission: Mission) -> Trust:
    return Trust(digest=mission.state.genesis_digest)


def cosigned(mission: Mission, *parties: str) -> None:
    """Puts cosignatures of these members' witnesses on the head, as sealing does."""
    reader = LogReader(mission.folder.log, mission.files)
    note = reader.checkpoint_bytes()
    members = mission.state.roster.members
    keys = [witness_key(ORIGIN, member) for member in members.values()]
    for party in parties:
        key = load_key(mission.folder, party, "witness", PASSPHRASE).signing
        line = cosign(
            note.partition(b"\n\n")[0] + b"\n", CosignerSigner(f"{ORIGIN}/witness/{party}", key), 1_790_000_000
        )
        note = add_cosignatures(note, line, keys)
    (mission.folder.log / "checkpoint").write_bytes(note)


def policy_of(mission: Mission) -> Policy:
    policy = agreement_policy(ORIGIN, mission.state.roster)
    assert policy is not None and parse_policy(policy.text()) == policy
    return policy


def failed_step(result: Verification) -> str:
    assert result.verdict == "failed" and result.failure is not None
    return result.failure.name


@pytest.fixture
def deposited(mission: Mission, tmp_path: Path) -> Mission:
    deposit_plots(mission, plots_file(tmp_path, damaged=3))
    return mission


def a_reveal(mission: Mission, rows: tuple[int, ...] = (5,), parts: tuple[str, ...] | None = None) -> Reveal:
    (deposit,) = deposits_of(mission.state)
    return reveal(mission, deposit.index, rows, parts)


def test_a_row_is_shown_with_all_it_takes_to_believe_it(deposited: Mission, tmp_path: Path) -> None:
    lines = (tmp_path / "a.csv").read_bytes().splitlines()
    data = encode_reveal(a_reveal(deposited, (5, 6)))
    result = verify_file(data, "reveal", trusted(deposited))
    assert result.verdict == "not agreed" and [row.row for row in result.rows] == [5, 6]
    assert result.rows[0].source is not None and result.rows[0].source.strip() == lines[6]
    assert result.rows[0].fields["sensor"] and result.rows[0].withheld == ()
    cosigned(deposited, "co", "ve")
    again = verify_file(encode_reveal(a_reveal(deposited)), "reveal", trusted(deposited))
    assert again.verdict == "verified"
    assert verify_file(data, "reveal", NOTHING).verdict == "unanchored"


def test_a_rejected_row_is_revealed_too(deposited: Mission) -> None:
    (row,) = verify_file(encode_reveal(a_reveal(deposited, (3,))), "reveal", trusted(deposited)).rows
    assert row.table == "rejects" and row.source is not None and b"91.5" in row.source


def test_what_is_withheld_stays_a_digest(deposited: Mission) -> None:
    made = a_reveal(deposited, (5,), ("detection",))
    (row,) = verify_file(encode_reveal(made), "reveal", trusted(deposited)).rows
    assert set(row.withheld) == {"position", "identity", "original"}
    assert "sensor" in row.fields or "time" in row.fields
    assert not {"lat_e7", "callsign", "address"} & set(row.fields) and row.source is None
    whole = a_reveal(deposited, (5,))
    for kept, shown in zip(made.rows[0].parts, whole.rows[0].parts, strict=True):
        assert kept.digest == shown.digest
        assert (kept.salt, kept.data) in (("", ""), (shown.salt, shown.data))
        if kept.name != "detection":
            assert shown.salt.encode() not in encode_reveal(made) and shown.data.encode() not in encode_reveal(made)


def test_nothing_else_is_proved_than_what_was_handed_in(deposited: Mission) -> None:
    good = json.loads(encode_reveal(a_reveal(deposited)))

    def with_row(**changes: object) -> bytes:
        changed = json.loads(json.dumps(good))
        changed["rows"][0] |= changes
        return json.dumps(changed, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode() + b"\n"

    row = good["rows"][0]
    position = row["parts"][1]
    last = f"{int(position['data'][-2:], 16) ^ 1:02x}"
    lied = [row["parts"][0], position | {"data": position["data"][:-2] + last}, *row["parts"][2:]]
    swapped = [row["parts"][1], row["parts"][0], *row["parts"][2:]]
    for changes in (
        {"row": row["row"] + 1},
        {"position": row["position"] + 1},
        {"tree": "rejected"},
        {"table": "entries/1"},
        {"table": "tracks/1", "parts": row["parts"][-1:]},  # derived, never handed in
        {"parts": lied},
        {"parts": swapped},
        {"parts": row["parts"][:-1]},
        {"proof": row["proof"][:-1]},
        {"proof": [*row["proof"], "00" * 32]},
    ):
        assert failed_step(verify_file(with_row(**changes), "reveal", trusted(deposited))) == "rows", changes
    assert verify_file(with_row(), "reveal", trusted(deposited)).verdict == "not agreed"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_reveal_with_any_changed_bit_fails(deposited: Mission, place: float, bit: int) -> None:
    data = bytearray(encode_reveal(a_reveal(deposited)))
    at = int(place * len(data))
    data[at] ^= 1 << bit
    result = verify_file(bytes(data), "reveal", trusted(deposited))
    changed_name = b"{" not in bytes(data[:1])  # no reveal at all any more: a checkpoint that does not read
    assert result.verdict == "failed" or changed_name


def test_the_genesis_must_be_the_trusted_one(deposited: Mission) -> None:
    data = encode_reveal(a_reveal(deposited, ()))
    assert failed_step(verify_file(data, "reveal", Trust(digest="ab" * 32))) == "genesis"
    assert verify_file(data, "reveal", trusted(deposited)).verdict == "not agreed"


def test_a_proof_file_needs_keys_and_takes_them_from_entry_0_or_a_policy(deposited: Mission, tmp_path: Path) -> None:
    reader = LogReader(deposited.folder.log, deposited.files)
    cosigned(deposited, "co", "ve")
    data = prove(reader, 1, extra=reader.entry(1)).encode()
    (tmp_path / "entry0").write_bytes(reader.entry(0))
    (tmp_path / "policy").write_bytes(policy_of(deposited).text())
    for file in ("entry0", "policy"):
        trust = read_trust(str(tmp_path / file), deposited.folder.path)
        assert verify_file(data, "proof", trust).verdict == "verified"
        assert verify_file(reader.checkpoint_bytes(), "checkpoint", trust).verdict == "verified"
    assert failed_step(verify_file(data, "proof", trusted(deposited))) == "head"  # a digest gives no keys
    other = prove(reader, 1, extra=reader.entry(0)).encode()
    assert failed_step(verify_file(other, "proof", trust)) == "inclusion"
    assert failed_step(verify_file(prove(reader, 1).encode(), "proof", trust)) == "inclusion"  # no entry in it


def test_a_proof_does_not_fit_an_older_head(deposited: Mission, tmp_path: Path) -> None:
    """A proof made in the tree of now, under the head of before, is worth nothing."""
    reader = LogReader(deposited.folder.log, deposited.files)
    older = reader.checkpoint_bytes()
    deposit_plots(deposited, plots_file(tmp_path, "later.csv", 7))
    now = prove(reader, 1, extra=reader.entry(1))
    trust = Trust(policy=policy_of(deposited))
    paired = type(now)(now.index, now.hashes, older, now.extra).encode()
    assert failed_step(verify_file(paired, "proof", trust)) == "inclusion"
    assert verify_file(now.encode(), "proof", trust).verdict == "not agreed"


def test_one_party_is_not_agreement(deposited: Mission) -> None:
    cosigned(deposited, "ve", "qa")
    result = verify_file(encode_reveal(a_reveal(deposited)), "reveal", trusted(deposited))
    assert result.verdict == "not agreed"
    (agreement,) = [step for step in result.steps if step.name == "agreement"]
    assert (agreement.expected, agreement.found) == ("2 of co, ve", "qa, ve")


def test_only_who_holds_the_salts_can_reveal(deposited: Mission) -> None:
    (deposit,) = deposits_of(deposited.state)
    (deposited.folder.openings / f"{deposit.digest}.json").unlink()
    with pytest.raises(UsageError, match="no deposit that this copy holds"):
        a_reveal(deposited)


def test_what_is_asked_for_must_be_there(deposited: Mission) -> None:
    with pytest.raises(UsageError, match="no such row"):
        a_reveal(deposited, (99,))
    with pytest.raises(UsageError, match="no such part"):
        a_reveal(deposited, (5,), ("amount",))
    state = deposited.state
    assert find_entry(state, "1") == 1 and find_entry(state, state.genesis_digest[:8]) == 0
    for wrong in ("2", "-1", "", "ffffff", "1" * 30):
        with pytest.raises(UsageError):
            find_entry(state, wrong)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"{}\n", b'{"schema":"reveal/1"}\n', b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}\n", b"\xff" * 99],
)
def test_any_bytes_as_a_file_give_a_verdict(data: bytes) -> None:
    assert verify_file(data, "file", Trust(digest="ab" * 32)).verdict == "failed"
    if data.startswith(b"{"):
        with pytest.raises(VerifyError):
            parse_reveal(data, "file")


def test_no_name_of_a_member_breaks_the_policy(tmp_path: Path) -> None:
    """Members may be called as the format's own words are."""
    found(tmp_path, ("none", "agreement", "all:mediator"))
    with open_mission(tmp_path / "mission", means(tmp_path)) as mission:
        assert len(policy_of(mission).witnesses) == 4
