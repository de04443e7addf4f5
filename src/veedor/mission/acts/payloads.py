"""Private payloads that lie in this copy: which there are, and opening those that are for this party.

Whatever lies in payloads/ came from others: a file that is damaged, or lies about its statement, is told with its
reason and stops no other. Nothing is taken over from a payload before its openings open exactly the commitments of the
statement in the log that it belongs to.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from veedor.errors import StoreError, VeedorError, VerifyError
from veedor.log_folder.files import Files, make_folders, write_durable
from veedor.mission.copy.append import Mission
from veedor.mission.copy.enclosed import SUFFIX
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.logged import Logged, LoggedStatements
from veedor.mission.copy.mailbox import MailboxKey
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.binding import check_openings
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.contents import Contents, decode_contents
from veedor.mission.statements.salts import Opening, Openings, decode_openings, encode_openings
from veedor.mission.statements.sealed import (
    LARGEST_SEALED,
    PAYLOAD_DOMAIN,
    Bound,
    OpenedPayload,
    SealedPayload,
    open_payload,
    parse_payload,
)

_NAME = re.compile(r"[0-9a-f]{64}" + re.escape(SUFFIX), re.ASCII)
Standing = Literal["readable", "for_others", "waiting", "damaged"]


@dataclass(frozen=True)
class PayloadHere:
    """A payload in this copy. `waiting`: its statement is not in the log, or does not count; `damaged`: `trouble` says
    why. `contents` is there where this party can read it."""

    name: str
    standing: Standing
    bound: Bound | None
    statement: Logged | None
    contents: Contents | None = None
    payload: OpenedPayload | None = None
    trouble: VeedorError | None = None


def names_of_payloads(files: Files, folder: Folder) -> tuple[str, ...]:
    """The names of the payloads that lie here; other files are not ours."""
    return tuple(name for name in files.list(folder.payloads) if _NAME.fullmatch(name))


def payloads_here(mission: Mission, keys: Sequence[MailboxKey]) -> Iterator[PayloadHere]:
    """Every payload in this copy, by name; one in memory at a time. `keys` are this party's mailbox keys."""
    statements = LoggedStatements(mission.files, mission.folder, mission.state, mission.kinds)
    for name in names_of_payloads(mission.files, mission.folder):
        yield _read(mission, statements, name, keys)


def take_over(mission: Mission, here: PayloadHere) -> bool:
    """Keep what a readable payload holds: openings in keys/openings, a document in keys/documents. Says whether
    anything was new. Safe to repeat."""
    assert here.contents is not None and here.payload is not None and here.statement is not None
    files, folder = mission.files, mission.folder
    new = False
    document = here.contents.head.document
    if document is not None:
        new = _keep(files, folder.documents / here.statement.digest, here.contents.document)
    statement = here.statement.digest
    openings = Openings("openings/1", statement, here.contents.head.share, _openings(here.statement.body, here))
    place = folder.openings / f"{statement}.json"
    if files.exists(place) and _whole(files, place, here.statement.body):
        return new  # the author's own file holds the same, and perhaps more
    return _keep(files, place, encode_openings(openings)) or new


def _read(mission: Mission, statements: LoggedStatements, name: str, keys: Sequence[MailboxKey]) -> PayloadHere:
    file = mission.folder.payloads / name
    bound = statement = None
    try:
        data = mission.files.read(file, LARGEST_SEALED + 1)
        if hashlib.sha256(data).hexdigest() + SUFFIX != name:
            raise VerifyError("a payload is not the one it is named by", file=str(file), expected=name)
        sealed = parse_payload(data, str(file))
        bound = sealed.bound
        if bound.genesis != mission.state.genesis_digest:
            raise VerifyError("a payload of another mission", file=str(file), found=bound.genesis)
        statement = statements.find(bound.statement)
        if statement is None:
            return PayloadHere(name, "waiting", bound, None)
        return _opened(mission, name, str(file), sealed, statement, keys)
    except (VerifyError, StoreError) as error:
        return PayloadHere(name, "damaged", bound, statement, trouble=error)


def _opened(
    mission: Mission, name: str, file: str, sealed: SealedPayload, statement: Logged, keys: Sequence[MailboxKey]
) -> PayloadHere:
    body, bound = statement.body, sealed.bound
    if statement.chain.party != bound.author:
        raise VerifyError(
            "a payload for another's statement", file=file, expected=statement.chain.party, found=bound.author
        )
    if isinstance(body, Attest) and body.payload != bound.commitment:
        raise VerifyError(
            "a payload that its statement does not commit to", file=file, expected=body.payload, found=bound.commitment
        )
    payload = open_payload(sealed, mission.party, [key.private for key in keys], file)
    if payload is None:
        return PayloadHere(name, "for_others", bound, statement)
    found = PayloadHere(name, "readable", bound, statement, decode_contents(payload.content, file), payload)
    check_openings(body, _openings(body, found), file)
    _check_document(found, file)
    return found


def _openings(body: Body, here: PayloadHere) -> tuple[Opening, ...]:
    """The openings a payload brings; where the statement commits to the payload itself, its own salt opens that."""
    assert here.contents is not None and here.payload is not None and here.bound is not None
    openings = here.contents.head.openings
    if isinstance(body, Attest):
        digest = hashlib.sha256(here.payload.content).hexdigest()
        own = Opening(here.bound.commitment, PAYLOAD_DOMAIN, here.payload.salt.hex(), digest)
        return (*openings, own)
    return openings


def _check_document(here: PayloadHere, file: str) -> None:
    assert here.contents is not None and here.statement is not None
    document, body = here.contents.head.document, here.statement.body
    if not isinstance(body, Attest):
        if document is not None:
            raise VerifyError("a payload brings a document for a statement that attests none", file=file)
        return
    values = [each.value for each in here.contents.head.openings if each.commitment == body.document]
    if document is None or values != [document.sha256]:
        raise VerifyError(
            "a payload brings another document than was attested",
            file=file,
            expected=", ".join(values),
            found="none" if document is None else document.sha256,
        )


def _whole(files: Files, place: Path, body: Body) -> bool:
    try:
        check_openings(body, decode_openings(files.read(place), str(place)).openings, str(place))
    except VerifyError:
        return False
    return True


def _keep(files: Files, place: Path, data: bytes) -> bool:
    if files.exists(place) and files.read(place) == data:
        return False
    make_folders(files, place.parent)
    place.parent.chmod(0o700)
    write_durable(files, place, data)
    place.chmod(0o600)
    return True
