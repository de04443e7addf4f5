"""The thin case, by files only: a radar log is promised, late and cured; the waiver is warned, and lapses on its day.

Two parties and a mediator, three folders that never see each other's disk: what goes from one to another goes by stick.
`ve` promises and appends, `co` grants, `qa` mediates. After every exchange all three compute the same verdict.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from tests.mission.copies import log_signer, means_of, synced, three_copies, witness_signer
from tests.mission.stage import DAY_US, NOON_US, a_deposit
from tests.mission.test_taking_in import append, stick_of
from veedor.accord.at_hand import judged_here, keep, need_signers
from veedor.accord.bodies import ACT, GRANT, SIGN_ACCORD, Act, Grant, SignAccord
from veedor.accord.load import read_accord
from veedor.accord.statements import WITH_MISSION
from veedor.accord.verdict import MeasureVerdict, ObligationVerdict, Verdict
from veedor.errors import UsageError, VerifyError
from veedor.log.checkpoint import Checkpoint
from veedor.log.cosignature import TIME_BYTES, cosign
from veedor.log.note import parse_note
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import open_mission
from veedor.mission.state.restated import restatements_of
from veedor.mission.statements.authority import Cosignature, Seal
from veedor.mission.statements.bodies import Outage, Period, Restate
from veedor.mission.statements.types import DEPOSIT, RESTATE, SEAL
from veedor.mission.statements.vocabulary import Completeness

HOUR_US = DAY_US // 24
THIN = (Path(__file__).parent / "data/thin.yaml").read_bytes()
ALL = ("co", "qa", "ve")


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return three_copies(tmp_path / "stage")


def opened(three: Path, party: str, seed: str = ""):
    return open_mission(three / party, means_of(three, party, seed=seed), party, WITH_MISSION)


def says(three: Path, party: str, kind, body) -> None:
    with opened(three, party, seed=repr(body)) as mission:
        mission.publish(kind, body, NOON_US)


def seal_at(three: Path, day: int, without: tuple[str, ...] = ()) -> None:
    """Sticks go to the appender, it seals at noon of this day with whoever's witness answers, sticks go back to all."""
    append(three, *(stick_of(three, party) for party in ("co", "qa")))
    with opened(three, "ve", seed=f"seal {day}") as mission:
        reader = LogReader(mission.folder.log, mission.files)
        head: Checkpoint = reader.checkpoint()
        text, time_s = head.text(), (NOON_US + day * DAY_US) // 1_000_000
        given = []
        for party in ALL:
            if party not in without:
                (line,) = parse_note(text + b"\n" + cosign(text, witness_signer(three, party), time_s)).signatures
                given.append(Cosignature(party, time_s, line.signature[TIME_BYTES:].hex()))
        (own,) = (
            line
            for line in parse_note(reader.checkpoint_bytes()).signatures
            if line.name == log_signer(three).verifier.name
        )
        mission.publish(SEAL, Seal(head.size, head.root.hex(), own.signature.hex(), tuple(given)), NOON_US)
    stick = stick_of(three, "ve")
    for party in ("co", "qa"):
        synced(three, party, stick)


def shown(three: Path) -> tuple[Verdict, ObligationVerdict, MeasureVerdict]:
    """The verdict, which is byte for byte the same in all three folders."""
    found = {}
    for party in ALL:
        with opened(three, party) as mission:
            found[party] = judged_here(mission).verdict
    assert len({msgspec.json.encode(each) for each in found.values()}) == 1
    verdict = found["qa"]
    return verdict, verdict.obligations[0], verdict.measures[0]


def promise(three: Path) -> None:
    """Both sign the accord, the treasury grants, and says that it has."""
    loaded = read_accord(THIN, "thin.yaml")
    with opened(three, "ve") as mission:
        keep(mission, loaded)
    for party in ("co", "ve"):
        says(three, party, SIGN_ACCORD, SignAccord("radar", 1, loaded.digest))
    seal_at(three, 0)
    says(three, "co", GRANT, Grant("radar", "waiver", "co_treasury", ""))
    says(three, "co", ACT, Act("radar", "waiver", "co_treasury", "", "implemented", "", NOON_US, ""))
    seal_at(three, 1)


def deliver(three: Path, completeness: Completeness = "complete") -> str:
    with opened(three, "ve", seed="deliver") as mission:
        private = mission.confidential.collect(share=False)
        period = Period(NOON_US, NOON_US + 10 * DAY_US, completeness)
        return mission.publish(DEPOSIT, a_deposit(private, b"\1" * 32, period=period), NOON_US, private).digest


def test_delivered_with_a_wrong_note_late_corrected_and_cured_from_then_in_every_folder(three: Path) -> None:
    promise(three)
    deposit = deliver(three, "unknown")
    seal_at(three, 9)
    assert shown(three)[1].state == "due", "enough of it is there, but nobody says that it is complete"
    seal_at(three, 11)
    _, radar, waiver = shown(three)
    assert (radar.state, waiver.state) == ("in_cure", "warned")

    whole = Restate(deposit, Period(NOON_US, NOON_US + 10 * DAY_US, "complete"), ())
    dark = Outage(NOON_US + 3 * DAY_US, NOON_US + 6 * DAY_US)
    says(three, "ve", RESTATE, msgspec.structs.replace(whole, outages=(dark,)))
    seal_at(three, 12)
    _, radar, _ = shown(three)
    assert (radar.state, radar.occurrences[0].tests[0].value) == ("in_cure", "3/5")

    says(three, "ve", RESTATE, whole)
    assert shown(three)[1].state == "in_cure", "a correction counts from its seal on"
    seal_at(three, 13)
    _, radar, waiver = shown(three)
    assert (radar.state, radar.since_us) == ("cured", NOON_US + 13 * DAY_US)
    with opened(three, "qa") as mission:
        *_, last = (each.digest for each in restatements_of(mission.state))
        assert radar.occurrences[0].history[-1].evidence == (last,)
    assert waiver.state == "warned", "what followed by then stands"

    says(three, "ve", RESTATE, msgspec.structs.replace(whole, outages=(dark,)))
    seal_at(three, 14)
    assert shown(three)[1] == radar, "what was settled stays settled"


def test_promised_late_cured_warned_and_lapsed_in_every_folder(three: Path) -> None:
    promise(three)
    verdict, radar, waiver = shown(three)
    assert (verdict.state, radar.state, waiver.state, waiver.did) == ("in_force", "due", "active", "implemented")
    assert waiver.difference is None

    seal_at(three, 11)  # the log was due at noon of day 10
    _, radar, waiver = shown(three)
    assert (radar.state, radar.since_us) == ("in_cure", NOON_US + 10 * DAY_US)
    assert (waiver.state, waiver.history[-1].about) == ("warned", "radar_log.1")
    assert (
        waiver.difference is not None and waiver.difference.follows == "warned" and waiver.difference.age_us == DAY_US
    )

    deliver(three)
    _, radar, _ = shown(three)
    assert radar.state == "in_cure", "what no seal covers has no log time, and is not delivered"
    seal_at(three, 12)
    _, radar, waiver = shown(three)
    assert (radar.state, radar.since_us) == ("cured", NOON_US + 12 * DAY_US)
    assert waiver.state == "warned", "a warning stays on record; nothing but a new grant lifts it"

    seal_at(three, 20)
    assert shown(three)[2].state == "warned"
    seal_at(three, 22)  # twenty days from day 1 have passed, and nobody renewed
    verdict, radar, waiver = shown(three)
    assert (waiver.state, waiver.since_us) == ("lapsed", NOON_US + 21 * DAY_US)
    assert waiver.difference is not None and (waiver.difference.did, waiver.difference.age_us) == (
        "implemented",
        12 * DAY_US,
    ), "since it warned, on day 10"
    says(three, "co", ACT, Act("radar", "waiver", "co_treasury", "", "ended", "", NOON_US, ""))
    seal_at(three, 23)
    assert shown(three)[2].difference is None
    steps = [(each.before, each.after) for each in radar.occurrences[0].history]
    assert steps == [("pending", "due"), ("due", "late"), ("late", "in_cure"), ("in_cure", "cured")]


@pytest.mark.parametrize("silent", ["co", "ve"])
def test_a_party_that_stops_cosigning_cannot_stop_a_lapse(three: Path, silent: str) -> None:
    promise(three)
    for day in (11, 16, 17, 19, 22):
        seal_at(three, day, without=(silent,))
    _, radar, waiver = shown(three)
    assert (radar.state, radar.since_us) == ("breached", NOON_US + 15 * DAY_US)
    assert [(each.after, (each.at_us - NOON_US) // DAY_US) for each in waiver.history] == [
        ("granted", 1),
        ("active", 1),
        ("warned", 10),
        ("suspended", 16),
        ("lapsed", 18),
    ]


def test_a_folder_that_lacks_what_was_signed_says_so(three: Path) -> None:
    promise(three)
    with opened(three, "qa") as mission:
        (place,) = mission.folder.accords.iterdir()
        place.unlink()
        with pytest.raises(UsageError, match="no accord that was signed"):
            judged_here(mission)


def test_nobody_leaves_the_others_without_a_verdict(three: Path) -> None:
    """A version nobody has, signed by one; files under their right digest that are no accord, or that cannot work."""
    promise(three)
    says(three, "co", SIGN_ACCORD, SignAccord("radar", 2, "f" * 64))
    broken = read_accord(THIN.replace(b"requires: [radar_log]", b"requires: [nothing]"), "broken.yaml")
    for data in (b"not an accord", b"{}", broken.canonical):
        (three / "ve/accords" / f"{hashlib.sha256(data).hexdigest()}.json").write_bytes(data)
    seal_at(three, 2)
    verdict, _, waiver = shown(three)
    assert (verdict.state, waiver.state) == ("in_force", "active")
    assert [each.reason for each in verdict.ignored] == ["unknown_version"]


def test_a_version_that_all_signed_and_this_copy_lacks_is_asked_for(three: Path) -> None:
    promise(three)
    for party in ("co", "ve"):
        says(three, party, SIGN_ACCORD, SignAccord("radar", 2, "f" * 64))
    seal_at(three, 2)
    with opened(three, "qa") as mission, pytest.raises(UsageError, match="is not in this copy"):
        judged_here(mission)


def test_no_verdict_is_made_from_a_log_whose_entries_were_damaged(three: Path) -> None:
    """One flipped bit makes a signature void: without this the accord would be shown as a draft."""
    promise(three)
    for entries in (three / "qa/log/tile/entries").rglob("*"):
        if entries.is_file():
            data = bytearray(entries.read_bytes())
            data[len(data) // 2] ^= 1
            entries.write_bytes(data)
    with opened(three, "qa") as mission, pytest.raises(VerifyError, match="not those that its head was signed over"):
        judged_here(mission)


def test_what_lies_beside_the_versions_stops_nobody(three: Path) -> None:
    promise(three)
    versions = three / "qa/accords"
    (versions / "old.json").mkdir()
    (versions / f"{'a' * 64}.json").mkdir()
    (versions / "notes.json").write_text("ask the others on Monday")
    with opened(three, "qa") as mission:
        assert judged_here(mission).verdict.state == "in_force"
    assert stick_of(three, "qa").exists()


def test_a_log_that_lost_a_file_is_named_with_what_to_do(three: Path) -> None:
    promise(three)
    lost = [each for each in (three / "qa/log/tile/entries").rglob("*") if each.is_file()]
    for each in lost:
        each.unlink()
    with pytest.raises(VerifyError) as error, opened(three, "qa") as mission:
        judged_here(mission)
    assert error.value.file in map(str, lost)
    assert "veedor sync" in (error.value.next_step or "")


def test_nobody_signs_an_accord_that_a_mediator_would_have_to_sign(three: Path) -> None:
    """A mediator signs no accord: one that names it a party would wait for its signature for ever."""
    for name, found in (("qa", "qa is of the role mediator"), ("xx", "")):
        party = f"  {name}: {{name: {{en: Third, es: Tercera}}}}\n".encode()
        accord = read_accord(THIN.replace(b"authorities:\n", party + b"authorities:\n", 1), "thin.yaml").accord
        with opened(three, "ve") as mission:
            if found:
                with pytest.raises(UsageError) as error:
                    need_signers(mission, accord)
                assert error.value.found == found
            else:
                assert need_signers(mission, accord) == ("xx",), "who has not joined yet may sign later"
