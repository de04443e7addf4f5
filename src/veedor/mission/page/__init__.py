"""The second verifier as one HTML file: plain JavaScript that checks a log in a browser, without a network.

The modules of `log/page`, which judge a log, and those beside this file, which judge what a mission makes of it, are
inlined in the order of what they import; the sentences of findings come from the catalogue. The policy in the page's
head lets exactly this script and this style run, by their hashes, and forbids every request, so that whoever opens the
file can see that nothing leaves the machine. The page's own SHA-256 is what people compare before they believe it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Literal, Protocol

from veedor.log import page as of_the_log
from veedor.words import LANGUAGES
from veedor.words.catalogue import keys

MODULES = (
    *("canonical", "shapes", "statements", "void", "seals", "keys", "rules", "fold"),
    *("tree", "policy", "zip", "columns", "reveal", "trust", "log", "single", "verdict", "words"),
    *("sentences", "formats", "finding", "rooms", "page"),
)
"""Each imports only from those before it, and from the modules of the log."""
LIST_OF_ROOMS = "rooms"
SENTENCES = "sentences"
TOPICS = (
    *("air", "finding", "innocent", "kind", "money", "role", "scale"),
    *("searched", "shown", "source", "subject", "term"),
)
"""The first words of the catalogue's keys that findings speak by."""

_IMPORT = re.compile(r"^import (\{[^}]*\}) from \"\.[./a-z]*/([a-z0-9]+)\.js\";$", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)


class Room(Protocol):
    """A package of modules, in the order of their imports; no two of the page have one name, whatever their folders."""

    __name__: str
    MODULES: tuple[str, ...]


def page(language: Literal["en", "es"] = "en", rooms: Sequence[Room] = ()) -> bytes:
    """The page, opening in this language; always the same bytes for the same version. `rooms`: packages of modules that
    know further types of statements, the last of each exporting `ROOM` (rooms.js)."""
    code, style = script(rooms), _text("page.css")
    policy = (
        f"default-src 'none'; script-src {_hash(code)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    parts = {"language": language, "policy": policy, "style": style, "script": code}
    template = re.compile(r"\{\{(language|policy|style|script)\}\}")
    return template.sub(lambda match: parts[match[1]], _text("page.html")).encode()


def script(rooms: Sequence[Room] = ()) -> str:
    """All modules as one script: each stays closed in itself, and gives the next ones what it exports."""
    at = MODULES.index(LIST_OF_ROOMS)
    packages = [(of_the_log.__name__, of_the_log.MODULES), (__package__, MODULES[:at])]
    packages += [(room.__name__, room.MODULES) for room in rooms]
    before = [
        _closed(name, _sentences() if name == SENTENCES else _text(f"{name}.js", package))
        for package, names in packages
        for name in names
    ]
    known = ", ".join(f"modules.{room.MODULES[-1]}.ROOM" for room in rooms)
    listed = _closed(LIST_OF_ROOMS, f"export const ROOMS = [{known}];\n")
    after = [_closed(name, _text(f"{name}.js")) for name in MODULES[at + 1 :]]
    return "const modules = {};\n" + "\n".join([*before, listed, *after])


def _closed(name: str, text: str) -> str:
    module = _IMPORT.sub(r"const \1 = modules.\2;", text)
    exports = ", ".join(match[1] for match in _EXPORT.finditer(module))
    return f"modules.{name.rpartition('/')[2]} = (() => {{\n{_EXPORT.sub('', module)}return {{ {exports} }};\n}})();\n"


def sentences() -> dict[str, list[str]]:
    """What findings can say, by key, in English and Spanish."""
    return {
        key: [said[language] for language in LANGUAGES]
        for key, said in sorted(keys().items())
        if key.split(".")[0] in TOPICS
    }


def _sentences() -> str:
    # Within a script `<` could end it.
    listed = json.dumps(sentences(), ensure_ascii=False, indent=0).replace("<", "\\u003c")
    return f"export const SENTENCES = Object.assign(Object.create(null), {listed});\n"


def _text(name: str, room: str = __package__) -> str:
    return files(room).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
