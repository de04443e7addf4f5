"""The private keys that one copy speaks with: of its members' roles, or one that a member delegated to this device.

Keys are unlocked when they are first asked for, so reading a mission needs no passphrase. Which key is a role's is what
the state says; a file that holds another is refused (key_store.py).
"""

from __future__ import annotations

from collections.abc import Callable

from veedor.mission.copy.device import need_delegated
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.key_store import find_key, find_key_file
from veedor.mission.copy.keys import Key
from veedor.mission.copy.mailbox import MailboxKey, load_mailbox_keys
from veedor.mission.copy.means import Means
from veedor.mission.state.fold import State
from veedor.mission.statements.bodies import Member
from veedor.mission.statements.vocabulary import KEY_ROLES, KeyRole


class Keyring:
    """The keys of one folder, for a copy that speaks as `party`.

    `pending` gives the state after what this copy made so far. `device`: a key delegated by that party, which then
    speaks for it; the party's own key may lie elsewhere.
    """

    def __init__(
        self, folder: Folder, means: Means, party: str, pending: Callable[[], State], device: Key | None = None
    ) -> None:
        self.device = device
        self._folder = folder
        self._means = means
        self._party = party
        self._pending = pending
        self._unlocked: dict[str, Key] = {}

    @property
    def speaks_for(self) -> tuple[str, ...]:
        """Whose statements are made here: of the members whose keys lie here, and of who delegated the key in use."""
        own = self._folder.parties
        return own if self.device is None else tuple(sorted({*own, self._party}))

    def of(self, role: KeyRole, party: str | None = None) -> Key:
        """The private key of a role (default: of this party), unlocked: the one in force after what this copy made so
        far. UsageError where this folder does not hold it."""
        return self.in_force(self._pending(), party or self._party, role)

    def in_force(self, state: State, party: str, role: KeyRole) -> Key:
        """The private key that a member has for a role in this state."""
        public: str = getattr(state.roster.members[party].keys, role)
        if public not in self._unlocked:
            passphrase = self._means.need_passphrase()
            self._unlocked[public] = find_key(self._folder, party, role, public, passphrase)
        return self._unlocked[public]

    def speaking(self, state: State, type_name: str) -> Key:
        """The key that signs this party's next statement; UsageError where a delegated key may not sign this type."""
        if self.device is None:
            return self.in_force(state, self._party, "statement")
        need_delegated(state, self.device, self._party, type_name)
        return self.device

    def newcomer(self, member: Member) -> Key:
        """The statement key of this party that is to join as `member`; UsageError unless all its keys lie here."""
        for role in KEY_ROLES:
            find_key_file(self._folder, member.party, role, getattr(member.keys, role))
        passphrase = self._means.need_passphrase()
        return find_key(self._folder, member.party, "statement", member.keys.statement, passphrase)

    def mailboxes(self) -> tuple[MailboxKey, ...]:
        """This party's mailbox keys, unlocked."""
        return load_mailbox_keys(self._means.files, self._folder, self._party, self._means.need_passphrase())
