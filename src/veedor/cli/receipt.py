"""`veedor receipt`: say in the log that another member's statement was seen, when the appender withholds it."""

from __future__ import annotations

from pathlib import Path

from veedor.cli import exchange_text
from veedor.cli.means import now_us, signing
from veedor.mission.copy.append import open_mission
from veedor.mission.exchange.receipts import give_receipts, read_statements
from veedor.words import Language


def receipt(
    mission: Path,
    statements: Path,
    /,
    *,
    party: str | None = None,
    device_key: Path | None = None,
    passphrase_file: Path | None = None,
    language: Language = "en",
    json: bool = False,
) -> int:
    """Give a signed receipt for each statement in STATEMENTS that continues its author's chain and is not in the log.

    Exit code 3 when a statement gets none because it is forged, or does not fit.

    Parameters
    ----------
    mission
        The mission folder.
    statements
        A statement's file, or a folder of them: an outbox, or a stick with one.
    party
        Who gives the receipt, in a simulated mission. Default: the party of mission.toml.
    device_key
        A key file that `veedor keys delegate` made: it signs in place of the party's statement key.
    passphrase_file
        File with the passphrase of the keys, or of the delegated key. Default: VEEDOR_PASSPHRASE_FILE, or asked for
        at a terminal.
    language
        Language of the text.
    json
        One JSON object a line instead of text.
    """
    with open_mission(mission, signing(passphrase_file), party, device_key=device_key) as opened:
        given = give_receipts(opened, read_statements(opened.files, statements), now_us())
        code = exchange_text.receipted(opened, given, language, json)
    exchange_text.summary(mission, json)
    return code
