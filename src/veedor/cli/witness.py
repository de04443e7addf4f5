"""`veedor witness`: a party's own witness: make it, serve it, answer requests from a stick, show evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from veedor.cli import output
from veedor.cli.means import now_us, reading, signing
from veedor.cli.options import AsJson, InLanguage
from veedor.cli.text import witness as witness_text
from veedor.errors import UsageError
from veedor.log.note import VerifierKey, parse_vkey
from veedor.log_folder.files import make_folders, write_durable
from veedor.mission.copy.folder import open_folder
from veedor.mission.exchange.witnessing import (
    init_of_its_own,
    init_of_member,
    key_in_genesis,
    load_signer,
    read_own_copy,
)
from veedor.mission.verification.trust import read_trust
from veedor.witness.evidence import LARGEST_EVIDENCE, check_evidence, read_evidence
from veedor.witness.files import check_path
from veedor.witness.http import WitnessApp, serve
from veedor.witness.store import WitnessStore
from veedor.words import say

witness = App(name="witness", help="A witness of the log: it cosigns only what continues what it cosigned before.")


def _now_s() -> int:
    return now_us() // 1_000_000


@witness.command
def init(
    folder: Path,
    /,
    *,
    mission: Path | None = None,
    party: str | None = None,
    trust: str | None = None,
    name: str | None = None,
    passphrase_file: Path | None = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Make a witness in FOLDER, once: of a member of a mission, or with a key of its own.

    Parameters
    ----------
    folder
        The witness's folder to make. Keep it out of every backup that could be restored.
    mission
        A member's mission folder: its witness key is copied from there, and the log watched is that mission's.
    party
        The member. Default: the one of mission.toml.
    trust
        With --mission: the digest of the genesis, or a file that holds it, from outside.
    name
        Without --mission: the name of a witness with a fresh key of its own, such as `example.org/witness`.
    passphrase_file
        File with the passphrase of the key. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    """
    if mission and trust and not name:
        copy = read_own_copy(reading().files, mission, read_trust(trust, mission).need_digest())
        speaker = party or open_folder(mission).settings.mission.party
        init_of_member(folder, copy, speaker, signing(passphrase_file), _now_s())
    elif name and not (mission or party or trust):
        init_of_its_own(folder, name, signing(passphrase_file, new_keys=True))
    else:
        raise UsageError("whose witness?", expected="--mission FOLDER with --trust DIGEST, or --name NAME alone")
    return show(folder, language=language, json=json)


@witness.command
def watch(
    folder: Path,
    /,
    *,
    mission: Path | None = None,
    trust: str | None = None,
    origin: str | None = None,
    key: Annotated[list[str] | None, Parameter(negative="")] = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Tell the witness in FOLDER which keys sign a log: these, and no others. Repeat it after a handover.

    Parameters
    ----------
    folder
        The witness's folder.
    mission
        A copy of a mission: the key is that of whoever appends now, also after a handover.
    trust
        With --mission: the digest of the genesis, or a file that holds it. Alone: a file with the genesis itself.
    origin
        Without these: the log's origin line.
    key
        With --origin: a public key of the log, NAME+HASH+KEY. Repeat it for several.
    """
    if origin and key and not (mission or trust):
        keys = [parse_vkey(text) for text in key]
    elif trust and not (origin or key):
        keys = [_log_key(folder, mission, trust)]
    else:
        raise UsageError("which log?", expected="--trust GENESIS, --mission with --trust, or --origin with --key")
    with WitnessStore(reading().files, folder) as store:
        store.watch(origin or keys[0].name, keys)
    return show(folder, language=language, json=json)


def _log_key(folder: Path, mission: Path | None, trust: str) -> VerifierKey:
    trusted = read_trust(trust, mission or folder)
    if mission:
        return read_own_copy(reading().files, mission, trusted.need_digest()).log_key
    if trusted.genesis is None:
        raise UsageError("--trust alone must be a genesis", expected="entry 0 of the log in a file", found=trust)
    return key_in_genesis(trusted.genesis)


@witness.command(name="serve")
def serve_(
    folder: Path,
    /,
    *,
    host: str = "127.0.0.1",
    port: int = 7380,
    passphrase_file: Path | None = None,
    language: InLanguage = "en",
) -> int:
    """Answer requests over HTTP (c2sp.org/tlog-witness) until stopped.

    Parameters
    ----------
    folder
        The witness's folder.
    host
        The address to listen on. Default: this machine only; put a web server with TLS before it, or name an address.
    port
        The port to listen on.
    passphrase_file
        File with the passphrase of the key. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    """
    with WitnessStore(reading().files, folder) as store:
        signer = load_signer(folder, store, signing(passphrase_file).passphrase or b"")
        app = WitnessApp(store, signer, _now_s, lambda error: output.complain(error, language))
        serve(app, host, port, lambda address: output.note(say("witness.serving", language, {"address": address})))
    return 0


@witness.command
def check(
    folder: Path,
    files: Annotated[list[Path], Parameter(negative="")],
    /,
    *,
    passphrase_file: Path | None = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Answer requests that came as files, and compare heads that others cosigned. Answers are written beside them.

    Exit code 0 when all was cosigned or the same, 3 when something was refused, 4 when a fork was found.

    Parameters
    ----------
    folder
        The witness's folder.
    files
        Requests (`*.request`), signed heads (`*.head`), or folders that hold such files.
    passphrase_file
        File with the passphrase of the key. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    """
    means = signing(passphrase_file)
    with WitnessStore(means.files, folder) as store:
        signer = load_signer(folder, store, means.passphrase or b"")
        before = len(store.evidence())
        checked = [each for path in files for each in check_path(means.files, path, store, signer, _now_s())]
        found = len(store.evidence()) - before
    return witness_text.checked(checked, found, language, json)


@witness.command(name="list")
def show(folder: Path, /, *, language: InLanguage = "en", json: AsJson = False) -> int:
    """Show the public key of the witness in FOLDER, the logs it watches, and how far it has cosigned each.

    Parameters
    ----------
    folder
        The witness's folder.
    """
    with WitnessStore(reading().files, folder) as store:
        return witness_text.held(folder, store, language, json)


@witness.command
def evidence(folder: Path, /, *, out: Path | None = None, language: InLanguage = "en", json: AsJson = False) -> int:
    """Show what the witness in FOLDER keeps against logs: two signed heads each; write it out for others to check.

    Parameters
    ----------
    folder
        The witness's folder.
    out
        Write each piece to a file in this folder.
    """
    files = reading().files
    with WitnessStore(files, folder) as store:
        kept = store.evidence()
        keys = [key for log in store.logs() for key in log.keys + log.former]
    if out:
        make_folders(files, out.absolute())
    for piece in kept:
        file = out / f"{piece.digest()[:16]}.evidence.json" if out else None
        if file:
            write_durable(files, file, piece.data())
        witness_text.fork(piece, keys, file, language, json)
    return witness_text.counted(len(kept), language, json)


@witness.command
def prove(
    file: Path,
    /,
    *,
    key: Annotated[list[str], Parameter(negative="")],
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Check FILE, evidence of a fork, knowing nothing but the log's key. Exit code 0 when it proves one, else 4.

    Parameters
    ----------
    file
        Evidence, from anybody.
    key
        A public key of the log, NAME+HASH+KEY, from a source that you trust. Repeat it for several.
    """
    piece = read_evidence(reading().files.read(file, LARGEST_EVIDENCE + 1), str(file))
    keys = [parse_vkey(text) for text in key]
    check_evidence(piece, keys, str(file))
    witness_text.fork(piece, keys, file, language, json)
    return witness_text.counted(1, language, json)
