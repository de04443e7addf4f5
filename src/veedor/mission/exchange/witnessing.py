"""A member's witness: a folder of its own with the witness key and its memory, best on another machine.

    key.json          the witness key, encrypted as in the mission
    witness.sqlite    what it has cosigned (`witness.store`); never restored from a backup

The witness of a member is named `ORIGIN/witness/PARTY` and signs with the member's `witness` key. Whoever has the key
and its passphrase can cosign what the witness would refuse; whoever can write the database can make the witness cosign
a second history. Both together still cannot sign for the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from veedor.errors import UsageError, VerifyError
from veedor.log.cosignature import CosignerKey, CosignerSigner
from veedor.log.ed25519 import SEED_BYTES, SigningKey
from veedor.log.note import VerifierKey, parse_note
from veedor.log_folder.files import Files, make_folders, write_durable
from veedor.log_folder.reader import CHECKPOINT, LogReader
from veedor.mission.copy.folder import open_folder
from veedor.mission.copy.key_store import find_key_file
from veedor.mission.copy.keys import Key, open_key, seal_key
from veedor.mission.copy.means import Means
from veedor.mission.state.fold import State, fold
from veedor.mission.state.heads import log_key, witness_key
from veedor.mission.state.kinds import KINDS
from veedor.mission.state.roles import Roster
from veedor.mission.statements.bodies import Genesis
from veedor.witness.decision import write_request
from veedor.witness.evidence import signed_head
from veedor.witness.store import DATABASE, WitnessStore, init_witness

KEY_FILE = "key.json"
_NO_PARTY = "witness"


@dataclass(frozen=True)
class OwnCopy:
    """What this member's copy of a mission says of its log: the state, and the signed head."""

    path: Path
    state: State
    head: bytes

    @property
    def log_key(self) -> VerifierKey:
        """The key of whoever appends now."""
        return log_key(self.state.genesis.origin, self.state.roster)


def read_own_copy(files: Files, path: Path, trust: str) -> OwnCopy:
    """A mission whose genesis has the trusted digest (hex); VerifyError where it is another one."""
    reader = LogReader(open_folder(path).log, files)
    size = reader.size()
    state = fold(reader.entries(0, size, size), KINDS)
    if state.genesis_digest != trust:
        raise VerifyError(
            "the mission has another genesis than the one you trust",
            file=str(path),
            expected=trust,
            found=state.genesis_digest,
        )
    return OwnCopy(path, state, reader.checkpoint_bytes())


def key_in_genesis(genesis: Genesis) -> VerifierKey:
    """The key of the log that a trusted genesis begins, as long as its first appender has not handed over."""
    return log_key(genesis.origin, Roster.of(genesis))


def init_of_member(folder: Path, copy: OwnCopy, party: str, means: Means, now_s: int) -> CosignerKey:
    """Make the witness of a member from its key in its mission, beginning with the head that its own copy has."""
    member = copy.state.roster.members.get(party)
    if member is None:
        raise UsageError("not a member of this mission", expected=", ".join(copy.state.roster.members), found=party)
    if folder.resolve().is_relative_to(copy.path.resolve()):
        raise UsageError(
            "a witness does not live in a mission folder: who restores its backup would make the witness forget",
            file=str(folder),
            next_step="name a folder outside the mission, best on another machine",
        )
    file = find_key_file(open_folder(copy.path), party, "witness", member.keys.witness)
    data = file.read_bytes()
    key = open_key(data, _passphrase(means), file)
    head = signed_head(parse_note(copy.head, CHECKPOINT), [copy.log_key], CHECKPOINT)
    signer = CosignerSigner(witness_key(copy.state.genesis.origin, member).name, key.signing)
    _make(folder, signer.verifier, data, means.files)
    with WitnessStore(means.files, folder) as store:
        store.watch(copy.log_key.name, [copy.log_key])
        store.answer(write_request(0, [], head.note), signer, now_s)
    return signer.verifier


def init_of_its_own(folder: Path, name: str, means: Means) -> CosignerKey:
    """Make a witness with a fresh key under a name of its own, for logs given by their keys."""
    key = Key(_NO_PARTY, "witness", SigningKey(means.entropy(SEED_BYTES)))
    signer = CosignerSigner(name, key.signing)
    _make(folder, signer.verifier, seal_key(key, _passphrase(means), means.entropy, means.work), means.files)
    return signer.verifier


def load_signer(folder: Path, store: WitnessStore, passphrase: bytes) -> CosignerSigner:
    """The witness's private key, unlocked; UsageError where it is not the one that this memory belongs to."""
    file = folder / KEY_FILE
    if not file.is_file():
        raise UsageError("the witness has no key file", file=str(file), next_step="put it back from where it was kept")
    signer = CosignerSigner(store.cosigner.name, open_key(file.read_bytes(), passphrase, file).signing)
    if signer.verifier != store.cosigner:
        raise UsageError(
            "the key is of another witness",
            file=str(file),
            expected=store.cosigner.text(),
            found=signer.verifier.text(),
        )
    return signer


def _make(folder: Path, cosigner: CosignerKey, key_file: bytes, files: Files) -> None:
    path = folder / KEY_FILE
    if files.exists(folder / DATABASE):
        raise UsageError(
            "there is a witness here already",
            file=str(folder),
            next_step="name another folder",
        )
    make_folders(files, folder.absolute())
    # The key first: a crash in between leaves no witness, and making it begins anew.
    write_durable(files, path, key_file)
    path.chmod(0o600)
    init_witness(files, folder, cosigner)


def _passphrase(means: Means) -> bytes:
    assert means.passphrase is not None  # the command line brings it to everything that signs
    return means.passphrase
