"""The page is one file that needs nothing, asks nobody, and has a sentence for everything in both languages."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args, get_type_hints

from tools.page_columns import columns, renewed
from veedor.accord import page as accord_page
from veedor.accord.bodies import TYPES as ACCORD_TYPES
from veedor.accord.bodies import Answer, Claim
from veedor.accord.determined import Determined
from veedor.accord.verdict import AccordState, Did, MeasureState, ObligationState, Participates
from veedor.log import page as of_the_log
from veedor.mission.page import LIST_OF_ROOMS, MODULES, page, script, sentences
from veedor.mission.statements.types import ALL
from veedor.tables import FINDING_PARTS
from veedor.words import say

ROOMS = Path(__file__).resolve().parents[2] / "src" / "veedor"
FOLDER = ROOMS / "mission" / "page"
LOG = {path.stem: path.read_text(encoding="utf-8") for path in (ROOMS / "log" / "page").glob("*.js")}
MISSION = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}
ACCORD = {path.stem: path.read_text(encoding="utf-8") for path in (ROOMS / "accord" / "page").rglob("*.js")}
CODE = LOG | MISSION | ACCORD
WORDS = dict(
    re.findall(r'^  "?([\w.]+)"?: \[\s*("(?:[^"\\]|\\.)*",\s*"(?:[^"\\]|\\.)*"),?\s*\],$', CODE["words"], re.MULTILINE)
)


class Parts(HTMLParser):
    """The elements of a page with their attributes, and the text in script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(("", {}))

    def handle_data(self, data: str) -> None:
        tag = self.elements[-1][0] if self.elements else ""
        if tag in ("script", "style"):
            self.texts[tag] = self.texts.get(tag, "") + data


def test_the_page_is_always_the_same_bytes() -> None:
    assert page() == page() == page("en") != page("es")


def test_its_policy_lets_this_script_and_this_style_run_and_nothing_else() -> None:
    parts = Parts(page().decode())
    (policy,) = [
        attrs["content"] for _, attrs in parts.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in (policy or "").split(";"))
    hashes = {
        tag: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for tag, text in parts.texts.items()
    }
    assert rules == {
        "default-src": "'none'",
        "script-src": f"'sha256-{hashes['script']}'",
        "style-src": f"'sha256-{hashes['style']}'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_it_refers_to_nothing_outside() -> None:
    parts = Parts(page().decode())
    for tag, attrs in parts.elements:
        assert not {"src", "href", "action", "srcset", "style"} & set(attrs), (tag, attrs)
        assert not [name for name in attrs if name.startswith("on")], (tag, attrs)
    assert "url(" not in parts.texts["style"] and "@import" not in parts.texts["style"]
    code = re.sub(r"//.*", "", parts.texts["script"])
    for way in (
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "sendBeacon",
        "import(",
        "Worker(",
        "innerHTML",
        "eval(",
    ):
        assert way not in code, way


def test_every_module_is_in_it_and_imports_only_from_those_before() -> None:
    of_accords = [name.rpartition("/")[2] for name in accord_page.MODULES]
    assert [set(LOG), set(MISSION), set(ACCORD)] == [set(m) for m in (of_the_log.MODULES, MODULES, of_accords)]
    at = MODULES.index(LIST_OF_ROOMS)
    order = [*of_the_log.MODULES, *MODULES[:at], *of_accords, *MODULES[at:]]
    assert len(set(order)) == len(order)
    for at, name in enumerate(order):
        imported = set(re.findall(r'from "[^"]*?(\w+)\.js"', CODE[name]))
        assert imported <= set(order[:at]), name
        assert CODE[name].startswith("// "), "the file's first sentence says which idea it holds"
        assert len(CODE[name].splitlines()) <= (500 if name == "words" else 300)
    whole = script((accord_page,))
    assert "import {" not in whole and "export " not in whole and "[modules.accord.ROOM]" in whole
    assert {"words", "page"} >= {
        name
        for name in order
        if re.search(r"(?<!\.)\b(document|window)\.", re.sub(r'//.*|/\*[^*]*\*/|"[^"\n]*"', "", CODE[name]))
    }


def test_what_judges_a_log_is_read_in_an_hour_and_needs_nothing_of_a_mission() -> None:
    """About 250 lines of code were asked for; comments and blank lines are not counted."""
    for name, text in LOG.items():
        assert all(path.startswith("./") for path in re.findall(r'^import .* from "(.*)";$', text, re.MULTILINE)), name
        assert len(re.findall(r"\bimport\b", re.sub(r"//.*", "", text))) == len(
            re.findall(r"^import \{", text, re.MULTILINE)
        )
    lines = [line.strip() for text in LOG.values() for line in text.splitlines()]
    assert len([line for line in lines if line and not line.startswith(("//", "/*", "*"))]) <= 300


PARTS = dict(re.findall(r'^  "(\w+/\d+)": "([\w ]+)",$', CODE["reveal"], re.MULTILINE))


UPCOMING = ("grant", "implementation", "in_force", "superseded", "ended", "suspended", "withdrawn")
"""What comes of promises, versions, accords and parties; obligations and measures enter states."""


def used_keys() -> set[str]:
    """The words that the code asks for, as it spells them."""
    core = "\n".join(text for name, text in CODE.items() if name not in ("words", "page"))
    keys = {f"problem.{key}" for key in re.findall(r'(?:refuse|new Refusal)\(\s*"(\w+)"', core)}
    keys |= {"problem.defect"} | {f"said.{key}" for key in re.findall(r'said\(\s*"(\w+)"', core)}
    keys |= {f"void.{key}" for key in re.findall(r'(?:voidIf\([^;]*?|new Void\()"(\w+)"\)', core, re.DOTALL)} - {
        "void.unknown"
    }
    keys |= {"void.replay", "void.fork"}
    steps = re.findall(r"steps = \[(.*?)\];", core, re.DOTALL)
    keys |= {f"step.{key}" for block in steps for key in re.findall(r'"(\w+)"', block)}
    keys |= {f"meaning.{key}" for key in ("failed", "no_ed25519", "no_entry")}
    for verdict in ("verified", "not_agreed", "unanchored", "failed", "cannot"):
        keys.add(f"verdict.{verdict}")
        if verdict not in ("failed", "cannot"):
            keys |= {f"meaning.{kind}.{verdict}" for kind in ("bundle", "head", "reveal")}
    keys |= {"tree.accepted", "tree.rejected"} | {f"role.{role}" for role in ("party", "observer", "mediator")}
    # Of findings everything is said by the catalogue: `test_findings_are_told_by_the_catalogue`.
    keys |= {f"part.{part}" for table, parts in PARTS.items() for part in parts.split() if table != FINDING_PARTS.id}
    shapes = re.findall(r'"urn:veedor:(\w+):1"', CODE["shapes"])
    keys |= {f"type.{name}" for name in (*shapes, *(kind.name for kind in ACCORD_TYPES))}
    gone = [each for each in get_args(Participates) if each != "takes_part"]
    keys |= {f"accord.{kind}.{each}" for kind in ("out", "leaving") for each in gone}
    keys |= {f"accord.snapback.{each}" for each in ("final", "pending", "stays")}
    keys |= set(re.findall(r'"(accord\.\w+)"', CODE["shown"])) | {"problem.words_differ", "claim.sealed"}
    keys |= {f"determined.{standing}" for standing in get_args(get_type_hints(Determined)["standing"])}
    keys |= set(re.findall(r'"(determined\.\w+)"', CODE["determined"]))
    keys |= set(re.findall(r'"(claim\.\w+)"', CODE["incidents"])) | {f"source.{name}" for name in words_of("source")}
    keys |= {f"claim.{name}" for field in ("subject", "says", "precision") for name in words_of(field)}
    keys |= {f"claim.{name}" for name in get_args(get_type_hints(Answer)["answer"])}
    states = (*get_args(AccordState), *get_args(ObligationState), *get_args(MeasureState))
    keys |= {f"state.{state}" for state in states} | {f"did.{did}" for did in get_args(Did)}
    keys |= {f"due.{what}" for what in UPCOMING}
    keys |= set(re.findall(r'data-(?:say|label)="(\w+)"', (FOLDER / "page.html").read_text(encoding="utf-8")))
    return keys


def test_findings_are_told_by_the_catalogue() -> None:
    """In the page they have the sentences of the terminal, in both languages, and no other."""
    told = sentences()
    code = CODE["finding"] + CODE["page"] + CODE["incidents"]
    spelled = set(re.findall(r'"((?:shown|finding|term|scale|innocent)\.[\w.]+)"', code))
    labels = re.findall(
        r'\[\s*"(\w+)",', CODE["finding"].partition("const LINES")[2].partition("function subjectWords")[0]
    )
    spelled |= {f"shown.{label}" for label in {*labels, "id", "anchor", "supersedes", "parameters"} - {"track"}}
    spelled |= {
        f"shown.incident.{key}"
        for key in re.findall(
            r'"(\w+)"', CODE["incidents"].partition("findingsFor(claims")[2].rpartition("findingsFor(claims")[2]
        )
    } & set(told)
    spelled |= {f"shown.part.{part}" for part in PARTS[FINDING_PARTS.id].split()}
    assert len(spelled) > 25 and sorted(spelled - set(told)) == []
    assert sorted(key for key in told if key.startswith("shown.") and key not in spelled) == []
    shipped = script()
    for key, both in told.items():
        assert both == [say(key, language) for language in ("en", "es")] or "{" in both[0], key
        assert json.dumps(key) in shipped


def words_of(field: str) -> tuple[str, ...]:
    """The closed list of a field of a claim."""
    return get_args(get_type_hints(Claim)[field])


def test_states_and_acts_are_called_there_as_everywhere_else() -> None:
    """Two verifiers, one vocabulary: what a lawyer reads offline is what the overview and the terminal say."""
    said = {
        **{f"state.{each}": f"accord.state.{each}" for each in get_args(AccordState)},
        **{f"state.{each}": f"accord.obligation_is.{each}" for each in get_args(ObligationState)},
        **{f"state.{each}": f"accord.measure_is.{each}" for each in get_args(MeasureState)},
        **{f"did.{each}": f"accord.done.{each}" for each in get_args(Did)},
        **{f"due.{each}": f"accord.upcoming.{each}" for each in UPCOMING},
        **{f"accord.out.{each}": f"accord.participates.{each}" for each in ("suspended", "withdrawn")},
        **{f"accord.leaving.{each}": f"accord.leaving.{each}" for each in ("suspended", "withdrawn")},
        **{f"source.{each}": f"accord.source.{each}" for each in words_of("source")},
        **{f"claim.{each}": f"accord.subject.{each}" for each in words_of("subject")},
        **{f"claim.{each}": f"accord.claim.says.{each}" for each in words_of("says")},
    }
    for key, message in said.items():
        english, spanish = re.findall(r'"((?:[^"\\]|\\.)*)"', WORDS[key])
        values = {name: f"{{{name}}}" for name in ("party", "since", "at")}
        assert (english, spanish) == (say(message, "en", values), say(message, "es", values)), key


def test_every_word_it_uses_stands_in_both_languages() -> None:
    assert len(WORDS) > 150
    assert sorted(used_keys() - set(WORDS)) == []
    for key, both in WORDS.items():
        english, spanish = re.findall(r'"((?:[^"\\]|\\.)*)"', both)
        assert sorted(re.findall(r"\{(\w+)\}", english)) == sorted(re.findall(r"\{(\w+)\}", spanish)), key
        assert english and spanish


def test_no_word_stands_there_for_nothing() -> None:
    drawn = set(re.findall(r'"(\w+)"', CODE["page"])) | used_keys()
    assert sorted(key for key in WORDS if key not in drawn) == []


def test_every_reason_that_the_first_verifier_gives_is_one_of_the_second() -> None:
    """Its sentences for void entries are those of the catalogue, by the same keys."""
    catalogue: set[str] = set()
    for path in (ROOMS / "words").glob("*.toml"):
        catalogue |= {key for key in tomllib.loads(path.read_text(encoding="utf-8")) if key.startswith("void.")}
    assert catalogue and sorted(catalogue - set(WORDS)) == []


def test_the_columns_of_rows_are_those_of_the_tables() -> None:
    """Name, type and whether it may be null, of every column of every group, in declared order."""
    assert renewed(CODE["columns"]) == CODE["columns"], "run `.venv/bin/python tools/page_columns.py`"
    assert all(f'"{name}":' in CODE["columns"] for name in columns()) and len(columns()) > 10


def test_every_type_of_statement_is_known() -> None:
    stated = re.findall(r'^  "(urn:veedor:\w+:\d+)"', CODE["shapes"], re.MULTILINE)
    assert sorted(stated) == sorted(kind.urn for kind in ALL)
