"""`veedor keys`: a party's keys: which there are, new ones, lost and stolen ones, and keys for devices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from veedor.cli import output
from veedor.cli.means import ask_twice, now_us, reading, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.cli.text.key import key_sentence
from veedor.cli.text.proposal import need_new_file, show_progress
from veedor.cli.text.published import published_line
from veedor.errors import UsageError
from veedor.mission.acts import change_keys
from veedor.mission.acts.proposal import write_proposal
from veedor.mission.copy.append import Mission, Published
from veedor.mission.copy.folder import Folder, open_folder
from veedor.mission.copy.key_store import new_keys_of
from veedor.mission.copy.passphrase import read_passphrase
from veedor.mission.founding.newcomer import encode_member, make_newcomer
from veedor.mission.rows.access import key_rows
from veedor.mission.rows.state import read_state
from veedor.mission.state.key_register import Device
from veedor.mission.statements.access import DelegatedType
from veedor.mission.statements.vocabulary import KeyRole, MemberRole
from veedor.mission.verification.trust import read_trust
from veedor.views.keys import Change, key_changed
from veedor.views.lines import SummaryLine
from veedor.words import Language, say

keys = App(name="keys", help="Show a mission's keys; take new ones, recover lost ones, report stolen ones, delegate.")


@keys.default
def list_keys(mission: Path, /, *, party: str | None = None, language: InLanguage = "en", json: AsJson = False) -> int:
    """Show every key that the log of MISSION knows, and those made here that it does not know yet.

    Parameters
    ----------
    mission
        A mission folder, or a log folder.
    party
        Only this member's keys.
    """
    files = reading().files
    state = read_state(mission, files)
    rows = [row for row in key_rows(state) if party in (None, row.party)]
    for row in rows:
        output.line(row) if json else output.text(key_sentence(row, language))
    for each in state.roster.members if not json else ():
        for held in new_keys_of(files, Folder(mission), each):
            if held.public not in state.roster.keys.uses and party in (None, each):
                values = {"key": held.public[:16], "party": each, "use": say(f"key.use.{held.role}", language)}
                output.text(say("key.waiting", language, values))
    if json:
        output.line(SummaryLine(size=state.size, simulated=state.genesis.simulated, rows={"state-key/1": len(rows)}))
    return 0


@keys.command(name="new")
def new_member(
    folder: Path,
    log: Path,
    out: Path,
    /,
    *,
    party: str,
    role: MemberRole,
    trust: str,
    passphrase_file: Path | None = None,
    language: InLanguage = "en",
) -> int:
    """Make FOLDER with the keys of a later member of the mission whose log is LOG; OUT goes to whoever proposes it.

    Parameters
    ----------
    folder
        The mission folder to make.
    log
        A copy of the log, or of a mission.
    out
        The file to write: the public keys and proofs that they are held.
    party
        The new member's short name, such as `br`.
    role
        `party`, `observer` or `mediator`.
    trust
        The digest of the genesis, or a file that holds it, from outside.
    passphrase_file
        File with the passphrase for the new keys. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    """
    need_new_file(out)
    digest = read_trust(trust, log).need_digest()
    part = make_newcomer(folder, log, digest, party, role, signing(passphrase_file, new_keys=True))
    out.write_bytes(encode_member(part))
    output.text(say("key.made", language, {"party": party, "key": part.member.keys.statement, "file": str(out)}))
    return 0


@keys.command
def rotate(
    mission: MissionFolder,
    role: KeyRole,
    /,
    *,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Replace this party's key of ROLE by a fresh one; the old and the new key sign that.

    Parameters
    ----------
    role
        `log`, `recovery`, `statement` or `witness`.
    party
        Whose key, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        made = change_keys.rotate(opened, role, now_us())
        _changed(opened, "rotated", role, opened.keys.of(role).public, made, None, language, json)
    return 0


@keys.command
def recover(
    mission: MissionFolder,
    owner: str,
    role: KeyRole,
    draft: Path,
    /,
    *,
    by: str | None = None,
    others: Annotated[tuple[str, ...], Parameter(name="--with", negative="")] = (),
    recovery_key: Path | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Replace a lost or stolen key of OWNER by a fresh one that is made here; run it in OWNER's own copy.

    With OWNER's recovery key, any member can log it. Without, other members sign instead, as many as the policy says.
    Unless this party can log it at once, the draft DRAFT goes round: each named member signs it with `veedor sign`.

    Parameters
    ----------
    owner
        The member whose key it is.
    role
        `log`, `recovery`, `statement` or `witness`.
    draft
        The draft file to write.
    by
        The member that logs it. Default: the party of mission.toml, which must still have its statement key.
    others
        Without the recovery key: another member that signs, beside the one that logs it. Repeat it for each.
    recovery_key
        The recovery key's file, where it is kept elsewhere.
    """
    need_new_file(draft)
    author = by or open_folder(mission).settings.mission.party
    with open_mission(mission, signing(passphrase_file)) as opened:
        progress = change_keys.recover(
            opened, owner, role, now_us(), author=author, others=others, recovery_key=recovery_key
        )
        if progress.published is None:
            write_proposal(opened, draft, progress.proposal)
        show_progress(opened, progress, draft, language, json)
    return 0


@keys.command
def revoke(
    mission: MissionFolder,
    key: str,
    /,
    *,
    from_entry: int | None = None,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Report a key of this party stolen: it signs nothing from now on.

    What it signed from the entry --from-entry on is listed by everybody as signed with a stolen key; it stays in force.
    Replace a key first (`veedor keys rotate`), then revoke the old one: after revoking the key in force, only
    `veedor keys recover` brings a new one.

    Parameters
    ----------
    key
        The first digits of the key, 8 or more, as `veedor keys` shows them.
    from_entry
        The first entry of the log at which the thief may have had it. Default: from now on.
    party
        Whose key, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        whole = change_keys.find_own(opened, key)
        use = opened.pending().roster.keys.uses[whole].use
        made = change_keys.revoke(opened, key, from_entry, now_us())
        _changed(opened, "revoked", use, whole, made, None, language, json)
    return 0


@keys.command
def mailbox(
    mission: MissionFolder,
    /,
    *,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Publish a new mailbox key of this party: private payloads are sealed to it from now on.

    Older mailbox keys stay here, to open what was sealed to them.

    Parameters
    ----------
    party
        Whose mailbox, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        public, made = change_keys.mailbox(opened, now_us())
        _changed(opened, "mailbox", "mailbox", public, made, None, language, json)
    return 0


@keys.command
def delegate(
    mission: MissionFolder,
    file: Path,
    /,
    *,
    types: Annotated[tuple[DelegatedType, ...], Parameter(name="--type", negative="")],
    until: str,
    device: Device = "device",
    device_passphrase_file: Path | None = None,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Make a key for a browser or device in FILE, which may sign the types given for this party until a time.

    Parameters
    ----------
    file
        The key file to write, under a passphrase of its own.
    types
        A type it may sign: `look`, `attest` or `receipt`. Repeat it for more.
    until
        Until when, in log time (ISO 8601, UTC where no zone is given).
    device
        `browser` or `device`.
    device_passphrase_file
        File with the new passphrase of FILE. Default: asked for at a terminal.
    party
        Who delegates, in a simulated mission. Default: the party of mission.toml.
    """
    end_us = output.moment(until)
    if end_us is None or end_us <= now_us():
        raise UsageError("a delegation ends in the future", found=until)
    with open_mission(mission, signing(passphrase_file), party) as opened:
        passphrase = read_passphrase(device_passphrase_file, {}, ask_twice())
        made = change_keys.delegate(opened, device, types, end_us, file, passphrase, now_us())
        _changed(opened, "delegated", device, change_keys.public_of(file), made, str(file), language, json)
    return 0


def _changed(
    mission: Mission,
    change: Change,
    use: str,
    key: str,
    made: Published,
    file: str | None,
    language: Language,
    json: bool,
) -> None:
    if json:
        output.line(key_changed(change, mission.party, use, key, made, file))
        return
    values = {"use": say(f"key.use.{use}", language), "party": mission.party, "key": key[:16], "file": file}
    output.text(say(f"key.{change}", language, values))
    output.text(published_line(mission, made, language))
