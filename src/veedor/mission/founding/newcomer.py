"""A later member: it makes its keys in a folder of its own and hands its part, a file, to who proposes that it joins.

    newcomer    veedor keys new FOLDER LOG …      keys, and the file `member/1` with their public halves
    a party     veedor propose join MISSION DRAFT FILE
    newcomer    veedor sign DRAFT FOLDER          once log/ was copied into FOLDER
    the others  veedor sign DRAFT MISSION         who proposed it last

The newcomer signs only a draft that has its own four keys: with one of another among them, that other would get the
role of that key, and with the recovery key every role.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from veedor.errors import UsageError, VerifyError
from veedor.log_folder.files import Files
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.folder import Folder, make_mission_folder, need_no_mission, store_keys
from veedor.mission.copy.keys import new_keys, new_member
from veedor.mission.copy.means import Means
from veedor.mission.state.genesis import check_member, read_genesis
from veedor.mission.statements.bodies import Body, Genesis, Member
from veedor.mission.statements.vocabulary import Hex32, MemberRole

LARGEST_FILE = 1 << 14


class MemberFile(Body, frozen=True):
    """A newcomer's part as it is handed on; `genesis` is the digest of the mission it is made for."""

    schema: Literal["member/1"]
    genesis: Hex32
    member: Member


def make_newcomer(path: Path, log: Path, trust: str, party: str, role: MemberRole, means: Means) -> MemberFile:
    """A new mission folder of `party` with fresh keys for the mission whose log is in `log`, and the part to hand on.

    `trust` is the digest (hex) of the genesis, from outside. UsageError where the folder is not empty; VerifyError
    where the log begins with another genesis.
    """
    passphrase = means.need_passphrase()
    genesis = _genesis(log, trust, means.files)
    need_no_mission(Folder(path))
    keys = new_keys(party, means.entropy)
    try:
        member = msgspec.convert(
            msgspec.to_builtins(new_member(genesis.origin, party, role, keys)), Member, strict=True
        )
    except msgspec.ValidationError as error:
        raise UsageError("this is no name of a member", found=str(error)) from None
    folder = make_mission_folder(means.files, path, genesis.mission, party)
    store_keys(means.files, folder, keys, passphrase, means.entropy, means.work)
    return MemberFile("member/1", trust, member)


def encode_member(part: MemberFile) -> bytes:
    return msgspec.json.format(msgspec.json.encode(part), indent=1) + b"\n"


def decode_member(data: bytes, file: str) -> MemberFile:
    """A part from its file; VerifyError where it is none. Its keys are not checked yet."""
    try:
        return msgspec.json.decode(data, type=MemberFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise VerifyError(
            "this is not the part of a member", file=file, expected="member/1", found=str(error)[:200]
        ) from None


def read_member(files: Files, file: Path, genesis_digest: str, genesis: Genesis) -> Member:
    """The part in a file; VerifyError where it is none, of another mission, or does not prove its keys."""
    part = decode_member(files.read(file, LARGEST_FILE), str(file))
    if part.genesis != genesis_digest:
        raise VerifyError("it is for another mission", file=str(file), expected=genesis_digest, found=part.genesis)
    check_member(part.member, genesis.origin)
    return part.member


def _genesis(log: Path, trust: str, files: Files) -> Genesis:
    reader = LogReader(log / "log" if files.exists(log / "log" / "checkpoint") else log, files)
    digest, body = read_genesis(reader.entry(0), "entry 0")
    if digest != trust:
        raise VerifyError("another genesis than the trusted one", file=str(log), expected=trust, found=digest)
    return body
