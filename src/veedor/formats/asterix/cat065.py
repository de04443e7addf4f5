"""CAT065, what a tracking centre says of itself (EUROCONTROL-SPEC-0149-15, editions 1.4 to 1.6)."""

from __future__ import annotations

from veedor.formats.asterix.notation import RE, SP, category, fixed, uap
from veedor.formats.asterix.shared_bits import SOURCE

_ITEMS = (
    fixed("000", "8", "Message Type"),
    fixed("010", SOURCE, "Data Source Identifier"),
    fixed("015", "8", "Service Identification"),
    fixed("020", "8", "Batch Number"),
    fixed("030", "24 1/128 s", "Time of Message"),
    fixed("040", "NOGO 2, OVL 1, TSV 1, PSS 2, STTN 1, - 1", "SDPS Configuration and Status"),
    fixed("050", "8", "Service Status Report"),
    RE,
    SP,
)

_UAP = (uap("010 000 015 030 020 040 050  - - - - - RE SP"),)

CATEGORIES = (category(65, "1.4 1.5 1.6", _UAP, _ITEMS),)
