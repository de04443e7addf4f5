"""An XML element as plain Python objects: one pass over lxml, then cheap look-ups by path."""

from __future__ import annotations

from typing import Any


class Node:
    """Text, attributes and children by local name, with the look-ups of an ElementTree element."""

    __slots__ = ("_attributes", "_kids", "text")

    def __init__(self, element: Any) -> None:
        self.text: str | None = element.text
        # Only amounts carry an attribute that is read (Ccy); asking lxml for the others costs more than all the rest.
        self._attributes: dict[str, str] = dict(element.items()) if element.tag.endswith("Amt") else {}
        self._kids: dict[str, list[Node]] = {}
        for child in element:
            self._kids.setdefault(child.tag, []).append(Node(child))

    def get(self, name: str) -> str | None:
        return self._attributes.get(name)

    def findall(self, path: str) -> list[Node]:
        """All descendants at the path, in order."""
        found = [self]
        for name in path.split("/"):
            found = [kid for node in found for kid in node._kids.get(name, ())]
            if not found:
                break
        return found

    def find(self, path: str) -> Node | None:
        found = self.findall(path)
        return found[0] if found else None

    def findtext(self, path: str) -> str | None:
        found = self.findall(path)
        return found[0].text or "" if found else None
