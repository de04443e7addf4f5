"""The thin case in a bundle: the page says of the accord what every folder says, and refuses versions that are not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from tests.accord.test_three_folders import deliver, opened, promise, seal_at, shown, three  # noqa: F401
from tests.page.bundles import members_of, zipped
from tests.page.second import b64, judged
from veedor.log.canonical_json import canonical_bytes

pytestmark = pytest.mark.page


@pytest.fixture
def thin(three: Path) -> tuple[str, dict[str, bytes], object]:  # noqa: F811
    """The digest of the genesis, the members of the mediator's bundle, and its verdict."""
    promise(three)
    seal_at(three, 11)
    deliver(three)
    seal_at(three, 12)
    verdict, _, waiver = shown(three)
    assert waiver.state == "warned"
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
    assert mission["unknown"] == [] and mission["accords"] == [verdict]


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
