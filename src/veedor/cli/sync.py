"""`veedor sync`: bring this copy up to date from another one, by HTTP or from a folder."""

from __future__ import annotations

import time
from typing import Annotated

from cyclopts import Parameter

from veedor.cli.means import reading
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.cli.text import exchange as exchange_text
from veedor.errors import UsageError
from veedor.mission.copy.folder import open_folder
from veedor.mission.exchange.source import open_source
from veedor.mission.exchange.sync import sync as sync_mission
from veedor.mission.verification.trust import read_trust


def sync(
    mission: MissionFolder,
    sources: Annotated[list[str] | None, Parameter(negative="")] = None,
    /,
    *,
    trust: str | None = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Bring MISSION up to date from other copies: the log, statements for it, files of open deposits, payloads.

    The other copy's head is checked against this copy's own log before anything counts. Needs no passphrase, and goes
    on where a broken line or a crash stopped it. Exit code 3 when something beside the log was wrong and left out, 4
    when the other copy lies or the log was forked (both signed heads are kept in evidence/).

    Parameters
    ----------
    sources
        Folders (a stick), or addresses (https://, http://). Default: `[exchange] sources` of mission.toml.
    trust
        For the first sync of a member that did not take part in the founding: the digest of the genesis, or a file that
        holds it, from outside.
    """
    names = sources or open_folder(mission).settings.exchange.sources
    if not names:
        raise UsageError("from where?", expected="a folder or an address, or `[exchange] sources` in mission.toml")
    anchor = read_trust(trust, mission).need_digest() if trust else None
    code = 0
    for name in names:
        done = sync_mission(mission, open_source(name, time.monotonic), reading(), anchor)
        code = max(code, exchange_text.synced(name, done, language, json))
    exchange_text.summary(mission, json)
    return code
