"""`veedor receipt`: say in the log that another member's statement was seen, when the appender withholds it."""

from __future__ import annotations

from pathlib import Path

from veedor.cli.means import now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, DeviceKey, InLanguage, MissionFolder, SpeakersPassphrase
from veedor.cli.text import exchange as exchange_text
from veedor.mission.exchange.receipts import give_receipts, read_statements


def receipt(
    mission: MissionFolder,
    statements: Path,
    /,
    *,
    party: str | None = None,
    device_key: DeviceKey = None,
    passphrase_file: SpeakersPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Give a signed receipt for each statement in STATEMENTS that continues its author's chain and is not in the log.

    Exit code 3 when a statement gets none because it is forged, or does not fit.

    Parameters
    ----------
    statements
        A statement's file, or a folder of them: an outbox, or a stick with one.
    party
        Who gives the receipt, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party, device_key=device_key) as opened:
        given = give_receipts(opened, read_statements(opened.files, statements), now_us())
        code = exchange_text.receipted(opened, given, language, json)
    exchange_text.summary(mission, json)
    return code
