"""Every way of spoiling bytes that these tests know, and both verifiers asked about each."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.page.second import judged
from veedor.errors import VerifyError

INSERTIONS = (
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "\t",
    "\x00",
    "\x7f",
    "\u00a0",
    "\u2003",
    "\ufeff",
    "+",
    "=",
    "-",
    "0",
    "—",
    "\\",
)


def spoil(data: bytes, seed: int, bits: int = 600, others: int = 300) -> Iterator[bytes]:
    """The bytes themselves; then with a bit flipped, cut off, with something put in or taken out, with lines moved."""
    yield data
    draw = random.Random(seed)
    for bit in draw.sample(range(8 * len(data)), min(bits, 8 * len(data))):
        yield data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]
    for _ in range(others):
        at, to = sorted(draw.choices(range(len(data) + 1), k=2))
        more = draw.choice(INSERTIONS).encode()
        yield draw.choice(
            (data[:at], data[at:], data[:at] + data[to:], data[:at] + more + data[at:], data[:at] + more + data[to:])
        )
    lines = data.splitlines(keepends=True)
    for first in range(len(lines)):
        yield b"".join(lines[:first] + lines[first + 1 :])
        yield b"".join([*lines[:first], lines[first], *lines[first:]])
        yield b"".join([*lines[:first], *lines[first + 1 :], lines[first]])
    yield from (b"", b"\n", b"\n\n", b"\xff", b"\xed\xa0\x80", data * 2, b"\xef\xbb\xbf" + data)


def compare(
    requests: Iterable[dict[str, Any]], first: Callable[[dict[str, Any]], Any], enough: tuple[int, int] = (1, 100)
) -> None:
    """`first` gives what is expected of each request's answer, or raises VerifyError for a refusal.

    `enough` is how many acceptances and refusals there must be, so that the vectors cannot lose their point unnoticed.
    """
    asked = list(requests)
    accepted = 0
    for request, answer in zip(asked, judged(asked), strict=True):
        try:
            wanted = {"ok": True, **(first(request) or {})}
        except VerifyError:
            wanted = {"ok": False}
        accepted += wanted["ok"]
        assert {key: answer.get(key) for key in wanted} == wanted, (request, answer)
    assert accepted >= enough[0] and len(asked) - accepted >= enough[1], (accepted, len(asked))


def raw(text: str) -> bytes:
    return base64.b64decode(text)
