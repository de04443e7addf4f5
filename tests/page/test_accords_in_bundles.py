"""The thin case in a bundle: the page says of the accord what every folder says, and refuses versions that are not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from msgspec.structs import replace

from tests.accord.test_determined import shown_to, without_schema
from tests.accord.test_three_folders import deliver, opened, promise, says, seal_at, shown, three  # noqa: F401
from tests.mission.stage import DAY_US, NOON_US
from tests.page.bodies import SOUND, US
from tests.page.bundles import members_of, zipped
from tests.page.saying import Said
from tests.page.second import b64, judged
from veedor.accord.at_hand import judged_here, timeline_here, versions_at_hand
from veedor.accord.bodies import ANSWER, CLAIM, DETERMINATION, DETERMINATION_BEFORE, NOTICE, Answer, Claim, Notice
from veedor.accord.claiming import WORDS_DOMAIN
from veedor.accord.determined import determined
from veedor.accord.incidents import incidents
from veedor.accord.opened_words import openings_here
from veedor.accord.statements import WITH_MISSION
from veedor.log.canonical_json import canonical_bytes
from veedor.log_folder.reader import LogReader
from veedor.mission.statements.bodies import Period, Restate
from veedor.mission.statements.salts import commit
from veedor.mission.statements.types import RESTATE
from veedor.mission.verification.bundle import verify_bundle, write_bundle

pytestmark = pytest.mark.page


@pytest.fixture
def thin(three: Path) -> tuple[str, dict[str, bytes], object]:  # noqa: F811
    """The digest of the genesis, the members of the mediator's bundle, and its verdict. What cured was restated."""
    promise(three)
    seal_at(three, 11)
    period = Period(NOON_US, NOON_US + 10 * DAY_US, "complete")
    says(three, "ve", RESTATE, Restate(deliver(three, "partial"), period, ()))
    seal_at(three, 12)
    verdict, radar, waiver = shown(three)
    assert (radar.state, waiver.state) == ("cured", "warned")
    with opened(three, "qa") as mission:
        genesis = mission.state.genesis_digest
        members = members_of(mission.folder.log)
        for place in mission.folder.accords.iterdir():
            members[f"accords/{place.name}"] = place.read_bytes()
    return genesis, members, msgspec.json.decode(msgspec.json.encode(verdict))


def _verified(genesis: str, members: dict[str, bytes]) -> dict[str, object]:
    options = {"trust": genesis, "policy": "", "origin": "", "earlier": "", "entry": ""}
    (answer,) = judged([{"judge": "verify", "data": b64(zipped(members)), "options": options}])
    return answer


def test_the_page_says_of_an_accord_what_every_folder_says(thin: tuple[str, dict[str, bytes], object]) -> None:
    genesis, members, verdict = thin
    answer = _verified(genesis, members)
    assert answer["verdict"] in ("verified", "not agreed"), answer
    mission = answer["mission"]
    assert isinstance(mission, dict)
    assert mission["unknown"] == [] and mission["accords"] == [
        {"verdict": verdict, "determined": [], "incidents": [], "found": []}
    ]


def test_the_page_holds_determinations_against_its_own_verdict(three: Path) -> None:  # noqa: F811
    """Two that both parties sign, one that nobody can compute again, one that is a lie, and of other schemas or of one
    that is not named: as Python says."""
    promise(three)
    for day in (11, 12):
        seal_at(three, day)
        for party in ("co", "ve"):
            says(three, party, DETERMINATION, shown_to(three, party))
    own = shown_to(three, "ve")
    number = own.verdict_schema
    for change in (
        {"size": own.size + 1},
        {"verdict": "0" * 64},
        {"verdict": "0" * 64, "verdict_schema": number - 1},
        {"verdict": "0" * 64, "verdict_schema": number + 1},
    ):
        says(three, "ve", DETERMINATION, replace(own, **change))
    for digest in (own.verdict, "0" * 64):
        says(three, "ve", DETERMINATION_BEFORE, without_schema(own, digest))
    seal_at(three, 13)
    with opened(three, "qa") as mission:
        here = judged_here(mission)
        made = determined(here.versions, here.timeline, "radar", here.timeline.time_us)
        genesis, members = mission.state.genesis_digest, members_of(mission.folder.log)
        members |= {f"accords/{place.name}": place.read_bytes() for place in mission.folder.accords.iterdir()}
    assert sorted(each.standing for each in made) == [
        *("another", "newer_schema", "not_sealed", "older_schema", "same", "same", "same", "unnamed_schema"),
    ]
    (said,) = _verified(genesis, members)["mission"]["accords"]  # type: ignore[index]
    wanted = [{name: value for name, value in msgspec.to_builtins(each).items() if name != "accord"} for each in made]
    assert said["determined"] == [{**each, "parties": list(each["parties"])} for each in wanted]


def test_the_page_says_what_survives_an_accord_that_has_ended(three: Path) -> None:  # noqa: F811
    promise(three)
    says(three, "co", NOTICE, Notice("radar", "withdraw", "", 0))
    seal_at(three, 2)
    survives = []
    for day in (3, 400):
        seal_at(three, day)
        with opened(three, "qa") as mission:
            genesis, members = mission.state.genesis_digest, members_of(mission.folder.log)
            (place,) = mission.folder.accords.iterdir()
            members[f"accords/{place.name}"] = place.read_bytes()
        (said,) = _verified(genesis, members)["mission"]["accords"]  # type: ignore[index]
        survives.append((said["verdict"]["state"], said.get("survives")))
    assert survives == [("in_force", None), ("ended", [])]


def test_an_accord_may_be_longer_than_an_entry_of_the_log(thin: tuple[str, dict[str, bytes], object]) -> None:
    genesis, members, _ = thin
    (name,) = (each for each in members if each.startswith("accords/"))
    longer = json.loads(members[name])
    text = {"en": "x" * 300, "es": "x" * 300}
    longer["dates"] = {f"day_{number}": {"text": text, "at": "2026-09-30T12:00Z"} for number in range(100)}
    data = canonical_bytes(longer)
    members[f"accords/{hashlib.sha256(data).hexdigest()}.json"] = data
    answer = _verified(genesis, members)
    assert len(data) > 49_152 and answer["verdict"] in ("verified", "not agreed"), answer
    mission = answer["mission"]
    assert isinstance(mission, dict)
    assert len(mission["accords"][0]["verdict"]["versions"]) == 2


@pytest.mark.parametrize("damage", ["byte", "name", "nonsense"])
def test_a_version_that_is_not_what_its_name_says_is_refused(
    thin: tuple[str, dict[str, bytes], object], damage: str
) -> None:
    genesis, members, _ = thin
    (name,) = (each for each in members if each.startswith("accords/"))
    if damage == "byte":
        members[name] = members[name].replace(b'"version":1', b'"version":2')
    elif damage == "name":
        members[f"accords/{'0' * 64}.json"] = members.pop(name)
    else:
        data = canonical_bytes({"accord": "radar", "version": 1})
        members[f"accords/{hashlib.sha256(data).hexdigest()}.json"] = data
    answer = _verified(genesis, members)
    assert answer["verdict"] == "failed"
    assert answer["problem"] == ("accord_unreadable" if damage == "nonsense" else "accord_differs")


@pytest.fixture
def told(three: Path) -> tuple[str, dict[str, bytes], Path]:  # noqa: F811
    """A claim whose words the bundle opens, and an answer whose words stay closed; the opening's name; the bundle."""
    promise(three)
    with opened(three, "ve", seed="claims") as mission:
        private = mission.confidential.collect(share=True)
        words = private.commit(WORDS_DOMAIN, b"Fue al amanecer.")
        body = Claim("radar", "strike", 1, "strike", "happened", "press", "day", NOON_US, NOON_US + 1, words)
        digest = mission.publish(CLAIM, body, NOON_US, private).digest
    seal_at(three, 2)
    with opened(three, "co", seed="answers") as mission:
        private = mission.confidential.collect(share=True)
        closed = private.commit(WORDS_DOMAIN, b"No.")
        mission.publish(ANSWER, Answer("radar", digest, "disputed", closed), NOON_US, private)
    seal_at(three, 3)
    with opened(three, "ve") as mission:
        timeline = timeline_here(mission)
        held = openings_here(mission, incidents(timeline, "radar", (), timeline.time_us), ["ve", "co"])
        accords = {each.digest: each.canonical for each in versions_at_hand(mission)}
        pieces = write_bundle(
            LogReader(mission.folder.log, mission.files), mission.state, {}, "readme", b"page", accords, held
        )
        file = three / "bundle.zip"
        file.write_bytes(b"".join(pieces))
        genesis = mission.state.genesis_digest
    with ZipFile(file) as archive:
        return genesis, {name: archive.read(name) for name in archive.namelist()}, file


def test_opened_words_are_shown_and_closed_ones_are_not(told: tuple[str, dict[str, bytes], Path]) -> None:
    genesis, members, file = told
    assert len([name for name in members if name.startswith("openings/")]) == 1
    ((incident,),) = (each["incidents"] for each in _verified(genesis, members)["mission"]["accords"])  # type: ignore[index]
    (claim,) = incident["claims"]
    assert (claim["party"], claim["words"]) == ("ve", "Fue al amanecer.")
    assert claim["answers"] == {"co": {"answer": "disputed", "words": None}}
    assert verify_bundle(file, genesis, WITH_MISSION).verdict in ("verified", "not agreed")


@pytest.mark.parametrize(
    "damage",
    [
        *("value", "salt", "commitment", "other words", "name", "nonsense", "another statement"),
        *("another share", "two openings", "a member more"),
    ],
)
def test_words_that_the_log_does_not_commit_to_are_refused_by_both(
    told: tuple[str, dict[str, bytes], Path], damage: str
) -> None:
    genesis, members, file = told
    (name,) = (each for each in members if each.startswith("openings/"))
    held = msgspec.json.decode(members[name])
    if damage == "value":
        held["openings"][0]["value"] = b"Fue al mediod\xc3\xada.".hex()
    elif damage == "salt":
        held["openings"][0]["salt"] = "0" * 64
    elif damage == "commitment":
        held["openings"][0]["commitment"] = "0" * 64
    elif damage == "other words":
        value, salt = "Fue al mediodía.".encode(), bytes(32)
        made = commit(salt, WORDS_DOMAIN, value)
        held["openings"][0] |= {"commitment": made, "salt": salt.hex(), "value": value.hex()}
    elif damage == "name":
        members[f"openings/{'0' * 64}.json"] = members.pop(name)
    elif damage == "another statement":
        held["statement"] = "0" * 64
    elif damage == "another share":
        held["share"] = "somebody"
    elif damage == "two openings":
        held["openings"] *= 2
    elif damage == "a member more":
        held["note"] = ""
    if damage != "name":
        members[name] = b"[]" if damage == "nonsense" else canonical_bytes(held)
    answer = _verified(genesis, members)
    assert (answer["verdict"], answer["problem"]) == ("failed", "words_differ")
    file.write_bytes(zipped(members))
    assert verify_bundle(file, genesis, WITH_MISSION).verdict == "failed"


@pytest.mark.parametrize("counts", [True, False])
def test_words_of_a_claim_that_does_not_count_open_nothing(counts: bool, tmp_path: Path) -> None:
    """Its commitment stands in the log like any other, but a void claim says nothing that could be opened."""
    said, salt, value = Said(), bytes(32), b"Fue al amanecer."
    said.say("co", "event", SOUND["event/1"])
    made = commit(salt, WORDS_DOMAIN, value)
    ends_us = US + 1 if counts else US - 1
    digest = said.say("co", "claim", SOUND["claim/1"] | {"from_us": US, "until_us": ends_us, "words": made})
    opening = {"commitment": made, "domain": WORDS_DOMAIN, "salt": salt.hex(), "value": value.hex()}
    held = {"schema": "openings/1", "share": "everybody", "statement": digest, "openings": [opening]}
    members = said.bundle(("co", "ve")) | {f"openings/{digest}.json": canonical_bytes(held)}
    answer = _verified(said.digest, members)
    assert (answer["verdict"], answer["problem"]) == (("verified", "") if counts else ("failed", "words_differ"))
    file = tmp_path / "bundle.zip"
    file.write_bytes(zipped(members))
    assert verify_bundle(file, said.digest, WITH_MISSION).verdict == ("verified" if counts else "failed")
