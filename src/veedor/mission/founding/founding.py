"""Founding a mission: `init` makes the draft, `join` does whatever the draft needs next from this party.

    round one   every member: adds its part                            -> joined
    round two   every member: signs, once all parts are in             -> signed
    at the end  the appender: writes entry 0, once all signatures are in -> founded

The same command is repeated with the file that goes round until nothing is left to do. A member signs only if its own
part and the terms are still those it promised when it joined (keys/promise.json): a draft changed under way is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log.envelope import digest as digest_of
from veedor.log.note import NoteSigner
from veedor.log_folder.files import write_durable
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.writer import LogWriter
from veedor.mission.copy.folder import Folder, load_key, make_mission_folder, need_no_mission, store_keys
from veedor.mission.copy.keys import new_keys, new_member
from veedor.mission.copy.means import Means
from veedor.mission.founding.draft import (
    LARGEST_DRAFT,
    Draft,
    Invitation,
    Terms,
    add_member,
    decode_draft,
    encode_draft,
    entry_of,
    new_draft,
    read_out,
    sign_draft,
)
from veedor.mission.state.genesis import default_quorums
from veedor.mission.statements.bodies import Body, Member
from veedor.mission.statements.vocabulary import MemberRole

Did = Literal["joined", "signed", "founded"]


class Promise(Body, frozen=True):
    """What this member saw and gave when it joined."""

    schema: Literal["promise/1"]
    terms: Terms
    member: Member


@dataclass(frozen=True)
class Progress:
    """Where the founding stands: what this call did, whom it waits for, and the digests to read out."""

    did: tuple[Did, ...]
    missing: tuple[str, ...]
    unsigned: tuple[str, ...]
    content: str | None
    genesis: str | None
    founded: bool


def invitations(party: str, others: Iterable[str]) -> tuple[Invitation, ...]:
    """Members from the command line: `co` is a party, `qa:mediator` and `br:observer` are not."""
    found = [Invitation(party, "party")]
    for text in others:
        name, _, role = text.partition(":")
        if role not in ("", "party", "observer", "mediator"):
            raise UsageError("there is no such role", expected="party, observer or mediator", found=role)
        found.append(Invitation(name, _role(role or "party")))
    return tuple(sorted(found, key=lambda each: each.party))


def terms_of(
    *,
    mission: str,
    origin: str,
    invited: tuple[Invitation, ...],
    appender: str,
    created_us: int,
    simulated: bool = False,
    delay_hours: int = 24,
) -> Terms:
    """Terms with the default quorums."""
    quorums = default_quorums(each.role for each in invited)
    return Terms(origin, mission, created_us, simulated, appender, delay_hours, quorums, invited)


def init_mission(path: Path, party: str, terms: Terms, means: Means) -> Progress:
    """A new mission folder of `party` with its keys and the draft; founded at once when nobody else is invited."""
    draft = new_draft(terms)
    folder = Folder(path)
    need_no_mission(folder)
    draft = _make_part(folder, party, draft, means)
    return _go_on(folder, folder.draft, draft, [party], ["joined"], means)


def join_mission(draft_file: Path, path: Path, party: str | None, means: Means) -> Progress:
    """Do what the draft needs next from the member whose folder is `path`; on the first call make that folder.

    `party` is needed on the first call only.
    """
    draft = _read(draft_file, means)
    folder = Folder(path)
    if folder.settings_file.is_file():
        own = folder.settings.mission.party
        if party not in (None, own):
            raise UsageError("this folder belongs to another member", file=str(path), expected=own, found=party)
        _need_promised(folder, draft)
        return _go_on(folder, draft_file, draft, [own], [], means)
    if party is None:
        raise UsageError("who joins?", expected="--party", next_step="one of " + ", ".join(draft.missing))
    need_no_mission(folder)
    draft = _make_part(folder, party, draft, means)
    return _go_on(folder, draft_file, draft, [party], ["joined"], means)


def found_simulated(path: Path, terms: Terms, means: Means) -> Progress:
    """A simulated mission with the keys of all its members in one folder, founded at once; its simulated mark stands
    in its genesis and in every statement."""
    if not terms.simulated:
        raise UsageError("only a simulated mission may hold the keys of several members in one folder")
    draft = new_draft(terms)
    folder = make_mission_folder(means.files, path, terms.mission, terms.appender)
    for each in terms.invited:
        draft = add_member(draft, _new_part(folder, each, terms, means))
    names = [each.party for each in terms.invited]
    return _go_on(folder, folder.draft, draft, names, ["joined"], means)


def _make_part(folder: Folder, party: str, draft: Draft, means: Means) -> Draft:
    invitation = next((each for each in draft.terms.invited if each.party == party), None)
    if invitation is None or party not in draft.missing:
        raise UsageError(
            f"the draft does not wait for {party} to join",
            expected=", ".join(draft.missing) or "nobody any more",
            found=party,
        )
    means.need_passphrase()
    make_mission_folder(means.files, folder.path, draft.terms.mission, party)
    member = _new_part(folder, invitation, draft.terms, means)
    promise = Promise("promise/1", draft.terms, member)
    write_durable(means.files, folder.promise, msgspec.json.format(msgspec.json.encode(promise), indent=1) + b"\n")
    return add_member(draft, member)


def _new_part(folder: Folder, invitation: Invitation, terms: Terms, means: Means) -> Member:
    keys = new_keys(invitation.party, means.entropy)
    store_keys(means.files, folder, keys, means.need_passphrase(), means.entropy, means.work)
    return new_member(terms.origin, invitation.party, invitation.role, keys)


def _go_on(folder: Folder, draft_file: Path, draft: Draft, own: list[str], did: list[Did], means: Means) -> Progress:
    """Sign and found as far as the draft allows, and write the draft back, to its file and to the folder."""
    for party in own:
        if not draft.missing and party in draft.unsigned:
            draft = sign_draft(draft, load_key(folder, party, "statement", means.need_passphrase()))
            did.append("signed")
    for file in {draft_file, folder.draft}:
        write_durable(means.files, file, encode_draft(draft))
    entry = None if draft.missing or draft.unsigned else entry_of(draft)
    if entry is not None and draft.terms.appender in own and not folder.started:
        _create_log(folder, draft, entry, means)
        did.append("founded")
    content = None if draft.missing else read_out(draft)
    genesis = digest_of(entry) if entry is not None else None
    return Progress(tuple(dict.fromkeys(did)), draft.missing, draft.unsigned, content, genesis, folder.started)


def _create_log(folder: Folder, draft: Draft, entry: bytes, means: Means) -> None:
    key = load_key(folder, draft.terms.appender, "log", means.need_passphrase())
    means.files.make_folder(folder.log)
    heads = HeadRecords(means.state_folder, means.files)
    LogWriter.create(folder.log, means.files, heads, NoteSigner(draft.terms.origin, key.signing), entry).close()


def _need_promised(folder: Folder, draft: Draft) -> None:
    try:
        promise = msgspec.json.decode(folder.promise.read_bytes(), type=Promise)
    except (OSError, msgspec.DecodeError) as error:
        raise StoreError(
            "the record of what this member promised is gone", file=str(folder.promise), found=str(error)
        ) from None
    if draft.terms != promise.terms:
        raise VerifyError(
            "the terms of the draft are not those this member joined under",
            expected=_changed(promise.terms, draft.terms),
            found=_changed(draft.terms, promise.terms),
            next_step="do not sign; ask the others who changed the draft",
        )
    if draft.member(promise.member.party) != promise.member:
        raise VerifyError(
            "this member's own part of the draft was changed or left out",
            expected=promise.member.keys.statement,
            next_step="do not sign; use an earlier copy of the draft",
        )


def _changed(one: Terms, other: Terms) -> str:
    fields = [name for name in Terms.__struct_fields__ if getattr(one, name) != getattr(other, name)]
    return "; ".join(f"{name} = {msgspec.json.encode(getattr(one, name)).decode()}" for name in fields)


def _read(file: Path, means: Means) -> Draft:
    return decode_draft(means.files.read(file, LARGEST_DRAFT + 1), str(file))


def _role(text: str) -> MemberRole:
    role: MemberRole = msgspec.convert(text, MemberRole)
    return role
