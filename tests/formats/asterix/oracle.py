"""libasterix as the judge of our ASTERIX: random records that it encodes, and what it reads from any bytes.

Both come as `Flat`: path -> integer for what stands once, path -> list for repetitive items, with our paths and our
signedness. Where we differ from libasterix on purpose stands here, in RENAMED, SPLIT and SIGNED, and nowhere else.
"""

from __future__ import annotations

import functools
from random import Random
from typing import Any

from asterix import base
from asterix import generated as oracle

from tests.formats.asterix.flat import Flat

RENAMED = {
    (20, "250.BDSREGISTER"): "250.MBDATA",
    (20, "250.BDSDATA"): "250.MBDATA",
    (21, "146.S"): "146.SRC",
    (21, "295.ISA"): "295.SAL",
    (62, "380.BDSDATA"): "380.MB",
}
"""One name for all editions."""

SPLIT = {(21, "250"), (62, "380.MB")}
"""Whole 64-bit registers there; message and register number here, as in other categories."""

SIGNED = {(48, "090.FL"), (62, "340.HEIGHT")}
"""Unsigned there in the editions that do not say; two's complement here in all, as the newer editions say."""


@functools.cache
def editions(number: int) -> dict[str, Any]:
    """Edition -> the oracle's class of a category."""
    return {f"{each.cv_edition[0]}.{each.cv_edition[1]}": each for each in oracle.manifest["CATS"][number]}


def uaps(number: int, edition: str) -> dict[str, Any]:
    """UAP name -> the oracle's class of a record; "" where there is one UAP."""
    uap = editions(number)[edition].cv_uap
    return dict(uap.cv_uaps) if issubclass(uap, base.UapMultiple) else {"": uap.cv_record}


class Reader:
    """Flattens what the oracle parsed."""

    def __init__(self, number: int) -> None:
        self.number = number

    def record(self, record: Any) -> Flat:
        flat = Flat()
        for name, item in record.items_regular.items():
            self.variation(flat, name, item.arg.arg, repeated=False)
        for sequence in record.items_rfs:
            for name, item in sequence or ():
                self.variation(flat, name, item.arg.arg, repeated=False)
        return flat

    def variation(self, flat: Flat, path: str, found: Any, repeated: bool) -> None:
        if isinstance(found, base.Element):
            self.element(flat, path, type(found), found.as_uint(), repeated)
        elif isinstance(found, base.Group):
            self.items(flat, path, found.arg, repeated)
        elif isinstance(found, base.Extended):
            for part in found.arg:
                self.items(flat, path, part, repeated)
        elif isinstance(found, base.Repetitive):
            for each in found.arg:
                self.variation(flat, path, each, repeated=True)
            if not found.arg:
                for each in element_paths(type(found).cv_variation, path, self.number):
                    flat.lists[each] = []
        elif isinstance(found, base.Explicit):
            flat.blobs[path] = found.get_bytes()
        else:
            for name, part in found.arg.items():
                self.variation(flat, f"{path}.{name}", part.arg.arg, repeated)

    def items(self, flat: Flat, path: str, items: Any, repeated: bool) -> None:
        for item in items:
            if isinstance(item, base.Item):
                self.variation(flat, f"{path}.{item.arg.cv_name}", item.arg.arg.arg, repeated)

    def element(self, flat: Flat, path: str, kind: Any, raw: int, repeated: bool) -> None:
        for name, value in named_values(self.number, path, kind, raw):
            if repeated:
                flat.lists.setdefault(name, []).append(value)
            else:
                flat.values[name] = value


def ours(number: int, path: str) -> str:
    for (category, theirs), here in RENAMED.items():
        if category == number and (path == theirs or path.startswith(f"{theirs}.")):
            return here + path.removeprefix(theirs)
    return path


def named_values(number: int, path: str, kind: Any, raw: int) -> list[tuple[str, int]]:
    path = ours(number, path)
    if (number, path) in SPLIT and kind.cv_bit_size == 64:
        return [(f"{path}.MBDATA", raw >> 8), (f"{path}.BDS1", raw >> 4 & 15), (f"{path}.BDS2", raw & 15)]
    width = kind.cv_bit_size
    if (is_signed(kind) or (number, path) in SIGNED) and raw >> (width - 1):
        raw -= 1 << width
    return [(path, raw)]


def is_signed(kind: Any) -> bool:
    rule = kind.cv_rule
    content = rule.cv_default_content if issubclass(rule, base.RuleContentDependent) else rule.cv_content
    return getattr(content, "cv_signedness", None) is base.Signed


def element_paths(kind: Any, path: str, number: int) -> list[str]:
    if issubclass(kind, base.Element):
        return [name for name, _ in named_values(number, path, kind, 0)]
    found = []
    for item, _ in kind.cv_items_list:
        if issubclass(item, base.Item):
            below = item.cv_non_spare
            found += element_paths(below.cv_rule.cv_variation, f"{path}.{below.cv_name}", number)
    return found


def parse_block(number: int, edition: str, body: bytes) -> list[Flat] | None:
    """The records that the oracle reads from a block without its header; None where it reads none.

    Of several UAPs the first bit of I001/020 chooses, record by record, as the oracle leaves that to its user."""
    classes, reader, made = uaps(number, edition), Reader(number), []
    rest = base.Bits.from_bytes(body)
    while len(rest):
        for name, kind in classes.items():
            result = kind._parse(base.ParsingMode.StrictParsing, rest)
            if isinstance(result, ValueError):
                continue
            flat = reader.record(result[0])
            if not name or flat.values.get("020.TYP") == list(classes).index(name):
                break
        else:
            return None
        made.append(flat)
        rest = result[1]
    return made


FULL = (0.1, 0.5, 0.95)
THIN = (0.05, 0.1, 0.1, 0.2, 0.3)
"""Which part of an edition's items stands in a record: many where few records must show all, few where ten thousand do,
so that the oracle is done in a third of the time."""


class Writer:
    """Draws random records and lets the oracle encode them; spare bits are drawn too, as a reader must bear them."""

    def __init__(self, number: int, edition: str, random: Random, shares: tuple[float, ...]) -> None:
        self.number, self.random, self.shares = number, random, shares
        self.classes = uaps(number, edition)

    def record(self) -> tuple[bytes, Flat]:
        name = self.random.choice(list(self.classes))
        kind = self.classes[name]
        flat = Flat()
        share = self.random.choice(self.shares)
        needed = {"010", "020"} if name else {"010"}
        chosen = [each for each in kind.cv_items_dict if each in needed or self.random.random() < share]
        in_sequence = []
        if any(issubclass(each, base.UapItemRFS) for each in kind.cv_items_list) and self.random.random() < 0.3:
            in_sequence = [each for each in chosen if each not in ("010", "020") and self.random.random() < 0.3]
        made = {each: self.item(flat, kind, each) for each in chosen}
        if name:
            made["020"], flat = self.chosen_kind(made, flat, list(self.classes).index(name))
        sequence = [(each, made.pop(each)) for each in in_sequence]
        record = kind._create(made, sequence) if sequence else kind._create(made)
        return record.unparse().to_bytes(), flat

    def chosen_kind(self, made: dict[str, Any], flat: Flat, which: int) -> tuple[Any, Flat]:
        flat.values["020.TYP"] = which
        first, *others = made["020"]
        return ((which, *first[1:]), *others), flat

    def item(self, flat: Flat, kind: Any, name: str) -> Any:
        return self.variation(flat, name, kind.cv_items_dict[name].cv_rule.cv_variation, repeated=False)

    def variation(self, flat: Flat, path: str, kind: Any, repeated: bool) -> Any:
        if issubclass(kind, base.Element):
            width = kind.cv_bit_size
            raw = self.random.choice((0, (1 << width) - 1, 1 << (width - 1), self.random.getrandbits(width)))
            for name, value in named_values(self.number, path, kind, raw):
                if repeated:
                    flat.lists.setdefault(name, []).append(value)
                else:
                    flat.values[name] = value
            return raw
        if issubclass(kind, base.Group):
            return tuple(self.bits(flat, path, item, repeated) for item, _ in kind.cv_items_list)
        if issubclass(kind, base.Extended):
            parts = kind.cv_items_list[: self.random.randint(1, len(kind.cv_items_list))]
            return tuple(
                tuple(None if each is None else self.bits(flat, path, each[0], repeated) for each in part)
                for part in parts
            )
        if issubclass(kind, base.Repetitive):
            return self.repetitive(flat, path, kind)
        if issubclass(kind, base.Explicit):
            flat.blobs[path] = self.random.randbytes(self.random.choice((0, 1, 7, 40)))
            return flat.blobs[path]
        parts = [each for each in kind.cv_items_list if each is not None and self.random.random() < 0.6]
        return {
            part.cv_name: self.variation(flat, f"{path}.{part.cv_name}", part.cv_rule.cv_variation, repeated)
            for part in parts
        }

    def repetitive(self, flat: Flat, path: str, kind: Any) -> list[Any]:
        least = 1 if kind.cv_rep_bytes is None else 0
        count = self.random.choice((least, 1, 2, 5))
        for name in element_paths(kind.cv_variation, path, self.number):
            flat.lists[name] = []
        return [self.variation(flat, path, kind.cv_variation, repeated=True) for _ in range(count)]

    def bits(self, flat: Flat, path: str, item: Any, repeated: bool) -> Any:
        if issubclass(item, base.Spare):
            return self.random.getrandbits(item.cv_bit_size) if self.random.random() < 0.2 else 0
        below = item.cv_non_spare
        return self.variation(flat, f"{path}.{below.cv_name}", below.cv_rule.cv_variation, repeated)


def block(number: int, records: list[bytes]) -> bytes:
    body = b"".join(records)
    return bytes([number]) + (len(body) + 3).to_bytes(2, "big") + body


def scales(number: int, edition: str) -> dict[str, tuple[float, str]]:
    """Value and unit of the least bit of every subfield that has one, and only one."""
    made: dict[str, tuple[float, str]] = {}

    def note(path: str, kind: Any) -> None:
        if issubclass(kind, base.Element):
            content = getattr(kind.cv_rule, "cv_content", None)
            if content is not None and issubclass(content, base.ContentQuantity):
                made[ours(number, path)] = content.cv_lsb, content.cv_unit
        elif issubclass(kind, base.Group | base.Extended | base.Compound):
            for name, part in kind.cv_items_dict.items():
                note(f"{path}.{name}", getattr(part, "cv_rule", part).cv_variation)
        elif issubclass(kind, base.Repetitive):
            note(path, kind.cv_variation)

    for record in uaps(number, edition).values():
        for name, item in record.cv_items_dict.items():
            note(name, item.cv_rule.cv_variation)
    return made
