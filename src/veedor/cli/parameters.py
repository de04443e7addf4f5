"""`veedor parameters`: what detectors are set to in this copy, and a file of it that the parties can adopt."""

from __future__ import annotations

from cyclopts import App

from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.engine.detector import Detector
from veedor.engine.parameters import configured
from veedor.log_folder.files import write_durable
from veedor.mission.copy.folder import Folder, open_folder
from veedor.mission.copy.parameters import EMPTY, SHIPPED, load_parameters, with_pins
from veedor.mission.runs.adoption import pins_of
from veedor.views.lines import SummaryLine
from veedor.views.parameters import PinLine, pin_lines
from veedor.words import Language, say

parameters = App(name="parameters", help="What detectors are set to, and a file of it that the parties can adopt.")


@parameters.default
def show(mission: MissionFolder, /, *, language: InLanguage = "en", json: AsJson = False) -> int:
    """Show what parameters.toml of MISSION sets, and whether it pins the detectors that are installed here."""
    folder = open_folder(mission)
    lines = tuple(pin_lines(folder.parameters, _detectors(folder)))
    for line in lines:
        output.line(line) if json else output.text(_sentence(line, language))
    if json:
        output.line(SummaryLine(rows={"pin/1": len(lines)}))
        return 0
    digest = folder.parameters.digest
    output.text(say("parameters.none" if digest is None else "parameters.digest", language, {"digest": digest}))
    return 0


@parameters.command
def pin(mission: MissionFolder, /, *, language: InLanguage = "en") -> int:
    """Write into parameters.toml of MISSION which detectors it is meant for, so that it fixes their results.

    The file is made where there is none: the shipped defaults, pinned. What people wrote in it stays. Then give it to
    the other parties, and propose its adoption with `veedor propose adopt --document parameters`."""
    folder, files = open_folder(mission), reading().files
    file = folder.parameters_file
    before = EMPTY.encode() if folder.parameters is SHIPPED else files.read(file)
    write_durable(files, file, with_pins(before, pins_of(_detectors(folder)), str(file)))
    said = load_parameters(file)
    output.text(say("parameters.pinned", language, {"n": len(said.pinned), "file": str(file), "digest": said.digest}))
    return 0


def _detectors(folder: Folder) -> tuple[Detector, ...]:
    from veedor.house import DETECTORS  # loads every detector

    return configured(DETECTORS, folder.parameters.settings)


def _sentence(line: PinLine, language: Language) -> str:
    changed = ", ".join(f"{name} = {value}" for name, value in line.changed.items())
    values = {"detector": line.detector, "version": line.version, "changed": changed}
    set_to = say("parameters.changed" if changed else "parameters.shipped", language, values)
    return f"{set_to} {say(f'parameters.pin.{line.pinned}', language)}"
