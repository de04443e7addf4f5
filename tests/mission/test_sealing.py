"""Sealing with witnesses that run as processes of their own, or answer by stick; whoever is gone, slow, hostile or
ahead holds up nobody, and none of it can make a seal that is not one."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.mission.log_in_memory import DAY_S, START_S
from tests.mission.stage import NOON_US, ORIGIN, PASSPHRASE, a_deposit, found, means
from tests.witness.witnesses import Running, running
from veedor.errors import UsageError
from veedor.log.cosignature import CosignerSigner, cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner, parse_note
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.settings import parse_settings
from veedor.mission.exchange.seal import Sealing, lines_of, seal
from veedor.mission.exchange.witness_lines import FolderWitnesses
from veedor.mission.state.seals import seals_of
from veedor.mission.statements.types import DEPOSIT
from veedor.mission.verification.verify import verify
from veedor.witness.decision import parse_request
from veedor.witness.files import check_path
from veedor.witness.store import WitnessStore, init_witness

FILES = DiskFiles()
ALL = ("co", "qa", "ve")


def witness_of(path: Path, party: str) -> CosignerSigner:
    return CosignerSigner(f"{ORIGIN}/witness/{party}", load_key(Folder(path), party, "witness", PASSPHRASE).signing)


def store_of(tmp: Path, party: str) -> Path:
    """A fresh witness of a member that watches the mission's log."""
    folder = tmp / f"witness-{party}"
    log_key = NoteSigner(ORIGIN, load_key(Folder(tmp / "mission"), "ve", "log", PASSPHRASE).signing).verifier
    folder.mkdir()
    init_witness(FILES, folder, witness_of(tmp / "mission", party).verifier)
    with WitnessStore(FILES, folder) as store:
        store.watch(ORIGIN, [log_key])
    return folder


@contextlib.contextmanager
def served(tmp: Path, times_s: Mapping[str, int]) -> Iterator[dict[str, Running]]:
    """A process for each of these members' witnesses, whose clock stands at its time."""
    with contextlib.ExitStack() as stack:
        yield {
            party: stack.enter_context(
                running(tmp / f"witness-{party}", witness_of(tmp / "mission", party), clock_s=time_s)
            )
            for party, time_s in times_s.items()
        }


def address(witness: Running) -> str:
    return f"http://127.0.0.1:{witness.port}"


def sealed(mission: Mission, *witnesses: str, ask_s: float = 20.0) -> Sealing:
    return seal(mission, lines_of(mission, witnesses), NOON_US, ask_s)


def hands_in(mission: Mission, number: int = 1) -> None:
    private = mission.confidential.collect(share=False)
    mission.publish(DEPOSIT, a_deposit(private, bytes([number]) * 32), NOON_US, private)


@pytest.fixture
def tmp(tmp_path: Path) -> Path:
    found(tmp_path)
    for party in ALL:
        store_of(tmp_path, party)
    return tmp_path


@pytest.fixture
def mission(tmp: Path) -> Iterator[Mission]:
    with open_mission(tmp / "mission", means(tmp, "work")) as opened:
        yield opened


def test_witnesses_of_all_members_give_time_and_agreement(tmp: Path, mission: Mission) -> None:
    hands_in(mission)
    with served(tmp, {"co": START_S + 5, "qa": START_S, "ve": START_S + 9}) as witnesses:
        done = sealed(mission, *map(address, witnesses.values()))
    assert done.published is not None and done.published.index == 2
    assert (done.sealed, done.time_s, done.head) == (2, START_S + 5, 3)
    assert done.agreed and [each.party for each in done.cosigned] == ["co", "qa", "ve"]
    assert verify(tmp / "mission", FILES, mission.state.genesis_digest).verdict == "verified"
    (found,) = seals_of(mission.state).sealed
    assert [(each.party, each.time_s) for each in found.cosigned] == [
        ("co", START_S + 5),
        ("qa", START_S),
        ("ve", START_S + 9),
    ]


@pytest.mark.parametrize("stopped", ["co", "ve"])
def test_a_party_that_stops_its_witness_delays_nothing_and_its_later_cosignature_makes_agreement(
    tmp: Path, mission: Mission, stopped: str
) -> None:
    others = [party for party in ALL if party != stopped]
    with served(tmp, dict.fromkeys(ALL, START_S)) as witnesses:
        sealed(mission, *map(address, witnesses.values()))
        for number in (1, 2):
            hands_in(mission, number)
            gone = "http://127.0.0.1:1"
            done = sealed(mission, gone, *(address(witnesses[each]) for each in others))
            assert done.published is not None and not done.agreed
            assert done.asked[-1].outcome == "cosigned"
            assert {each.outcome for each in done.asked if each.witness == gone} == {"unreachable"}
        assert verify(tmp / "mission", FILES, mission.state.genesis_digest).verdict == "not agreed"
        (watch,) = [each for each in seals_of(mission.state).watches if each.silent_since_s]
        assert watch.party == stopped
        head = mission.state.size
        done = sealed(mission, address(witnesses[stopped]))
    assert (done.published, done.head, done.agreed) == (None, head, True), "nothing new, so no other seal"
    assert verify(tmp / "mission", FILES, mission.state.genesis_digest).verdict == "verified"


def test_too_few_witnesses_make_no_seal_but_stay_on_the_head_until_the_rest_answers(
    tmp: Path, mission: Mission
) -> None:
    hands_in(mission)
    with served(tmp, {"qa": START_S}) as witnesses:
        done = sealed(mission, address(witnesses["qa"]))
    assert done.published is None and [each.party for each in done.cosigned] == ["qa"]
    with served(tmp, {"ve": START_S + 60}) as witnesses:
        done = sealed(mission, address(witnesses["ve"]))
    assert done.published is not None and done.time_s == START_S + 60, "qa's older line fills the quorum"
    assert [each.party for each in seals_of(mission.state).sealed[0].cosigned] == ["qa", "ve"]


def test_what_stood_on_the_head_yesterday_is_not_taken_for_today(tmp: Path, mission: Mission) -> None:
    """Sealed again without news: today's answers alone, so that a silent witness is not shown with an old time."""
    with served(tmp, dict.fromkeys(ALL, START_S)) as witnesses:
        sealed(mission, *map(address, witnesses.values()))
    with served(tmp, dict.fromkeys(("qa", "ve"), START_S + DAY_S)) as witnesses:
        sealed(mission, *map(address, witnesses.values()))
    last = seals_of(mission.state).sealed[-1]
    assert [(each.party, each.time_s) for each in last.cosigned] == [("qa", START_S + DAY_S), ("ve", START_S + DAY_S)]
    assert last.time_s == START_S + DAY_S and not last.agreed


def test_by_stick_every_journey_brings_a_seal(tmp: Path, mission: Mission) -> None:
    stick = tmp / "stick"
    journeys = []
    for day in range(5):
        hands_in(mission, day + 1)
        done = sealed(mission, str(stick))
        journeys.append(done.published is not None)
        for party in ALL:
            travels(tmp, party, stick, START_S + day * DAY_S)
    assert journeys == [False, True, True, True, True]
    seals = seals_of(mission.state)
    assert seals.last is not None and seals.last.agreed and seals.last.time_s == START_S + 3 * DAY_S


def test_a_witness_that_saw_a_size_nobody_expects_says_so_and_the_next_request_begins_there(
    tmp: Path, mission: Mission
) -> None:
    stick, reader = tmp / "stick", LogReader(tmp / "mission" / "log", FILES)
    hands_in(mission, 1)
    hands_in(mission, 2)
    heads = tmp / "own copy"
    FolderWitnesses(heads, FILES, mission.state.genesis_digest).put(3, [0], lambda _: _first(reader))
    for party in ALL:
        travels(tmp, party, heads, START_S)  # all witnesses are at size 3
    hands_in(mission, 3)
    hands_in(mission, 4)
    outcomes = []
    for day in (1, 2):
        sealed(mission, str(stick))
        for party in ALL:
            travels(tmp, party, stick, START_S + day * DAY_S)
        outcomes.append(sorted(path.suffix for path in stick.iterdir()))
    assert ".answer" not in outcomes[0] and ".answer" in outcomes[1]
    done = sealed(mission, str(stick))
    assert done.published is not None and done.sealed == 5


def _first(reader: LogReader) -> bytes:
    return b"old 0\n\n" + reader.checkpoint_bytes()


def travels(tmp: Path, party: str, stick: Path, time_s: int) -> None:
    """The stick goes to a member, whose witness answers what lies on it."""
    with WitnessStore(FILES, tmp / f"witness-{party}") as store:
        list(check_path(FILES, stick, store, witness_of(tmp / "mission", party), time_s))


def test_answers_to_older_heads_count_while_the_log_goes_on(tmp: Path, mission: Mission) -> None:
    stick = tmp / "stick"
    hands_in(mission, 1)
    sealed(mission, str(stick))
    for party in ("qa", "ve"):
        travels(tmp, party, stick, START_S)
    hands_in(mission, 2)  # meanwhile
    done = sealed(mission, str(stick))
    assert (done.sealed, done.published is not None, done.head) == (2, True, 4)
    assert seals_of(mission.state).covering(2) is None, "what came meanwhile waits for the next journey"
    assert not any(request_size(path) <= 2 for path in stick.glob("*.request")), "what is sealed is taken away"


def request_size(path: Path) -> int:
    return parse_request(path.read_bytes()).checkpoint.size


class Hostile:
    """Answers every request with these bytes, as HTTP or not; keeps the line open for `hold`."""

    def __init__(self, answer: bytes, hold: threading.Event | None = None) -> None:
        self._answer, self._hold = answer, hold
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._socket.accept()
                line.recv(1 << 16)
                line.sendall(self._answer)
                if self._hold:
                    self._hold.wait(60)
                line.close()

    def close(self) -> None:
        self._socket.close()


def http(status: str, body: bytes, media: str = "text/plain") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def _hostile_answers(path: Path) -> dict[str, bytes]:
    text = parse_note((path / "log" / "checkpoint").read_bytes()).text
    qa, stranger = witness_of(path, "qa"), CosignerSigner(f"{ORIGIN}/witness/qa", SigningKey(b"\7" * 32))
    line = cosign(text, qa, START_S)
    return {
        "no HTTP at all": b"SSH-2.0-hello\r\n",
        "nothing": b"",
        "a page": http("200 OK", b"<html>" * 100),
        "endless": http("200 OK", b"x" * (1 << 17)),
        "a stranger's line": http("200 OK", cosign(text, stranger, START_S)),
        "a changed line": http("200 OK", line[:-6] + b"AAAA=\n"),
        "another text's line": http("200 OK", cosign(b"x\n1\n" + b"A" * 43 + b"=\n", qa, START_S)),
        "a line and a bad one": http("200 OK", line + line[:-40] + b"A" * 39 + b"\n"),
        "elsewhere": http("302 Found", b"", "text/plain\r\nLocation: http://127.0.0.1:1/"),
        "a size that is none": http("409 Conflict", b"x\n", "text/x.tlog.size"),
        "a size beyond all": http("409 Conflict", b"9" * 30 + b"\n", "text/x.tlog.size"),
        "a size above ours": http("409 Conflict", b"1000\n", "text/x.tlog.size"),
        "the same size for ever": http("409 Conflict", b"0\n", "text/x.tlog.size"),
        "broken off": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + line[:50],
        "an error": http("500 Oops", b"\xff\xfe"),
    }


def test_no_answer_of_a_hostile_witness_makes_a_seal_or_stops_one(tmp: Path, mission: Mission) -> None:
    hands_in(mission)
    said = {}
    for what, answer in _hostile_answers(tmp / "mission").items():
        hostile = Hostile(answer)
        with contextlib.closing(hostile):
            done = sealed(mission, hostile.address)
        assert (done.published, done.cosigned) == (None, ()), what
        said[what] = done.asked[0].outcome
    assert said["a size above ours"] == "ahead"
    assert said["nothing"] == said["no HTTP at all"] == "unreachable"
    assert {said[what] for what in said if "line" in what or what == "a page"} == {"refused"}
    assert mission.state.size == 2
    with served(tmp, dict.fromkeys(("qa", "ve"), START_S)) as witnesses:
        hostile = Hostile(_hostile_answers(tmp / "mission")["endless"])
        with contextlib.closing(hostile):
            done = sealed(mission, hostile.address, *map(address, witnesses.values()))
    assert done.published is not None


def test_a_witness_that_keeps_the_line_open_is_left_behind(tmp: Path, mission: Mission) -> None:
    hands_in(mission)
    hold = threading.Event()
    slow = Hostile(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", hold)
    with served(tmp, dict.fromkeys(("qa", "ve"), START_S)) as witnesses, contextlib.closing(slow):
        done = sealed(mission, slow.address, *map(address, witnesses.values()), ask_s=2.0)
        hold.set()
    assert done.published is not None
    assert [each.outcome for each in done.asked if each.witness == slow.address] == ["unreachable", "unreachable"]


def test_only_the_member_that_appends_seals(tmp: Path) -> None:
    with (
        open_mission(tmp / "mission", means(tmp, "work"), "co") as opened,
        pytest.raises(UsageError, match="only the member that appends"),
    ):
        sealed(opened, "http://127.0.0.1:1")


def test_witnesses_are_named_on_the_command_line_or_in_the_settings(tmp: Path, mission: Mission) -> None:
    with pytest.raises(UsageError, match="which witness"):
        lines_of(mission, ())
    text = mission.folder.settings_file.read_text() + '\n[witness]\naddresses = ["https://w.example", "stick"]\n'
    assert parse_settings(text, "mission.toml").witness.addresses == ("https://w.example", "stick")
    mission.folder.settings_file.write_text(text)
    with open_mission(tmp / "mission", means(tmp, "work")) as opened:
        http_line, folder = lines_of(opened, ())
    assert folder.folder == tmp / "mission" / "stick" and http_line.address == "https://w.example"
    for bad in ("http://", "http://user:secret@w.example", "https://w.example/?x=1", "http://[::1"):
        with pytest.raises(UsageError, match="address of a witness"):
            lines_of(mission, [bad])
