"""All targets. A room that gets a parser of foreign bytes adds its own file beside `log_targets` and its line here."""

from __future__ import annotations

from tests.fuzz.accord_targets import ACCORD_TARGETS
from tests.fuzz.asterix_targets import ASTERIX_TARGETS
from tests.fuzz.draft_targets import DRAFT_TARGETS
from tests.fuzz.folder_targets import FOLDER_TARGETS
from tests.fuzz.list_targets import LIST_TARGETS
from tests.fuzz.log_targets import LOG_TARGETS
from tests.fuzz.mission_targets import MISSION_TARGETS
from tests.fuzz.payload_targets import PAYLOAD_TARGETS
from tests.fuzz.private_targets import PRIVATE_TARGETS
from tests.fuzz.reader_targets import READER_TARGETS
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    **ACCORD_TARGETS,
    **LOG_TARGETS,
    **FOLDER_TARGETS,
    **MISSION_TARGETS,
    **DRAFT_TARGETS,
    **PAYLOAD_TARGETS,
    **PRIVATE_TARGETS,
    **ASTERIX_TARGETS,
    **READER_TARGETS,
    **LIST_TARGETS,
}
