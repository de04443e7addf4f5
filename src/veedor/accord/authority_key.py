"""The own key of an authority, such as a treasury: made apart from its party's keys, named by the accord, and signing
beside the party's statement key what that authority grants and does.

    made        by the authority, in a file of its own; the party's passphrase does not open it
    announced   `authorities.NAME.key` of the accord, so all parties sign which key it is
    used        on the statement itself (`grant`, `act`), or on a draft that goes to the party, which signs last
    replaced    by a new version of the accord; what was granted under the old one keeps the key of the old one

A thief of this key alone says nothing: the party's key signs too. A thief of the party's key alone grants nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from veedor.accord.bodies import ACT, GRANT, Act, Grant
from veedor.accord.load import Loaded
from veedor.errors import UsageError
from veedor.log_folder.files import Files
from veedor.mission.acts.proposal import Proposal, propose, sign
from veedor.mission.copy.append import Mission, Published
from veedor.mission.copy.key_store import LARGEST_KEY_FILE, write_key
from veedor.mission.copy.keys import Key, new_key, open_key, public_half
from veedor.mission.copy.means import Means
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.chain import BodyType

DRAFTED: Mapping[str, BodyType[Any]] = {kind.schema_id: kind for kind in (GRANT, ACT)}
"""What a party and its authority sign together: types of a draft beside those of the mission, by schema."""


def make_authority_key(means: Means, file: Path, party: str) -> Key:
    """A fresh key for an authority of `party`, in `file` under the passphrase of `means`; no mission is needed."""
    key = new_key(party, "authority", means.entropy)
    write_key(means.files, file, key, means.need_passphrase(), means.entropy, means.work)
    return key


def load_authority_key(files: Files, file: Path, passphrase: bytes) -> Key:
    """The authority's key in `file`, unlocked; UsageError for a key of another use."""
    data = files.read(file, LARGEST_KEY_FILE)
    use = public_half(data, file)[1]
    if use != "authority":
        raise UsageError(
            "this is no key of an authority",
            file=str(file),
            expected="a key file that `veedor accord key` made",
            found=f"a {use} key",
        )
    return open_key(data, passphrase, file)


def with_authority_key(body: Body, versions: Sequence[Loaded]) -> Body:
    """A grant or act with the key that the accord names for its authority; any other body as it is.

    The key of the latest version is taken where none is given; a key that no version at hand names is refused, since
    the statement would have no effect. UsageError for an authority that no version knows, too.
    """
    if not isinstance(body, Grant | Act):
        return body
    named = [each.accord.authorities for each in versions if body.authority in each.accord.authorities]
    if not named:
        known = sorted({name for each in versions for name in each.accord.authorities})
        raise UsageError("the accord knows no such authority", expected=", ".join(known), found=body.authority)
    keys = [each[body.authority].key for each in named]
    if body.key and body.key not in keys:
        raise UsageError(
            "this is not the key that the accord names for this authority",
            expected=keys[-1] or "none: the key of its party signs",
            found=body.key,
        )
    return body if body.key else msgspec.structs.replace(body, key=keys[-1])


def publish_by_authority(mission: Mission, kind: BodyType[Any], body: Body, at_us: int, key: Key) -> Published:
    """The statement with both signatures, the authority's and the party's, as far as this copy can bring it.

    UsageError where the body names another key.
    """
    _need_named(body, key.public)
    published = sign(mission, propose(mission, kind, body, at_us, (), keys=[key])).published
    assert published is not None, "nobody else is asked"
    return published


def draft_for_authority(mission: Mission, kind: BodyType[Any], body: Body, at_us: int) -> Proposal:
    """A draft that the authority signs where its key lies, and the party last. UsageError where no key is named."""
    _need_named(body, None)
    return propose(mission, kind, body, at_us, ())


def need_no_authority_key(body: Body) -> None:
    """UsageError where the accord asks for the authority's own key: signed by the party alone, it would be void."""
    if isinstance(body, Grant | Act) and body.key:
        raise UsageError(
            "this authority signs with a key of its own",
            expected=f"the key {body.key[:16]}…",
            found="the key of its party alone",
            next_step="give --authority-key FILE, or write a draft for it: --draft FILE",
        )


def _need_named(body: Body, public: str | None) -> None:
    named = body.key if isinstance(body, Grant | Act) else ""
    if not named:
        raise UsageError(
            "nobody but the party signs this",
            expected="a grant or an act of an authority for which the accord names a key",
            next_step="leave --authority-key and --draft away",
        )
    if public not in (None, named):
        raise UsageError("this is not the key that the accord names for this authority", expected=named, found=public)
