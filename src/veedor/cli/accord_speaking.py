"""Publishing what a person states under an accord: the party's key signs, and the authority's where the accord asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cyclopts import Parameter

from veedor.accord.at_hand import chosen, timeline_here
from veedor.accord.authority_key import (
    draft_for_authority,
    load_authority_key,
    need_no_authority_key,
    publish_by_authority,
    with_authority_key,
)
from veedor.accord.saying import said
from veedor.cli.accord_options import AccordName, Speaker
from veedor.cli.means import ask_once, now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase
from veedor.cli.proposal_text import need_new_file, show_progress
from veedor.cli.published_text import show_stated
from veedor.errors import UsageError
from veedor.mission.acts.proposal import Progress, names, write_proposal
from veedor.mission.copy.passphrase import read_passphrase


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
        of, body = said(kind, versions[0].accord.accord, fields)
        body = with_authority_key(body, versions)
        if voice.draft is not None:
            need_new_file(voice.draft)
            proposal = draft_for_authority(opened, of, body, now_us())
            write_proposal(opened, voice.draft, proposal)
            progress = Progress(proposal, names(opened.state, proposal.unsigned))
            show_progress(opened, progress, voice.draft, voice.language, voice.json)
            return 0
        if voice.authority_key is None:
            need_no_authority_key(body)
            made = opened.publish(of, body, now_us())
        else:
            passphrase = read_passphrase(voice.authority_passphrase_file, {}, ask_once())
            key = load_authority_key(opened.files, voice.authority_key, passphrase)
            made = publish_by_authority(opened, of, body, now_us(), key)
        show_stated(opened, made, voice.language, json=voice.json)
    return 0
