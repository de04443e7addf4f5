"""What is read of one kind of XML message: its parts, the paths kept of each, and what bounds them; no tree.

A path is declared here or it is passed over, so that a file cannot make memory grow with names of its own. Names are
local: whatever prefix a bank gives the namespace. Of an element that stands several times at one path the first
counts, and of its text what stands before its first child.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from veedor.formats.bank.placeholders import given

# Texts by path; those that may stand several times by path in `lists`.
Texts = dict[str, str]


@dataclass(slots=True)
class Leaves:
    """Texts of one element; amounts carry their currency under `path@Ccy`; what stands several times inside it (the
    transactions of an entry, the charges of a transfer) by itself, under its path."""

    texts: Texts = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    inner: dict[str, list[Leaves]] = field(default_factory=dict)

    def repeated(self, path: str) -> list[Leaves]:
        """The elements at a path that may stand several times, in order."""
        return self.inner.get(path, [])

    def has(self, beginning: str) -> bool:
        """Whether anything is said at paths that begin so."""
        return any(path.startswith(beginning) for said in (self.texts, self.lists) for path in said)

    def first(self, *paths: str) -> str | None:
        """The first text at any of the paths that says something."""
        texts = self.texts
        for path in paths:
            # Most paths are not there: asking first costs half of a call of `get`.
            if path in texts and (text := given(texts[path])):
                return text
        return None

    def all(self, *paths: str) -> list[str]:
        """All texts at any of the paths that say something, path by path."""
        lists = self.lists
        return [text for path in paths if path in lists for each in lists[path] if (text := given(each))]


class Place:
    """A declared place in the tree of elements: what stands below it, and what to keep of it."""

    __slots__ = ("currency", "kids", "many", "parent", "path", "repeated")

    def __init__(self, parent: Place | None) -> None:
        self.parent = parent
        self.kids: dict[str, Place] = {}
        self.path = ""
        self.currency = ""  # where the currency of an amount goes
        self.many = False
        self.repeated = ""  # the path by which its elements are kept one by one


def places(paths: Sequence[str], repeated: Sequence[str] = (), many: Sequence[str] = ()) -> Place:
    """The places of one part. Paths below one of `repeated` are kept once for each element there, relative to it, also
    where such elements lie in each other; texts at paths that end like one of `many` are all kept."""
    top = Place(None)
    several = frozenset(many)
    for path in paths:
        at, above, so_far = top, "", ""
        for name in path.split("/"):
            if name not in at.kids:
                at.kids[name] = Place(at)
            at, so_far = at.kids[name], f"{so_far}/{name}".strip("/")
            if so_far in repeated:
                at.repeated = so_far.removeprefix(above)
                above = f"{so_far}/"
        at.path = path.removeprefix(above)
        at.currency = f"{at.path}@Ccy" if path.endswith("Amt") else ""
        at.many = at.path in several
    return top


@dataclass(frozen=True, eq=False)
class Shape:
    """One kind of message. `parts` are its elements that are read, by local name; they lie in `containers` and never
    in each other. A part of `outer` may have namesakes inside other parts, which are theirs. A part of `heads` is what
    its element says before the first other part begins in it."""

    parts: Mapping[str, Place]
    containers: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    outer: frozenset[str] = frozenset()
    # The part of which messages hold the most.
    runs_of: str = ""

    @property
    def bounds(self) -> frozenset[str]:
        """Found inside another part, its end is missing."""
        return frozenset((*self.parts, *self.containers, "Document")) - self.outer
