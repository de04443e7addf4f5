"""What this copy keeps off the log and may show: openings of what its statements commit to, and payloads it sealed.

Both are durable before the statement that they belong to is (append.py): a commitment that nobody can open any more
would bind its author to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from veedor.log_folder.files import make_folders, write_durable
from veedor.mission.copy.enclosed import Enclosed, Named, enclose, seal_enclosed
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.means import Means
from veedor.mission.state.fold import State
from veedor.mission.statements.salts import Opening, Private, decode_openings, encode_openings


class Confidential:
    """The private side of one copy that speaks as `party`; `pending` gives the state after what it made so far."""

    def __init__(self, folder: Folder, means: Means, party: str, pending: Callable[[], State]) -> None:
        self._folder = folder
        self._means = means
        self._files = means.files
        self._party = party
        self._pending = pending

    def collect(self, *, share: bool) -> Private:
        """A collector of salted commitments for the next statement; `share`: its salts may go to all parties."""
        return Private(self._means.entropy, "everybody" if share else "nobody")

    def enclose(self, to: Iterable[str], private: Private, document: Named | None = None) -> Enclosed | None:
        """What lets `to` open what `private` commits to, for a statement to come; None where nobody has a mailbox."""
        return enclose(self._pending(), self._party, to, private, self._means.entropy, document)

    def send(self, enclosed: Enclosed, statement: str) -> str:
        """Seal what is enclosed to its readers, for a statement of this party; the name of the file in payloads/,
        durable on return."""
        name, data = seal_enclosed(enclosed, self._pending(), self._party, statement, self._means.entropy)
        make_folders(self._files, self._folder.payloads)
        write_durable(self._files, self._folder.payloads / name, data)
        return name

    def keep(self, private: Private, statement: str) -> None:
        """Keep the openings of a statement, durable on return."""
        place = self._folder.openings
        make_folders(self._files, place)
        place.chmod(0o700)
        write_durable(self._files, place / f"{statement}.json", encode_openings(private.openings(statement)))

    def openings(self, statement: str) -> tuple[Opening, ...]:
        """The openings this copy keeps for a statement; none where it holds none."""
        file = self._folder.openings / f"{statement}.json"
        if not self._files.exists(file):
            return ()
        return decode_openings(self._files.read(file), str(file)).openings

    def published(self, domain: str, value: bytes) -> str | None:
        """The digest of this copy's made statement that commits to `value` under `domain`: whether, and where, the same
        thing was published already."""
        made = {link.digest for chain in self._pending().chains.values() for link in chain}
        for name in self._files.list(self._folder.openings):
            statement = name.removesuffix(".json")
            if name.endswith(".json") and statement in made:
                for opening in self.openings(statement):
                    if (opening.domain, opening.value) == (domain, value.hex()):
                        return statement
        return None
