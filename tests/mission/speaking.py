"""Members who sign whatever a test tells them to, honest or not, and what the fold makes of it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tests.mission.stage import NOON_US, Counted
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.keys import Key
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.chain import BodyType, Chain, payload, signed
from veedor.mission.statements.salts import Private


class Author:
    """One member who signs whatever it is told to."""

    def __init__(self, mission: Path, party: str) -> None:
        self.party = party
        self.key: Key = load_key(Folder(mission), party, "statement", b"only for tests")
        self.private = Private(Counted(party))

    def says(self, state: State, kind: BodyType, body, *co: Key, **changes) -> bytes:
        seq, prev = state.next_of(self.party)
        keys = {key.public: key.signing for key in (self.key, *co)}
        chain = Chain(state.genesis_digest, self.party, seq, prev, NOON_US, tuple(sorted(keys)))
        chain = msgspec.structs.replace(chain, **changes)
        return signed(payload(kind, chain, body), list(keys.values()))


def reason(state: State, entry: bytes) -> str | None:
    """Why the entry is void in this state; None where it counts."""
    after = fold([entry], KINDS, state)
    assert after.size == state.size + 1
    return after.void[-1].reason if len(after.void) > len(state.void) else None
