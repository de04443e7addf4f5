"""Which genesis a copy takes when it gets the log for the first time: never one that only the other copy vouches for.

Either its digest was given from outside, or this member took part in the founding: then entry 0 must be what it
promised to sign (its own keys, and the terms it saw), and `read_genesis` shows that its own key did sign it.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log_folder.files import Files
from veedor.mission.copy.folder import Folder
from veedor.mission.founding.founding import Promise
from veedor.mission.state.genesis import read_genesis
from veedor.mission.statements.bodies import Founding, Genesis

_LARGEST_PROMISE = 1 << 20


def genesis_anchor(folder: Folder, files: Files, trust: str | None) -> Callable[[bytes], None]:
    """A check of entry 0 that raises VerifyError for a wrong one. `trust` is the genesis digest (hex) from outside.

    UsageError where there is neither a digest nor a promise.
    """
    promise = _promise(folder, files)
    if trust is None and promise is None:
        raise UsageError(
            "which genesis is the right one is not known here",
            expected="--trust with the digest of the genesis, from outside",
            next_step="ask the other members for the digest, by telephone or on paper",
        )

    def check(entry: bytes) -> None:
        digest, genesis = read_genesis(entry, "entry 0")
        if trust is not None and digest != trust:
            raise VerifyError("another genesis than the trusted one", file="entry 0", expected=trust, found=digest)
        if promise is not None and not _kept(promise, genesis):
            raise VerifyError(
                "the genesis is not what this member promised to sign",
                file="entry 0",
                expected=f"the terms and keys in {folder.promise}",
                found=digest,
                next_step="is this another mission of the same name? Compare the digest with the other members",
            )

    return check


def _promise(folder: Folder, files: Files) -> Promise | None:
    if not files.exists(folder.promise):
        return None
    try:
        return msgspec.json.decode(files.read(folder.promise, _LARGEST_PROMISE), type=Promise)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(
            "the record of what this member promised is damaged", file=str(folder.promise), found=str(error)
        ) from None


def _kept(promise: Promise, genesis: Genesis) -> bool:
    terms = promise.terms
    same = all(getattr(terms, name) == getattr(genesis, name) for name in Founding.__struct_fields__)
    invited = [(each.party, each.role) for each in terms.invited]
    return (
        same and invited == [(each.party, each.role) for each in genesis.members] and promise.member in genesis.members
    )
