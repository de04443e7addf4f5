"""Runs the *.txt beside it: stories of people at their machines, readable without knowing any code.

# ...            what happens, for the reader
on ve            the next commands run on this member's machine (own state folder, own passphrase)
$ veedor ...     a command
| line           its output, line by line; `…` stands for anything, `<name>` for a word that is remembered
! line           a line it says on the error output (others may stand there too)
exits 4          its exit code, when it is not 0
radar log F      a file of twenty plots of one radar is there; `damaged` after it: one row has an impossible latitude
accord F         the accord of tests/accord/data/thin.yaml; `without an authority` after it: two must grant, one can;
                 `with the key K`: its treasury has a key of its own
note F: K = V; …  a cover note of these keys
rule F           a table of two reporting thresholds; `without a source` after it: the second has none
carry A to B     a file or folder is copied, as by stick
move A to B      a file is taken from one place to another
empty FILE       nothing is left in the file, as on a failing disk
change FILE      one letter of the file is changed, as by a forger
request of M at N to F   the copy M asks a witness that holds N entries to cosign its head
fork of M by P to F      P, who appends to M, signs another head of the size that M has
key of M is <K>          the log's public key is remembered
witnessed M by F         the lines in F are cosignatures of M's head, as other people's tools would find
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.mission.handing_in import plots_file
from veedor.cli import output
from veedor.cli.app import app
from veedor.errors import VeedorError
from veedor.log.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from veedor.log.note import NoteSigner, parse_note, verify_note
from veedor.log.proofs import TileProver
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.rows.state import read_state
from veedor.mission.state.heads import log_key, witness_key
from veedor.mission.state.roles import Roster
from veedor.witness.decision import write_request

THIN = Path(__file__).parents[1] / "accord/data/thin.yaml"
SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


class Story:
    """One script on one stage; names remembered so far."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys
        self.names: dict[str, str] = {}
        self.folder = folder
        monkeypatch.chdir(folder)
        monkeypatch.setattr("sys.stdin", None, raising=True)

    def on(self, machine: str) -> None:
        (self.folder / f"{machine}.passphrase").write_text(f"the passphrase of {machine}\n")
        self.monkeypatch.setenv("VEEDOR_STATE", str(self.folder / f"{machine}.state"))
        self.monkeypatch.setenv("VEEDOR_PASSPHRASE_FILE", str(self.folder / f"{machine}.passphrase"))

    def run(self, command: str) -> tuple[int, list[str], list[str]]:
        words = shlex.split(self.named(command))
        assert words.pop(0) == "veedor"
        try:
            code = app(words)
        except VeedorError as error:
            output.complain(error, output.language_asked(words))
            code = error.exit_code
        said = self.capsys.readouterr()
        return code, said.out.splitlines(), said.err.splitlines()

    def named(self, text: str) -> str:
        """The text with the words that were remembered."""
        return re.sub(r"<(\w+)>", lambda match: self.names[match[1]], text)

    def matches(self, expected: str, found: str) -> bool:
        """Whether the line is as told; learns the names in it."""
        parts = re.split(r"(…|<\w+>)", expected)
        pattern, new = "", []
        for part in parts:
            if part == "…":
                pattern += ".*"
            elif name := re.fullmatch(r"<(\w+)>", part):
                known = self.names.get(name[1])
                pattern += re.escape(known) if known else f"(?P<{name[1]}>[^\\s.]+)"
                new += [] if known else [name[1]]
            else:
                pattern += re.escape(part)
        match = re.fullmatch(pattern.rstrip(), found.rstrip())
        if match:
            self.names |= {name: match[name] for name in new}
        return match is not None


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_story_goes_as_told(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    story = Story(tmp_path, monkeypatch, capsys)
    steps: list[tuple[str, list[str]]] = []
    for line in script.read_text(encoding="utf-8").splitlines():
        if line.startswith(("| ", "! ", "exits ")) or line == "|":
            steps[-1][1].append(line)
        elif line.strip() and not line.startswith("#"):
            steps.append((line, []))
    for command, told in steps:
        perform(story, command, told)


def log_made_by_others(story: Story, verb: str, rest: str) -> None:
    """What the other side of a witness does: ask it, deceive it, and take its answer."""
    words = rest.split()
    mission = words[0] if verb == "witnessed" else words[1]
    genesis = read_state(Path(mission), DiskFiles()).genesis
    note = (Path(mission) / "log/checkpoint").read_bytes()
    head = parse_checkpoint(parse_note(note).text)
    if verb == "key":
        story.names[words[3].strip("<>")] = log_key(genesis.origin, Roster.of(genesis)).text()
    elif verb == "request":
        prover, size = TileProver(LogReader(Path(mission) / "log", DiskFiles()), head.size), int(words[3])
        Path(words[5]).parent.mkdir(exist_ok=True)
        Path(words[5]).write_bytes(write_request(size, prover.consistency(size, head.size), note))
    elif verb == "fork":
        passphrase = (story.folder / f"{words[3]}.passphrase").read_bytes().strip()
        key = load_key(Folder(Path(mission)), words[3], "log", passphrase)
        other = Checkpoint(head.origin, head.size, b"\x0f" * 32)
        Path(words[5]).write_bytes(sign_checkpoint(other, NoteSigner(head.origin, key.signing)))
    else:
        answered = parse_note(parse_note(note).text + b"\n" + Path(words[2]).read_bytes())
        members = Roster.of(genesis).members.values()
        keys = [witness_key(genesis.origin, member) for member in members]
        assert len(verify_note(answered, keys)) == 1


def perform(story: Story, command: str, told: list[str]) -> None:
    verb, _, rest = command.partition(" ")
    if verb != "$":
        rest = re.sub(r"<(\w+)>", lambda match: story.names.get(match[1], match[0]), rest)
    if verb == "on":
        return story.on(rest)
    if verb == "radar":
        name, _, damaged = rest.removeprefix("log ").partition(" ")
        plots_file(story.folder, name, damaged=7 if damaged else None)
        return None
    if verb == "accord":
        name, _, how = rest.partition(" ")
        text = THIN.read_text(encoding="utf-8")
        if how == "without an authority":
            text = text.replace("      of: 1\n", "      of: 2\n")
        elif how:
            text = text.replace('key: ""', f"key: {how.removeprefix('with the key ')}")
        Path(name).write_text(text, encoding="utf-8")
        return None
    if verb == "note":
        name, _, keys = rest.partition(": ")
        Path(name).write_text("\n".join([*keys.split("; "), ""]), encoding="utf-8")
        return None
    if verb == "rule":
        name, _, without = rest.partition(" ")
        later = "" if without else "Rule 2 art. 1"
        lines = [
            "VE,USD,cash,10000,true,2020-01-01,2026-01-01,Rule 1 art. 4",
            f"VE,USD,cash,12000,false,2026-01-01,,{later}",
        ]
        header = "country,currency,instrument,amount,inclusive,valid_from,valid_to,source"
        Path(name).write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        return None
    if verb == "carry":
        source, target = rest.split(" to ")
        if Path(source).is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)
        return None
    if verb in ("request", "fork", "key", "witnessed"):
        return log_made_by_others(story, verb, rest)
    if verb == "move":
        source, target = rest.split(" to ")
        Path(source).rename(target)
        return None
    if verb == "empty":
        Path(rest).write_bytes(b"")
        return None
    if verb == "change":
        file = Path(rest)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        return None
    assert verb == "$", f"no such line in a story: {command}"
    code, out, err = story.run(rest)
    context = "\n".join([command, *out, *err])
    for line in told:
        if line.startswith("!"):
            assert any(story.matches(line[2:], found) for found in err), f"{line}\nnot said by\n{context}"
    expected = [line[2:] for line in told if line.startswith("|")]
    exits = next((int(line.split()[1]) for line in told if line.startswith("exits")), 0)
    assert code == exits, context
    if expected:
        assert len(expected) == len(out), context
        for wanted, found in zip(expected, out, strict=True):
            assert story.matches(wanted, found), f"{wanted}\nis not\n{found}\nin\n{context}"
    return None
