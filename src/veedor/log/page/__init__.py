"""The second verifier as one HTML file: plain JavaScript that checks a log in a browser, from disk, without a network.

The modules beside this file are inlined in the order of what they import. The policy in the page's head lets exactly
this script and this style run, by their hashes, and forbids every request, so that whoever opens the file can see that
nothing leaves the machine. The page's own SHA-256 is what people compare before they believe it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import Literal

MODULES = (
    "bytes",
    "ed25519",
    "merkle",
    "note",
    "canonical",
    "shapes",
    "statements",
    "void",
    "seals",
    "keys",
    "rules",
    "fold",
    "policy",
    "zip",
    "columns",
    "reveal",
    "trust",
    "log",
    "single",
    "verify",
    "words",
    "page",
)
"""Each imports only from those before it."""

_IMPORT = re.compile(r"^import (\{[^}]*\}) from \"\./([a-z0-9]+)\.js\";$", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)


def page(language: Literal["en", "es"] = "en") -> bytes:
    """The page, opening in this language; always the same bytes for the same version."""
    code, style = script(), _text("page.css")
    policy = (
        f"default-src 'none'; script-src {_hash(code)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    parts = {"language": language, "policy": policy, "style": style, "script": code}
    template = re.compile(r"\{\{(language|policy|style|script)\}\}")
    return template.sub(lambda match: parts[match[1]], _text("page.html")).encode()


def script() -> str:
    """All modules as one script: each stays closed in itself, and gives the next ones what it exports."""
    return "\n".join(map(_closed, MODULES))


def _closed(name: str) -> str:
    module = _IMPORT.sub(r"const \1 = modules.\2;", _text(f"{name}.js"))
    exports = ", ".join(match[1] for match in _EXPORT.finditer(module))
    start = "const modules = {};\n" if name == MODULES[0] else ""
    return f"{start}modules.{name} = (() => {{\n{_EXPORT.sub('', module)}return {{ {exports} }};\n}})();\n"


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
