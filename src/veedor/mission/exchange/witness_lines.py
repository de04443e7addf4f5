"""The lines to witnesses: HTTP where there is one, else a folder that travels; either may be slow, gone or hostile.

An answer is bounded in length and time; what it says is judged by whoever asked. Nothing sent is secret: a request
holds a signed head and a proof.

In a folder, requests are `GENESIS-SIZE-OLD.request`: the head of that size of the log with this genesis (8 digits), for
a witness that last saw size OLD. Which size a witness last saw is not known before its first answer, so there is one
request for each likely size; a witness that saw another says so, and the next call writes the request it needs. Sizes
have ten digits, so that witnesses, who go by name, see smaller heads first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log.tree import LARGEST_SIZE
from veedor.log_folder.files import Files, make_folders, write_durable
from veedor.witness.decision import LARGEST_REQUEST, PLAIN, SIZE, Answer, Request, parse_request

LARGEST_ANSWER = 1 << 16
SILENCE_S = 20.0
MOST_TRIES = 4
"""A witness that is asked by others at the same time says another size each time; then it is left for the next call."""

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n", re.ASCII)
_NAME = re.compile(r"([0-9a-f]{8}-([0-9]{10,})-[0-9]{10,}\.request)(?:\.([0-9a-f]{8})\.(answer|refused))?", re.ASCII)
_REFUSED = re.compile(rb"([1-5][0-9]{2})\n", re.ASCII)

MakeRequest = Callable[[int], bytes]
"""The body of a request for the present head, for a witness that last saw this size."""


class UnreachableError(StoreError):
    """Nobody answers, or not in time, or not as a witness does."""


def said_size(answer: Answer) -> int | None:
    """The size that a witness of another size says (409); None for any other answer."""
    found = _SIZE.fullmatch(answer.body) if answer.status == 409 and answer.media == SIZE else None
    return int(found[1]) if found and int(found[1]) <= LARGEST_SIZE else None


@dataclass(frozen=True)
class HttpWitness:
    """A witness at an address (c2sp.org/tlog-witness)."""

    address: str

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.address)
            sound = bool(parts.hostname) and parts.port != 0 and not (parts.query or parts.fragment or parts.username)
        except ValueError:
            sound = False
        if not sound:
            raise UsageError(
                "this is not the address of a witness",
                expected="https://HOST/PATH, without a password or a question mark",
                found=self.address[:200],
            )

    def ask(self, size: int, request: MakeRequest) -> Answer:
        """The answer to a request for the head of this size, asked again from the size the witness says it saw.

        The last answer where it still says another size; UnreachableError where there is none.
        """
        old = 0
        for _ in range(MOST_TRIES):
            answer = self._post(request(old))
            said = said_size(answer)
            if said is None or said == old or said > size:
                return answer
            old = said
        return answer

    def _post(self, body: bytes) -> Answer:
        # A pool of its own, without proxies from the environment; the time limit counts silence, so whoever drips
        # bytes is cut off by length, and by whoever asked.
        pool = urllib3.PoolManager(num_pools=1, retries=False, timeout=urllib3.Timeout(SILENCE_S, read=SILENCE_S))
        try:
            answer = pool.request(
                "POST",
                f"{self.address.rstrip('/')}/add-checkpoint",
                body=body,
                headers={"Content-Type": PLAIN, "User-Agent": "veedor"},
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            data = answer.read(LARGEST_ANSWER + 1)
            media = answer.headers.get("content-type", "")
        except (HTTPError, OSError, ValueError) as error:
            raise UnreachableError(
                "the witness does not answer", file=self.address, found=f"{type(error).__name__}: {error}"[:300]
            ) from None
        finally:
            pool.clear()
        if len(data) > LARGEST_ANSWER:
            raise UnreachableError("the witness's answer is too long", file=self.address)
        return Answer(answer.status, media, data)


@dataclass(frozen=True)
class FromFolder:
    """A request that lay in a folder, and what a witness (its key's hash) answered to it."""

    file: str
    witness: str
    request: Request
    answer: Answer


@dataclass(frozen=True)
class FolderWitnesses:
    """Any number of witnesses, by files in a folder on a stick (`veedor witness check FOLDER`); `genesis` in hex."""

    folder: Path
    files: Files
    genesis: str

    def answers(self) -> Iterator[FromFolder | VerifyError]:
        """What witnesses left here, or the error where a file does not read."""
        for name, request, _, witness, kind in self._own():
            if kind and self.files.exists(self.folder / request):
                try:
                    yield self._answer(name, request, witness, good=kind == "answer")
                except VerifyError as error:
                    yield error

    def _answer(self, name: str, request: str, witness: str, *, good: bool) -> FromFolder:
        asked = parse_request(self.files.read(self.folder / request, LARGEST_REQUEST + 1), request)
        data = self.files.read(self.folder / name, LARGEST_ANSWER + 1)
        if len(data) > LARGEST_ANSWER:
            raise VerifyError("a witness's answer is too long", file=name, expected=f"up to {LARGEST_ANSWER} bytes")
        if good:
            return FromFolder(name, witness, asked, Answer(200, PLAIN, data))
        status = _REFUSED.match(data)
        if status is None:
            raise VerifyError(
                "a witness's refusal does not read", file=name, expected="a status, a line feed, the body"
            )
        body, code = data[status.end() :], int(status[1])
        return FromFolder(
            name, witness, asked, Answer(code, SIZE if code == 409 and _SIZE.fullmatch(body) else PLAIN, body)
        )

    def put(self, size: int, old_sizes: Iterable[int], request: MakeRequest) -> int:
        """Write the requests for the head of this size that are not there yet; how many there are."""
        wanted = {f"{self.genesis[:8]}-{size:010d}-{old:010d}.request": old for old in old_sizes if 0 <= old <= size}
        make_folders(self.files, self.folder.absolute())
        for name, old in wanted.items():
            if not self.files.exists(self.folder / name):
                write_durable(self.files, self.folder / name, request(old))
        return len(wanted)

    def tidy(self, size: int, usable: Callable[[bytes], bool]) -> None:
        """Take away requests for heads up to this size, which are sealed, and for signed heads that are not `usable`
        any more, with the answers to them."""
        gone = set()
        for name, request, of, _, kind in self._own():
            if not kind and (of <= size or not usable(self._note(name))):
                gone.add(request)
        for name, request, of, _, _ in self._own():
            if request in gone or of <= size:
                self.files.remove(self.folder / name)

    def _note(self, request: str) -> bytes:
        try:
            return parse_request(self.files.read(self.folder / request, LARGEST_REQUEST + 1), request).note
        except VerifyError:
            return b""

    def _own(self) -> Iterator[tuple[str, str, int, str, str]]:
        """Files of this log: name, the request's name, the size of its head; for answers whose, and what kind."""
        for name in self.files.list(self.folder):
            match = _NAME.fullmatch(name)
            if match is not None and name.startswith(self.genesis[:8]):
                yield name, match[1], int(match[2]), match[3] or "", match[4] or ""
