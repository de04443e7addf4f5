"""Mailbox keys: encrypted like the others, kept beside older ones, and only for who has the passphrase."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

import msgspec
import pytest

from tests.mission.stage import CHEAP, PASSPHRASE, Counted, found
from tests.support.broken_files import BrokenFiles, SimulatedCrash, every_crash
from veedor.errors import StoreError, UsageError
from veedor.log_folder.files import DiskFiles
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.keys import lock
from veedor.mission.copy.mailbox import (
    MailboxKeyFile,
    load_mailbox_keys,
    new_mailbox_key,
    open_mailbox_key,
    seal_mailbox_key,
    store_mailbox_key,
)

FILES = DiskFiles()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    found(tmp_path, others=())
    return Folder(tmp_path / "mission")


def test_every_mailbox_key_a_party_ever_had_is_kept(folder: Folder) -> None:
    entropy = Counted("mailboxes")
    made = [new_mailbox_key("ve", entropy) for _ in range(3)]
    for key in made:
        file = store_mailbox_key(FILES, folder, key, PASSPHRASE, entropy, CHEAP)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = load_mailbox_keys(FILES, folder, "ve", PASSPHRASE)
    assert {key.public for key in kept} == {key.public for key in made} and len(kept) == 3
    assert load_mailbox_keys(FILES, folder, "co", PASSPHRASE) == ()


def test_a_mailbox_key_file_shows_no_secret_and_names_no_role_of_signing(folder: Folder) -> None:
    key = new_mailbox_key("ve", Counted())
    secret, data = key.private.private_bytes_raw(), seal_mailbox_key(key, PASSPHRASE, os.urandom, CHEAP)
    assert secret not in data and secret.hex().encode() not in data and secret.hex() not in repr(key)
    assert open_mailbox_key(data, PASSPHRASE, Path("x")).private.private_bytes_raw() == secret


def test_a_wrong_passphrase_or_another_party_s_name_opens_nothing(folder: Folder) -> None:
    data = seal_mailbox_key(new_mailbox_key("ve", Counted()), PASSPHRASE, Counted(), CHEAP)
    with pytest.raises(UsageError) as caught:
        open_mailbox_key(data, b"wrong", Path("x"))
    assert caught.value.file == "x" and caught.value.next_step
    with pytest.raises(UsageError, match="was changed"):
        open_mailbox_key(data.replace(b'"ve"', b'"co"'), PASSPHRASE, Path("x"))


def test_a_mailbox_key_lies_under_its_own_name_only(folder: Folder) -> None:
    key = new_mailbox_key("ve", Counted())
    file = store_mailbox_key(FILES, folder, key, PASSPHRASE, Counted(), CHEAP)
    file.rename(file.with_name("0" * 64 + ".json"))
    with pytest.raises(UsageError, match="another's name"):
        load_mailbox_keys(FILES, folder, "ve", PASSPHRASE)


def test_a_key_that_is_there_is_never_overwritten(folder: Folder) -> None:
    key = new_mailbox_key("ve", Counted())
    store_mailbox_key(FILES, folder, key, PASSPHRASE, Counted(), CHEAP)
    with pytest.raises(StoreError):
        store_mailbox_key(FILES, folder, key, b"another passphrase", Counted(), CHEAP)
    assert load_mailbox_keys(FILES, folder, "ve", PASSPHRASE)[0].public == key.public


def test_a_secret_that_does_not_make_the_public_half_is_refused() -> None:
    for secret, message in ((bytes(range(32)), "does not fit"), (bytes(31), "32 secret bytes")):
        public = new_mailbox_key("ve", Counted()).public
        clear = f"veedor/mailbox-key/1\0ve\0{public}".encode()
        locked = lock(secret, clear, PASSPHRASE, Counted(), CHEAP)
        file = MailboxKeyFile("mailbox-key/1", "ve", public, CHEAP, *locked)
        with pytest.raises(StoreError) as caught:
            open_mailbox_key(msgspec.json.encode(file), PASSPHRASE, Path("x"))
        assert message in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"schema":"key/1"}', b"[" * 100_000])
def test_what_is_no_mailbox_key_file_is_refused_clearly(content: bytes) -> None:
    with pytest.raises(StoreError, match="not a mailbox key file"):
        open_mailbox_key(content, PASSPHRASE, Path("x"))


def test_damage_to_any_part_of_the_file_is_noticed() -> None:
    data = seal_mailbox_key(new_mailbox_key("ve", Counted()), PASSPHRASE, Counted(), CHEAP)
    whole = open_mailbox_key(data, PASSPHRASE, Path("x")).public
    for at in range(0, len(data), 7):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            assert open_mailbox_key(changed, PASSPHRASE, Path("x")).public == whole
        except (StoreError, UsageError):
            continue
        assert changed.split() == data.split(), f"byte {at} was changed and nobody noticed"


def test_a_crash_while_a_mailbox_key_is_written_keeps_no_older_one_from_being_read(folder: Folder) -> None:
    entropy = Counted("mailboxes")
    older = new_mailbox_key("ve", entropy)
    store_mailbox_key(FILES, folder, older, PASSPHRASE, entropy, CHEAP)
    with contextlib.closing(BrokenFiles(FILES, [folder.path])) as counting:
        store_mailbox_key(counting, folder, new_mailbox_key("ve", entropy), PASSPHRASE, entropy, CHEAP)
        count = len(counting.operations)
    for at, moment in every_crash(count):
        with contextlib.closing(BrokenFiles(FILES, [folder.path])) as broken:
            broken.break_at(at, moment)
            with contextlib.suppress(SimulatedCrash):
                store_mailbox_key(broken, folder, new_mailbox_key("ve", entropy), PASSPHRASE, entropy, CHEAP)
        assert older.public in {key.public for key in load_mailbox_keys(FILES, folder, "ve", PASSPHRASE)}
