"""`veedor append`: the appender takes in what members sent and brings it into the log."""

from __future__ import annotations

import time
from typing import Annotated

from cyclopts import Parameter

from veedor.cli.means import reading, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.cli.text import exchange as exchange_text
from veedor.mission.exchange.carry import carry
from veedor.mission.exchange.source import open_source
from veedor.mission.exchange.sync import sync


def append(
    mission: MissionFolder,
    sources: Annotated[list[str] | None, Parameter(negative="")] = None,
    /,
    *,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Append what waits in the outbox of MISSION to the log: this party's statements, and those of other members.

    Only the member that appends can do this, or the one to whom a handover that waits here gives the log (after
    `veedor log recover`). A statement that the log must not hold is moved to outbox/aside with its reason, and stops
    nobody; then the exit code is 3.

    Parameters
    ----------
    sources
        Sync from these first: folders or addresses.
    """
    code = 0
    for name in sources or []:
        done = sync(mission, open_source(name, time.monotonic), reading())
        code = max(code, exchange_text.synced(name, done, language, json))
    with open_mission(mission, signing(passphrase_file)) as opened:
        code = max(code, exchange_text.appended(opened, opened.append_all(), language, json))
        # Deposits that are in the log only now: their files may have come with their statements.
        with opened.alone():
            for name in sources or []:
                source = open_source(name, time.monotonic)
                carried = carry(opened, source)
                code = max(code, exchange_text.carried(name, carried, language, json))
    exchange_text.summary(mission, json)
    return code
