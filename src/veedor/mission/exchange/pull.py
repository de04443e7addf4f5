"""Pulling the log from another copy: nothing counts before it is shown to be this copy's own log, gone on.

Steps, in this order; one that fails ends the pull, and the head of this copy stays as it was:

1. The other head is a well-formed checkpoint of this log's origin.
2. A log key of a member signed it. (A key that this copy does not know yet may have been brought by the entries to
   come; then step 6 decides, and at most `MOST_UNDER_UNKNOWN_KEY` entries are fetched at a time: before more are, a
   seal among them that counts must cover new ones, or the key must be known by then. Without a quorum's keys nobody
   makes such a seal, so a stranger gets this copy to fetch no more than that.)
3. A head that is not newer is compared with this copy's own tree at that size; a newer one's tiles must lead to its
   root, and to this copy's root at this copy's size. Otherwise it is a *fork*: both signed heads are kept as evidence.
4. Where this machine has a head record of the log, the newer tree has the recorded root at the recorded size.
5. Bundles are fetched, each held against the signed tree before it is written, durably, and folded; tiles are computed.
   What an earlier pull left behind is held against the same tree and not fetched again.
6. The head is signed by the log key in force after these entries.
7. The head is written last, durably, with the members' cosignatures; then superseded partial tiles are removed.

A crash leaves files that no head refers to. Memory is bounded by one bundle and the folded state; time and bytes by
what is really fetched, whatever the other head claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from veedor.errors import StoreError, VeedorError, VerifyError
from veedor.log.checkpoint import Checkpoint, parse_checkpoint
from veedor.log.cosignature import add_cosignatures
from veedor.log.note import Note, parse_note
from veedor.log.proofs import Prover, TileProver
from veedor.log.tiles import (
    ENTRIES,
    LARGEST_ENTRY,
    TILE_WIDTH,
    Tile,
    TileBuilder,
    encode_bundle,
    parse_bundle,
    tile_at,
)
from veedor.log.tree import leaf_hash
from veedor.log_folder.files import Files, make_folders, write_all_durable, write_durable
from veedor.log_folder.head import Head
from veedor.log_folder.reader import CHECKPOINT, LogReader, remove_leftovers
from veedor.log_folder.signed_tiles import SignedTiles
from veedor.mission.exchange.heads import evidence_of, keep_evidence, kept_note, open_head, signed_by_log, witness_keys
from veedor.mission.exchange.remote_log import RemoteLog
from veedor.mission.state.fold import AnyKind, State, begin, fold
from veedor.mission.state.seals import seals_of
from veedor.witness.evidence import SignedHead

MOST_UNDER_UNKNOWN_KEY = 1 << 16
WRITE_BYTES = 1 << 22


class ForkError(VerifyError):
    """Two signed histories of one log. `file` is the evidence."""


@dataclass(frozen=True)
class Target:
    """The log folder to bring up to date. `anchor` raises unless an entry 0 is the right genesis; `record` is this
    machine's head record of the log; evidence goes to the folder `evidence`."""

    log: Path
    files: Files
    evidence: Path
    anchor: Callable[[bytes], None]
    record: Callable[[str], Head | None]


@dataclass(frozen=True)
class Pulled:
    """What a pull did: sizes before and after, the other head's size, bundles fetched and found here already, and
    whether cosignatures of a head that was here were added."""

    before: int
    after: int
    remote: int
    fetched: int = 0
    resumed: int = 0
    cosigned: bool = False


def pull(remote: RemoteLog, target: Target, known: State | None, kinds: Sequence[AnyKind]) -> Pulled:
    """Bring the target's log up to the other copy's head. `known` is the fold of the target's log, None where there is
    none yet. VerifyError where the other copy lies or is damaged, ForkError for a fork, UnreachableError when the line
    breaks."""
    file = f"{remote.name}: {CHECKPOINT}"
    data = remote.checkpoint()
    if data is None:
        raise VerifyError("there is no log", file=remote.name, expected="log/checkpoint, or checkpoint")
    note = parse_note(data, file)
    head = parse_checkpoint(note.text, file)  # (1)
    if known is None:
        return _First(remote, target, kinds, note, head).run()
    if head.origin != known.genesis.origin:
        raise VerifyError("another log", file=file, expected=known.genesis.origin, found=head.origin[:200])
    return _Next(remote, target, kinds, note, head, known).run()


class _Pull:
    """What a first pull and the next ones share: steps 4 to 7."""

    def __init__(
        self, remote: RemoteLog, target: Target, kinds: Sequence[AnyKind], note: Note, head: Checkpoint
    ) -> None:
        self._remote, self._target, self._kinds, self._note, self._head = remote, target, kinds, note, head
        self._file = f"{remote.name}: {CHECKPOINT}"
        self._files = target.files
        self._reader = LogReader(target.log, target.files)
        self._tree = TileBuilder()
        self._fetched = self._resumed = 0
        self._used: set[Path] = set()
        self._at_hand: dict[Tile, list[bytes]] = {}  # the first bundle, where it was fetched for the genesis

    def _need_record(self, tiles: Prover, genesis: str) -> bool:  # (4)
        """Whether the head is at least as new as this machine's record; VerifyError where it contradicts it."""
        record = self._target.record(genesis)
        if record is None:
            return True
        if self._head.size < record.size:
            return False
        found = tiles.root(record.size)
        if record.origin != self._head.origin or found != record.root:
            raise VerifyError(
                "the other copy contradicts what this copy itself appended",
                file=self._file,
                expected=f"size {record.size}, root {record.root.hex()}",
                found=found.hex(),
                next_step="do not append; compare heads with the witnesses: somebody else has this log's key",
            )
        return True

    def _take(self, tiles: SignedTiles, state: State) -> State:  # (5), (6), (7)
        after = self._folded(self._new_entries(tiles, state.size), state)
        if self._tree.root() != self._head.root:
            raise VerifyError("the entries lead to another root than the signed one", file=self._file)
        opened = open_head(self._note.text + b"\n" + _lines(self._note), after, self._file)
        note = kept_note(opened, after, self._file)
        for folder in sorted(self._used):
            self._files.sync_folder(folder)
        write_durable(self._files, self._target.log / CHECKPOINT, note)
        remove_leftovers(self._files, self._target.log, self._head.size)
        return after

    def _folded(self, entries: Iterator[bytes], state: State) -> State:  # (2)
        """The state after these entries, taken on trust only as far as step 2 says."""
        sealed = seals_of(state).size
        while signed_by_log(self._note, state) is None:
            state = fold(islice(entries, MOST_UNDER_UNKNOWN_KEY), self._kinds, state)
            if state.size == self._head.size:
                break  # step 6 decides
            if seals_of(state).size <= sealed and signed_by_log(self._note, state) is None:
                raise VerifyError(
                    "the head is signed by no log key that this copy knows",
                    file=self._file,
                    expected=f"a known key, or a seal that counts in every {MOST_UNDER_UNKNOWN_KEY} new entries",
                    found=f"neither in entries up to {state.size}",
                    next_step="is this the right address? If so, sync first from a copy that has less of the log",
                )
            sealed = seals_of(state).size
        return fold(entries, self._kinds, state)

    def _new_entries(self, tiles: SignedTiles, start: int) -> Iterator[bytes]:
        """The entries from `start` on, as they are fetched and written; computed tiles after the last."""
        waiting: dict[Path, bytes] = {}
        try:
            while self._tree.size < self._head.size:
                yield from self._next_bundle(tiles, start, waiting)
                if sum(map(len, waiting.values())) >= WRITE_BYTES:
                    self._write(waiting)
        except VeedorError:
            # The line broke, or the next file is bad: what is right so far need not be fetched again.
            self._write(waiting)
            raise
        waiting.update({self._place(tile): data for tile, data in self._tree.partial()})
        self._write(waiting)

    def _next_bundle(self, tiles: SignedTiles, start: int, waiting: dict[Path, bytes]) -> list[bytes]:
        bundle = tile_at(ENTRIES, self._tree.size // TILE_WIDTH, self._head.size)
        assert bundle is not None  # the tree is smaller than the head's
        entries = self._left_behind(bundle, tiles)
        if entries is None:
            entries = self._at_hand.pop(bundle, None) or self._fetch(bundle, tiles)
            waiting[self._place(bundle)] = encode_bundle(entries)
            self._fetched += 1
        first = self._tree.size
        fresh = entries[first % TILE_WIDTH :]
        made = self._tree.extend([leaf_hash(entry) for entry in fresh])
        waiting.update({self._place(tile): data for tile, data in made})
        return fresh[max(0, start - first) :]

    def _fetch(self, bundle: Tile, tiles: SignedTiles) -> list[bytes]:
        entries = self._remote.entries(bundle)
        tiles.need_bundle(bundle, entries)
        return entries

    def _left_behind(self, bundle: Tile, tiles: SignedTiles) -> list[bytes] | None:
        """A bundle that is here already, if it is the signed tree's."""
        place = self._place(bundle)
        if not self._files.exists(place):
            return None
        try:
            data = self._files.read(place, TILE_WIDTH * (2 + LARGEST_ENTRY) + 1)
            entries = parse_bundle(data, bundle.width, bundle.path(), LARGEST_ENTRY)
            tiles.need_bundle(bundle, entries)
        except VeedorError:
            return None
        self._resumed += 1
        # Its name may not be durable yet: the crash may have come before its folder was synced.
        self._used.update((place.parent, place.parent.parent))
        return entries

    def _write(self, waiting: dict[Path, bytes]) -> None:
        for folder in sorted({path.parent for path in waiting}):
            make_folders(self._files, folder)
        write_all_durable(self._files, waiting)
        waiting.clear()

    def _place(self, tile: Tile) -> Path:
        return self._target.log / tile.path()


class _First(_Pull):
    """A pull into a copy that has no log yet."""

    def run(self) -> Pulled:
        head = self._head
        if head.size == 0:
            raise VerifyError("the other copy's log is empty", file=self._file, expected="at least entry 0")
        tiles = SignedTiles(self._remote, head.size, head.root)
        first = tile_at(ENTRIES, 0, head.size)
        assert first is not None  # the size is above 0
        left, self._resumed = self._left_behind(first, tiles), 0
        if left is None:
            self._at_hand[first] = self._fetch(first, tiles)
        entries = left or self._at_hand[first]
        self._target.anchor(entries[0])
        state = begin(entries[0], self._kinds)
        if head.origin != state.genesis.origin:
            raise VerifyError("another log", file=self._file, expected=state.genesis.origin, found=head.origin[:200])
        if not self._need_record(tiles, state.genesis_digest):
            raise VerifyError(
                "the other copy is older than what this copy itself appended",
                file=self._file,
                found=f"size {head.size}",
                next_step="sync from a copy that has more of the log",
            )
        self._take(tiles, state)
        return Pulled(0, head.size, head.size, self._fetched, self._resumed)


class _Next(_Pull):
    """A pull into a copy that has a log."""

    def __init__(
        self,
        remote: RemoteLog,
        target: Target,
        kinds: Sequence[AnyKind],
        note: Note,
        head: Checkpoint,
        known: State,
    ) -> None:
        super().__init__(remote, target, kinds, note, head)
        self._known = known
        self._size = known.size
        self._own = TileProver(self._reader, known.size)
        self._root = self._own.root(known.size)
        # Damage here must never pass for a fork there.
        self._own_note = self._need_sound()

    def run(self) -> Pulled:
        head, size = self._head, self._size
        signed = signed_by_log(self._note, self._known)
        if head.size <= size:
            if head.size and self._own.root(head.size) != head.root:
                raise self._forked(signed, head.size, self._own, self._root, older_is_here=False)
            return Pulled(size, size, head.size, cosigned=head.size == size and self._add_cosignatures())
        tiles = SignedTiles(self._remote, head.size, head.root)
        if tiles.root(size) != self._root:
            raise self._forked(signed, size, tiles, head.root, older_is_here=True)
        if not self._need_record(tiles, self._known.genesis_digest):
            return Pulled(size, size, head.size)
        self._tree = self._reader.builder(size)
        self._take(tiles, self._known)
        return Pulled(size, head.size, head.size, self._fetched, self._resumed)

    def _need_sound(self) -> bytes:
        data = self._reader.checkpoint_bytes()
        try:
            opened = open_head(data, self._known, str(self._target.log / CHECKPOINT))
            if opened.checkpoint.root != self._root or self._reader.builder(self._size).root() != self._root:
                raise VerifyError("the tiles lead to another root", file="tile/", found=self._root.hex())
        except VerifyError as error:
            raise StoreError(
                "this copy's own log is damaged",
                file=str(self._target.log),
                found=str(error),
                next_step="`veedor verify` says where; move log/ away and sync again from a copy that verifies",
            ) from None
        return data

    def _add_cosignatures(self) -> bool:
        keys = witness_keys(self._known).values()
        note = add_cosignatures(self._own_note, _lines(self._note), keys)
        if note == self._own_note:
            return False
        write_durable(self._files, self._target.log / CHECKPOINT, note)
        return True

    def _forked(
        self, there: SignedHead | None, size: int, newer_tree: Prover, root: bytes, *, older_is_here: bool
    ) -> VerifyError:
        """The error for two heads that contradict each other, with evidence where both are signed.

        `size` is that of the older head; the tree of the newer one gives the proof and the root that it has there.
        """
        here = signed_by_log(parse_note(self._own_note), self._known)
        if there is None or here is None:
            return VerifyError(
                "the other copy does not continue this log, and its head is signed by no known log key",
                file=self._file,
                expected=f"size {size} of this copy's tree",
                found=root.hex(),
                next_step="is this the right address? The head of this copy stays as it is",
            )
        older, newer = (here, there) if older_is_here else (there, here)
        place = keep_evidence(self._files, self._target.evidence, evidence_of(older, newer, newer_tree))
        return ForkError(
            "the log was forked: two signed heads contradict each other",
            file=str(place),
            expected=f"size {here.checkpoint.size}, root {here.checkpoint.root.hex()} (this copy)",
            found=f"size {there.checkpoint.size}, root {there.checkpoint.root.hex()} ({self._remote.name})",
            next_step="give the file to all parties and witnesses; anybody can check it. Nothing was taken",
        )


def _lines(note: Note) -> bytes:
    return b"".join(line.text() for line in note.signatures)
