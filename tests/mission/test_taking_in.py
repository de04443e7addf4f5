"""Statements of other members on their way to the log: whatever one of them sends, it stops nobody else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.mission.copies import fill, genesis_of, head_of, opened, synced, three_copies
from tests.mission.stage import NOON_US, PASSPHRASE, a_deposit
from veedor.errors import StoreError, UsageError
from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import digest
from veedor.log.tiles import LARGEST_ENTRY
from veedor.log_folder.files import DiskFiles
from veedor.mission.copy.append import Mission
from veedor.mission.copy.appender import BATCH
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.outbox import Named, Outbox, in_turn
from veedor.mission.exchange.receipts import give_receipts, read_statements
from veedor.mission.exchange.share import share
from veedor.mission.exchange.take_in import MOST_OF_ONE
from veedor.mission.state.authority import receipts_of
from veedor.mission.state.kinds import deposits_of
from veedor.mission.statements.chain import Chain, payload, signed
from veedor.mission.statements.salts import Private
from veedor.mission.statements.types import DEPOSIT


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return three_copies(tmp_path / "stage")


def hand_in(mission: Mission, number: int = 1) -> str:
    private = mission.confidential.collect(share=False)
    body = a_deposit(private, bytes([number]) * 32, mission.party)
    return mission.publish(DEPOSIT, body, NOON_US, private).digest


def statement(stage: Path, party: str, seq: int, prev: str, key: SigningKey | None = None, **changes: object) -> bytes:
    """A deposit statement with any place in the chain, by the party's own key if no other is given."""
    signing = key or load_key(Folder(stage / party), party, "statement", PASSPHRASE).signing
    named = load_key(Folder(stage / party), party, "statement", PASSPHRASE).public if key else signing.public.hex()
    body = a_deposit(Private(lambda size: bytes(size)), bytes([seq]) * 32, party, **changes)
    return signed(payload(DEPOSIT, Chain(genesis_of(stage), party, seq, prev, NOON_US, (named,)), body), [signing])


def offer(stick: Path, party: str, seq: int, envelope: bytes, name: str | None = None) -> None:
    (stick / "outbox").mkdir(parents=True, exist_ok=True)
    (stick / "outbox" / f"{party}.{seq:08d}.{name or digest(envelope)}.json").write_bytes(envelope)


def stick_of(stage: Path, party: str) -> Path:
    stick = stage / f"{party}-stick"
    with opened(stage, party) as mission, mission.alone():
        share(mission, stick)
    return stick


def append(stage: Path, *sticks: Path) -> list[tuple[str, int]]:
    for stick in sticks:
        synced(stage, "ve", stick)
    with opened(stage, "ve") as mission:
        return [(each.party, each.seq) for each in mission.append_all().appended]


def reasons(stage: Path) -> dict[str, str]:
    found = [json.loads(path.read_text()) for path in (stage / "ve/outbox/aside").glob("*.reason")]
    return {each["statement"]: each["reason"] for each in found}


def test_statements_are_appended_in_turn_so_that_nobody_starves(stage: Path) -> None:
    for party, count in (("co", 5), ("qa", 2), ("ve", 1)):
        if party != "qa":
            with opened(stage, party) as mission:
                for number in range(count):
                    hand_in(mission, number)
    assert head_of(stage / "ve").size == 2, "what the appender says itself is in the log at once"
    assert append(stage, stick_of(stage, "co")) == [("co", seq) for seq in range(1, 6)]
    names = [Named("a", seq, "") for seq in (3, 1, 2)] + [Named("b", 7, ""), Named("c", 1, ""), Named("c", 2, "")]
    assert [(each.party, each.seq) for each in in_turn(names)] == [
        ("a", 1), ("b", 7), ("c", 1), ("a", 2), ("c", 2), ("a", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["taken in by sync", "laid into the outbox by hand"])
def test_bad_statements_are_set_aside_with_a_reason_and_stop_nobody(stage: Path, first: str) -> None:
    genesis = genesis_of(stage)
    with opened(stage, "co") as mission:
        hand_in(mission)
    stick = stick_of(stage, "co")
    bad = {
        "bad_signature": statement(stage, "qa", 1, genesis, SigningKey(b"\x05" * 32)),
        "wrong_prev": statement(stage, "qa", 1, "ab" * 32),
        "not_allowed": statement(stage, "qa", 1, genesis),
        "not_a_statement": b"no statement",
    }
    place = stick if first == "taken in by sync" else stage / "ve"
    for envelope in bad.values():
        offer(place, "qa", 1, envelope)
    offer(place, "co", 2, b"x", name="cd" * 32)
    if place == stick:
        offer(stick, "co", 3, b"x" * (LARGEST_ENTRY + 1))
    assert append(stage, stick) == [("co", 1)]
    expected = {digest(envelope): reason for reason, envelope in bad.items()} | {"cd" * 32: "changed"}
    if place == stick:
        expected[digest(b"x" * (LARGEST_ENTRY + 1))] = "oversized"
    assert reasons(stage) == expected
    with opened(stage, "ve") as mission:
        assert not mission.state.void and len(deposits_of(mission.state)) == 1
        assert mission.outbox.names() == ()


def test_a_fork_of_ones_own_chain_is_set_aside_and_the_first_one_stands(stage: Path) -> None:
    genesis = genesis_of(stage)
    with opened(stage, "co") as mission:
        made = hand_in(mission)
    assert append(stage, stick_of(stage, "co")) == [("co", 1)]
    other = statement(stage, "co", 1, genesis)
    offer(stage / "late", "co", 1, other)
    shutil.copytree(stage / "co-stick/log", stage / "late/log")
    assert append(stage, stage / "late") == []
    assert reasons(stage) == {digest(other): "fork"} and made != digest(other)


def test_a_statement_whose_predecessor_is_on_another_stick_waits_for_it(stage: Path) -> None:
    genesis = genesis_of(stage)
    first = statement(stage, "co", 1, genesis)
    second = statement(stage, "co", 2, digest(first))
    for name, seq, envelope in (("late", 1, first), ("early", 2, second)):
        offer(stage / name, "co", seq, envelope)
        shutil.copytree(stage / "co/log", stage / name / "log")
    assert append(stage, stage / "early") == []
    assert append(stage, stage / "late") == [("co", 1), ("co", 2)]
    assert not (stage / "ve/outbox/aside").exists()


def test_a_statement_set_aside_comes_in_when_it_counts_after_all(stage: Path) -> None:
    first = statement(stage, "co", 1, genesis_of(stage))
    offer(stage / "torn", "co", 1, first[:-1], name=digest(first))
    shutil.copytree(stage / "co/log", stage / "torn/log")
    assert append(stage, stage / "torn") == [] and reasons(stage) == {digest(first): "changed"}
    offer(stage / "torn", "co", 1, first)
    assert append(stage, stage / "torn") == [("co", 1)] and reasons(stage) == {}


def test_nobody_fills_the_appenders_outbox(stage: Path) -> None:
    before = "ab" * 32
    for seq in range(2, MOST_OF_ONE + 12):
        envelope = statement(stage, "co", seq % 250 + 2, before)
        offer(stage / "flood", "co", seq % 250 + 2, envelope)
        before = digest(envelope)
    for number in range(30):
        offer(stage / "flood", "qa", number + 1, b"junk %d" % number)
    shutil.copytree(stage / "co/log", stage / "flood/log")
    synced(stage, "ve", stage / "flood")
    waiting = Outbox(stage / "ve/outbox", DiskFiles()).names()
    assert len([each for each in waiting if each.party == "co"]) <= MOST_OF_ONE
    assert not [each for each in waiting if each.party == "qa"]


def test_nobody_elses_stick_speaks_for_this_party(stage: Path) -> None:
    envelope = statement(stage, "ve", 1, genesis_of(stage))
    offer(stage / "stick", "ve", 1, envelope)
    shutil.copytree(stage / "co/log", stage / "stick/log")
    synced(stage, "ve", stage / "stick")
    assert Outbox(stage / "ve/outbox", DiskFiles()).names() == ()


def test_many_statements_go_in_batches(stage: Path) -> None:
    before, count = genesis_of(stage), BATCH + 3
    key = load_key(Folder(stage / "co"), "co", "statement", PASSPHRASE).signing
    for seq in range(1, count + 1):
        private = Private(lambda size, seq=seq: seq.to_bytes(size, "big"))
        chain = Chain(genesis_of(stage), "co", seq, before, NOON_US, (key.public.hex(),))
        envelope = signed(payload(DEPOSIT, chain, a_deposit(private, party="co")), [key])
        before = Outbox(stage / "ve/outbox", DiskFiles()).put("co", seq, envelope).digest
    assert append(stage) == [("co", seq) for seq in range(1, count + 1)]
    with opened(stage, "ve") as mission:
        assert len(deposits_of(mission.state)) == count and not mission.state.void


def test_an_own_statement_that_no_longer_fits_is_told_and_never_thrown_away(stage: Path) -> None:
    envelope = statement(stage, "ve", 1, genesis_of(stage), simulated=False)
    Outbox(stage / "ve/outbox", DiskFiles()).put("ve", 1, envelope)
    with opened(stage, "ve") as mission:
        with pytest.raises(StoreError, match="void by now") as caught:
            mission.append_all()
        assert caught.value.found is not None and "simulated_mark" in caught.value.found
        assert [each.digest for each in mission.outbox.names()] == [digest(envelope)]


def test_only_the_appender_appends(stage: Path) -> None:
    with opened(stage, "co") as mission:
        hand_in(mission)
        with pytest.raises(UsageError, match="does not append"):
            mission.append_all()
    assert head_of(stage / "co").size == 1


def test_a_receipt_is_given_once_and_only_for_what_continues_its_chain(stage: Path) -> None:
    with opened(stage, "co") as mission:
        made = [hand_in(mission, number) for number in (1, 2)]
    stick = stick_of(stage, "co")
    offer(stick, "co", 3, statement(stage, "co", 3, "ab" * 32))
    with opened(stage, "qa") as mission:
        given = give_receipts(mission, read_statements(DiskFiles(), stick), NOON_US)
        assert [each.reason for each in given] == [None, None, "wrong_prev"]
        again = give_receipts(mission, read_statements(DiskFiles(), stick), NOON_US)
        assert [each.reason for each in again] == ["receipted", "receipted", "wrong_prev"]
    # The appender takes in the receipts only, as one that withholds would: the log then says since when.
    stick = stick_of(stage, "qa")
    assert append(stage, stick) == [("qa", 1), ("qa", 2)]
    with opened(stage, "ve") as mission:
        held = list(receipts_of(mission.state))
        assert [(each.receipt.body.statement, each.became) for each in held] == [(each, "withheld") for each in made]
    synced(stage, "qa", stage / "ve")
    with opened(stage, "qa") as mission:
        again = give_receipts(mission, read_statements(DiskFiles(), stage / "co-stick"), NOON_US)
        assert [each.reason for each in again] == ["receipted", "receipted", "wrong_prev"]


def test_nobody_gets_a_receipt_for_what_the_log_holds_or_from_itself(stage: Path) -> None:
    with opened(stage, "co") as mission:
        hand_in(mission)
        own = read_statements(DiskFiles(), stage / "co")
        assert [each.reason for each in give_receipts(mission, own, NOON_US)] == ["own"]
    assert append(stage, stick_of(stage, "co")) == [("co", 1)]
    synced(stage, "qa", stage / "ve")
    with opened(stage, "qa") as mission:
        assert [each.reason for each in give_receipts(mission, own, NOON_US)] == ["logged"]


def test_sharing_never_hands_out_keys_openings_or_files_of_sealed_deposits(stage: Path) -> None:
    (stage / "ve/deposits" / ("ee" * 32)).write_bytes(b"sealed file")
    with opened(stage, "ve") as mission:
        hand_in(mission)
        assert list((stage / "ve/keys/openings").iterdir())
    fill(stage, 3)
    stick = stick_of(stage, "ve")
    assert sorted(path.name for path in stick.iterdir()) == ["log", "outbox", "payloads"]
    assert not [path for path in stick.rglob("*") if path.is_file() and path.read_bytes() == b"sealed file"]
