"""Elements of an XML list one by one, without document types, entities or network; what is cut off ends the list."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from typing import Any

from lxml import etree

from veedor.registers.sanctions.source import ListFile


def local(element: Any) -> str:
    """Name without namespace; cut by hand, for a damaged namespace is one that `QName` raises on."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def elements(file: ListFile, wanted: Collection[str], roots: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Each complete element whose local name is wanted, in the order they end, emptied after use; at last ("", why)
    where the file breaks off. InputError for another root, for a document type (no list has one, and it could hide a
    bomb), and for a file that breaks off before anything was whole."""
    parser = etree.iterparse(
        io.BytesIO(file.content), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, recover=False,
    )  # fmt: skip
    first, found = True, False
    try:
        for event, element in parser:
            if first:
                if element.getroottree().docinfo.doctype:
                    raise file.refused("the file has a document type", "a list without DOCTYPE", "DOCTYPE")
                if local(element) not in roots:
                    raise file.refused("another kind of file", " or ".join(roots), local(element))
                first = False
            if event == "end" and local(element) in wanted:
                found = True
                yield local(element), element
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        if not found:
            raise file.refused("not well-formed XML", "a list in XML", str(error)) from None
        yield "", str(error)


def text_of(element: Any, name: str) -> str:
    """Text of the first child of this local name, without outer spaces; "" where there is none."""
    for child in element:
        if local(child) == name:
            return (child.text or "").strip()
    return ""


def children(element: Any, name: str) -> list[Any]:
    return [child for child in element if local(child) == name]
