"""The one writer of a log: durable before visible, and never two roots for one size.

An append goes through four steps, each durable before the next begins:

1. Entry bundles and tiles are written. Nothing refers to them yet; no file of an earlier head is touched.
2. The head record outside the mission is swapped from the old to the new size and root. **Here the append counts.**
3. The checkpoint is signed (Ed25519 is deterministic: the same bytes each time) and replaces the old one.
4. Partial tiles that a complete one has superseded are removed.

After a crash `open` finishes or forgets: a head record ahead of the checkpoint means step 3 is due, and it is done if
the entries on disk lead to exactly the recorded root; files beyond the head record are of an append that nobody was
told of, and are removed. Everything else (a checkpoint ahead of the record, a record whose entries are missing, another
root for the same size) is a restored backup, a second copy or damage: StoreError, and nothing is signed.

Stores, and what whoever takes them over gains:

- the log folder: NOT trusted. Deleting or altering it stops this log here; `verify` shows it; nothing can be forged.
- the head records: trusted, see `veedor.log_folder.head`.
- the log's signing key: trusted. Its thief can sign another history; whoever saw the first holds proof of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerKey, add_cosignatures
from veedor.log.envelope import digest
from veedor.log.note import NoteSigner, NoteVerifier, parse_note, verify_note
from veedor.log.tiles import (
    ENTRIES,
    LARGEST_ENTRY,
    TILE_WIDTH,
    Tile,
    TileBuilder,
    encode_bundle,
    tile_at,
)
from veedor.log.tree import leaf_hash
from veedor.log_folder.files import Files, make_folders, write_all_durable, write_durable
from veedor.log_folder.head import Head, HeadRecords
from veedor.log_folder.reader import CHECKPOINT, LogReader, remove_leftovers, tile_files


class LogWriter:
    """Appends to one log while it is open; one process at a time (it holds a lock beside the head record)."""

    def __init__(
        self,
        folder: Path,
        files: Files,
        heads: HeadRecords,
        signer: NoteSigner,
        genesis: str,
        previous: NoteVerifier | None = None,
    ) -> None:
        """For `create` and `open` only."""
        self._folder = folder
        self._files = files
        self._heads = heads
        self._signer = signer
        self._genesis = genesis
        self._previous = previous
        self._reader = LogReader(folder, files)
        self._lock = ExitStack()
        self._tree = TileBuilder()
        self._edge: list[bytes] = []  # entries of the last, partial bundle
        self._head: Head | None = None
        self._usable = False

    @classmethod
    def create(cls, folder: Path, files: Files, heads: HeadRecords, signer: NoteSigner, genesis: bytes) -> LogWriter:
        """Start a log whose entry 0 is `genesis` (an envelope); its origin is the signer's name.

        Raises StoreError where the folder or the head record shows that the log exists already. What a crashed
        `create` of the same genesis left behind is taken up.
        """
        writer = cls(folder, files, heads, signer, digest(genesis))
        return writer._start(lambda: writer._create(genesis))

    @classmethod
    def open(
        cls,
        folder: Path,
        files: Files,
        heads: HeadRecords,
        signer: NoteSigner,
        genesis: str,
        previous: NoteVerifier | None = None,
    ) -> LogWriter:
        """Continue the log with this genesis digest (hex), after finishing or forgetting what a crash cut short.

        `previous` is given only for the one append that changes the log's key (the appender hands over, or takes a new
        key): the published head is then the last one that the previous key signed.
        """
        writer = cls(folder, files, heads, signer, genesis, previous)
        return writer._start(writer._recover)

    @property
    def checkpoint(self) -> Checkpoint:
        """The head as last published."""
        head = self._recorded()
        return Checkpoint(head.origin, head.size, head.root)

    def append(self, entries: Sequence[bytes]) -> Checkpoint:
        """Add entries in this order; on return they are durable and the head that covers them is published.

        After any error the writer refuses further work: open the log again, which finds out what became durable.
        Raises UsageError for an entry that is empty or above 48 KiB, before anything is written.
        """
        if not self._usable:
            raise StoreError("the log's writer is closed or failed", next_step="open the log again")
        for entry in entries:
            if not 1 <= len(entry) <= LARGEST_ENTRY:
                raise UsageError("an entry has the wrong size", expected=f"1 to {LARGEST_ENTRY}", found=str(len(entry)))
        if not entries:
            return self.checkpoint
        self._usable = False
        size = self._tree.size
        tree = self._tree.copy()
        tiles = [*tree.extend([leaf_hash(entry) for entry in entries]), *tree.partial()]
        rows = [*self._edge, *entries]
        first = size // TILE_WIDTH
        for at in range(0, len(rows), TILE_WIDTH):
            part = rows[at : at + TILE_WIDTH]
            tiles.append((Tile(ENTRIES, first + at // TILE_WIDTH, len(part)), encode_bundle(part)))
        self._write([(tile, data) for tile, data in tiles if not _stands(tile, size)])
        head = Head(self._signer.name, tree.size, tree.root())
        self._heads.compare_and_swap(self._genesis, self._head, head)
        self._publish(head)
        self._tree, self._head = tree, head
        self._edge = rows[len(rows) - tree.size % TILE_WIDTH :]
        self._remove_superseded([tile for tile, _ in tiles if tile.width == TILE_WIDTH])
        self._usable = True
        return self.checkpoint

    def add_cosignatures(self, text: bytes, lines: bytes, keys: Iterable[CosignerKey]) -> bool:
        """Put witnesses' signature lines under the published head, durably; False, and nothing changed, where the head
        with this text is not the published one any more. Lines of keys other than these are left out.

        The head stays what was recorded: only lines are added to it, and the next head begins without them.
        """
        if not self._usable:
            raise StoreError("the log's writer is closed or failed", next_step="open the log again")
        if text != self.checkpoint.text():
            return False
        published = self._reader.checkpoint_bytes()
        note = add_cosignatures(published, lines, keys)
        if note != published:
            write_durable(self._files, self._folder / CHECKPOINT, note)
        return True

    def close(self) -> None:
        """Let go of the lock."""
        self._usable = False
        self._lock.close()

    def __enter__(self) -> LogWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _start(self, begin: Callable[[], None]) -> LogWriter:
        try:
            self._lock.enter_context(self._heads.hold(self._genesis))
            begin()
        except BaseException:
            self.close()
            raise
        return self

    def _create(self, genesis: bytes) -> None:
        found = self._heads.read(self._genesis)
        # Exactly what a create of this genesis writes before its head counts; anything more is somebody's log.
        own = {Tile(ENTRIES, 0, 1).path(), Tile(0, 0, 1).path()}
        own |= {f"{path}.part" for path in own}
        there = set(tile_files(self._files, self._folder))
        if found is not None or self._files.exists(self._folder / CHECKPOINT) or not there <= own:
            raise StoreError(
                "a log exists here already",
                file=str(self._folder),
                expected="an empty folder and no head record",
                next_step="open it, or choose another folder",
            )
        self._usable = True
        self.append([genesis])

    def _recover(self) -> None:
        head = self._heads.read(self._genesis)
        if head is None:
            raise StoreError(
                "this copy has no head record of the log",
                expected=f"a head record of {self._genesis}",
                found="none",
                next_step="append from the copy that did so last; if its state folder is lost, or this copy takes over,"
                " `veedor log recover` asks the witnesses first",
            )
        if head.origin != self._signer.name:
            raise StoreError("the key is of another log", expected=head.origin, found=self._signer.name)
        published = self._published()
        if published.size > head.size or (published.size == head.size and published.root != head.root):
            raise self._forked(published, head, "the checkpoint is not the one that was recorded")
        try:
            self._tree = self._reader.builder(published.size) if published.size else TileBuilder()
            if self._tree.root() != published.root and published.size:
                raise VerifyError("the tiles do not lead to the checkpoint's root", file="tile/")
            for _ in self._reader.rebuild(self._tree, head.size):
                pass
            if self._tree.root() != head.root:
                raise VerifyError("the entries lead to another root", found=self._tree.root().hex())
            if digest(self._reader.entry(0, head.size)) != self._genesis:
                raise VerifyError("entry 0 is another genesis", expected=self._genesis)
            edge = head.size - head.size % TILE_WIDTH
            self._edge = list(self._reader.entries(edge, head.size, head.size))
            if [leaf_hash(entry) for entry in self._edge] != self._tree.edge_leaves():
                raise VerifyError("the last bundle does not match its tile", file="tile/entries/")
        except VerifyError as error:
            raise self._forked(published, head, str(error)) from None
        if published != Checkpoint(head.origin, head.size, head.root):
            # Recorded again first: the crash may have come between the record's rename and its sync.
            self._heads.compare_and_swap(self._genesis, head, head)
            self._publish(head)
        self._head = head
        remove_leftovers(self._files, self._folder, head.size)
        self._usable = True

    def _published(self) -> Checkpoint:
        if not self._files.exists(self._folder / CHECKPOINT):
            return Checkpoint(self._signer.name, 0, TileBuilder().root())
        try:
            data = self._reader.checkpoint_bytes()
            key = self._signer.verifier
            if self._previous is not None and not verify_note(parse_note(data), [key]):
                return open_checkpoint(data, self._signer.name, self._previous, CHECKPOINT).checkpoint
            return open_checkpoint(data, self._signer.name, key, CHECKPOINT).checkpoint
        except VerifyError as error:
            raise StoreError(
                "the log's checkpoint cannot be trusted",
                file=str(self._folder / CHECKPOINT),
                found=str(error),
                next_step="restore the log folder from another party's copy",
            ) from None

    def _forked(self, published: Checkpoint, head: Head, why: str) -> StoreError:
        return StoreError(
            "the log folder and the head record do not fit: a restored backup, a second copy, or damage",
            file=str(self._folder),
            expected=f"size {head.size}, root {head.root.hex()}",
            found=f"checkpoint of size {published.size}, root {published.root.hex()}; {why}",
            next_step="append nothing here; fetch the log from a copy that has the expected head, then open it again",
        )

    def _recorded(self) -> Head:
        if self._head is None:
            raise StoreError("the log's writer is not open", next_step="open the log again")
        return self._head

    def _write(self, tiles: Sequence[tuple[Tile, bytes]]) -> None:
        contents = {self._folder / tile.path(): data for tile, data in tiles}
        for folder in sorted({path.parent for path in contents}):
            make_folders(self._files, folder)
        write_all_durable(self._files, contents)

    def _publish(self, head: Head) -> None:
        note = sign_checkpoint(Checkpoint(head.origin, head.size, head.root), self._signer)
        write_durable(self._files, self._folder / CHECKPOINT, note)

    def _remove_superseded(self, complete: Sequence[Tile]) -> None:
        for tile in complete:
            folder = self._folder / (tile.path() + ".p")
            for name in self._files.list(folder):
                self._files.remove(folder / name)
            if self._files.exists(folder):
                self._files.remove(folder)


def _stands(tile: Tile, size: int) -> bool:
    """Whether a tree of this size already has this very tile, so that it must not be written again."""
    return tile_at(tile.level, tile.index, size) == tile
