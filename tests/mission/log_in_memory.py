"""A log in memory for tests of the fold: every member's keys at hand, witnesses with whatever clock a test gives them.

Keys made here are TEST KEYS. Nothing is written anywhere; `state` is always the fold of `entries`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tests.mission.stage import DAY_US, NOON_US, ORIGIN, Counted, a_deposit
from veedor.log.checkpoint import Checkpoint
from veedor.log.cosignature import TIME_BYTES, CosignerSigner, cosign
from veedor.log.envelope import Signature, pae, seal
from veedor.log.note import parse_note
from veedor.log.tree import leaf_hash, root_of
from veedor.mission.copy.keys import Key, new_keys, new_member
from veedor.mission.state.fold import State, fold
from veedor.mission.state.genesis import default_quorums
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.authority import Cosignature, Seal
from veedor.mission.statements.bodies import Genesis, Quorums
from veedor.mission.statements.chain import BodyType, Chain, genesis_payload, payload, signed
from veedor.mission.statements.salts import Private
from veedor.mission.statements.types import DEPOSIT, SEAL
from veedor.mission.statements.vocabulary import KeyRole, MemberRole

START_S = NOON_US // 1_000_000
DAY_S = DAY_US // 1_000_000
TWO_PARTIES_AND_A_MEDIATOR: Mapping[str, MemberRole] = {"co": "party", "qa": "mediator", "ve": "party"}


class InMemory:
    """A log whose members do what a test tells them to; `ve` appends at first."""

    def __init__(
        self, members: Mapping[str, MemberRole] = TWO_PARTIES_AND_A_MEDIATOR, quorums: Quorums | None = None
    ) -> None:
        self.keys: dict[str, Mapping[KeyRole, Key]] = {party: new_keys(party, Counted(party)) for party in members}
        body = Genesis(
            ORIGIN,
            "test",
            NOON_US,
            True,
            "ve",
            24,
            quorums or default_quorums(members.values()),
            tuple(new_member(ORIGIN, party, role, self.keys[party]) for party, role in sorted(members.items())),
        )
        data = genesis_payload(body)
        signatures = [
            Signature(keys["statement"].signing.key_id, keys["statement"].signing.sign(pae(data)))
            for keys in self.keys.values()
        ]
        self.entries: list[bytes] = [seal(data, sorted(signatures, key=lambda each: each.key_id))]
        self.state: State = fold(self.entries, KINDS)

    def says(self, party: str, kind: BodyType, body, *others: str, **changes) -> bytes:
        """The next statement of `party`, signed by `others` as well; not logged."""
        seq, prev = self.state.next_of(party)
        keys = [self.keys[each]["statement"] for each in (party, *others)]
        signers = tuple(sorted(key.public for key in keys))
        chain = msgspec.structs.replace(Chain(self.state.genesis_digest, party, seq, prev, NOON_US, signers), **changes)
        return signed(payload(kind, chain, body), [key.signing for key in keys])

    def take(self, entry: bytes) -> str | None:
        """Log it; the reason why it is void, None where it counts."""
        void = len(self.state.void)
        self.entries.append(entry)
        self.state = fold([entry], KINDS, self.state)
        return self.state.void[-1].reason if len(self.state.void) > void else None

    def logs(self, party: str, kind: BodyType, body, *others: str, **changes) -> str | None:
        return self.take(self.says(party, kind, body, *others, **changes))

    def something(self, party: str = "co") -> int:
        """Log a deposit of a party; its entry."""
        assert self.logs(party, DEPOSIT, a_deposit(Private(Counted(party)), party=party)) is None
        return len(self.entries) - 1

    def a_seal(
        self,
        times: Mapping[str, int],
        size: int | None = None,
        *,
        root: bytes | None = None,
        log_key: Key | None = None,
        witnesses: Mapping[str, Key] | None = None,
    ) -> Seal:
        """A seal of the first `size` entries (default: all), cosigned by each member at its time in seconds."""
        size = len(self.entries) if size is None else size
        root = self.root(size) if root is None else root
        text = Checkpoint(ORIGIN, size, root).text()
        log_key = log_key or self.keys[self.state.roster.appender]["log"]
        cosignatures = [
            self.a_cosignature(party, time_s, text, (witnesses or {}).get(party)) for party, time_s in times.items()
        ]
        ordered = tuple(sorted(cosignatures, key=lambda each: each.party))
        return Seal(size, root.hex(), log_key.signing.sign(text).hex(), ordered)

    def a_cosignature(self, party: str, time_s: int, text: bytes, key: Key | None = None) -> Cosignature:
        key = key or self.keys[party]["witness"]
        line = cosign(text, CosignerSigner(f"{ORIGIN}/witness/{party}", key.signing), time_s)
        (parsed,) = parse_note(text + b"\n" + line).signatures
        return Cosignature(party, time_s, parsed.signature[TIME_BYTES:].hex())

    def seals(self, times: Mapping[str, int], size: int | None = None, **changes) -> str | None:
        """The appender logs a seal; the reason why it is void, None where it counts."""
        return self.logs(self.state.roster.appender, SEAL, self.a_seal(times, size, **changes))

    def root(self, size: int) -> bytes:
        return root_of([leaf_hash(entry) for entry in self.entries[:size]])
