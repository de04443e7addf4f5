"""`veedor attest`: stand for a document; the log holds commitments, the document goes sealed to named members."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from veedor.cli import output
from veedor.cli.means import now_us, reading, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, DeviceKey, InLanguage, MissionFolder, SpeakersPassphrase
from veedor.cli.text.published import show_stated
from veedor.errors import UsageError
from veedor.mission.acts.attestations import attest as state_attestation
from veedor.mission.acts.attestations import document_kind
from veedor.mission.copy.enclosed import Named
from veedor.mission.statements.contents import LARGEST_DOCUMENT


def attest(
    mission: MissionFolder,
    file: Path,
    /,
    *,
    kind: str,
    issued: str,
    to: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    party: str | None = None,
    device_key: DeviceKey = None,
    passphrase_file: SpeakersPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Attest the document FILE in the log of MISSION, and send it to the members named.

    The log says that this party attests a document of this kind, issued on this day; its content, its name and its
    digest are commitments. Reports of suspicious transactions are refused.

    Parameters
    ----------
    file
        The document, at most 64 MiB.
    kind
        One of court_document, export_figures, authority_act, identity, meeting_record, other.
    issued
        The day it was issued (ISO 8601, such as 2026-03-31).
    to
        A member who gets the document; give it once for each. Each must have published a mailbox.
    party
        Who attests, in a simulated mission. Default: the party of mission.toml.
    """
    known = document_kind(kind)
    issued_us = output.moment(issued)
    if issued_us is None or issued_us < 0:
        raise UsageError("a document is issued on a day since 1970", found=issued)
    document = Named(file.name, reading().files.read(file, LARGEST_DOCUMENT + 1))
    with open_mission(mission, signing(passphrase_file), party, device_key=device_key) as opened:
        made = state_attestation(opened, document, known, issued_us, to, now_us())
        show_stated(opened, made, language, json=json)
    return 0
