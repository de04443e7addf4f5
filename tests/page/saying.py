"""A mission said entry by entry, with TEST KEYS, to be folded by both verifiers; on disk only where a test asks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from tests.mission.stage import NOON_US, ORIGIN, Counted
from veedor.log.canonical_json import canonical_bytes
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner, cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import STATEMENT_TYPE, Signature, pae, seal
from veedor.log.note import NoteSigner
from veedor.log.tiles import ENTRIES, Tile, TileBuilder, encode_bundle
from veedor.log.tree import leaf_hash, root_of
from veedor.mission.copy.keys import Key, new_keys, new_member
from veedor.mission.state.genesis import possession_message
from veedor.mission.statements.bodies import Genesis, Quorum, Quorums
from veedor.mission.statements.chain import genesis_payload, signed
from veedor.mission.statements.vocabulary import KeyRole, MemberRole

ROLES: dict[str, MemberRole] = {"co": "party", "no": "observer", "qa": "mediator", "ve": "party"}
START_S = NOON_US // 1_000_000


class Said:
    """The entries said so far. Every method appends one entry and returns its digest."""

    def __init__(self, roles: dict[str, MemberRole] | None = None) -> None:
        self.roles = ROLES if roles is None else roles
        self.entropy = Counted("page")
        self.keys: dict[str, dict[KeyRole, Key]] = {party: dict(new_keys(party, self.entropy)) for party in self.roles}
        members = tuple(new_member(ORIGIN, party, role, self.keys[party]) for party, role in sorted(self.roles.items()))
        quorums = Quorums(Quorum("all", 0, 0), Quorum("majority", 0, 1))
        self.genesis = Genesis(ORIGIN, "test", NOON_US, True, "ve", 24, quorums, members)
        made = signed(genesis_payload(self.genesis), [self.key(party) for party in sorted(self.roles)])
        self.entries = [made]
        self.heads = dict.fromkeys(self.roles, self.digest)
        self.seqs = dict.fromkeys(self.roles, 0)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.entries[0]).hexdigest()

    def key(self, party: str, role: KeyRole = "statement") -> SigningKey:
        return self.keys[party][role].signing

    def say(
        self,
        party: str,
        type_name: str,
        body: Any,
        by: Iterable[SigningKey] | None = None,
        lands: bool = True,
        **chain: Any,
    ) -> str:
        """A statement of `party`, signed by these keys (default: its own); `chain` changes the header.

        `lands`: whether it takes its place in its author's chain, void or not.
        """
        keys = [self.key(party)] if by is None else list(by)
        name, _, number = type_name.partition("/")
        header = {
            "genesis": self.digest,
            "party": party,
            "seq": self.seqs.get(party, 0) + 1,
            "prev": self.heads.get(party, self.digest),
            "at_us": NOON_US + len(self.entries),
            "signers": sorted({key.public.hex() for key in keys}),
        } | chain
        data = canonical_bytes(
            {
                "_type": STATEMENT_TYPE,
                "subject": [{"name": "genesis", "digest": {"sha256": header["genesis"]}}],
                "predicateType": f"urn:veedor:{name}:{number or 1}",
                "predicate": {"chain": header, "body": msgspec.to_builtins(body)},
            }
        )
        unique = {key.key_id: key for key in keys}
        entry = seal(data, [Signature(name, key.sign(pae(data))) for name, key in unique.items()])
        self.entries.append(entry)
        digest = hashlib.sha256(entry).hexdigest()
        if lands:
            self.seqs[party] += 1
            self.heads[party] = digest
        return digest

    def root(self, size: int | None = None) -> bytes:
        return root_of([leaf_hash(entry) for entry in self.entries[:size]])

    def seal(
        self,
        times: dict[str, int],
        by: str = "ve",
        size: int | None = None,
        second: dict[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        """A seal over the first `size` entries (default: all), cosigned by these members' witnesses at START_S + time.
        `second` changes its second cosignature, `changes` the seal."""
        size = len(self.entries) if size is None else size
        head = Checkpoint(ORIGIN, size, self.root(size))
        rows = [self.cosignature(head, party, START_S + times[party]) for party in sorted(times)]
        rows[1] |= second or {}
        body = {
            "size": size,
            "root": head.root.hex(),
            "signature": self.key(by, "log").sign(head.text()).hex(),
            "cosignatures": rows,
        }
        return self.say(by, "seal", body | changes)

    def cosignature(self, head: Checkpoint, party: str, time_s: int) -> dict[str, Any]:
        message = b"cosignature/v1\ntime %d\n" % time_s + head.text()
        return {"party": party, "time_s": time_s, "signature": self.key(party, "witness").sign(message).hex()}

    def fresh(self, party: str, role: KeyRole = "statement") -> tuple[SigningKey, dict[str, str]]:
        """A new key of `party`, and what a statement says of it: `role`, `new`, `possession`."""
        key = SigningKey(self.entropy(32))
        message = possession_message(ORIGIN, party, self.roles[party], role, key.public.hex())
        return key, {"role": role, "new": key.public.hex(), "possession": key.sign(message).hex()}

    def replace(self, party: str, role: KeyRole, key: SigningKey) -> None:
        self.keys[party][role] = Key(party, role, key)

    def head(self, cosigned_by: Iterable[str] = (), by: str = "ve") -> bytes:
        """The signed head over all entries."""
        head = Checkpoint(ORIGIN, len(self.entries), self.root())
        data = sign_checkpoint(head, NoteSigner(ORIGIN, self.key(by, "log")))
        for party in cosigned_by:
            data += cosign(
                head.text(), CosignerSigner(f"{ORIGIN}/witness/{party}", self.key(party, "witness")), START_S
            )
        return data

    def bundle(self, cosigned_by: Iterable[str] = (), by: str = "ve") -> dict[str, bytes]:
        """The members of a bundle of this log, by name."""
        size = len(self.entries)
        about = {"genesis": self.digest, "origin": ORIGIN, "schema": "bundle/1", "size": size}
        members = {"bundle.json": canonical_bytes(about), "log/checkpoint": self.head(cosigned_by, by)}
        builder = TileBuilder()
        tiles = [*builder.extend([leaf_hash(entry) for entry in self.entries]), *builder.partial()]
        for start in range(0, size, 256):
            entries = self.entries[start : start + 256]
            tiles.append((Tile(ENTRIES, start // 256, len(entries)), encode_bundle(entries)))
        return members | {f"log/{tile.path()}": data for tile, data in tiles}

    def write(self, folder: Path, cosigned_by: Iterable[str] = (), by: str = "ve") -> Path:
        """The log as a folder."""
        for name, data in self.bundle(cosigned_by, by).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder / "log"
