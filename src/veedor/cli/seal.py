"""`veedor seal`: ask witnesses to cosign the log's head, log the seal that gives time, show who agreed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from veedor.cli import output
from veedor.cli.means import now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.mission.exchange.seal import Asked, Sealing, lines_of
from veedor.mission.exchange.seal import seal as seal_mission
from veedor.views.exchange_lines import AskedLine, SealingLine
from veedor.views.lines import SummaryLine
from veedor.words import Language, say


def seal(
    mission: MissionFolder,
    /,
    *,
    witness: Annotated[list[str] | None, Parameter(negative="")] = None,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Have witnesses cosign the head of MISSION and log a seal. Exit code 1 where no seal came of it and no agreement.

    Parameters
    ----------
    witness
        The address of a witness, or a folder for a stick. Repeat it for each. Default: those of mission.toml.
    party
        Who seals, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        done = seal_mission(opened, lines_of(opened, witness or ()), now_us())
    for each in done.asked:
        _show_asked(each, language, json)
    _conclude(done, language, json)
    return 0 if done.published or done.agreed else 1


def _show_asked(asked: Asked, language: Language, json: bool) -> None:
    if json:
        output.line(AskedLine(**asdict(asked)))
        return
    values = {**asdict(asked), "parties": ", ".join(asked.parties)}
    output.text(say(f"seal.{asked.outcome}", language, values))


def _conclude(done: Sealing, language: Language, json: bool) -> None:
    cosigned = tuple(each.party for each in done.cosigned)
    entry = done.published.index if done.published else None
    if json:
        output.line(
            SealingLine(
                entry=entry,
                sealed=done.sealed,
                time_s=done.time_s,
                head=done.head,
                cosigned=cosigned,
                agreed=done.agreed,
            )
        )
        output.line(SummaryLine(size=done.head))
        return
    said = {"entry": entry, "sealed": done.sealed, "time_s": done.time_s, "head": done.head}
    output.text(say("seal.logged" if done.published else "seal.none", language, said))
    key = "seal.agreed" if done.agreed else "seal.not_agreed" if cosigned else "seal.not_cosigned"
    output.text(say(key, language, {"head": done.head, "parties": ", ".join(cosigned)}))
