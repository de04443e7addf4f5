"""Private keys: encrypted, one per role, and only for who has the passphrase."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.mission.stage import CHEAP, PASSPHRASE, Counted, found
from veedor.errors import StoreError, UsageError
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.keys import Work, new_keys, open_key, seal_key
from veedor.mission.copy.passphrase import read_passphrase
from veedor.mission.statements.vocabulary import KEY_ROLES


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    found(tmp_path, others=())
    return Folder(tmp_path / "mission")


def test_each_role_has_its_own_key_and_opens_with_the_passphrase(folder: Folder) -> None:
    keys = [load_key(folder, "ve", role, PASSPHRASE) for role in KEY_ROLES]
    assert len({key.public for key in keys}) == len(KEY_ROLES)


def test_key_files_are_for_their_owner_only(folder: Folder) -> None:
    for role in KEY_ROLES:
        assert stat.S_IMODE(folder.key_file("ve", role).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.keys.stat().st_mode) == 0o700


def test_no_secret_stands_in_a_key_file_or_in_what_is_printed(folder: Folder) -> None:
    key = load_key(folder, "ve", "statement", PASSPHRASE)
    seed, data = key.signing.seed(), folder.key_file("ve", "statement").read_bytes()
    assert seed not in data and seed.hex().encode() not in data
    assert seed.hex() not in repr(key)


def test_a_wrong_passphrase_says_which_file_and_what_to_do(folder: Folder) -> None:
    with pytest.raises(UsageError) as caught:
        load_key(folder, "ve", "statement", b"wrong")
    assert caught.value.file == str(folder.key_file("ve", "statement")) and caught.value.next_step


def test_a_key_file_cannot_pass_for_another_role_or_party(folder: Folder) -> None:
    witness = folder.key_file("ve", "witness").read_bytes()
    folder.key_file("ve", "statement").write_bytes(witness)
    with pytest.raises(UsageError, match="another's name"):
        load_key(folder, "ve", "statement", PASSPHRASE)
    folder.key_file("ve", "statement").write_bytes(witness.replace(b'"witness"', b'"statement"'))
    with pytest.raises(UsageError, match="was changed"):
        load_key(folder, "ve", "statement", PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"schema":"key/2"}', b"[" * 100_000])
def test_what_is_no_key_file_is_refused_clearly(content: bytes) -> None:
    with pytest.raises(StoreError, match="not a key file"):
        open_key(content, PASSPHRASE, Path("x"))


def test_a_key_file_cannot_ask_for_endless_work(folder: Folder) -> None:
    data = folder.key_file("ve", "log").read_bytes()
    for lie in (b'"n": 9999999999999', b'"n": 3', b'"n": 0'):
        with pytest.raises(StoreError, match="not a key file"):
            open_key(data.replace(b'"n": 2', lie), PASSPHRASE, Path("x"))


def test_the_shipped_cost_of_guessing_a_passphrase_is_not_the_cheap_one_of_tests() -> None:
    assert Work().n * Work().r * 128 >= 32 * 2**20 > CHEAP.n * CHEAP.r * 128


def test_every_sealing_is_different_and_opens_to_the_same_key() -> None:
    key = new_keys("ve", Counted())["log"]
    one, two = (seal_key(key, b"p", os.urandom, CHEAP) for _ in range(2))
    assert one != two
    assert open_key(one, b"p", Path("x")).public == open_key(two, b"p", Path("x")).public == key.public


def test_the_passphrase_comes_from_the_option_then_the_environment_then_a_person(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"from a\n")
    (tmp_path / "b").write_bytes(b"from b \r\n")
    environment = {"VEEDOR_PASSPHRASE_FILE": str(tmp_path / "b")}
    assert read_passphrase(tmp_path / "a", environment, lambda: "asked") == b"from a"
    assert read_passphrase(None, environment, lambda: "asked") == b"from b "
    assert read_passphrase(None, {}, lambda: "asked") == b"asked"


def test_without_any_source_the_error_says_how_to_give_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_passphrase(None, {}, None)
    assert "--passphrase-file" in (caught.value.next_step or "")
    (tmp_path / "empty").write_bytes(b"\n")
    for file in (tmp_path / "empty", tmp_path / "missing", tmp_path):
        with pytest.raises(UsageError) as caught:
            read_passphrase(file, {}, None)
        assert caught.value.file == str(file)
    with pytest.raises(UsageError):
        read_passphrase(None, {}, lambda: "")
