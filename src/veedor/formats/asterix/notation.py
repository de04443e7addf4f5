"""The short writing in which the category files declare their items, and what it stands for.

A part is written as its bits from the most significant on: `RHO 16 1/256 NM, THETA 16 360/65536 °` are two subfields
of 16 bits whose least bit is worth 1/256 nautical mile and 360/65536 degree. `s16` is two's complement, `- 4` are four
spare bits, `FX` is the extension bit, and a number without a name before it is an item's only value. Whatever the
writing gets wrong (bits that do not fill octets, a name twice) fails when the category is imported.
"""

from __future__ import annotations

from fractions import Fraction

from veedor.formats.asterix.layout import (
    RFS,
    Category,
    Choice,
    Compound,
    Explicit,
    Extended,
    Fixed,
    Item,
    Part,
    Repetitive,
    Subfield,
    Uap,
    paths,
)

RE = Explicit("RE", "Reserved Expansion Field")
SP = Explicit("SP", "Special Purpose Field")


def part(bits: str) -> Part:
    subfields: list[Subfield] = []
    at, fx = 0, False
    for text in (piece.strip() for piece in bits.split(",")):
        if text == "FX":
            at, fx = at + 1, True
            continue
        name, width, rest = _head(text)
        if fx or width < 1 or width > 63:
            raise ValueError(f"{text!r} in {bits!r}: 1 to 63 bits before FX")
        if name != "-":
            signed = text.split()[1 if name else 0].startswith("s")
            subfields.append(Subfield(name, at, width, signed, *_unit(rest)))
        at += width
    if at % 8:
        raise ValueError(f"{bits!r}: {at} bits are no whole octets")
    if len({subfield.name for subfield in subfields}) < len(subfields):
        raise ValueError(f"{bits!r}: a name twice")
    return Part(at // 8, tuple(subfields), fx)


def _head(text: str) -> tuple[str, int, list[str]]:
    words = text.split()
    named = not words[0].removeprefix("s").isdigit()
    name, words = (words[0], words[1:]) if named else ("", words)
    return name, int(words[0].removeprefix("s")), words[1:]


def _unit(words: list[str]) -> tuple[Fraction | None, str]:
    return (Fraction(words[0]), " ".join(words[1:])) if words else (None, "")


def fixed(name: str, bits: str, title: str = "") -> Fixed:
    made = part(bits)
    if made.fx:
        raise ValueError(f"{name}: a fixed item has no extension bit")
    return Fixed(name, title, made)


def extended(name: str, *parts: str, title: str = "") -> Extended:
    made = tuple(part(bits) for bits in parts)
    if not all(each.fx for each in made[:-1]):
        raise ValueError(f"{name}: only the last part may end without FX")
    return Extended(name, title, made)


def repetitive(name: str, bits: str, title: str = "") -> Repetitive:
    return Repetitive(name, title, part(bits))


def compound(name: str, *parts: Fixed | Extended | Repetitive | None, title: str = "") -> Compound:
    return Compound(name, title, parts)


def uap(order: str, name: str = "") -> Uap:
    """Items by FRN, seven to an FSPEC octet; `-` is spare."""
    return Uap(name, tuple(None if word == "-" else word for word in order.split()))


def category(
    number: int, editions: str, uaps: tuple[Uap, ...], items: tuple[Item, ...], choice: Choice | None = None
) -> Category:
    """`editions` as words, oldest first. Items that no UAP names are left out."""
    named = {name for each in uaps for name in each.order}
    used = tuple(item for item in items if item.name in named)
    names = [path for item in used for path in paths(item)]
    if named - {item.name for item in used} - {None, RFS} or len(set(names)) < len(names):
        raise ValueError(f"CAT{number:03} {editions}: an item of the UAP is not declared, or a name stands twice")
    return Category(number, tuple(editions.split()), uaps, used, choice)


def revised(items: tuple[Item, ...], *changed: Item) -> tuple[Item, ...]:
    """The items of another edition: those named alike replaced, new ones added."""
    by_name = {item.name: item for item in items} | {item.name: item for item in changed}
    return tuple(by_name.values())
