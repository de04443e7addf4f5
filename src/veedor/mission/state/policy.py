"""Trust policies: which logs and witnesses are known, and which cosignatures a head needs (c2sp.org/tlog-policy).

One line each, in any order in which names come before their use:

    log VKEY [URL]
    witness NAME VKEY [URL]
    group NAME all|any|K MEMBER…
    quorum NAME|none

A head holds when one of the logs signed it and the quorum's witnesses cosigned it. Names are bytes that mean nothing
outside the file; a key counts once, whatever it is called, and a name is a member of one group only, so that nobody
contributes twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from veedor.errors import VerifyError
from veedor.log.checkpoint import OpenedCheckpoint, parse_checkpoint
from veedor.log.cosignature import CosignerKey, parse_cosigner_key
from veedor.log.note import (
    ED25519,
    SignatureLine,
    VerifierKey,
    parse_note,
    parse_vkey,
    verify_note,
)

LARGEST_POLICY = 256 * 1024
MOST_DEFINED = 64
"""Logs, witnesses and groups, each; the specification recommends that 32 be possible."""
NO_QUORUM = "none"

_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_COUNT = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)


@dataclass(frozen=True)
class KnownLog:
    """A log that the policy accepts; the key's name is the log's origin."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True)
class KnownWitness:
    """A witness under the policy's own name for it, which need not be the key's."""

    name: str
    key: CosignerKey
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """Counts as cosigning when at least `threshold` of its members (witnesses or earlier groups) do."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """A policy as read. `quorum` is None where the policy says `none`."""

    logs: tuple[KnownLog, ...]
    witnesses: tuple[KnownWitness, ...]
    groups: tuple[Group, ...]
    quorum: str | None

    def text(self) -> bytes:
        """The policy as a file: logs, witnesses, groups, quorum."""
        lines = [
            *(_line("log", log.key.text(), log.url) for log in self.logs),
            *(_line("witness", each.name, each.key.text(), each.url) for each in self.witnesses),
            *(_line("group", group.name, str(group.threshold), *group.members) for group in self.groups),
            _line("quorum", self.quorum or NO_QUORUM),
        ]
        return "".join(lines).encode("utf-8", "surrogateescape")

    def names(self, verified: Iterable[SignatureLine]) -> frozenset[str]:
        """The witnesses, by the policy's names, whose lines are among these verified ones."""
        keys = {(line.name, line.key_hash) for line in verified}
        return frozenset(each.name for each in self.witnesses if (each.key.name, each.key.key_hash) in keys)

    def satisfied_by(self, witnesses: Collection[str]) -> bool:
        """Whether the cosignatures of these witnesses, by the policy's names, are a quorum."""
        met = {each.name for each in self.witnesses} & set(witnesses)
        for group in self.groups:
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group.name)
        return self.quorum is None or self.quorum in met

    def open(self, data: bytes, file: str | None = None) -> OpenedCheckpoint:
        """Read a signed checkpoint and hold it against this policy.

        VerifyError where none of the logs signed it under its own origin, where a line of any known key is wrong, and
        where the cosignatures are no quorum.
        """
        note = parse_note(data, file)
        checkpoint = parse_checkpoint(note.text, file)
        logs = [log.key for log in self.logs if log.key.name == checkpoint.origin]
        if not logs:
            raise VerifyError("the policy knows no log of this origin", file=file, found=checkpoint.origin[:200])
        verified = verify_note(note, [*logs, *(each.key for each in self.witnesses)], file)
        signed = {(line.name, line.key_hash) for line in verified}
        if not any((key.name, key.key_hash) in signed for key in logs):
            raise VerifyError("the checkpoint is not signed by the log's key", file=file, expected=checkpoint.origin)
        names = self.names(verified)
        if not self.satisfied_by(names):
            raise VerifyError(
                "the checkpoint lacks cosignatures",
                file=file,
                expected=_shown(f"quorum {self.quorum}"),
                found=_shown(", ".join(sorted(names))) or "no known witness",
            )
        return OpenedCheckpoint(checkpoint, note, verified)


def parse_policy(data: bytes, file: str | None = None) -> Policy:
    """Read a policy file; VerifyError with the line's number for anything that the specification does not allow."""
    if len(data) > LARGEST_POLICY:
        raise VerifyError("a policy is too long", file=file, expected=f"up to {LARGEST_POLICY} bytes")
    *lines, rest = data.split(b"\n")
    if rest:
        raise VerifyError("a policy's last line has no line feed", file=file, place=f"line {len(lines) + 1}")
    reading = _Reading()
    for number, line in enumerate(lines, 1):
        try:
            reading.add(line)
        except VerifyError as error:
            place, found = f"line {number}", None if error.found is None else _shown(error.found)
            raise VerifyError(error.problem, file=file, place=place, expected=error.expected, found=found) from None
    if not reading.quorums:
        raise VerifyError("a policy has no quorum line", file=file, expected="quorum NAME, or quorum none")
    (quorum,) = reading.quorums
    return Policy(
        tuple(reading.logs),
        tuple(reading.witnesses),
        tuple(reading.groups),
        None if quorum == NO_QUORUM else quorum,
    )


class _Reading:
    """What the lines so far have defined."""

    def __init__(self) -> None:
        self.logs: list[KnownLog] = []
        self.witnesses: list[KnownWitness] = []
        self.groups: list[Group] = []
        self.quorums: list[str] = []
        self._names = {NO_QUORUM}
        self._not_yet_members: set[str] = set()

    def add(self, line: bytes) -> None:
        wrong = _FORBIDDEN.search(line)
        if wrong:
            raise VerifyError("a policy has a control character", found=f"byte 0x{wrong[0][0]:02x}")
        # High bytes are opaque: those that are not UTF-8 are carried along as they are.
        items = [item.decode("utf-8", "surrogateescape") for item in line.split()]
        if not items or items[0].startswith("#"):
            return
        match items:
            case ["log", key, *url] if len(url) <= 1:
                self.logs.append(KnownLog(_log_key(key), *url))
            case ["witness", name, key, *url] if len(url) <= 1:
                self._define(name)
                self.witnesses.append(KnownWitness(name, parse_cosigner_key(key), *url))
            case ["group", name, count, *members] if members:
                self._join(members)
                self._define(name)
                self.groups.append(Group(name, _threshold(count, len(members)), tuple(members)))
            case ["quorum", name]:
                if self.quorums:
                    raise VerifyError("a policy has a second quorum line", found=name[:100])
                if name not in self._names:
                    raise VerifyError("a policy's quorum is not defined above it", found=name[:100])
                self.quorums.append(name)
            case [first, *_]:
                raise VerifyError("not a line of a policy", expected="log, witness, group or quorum", found=first[:100])
        if max(len(self.logs), len(self.witnesses), len(self.groups)) > MOST_DEFINED:
            raise VerifyError("a policy is too long", expected=f"up to {MOST_DEFINED} logs, witnesses and groups each")
        _need_distinct([log.key.public for log in self.logs])
        _need_distinct([witness.key.public for witness in self.witnesses])

    def _define(self, name: str) -> None:
        if name in self._names:
            raise VerifyError("a policy defines a name twice", found=name[:100])
        self._names.add(name)
        self._not_yet_members.add(name)

    def _join(self, members: list[str]) -> None:
        for member in members:
            if member not in self._names or member == NO_QUORUM:
                raise VerifyError("a group's member is not defined above it", found=member[:100])
            if member not in self._not_yet_members:
                raise VerifyError("a policy makes a name a member twice", found=member[:100])
            self._not_yet_members.remove(member)


def _need_distinct(keys: list[bytes]) -> None:
    if len(set(keys)) != len(keys):
        raise VerifyError("a policy names a key twice", found=keys[-1].hex())


def _log_key(text: str) -> VerifierKey:
    key = parse_vkey(text)
    if key.algorithm != ED25519:
        raise VerifyError("not a log's key", expected="algorithm 0x01", found=text[:100])
    return key


def _threshold(count: str, members: int) -> int:
    named = {"any": 1, "all": members}.get(count)
    if named is None and not (_COUNT.fullmatch(count) and int(count) <= members):
        raise VerifyError("not a group's threshold", expected=f"any, all, or 1 to {members}", found=count[:100])
    return named or int(count)


def _line(*items: str | None) -> str:
    return " ".join(item for item in items if item is not None) + "\n"


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()
