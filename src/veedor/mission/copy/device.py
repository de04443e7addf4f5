"""A key that a party delegated to a browser or device, which speaks for it in a copy without its statement key.

The fold refuses what such a key may not sign as `wrong_signers`, whatever the cause. Here the cause is told, before
anything is signed. What is judged is this copy's log, with what waits here: a statement that is logged only after its
delegation ended in log time, or was revoked, is void all the same.
"""

from __future__ import annotations

from pathlib import Path

from veedor.errors import UsageError
from veedor.log_folder.files import Files
from veedor.mission.copy.key_store import LARGEST_KEY_FILE
from veedor.mission.copy.keys import Key, open_key, public_half
from veedor.mission.state.fold import State
from veedor.mission.state.seals import seals_of
from veedor.words.formats import moment

DEVICES = ("browser", "device")


def load_device_key(files: Files, file: Path, passphrase: bytes | None) -> Key:
    """The delegated key in `file`, unlocked; UsageError for a key of a role, or without the passphrase."""
    data = files.read(file, LARGEST_KEY_FILE)
    role = public_half(data, file)[1]
    if role not in DEVICES:
        raise UsageError(
            "this is no key of a browser or device",
            file=str(file),
            expected="a key file that `veedor keys delegate` made",
            found=f"a {role} key",
        )
    if passphrase is None:
        raise UsageError("this needs the passphrase of the delegated key", next_step="give --passphrase-file FILE")
    return open_key(data, passphrase, file)


def need_delegated(state: State, key: Key, party: str, type_name: str) -> None:
    """UsageError unless `party` delegated this key for statements of this type, it is not revoked, and the delegation
    goes on beyond the log time so far."""
    register = state.roster.keys
    given, shown = register.delegations.get(key.public), key.public[:16]
    if key.party != party:
        raise UsageError("this key was made for another party", expected=party, found=f"key {shown} of {key.party}")
    if given is None or register.uses[key.public].party != party:
        raise UsageError(
            "this key is not delegated in the log of this copy",
            expected=f"a delegation by {party}",
            found=f"key {shown}",
            next_step="fetch the log with `veedor sync`; a delegation counts once the log holds it",
        )
    if register.revoked(key.public):
        raise UsageError(
            "this key is revoked: it signs nothing any more",
            found=f"key {shown}, revoked by entry {register.revocations[key.public].entry}",
            next_step=f"{party} delegates another one: `veedor keys delegate`",
        )
    if type_name not in given.scope:
        raise UsageError(
            "this key may not sign this type of statement",
            expected=", ".join(sorted(given.scope)),
            found=type_name,
            next_step=f"sign with the statement key of {party}, or with another delegated key",
        )
    time_us = seals_of(state).time_us
    if given.end_us <= time_us:
        raise UsageError(
            "the delegation of this key is over in log time",
            expected=f"before {_told(given.end_us)}",
            found=_told(time_us),
            next_step=f"{party} delegates another one: `veedor keys delegate`",
        )


def _told(time_us: int) -> str:
    return moment(time_us, "%Y-%m-%d %H:%M:%S UTC")
