"""Publishing what a person states under an accord: the party's key signs, and the authority's where the accord asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cyclopts import Parameter

from veedor.accord.at_hand import chosen, timeline_here, timeline_so_far
from veedor.accord.authority_key import (
    draft_for_authority,
    load_authority_key,
    need_no_authority_key,
    publish_by_authority,
    with_authority_key,
)
from veedor.accord.claiming import WORDS_DOMAIN, contradicted, next_number, typed
from veedor.accord.evaluate.instants import Instants
from veedor.accord.load import Loaded
from veedor.accord.model.accord import Accord
from veedor.accord.saying import said, which_notice
from veedor.accord.whatif import ignored_if_said, lies_in_the_text
from veedor.cli import output
from veedor.cli.accord.options import AccordName, Speaker
from veedor.cli.means import ask_once, now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase
from veedor.cli.text.proposal import need_new_file, show_progress
from veedor.cli.text.published import show_stated
from veedor.errors import UsageError
from veedor.mission.acts.proposal import Progress, names, write_proposal
from veedor.mission.copy.append import Mission
from veedor.mission.copy.passphrase import read_passphrase
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.chain import BodyType
from veedor.mission.statements.salts import Private
from veedor.views.accord_incident import contradiction_line
from veedor.words import Language, say


@Parameter(name="*")
@dataclass(frozen=True)
class Voice:
    """Who speaks, with which keys, and how it is told.

    Parameters
    ----------
    authority_key
        The own key of the authority that grants or acts (`veedor accord key`), where the accord names one.
    authority_passphrase_file
        File with the passphrase of that key. Default: asked for at a terminal.
    draft
        Where that key lies elsewhere: write this draft for it, to be signed with `veedor sign`, the party last.
    """

    accord: AccordName = None
    party: Speaker = None
    passphrase_file: KeysPassphrase = None
    authority_key: Path | None = None
    authority_passphrase_file: Path | None = None
    draft: Path | None = None
    language: InLanguage = "en"
    json: AsJson = False


def state(folder: Path, kind: str, fields: Sequence[str], voice: Voice) -> int:
    """Publish the statement of these fields in the mission in `folder`, or write its draft; the exit code."""
    if voice.draft is not None and voice.authority_key is not None:
        raise UsageError("a draft is for a key that lies elsewhere", expected="--draft or --authority-key")
    with open_mission(folder, signing(voice.passphrase_file), voice.party) as opened:
        versions = chosen(opened, timeline_here(opened), voice.accord)
        of, body, private = _said(opened, versions, kind, fields)
        why = ignored_if_said(versions, timeline_so_far(opened, now_us()), opened.party, body)
        if why is not None and lies_in_the_text(why, body, versions):
            raise UsageError(
                "by the accord this would have no effect, so it is not published",
                found=say(f"accord.ignored.{why}", voice.language),
                next_step="`veedor accord explain` says what each party may state",
            )
        if voice.draft is not None:
            _write_draft(opened, of, body, voice.draft, voice)
            return 0
        if voice.authority_key is None:
            need_no_authority_key(body)
            made = opened.publish(of, body, now_us(), private)
        else:
            passphrase = read_passphrase(voice.authority_passphrase_file, {}, ask_once())
            key = load_authority_key(opened.files, voice.authority_key, passphrase)
            made = publish_by_authority(opened, of, body, now_us(), key)
        show_stated(opened, made, voice.language, json=voice.json)
        if why is not None:
            output.note(
                say("status.no_effect_now", voice.language, {"why": say(f"accord.ignored.{why}", voice.language)})
            )
        if kind == "claim":
            for line in _contradictions(opened, versions[-1].accord, made.digest, voice.language):
                output.note(line)
    return 0


def _said(
    mission: Mission, versions: Sequence[Loaded], kind: str, fields: Sequence[str]
) -> tuple[BodyType[Any], Body, Private | None]:
    """The statement that was typed; and the opening of its words, where it has some."""
    accord, private = versions[-1].accord, mission.confidential.collect(share=True)
    given = typed(kind, fields, now_us(), Instants.of(accord).zones)
    ready = dict(given.ready)
    if given.words:
        ready["words"] = private.commit(WORDS_DOMAIN, given.words)
    if kind == "consent" and not any(each.startswith("notice=") for each in given.fields):
        raise which_notice(timeline_so_far(mission, now_us()), accord.accord)
    if kind == "claim" and not any(each.startswith("number=") for each in given.fields):
        incident = next((each.removeprefix("incident=") for each in given.fields if each.startswith("incident=")), "")
        so_far = timeline_so_far(mission, now_us())
        ready["number"] = next_number(so_far, accord.accord, mission.party, incident)
    of, body = said(kind, accord.accord, given.fields, ready)
    return of, with_authority_key(body, versions), private if given.words else None


def _write_draft(mission: Mission, kind: BodyType[Any], body: Body, draft: Path, voice: Voice) -> None:
    need_new_file(draft)
    proposal = draft_for_authority(mission, kind, body, now_us())
    write_proposal(mission, draft, proposal)
    progress = Progress(proposal, names(mission.state, proposal.unsigned))
    show_progress(mission, progress, draft, voice.language, voice.json)


def _contradictions(mission: Mission, accord: Accord, digest: str, language: Language) -> list[str]:
    """What a person who just made this claim should see: which of its own earlier ones it contradicts."""
    numbers, found = contradicted(timeline_so_far(mission, now_us()), accord.accord, digest)
    return [contradiction_line(each, numbers, accord, language) for each in found]
