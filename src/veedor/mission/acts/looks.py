"""`look`: a look at another's confidential data, said in the log before the data are shown (DESIGN section 6, rule 6).

The query stays a commitment. Its opening goes to the mediators; nobody else learns what was asked before the accord's
embargo opens it.
"""

from __future__ import annotations

from veedor.errors import UsageError
from veedor.mission.copy.append import Mission, Published
from veedor.mission.statements.acts import Look
from veedor.mission.statements.types import LOOK
from veedor.mission.statements.vocabulary import DataClass, Purpose

QUERY_DOMAIN = "query/1"
LONGEST_QUERY = 100_000


def mediators(mission: Mission) -> tuple[str, ...]:
    """The members in the role of mediator."""
    return tuple(name for name, member in mission.state.roster.members.items() if member.role == "mediator")


def look(
    mission: Mission, owner: str, data_class: DataClass, purpose: Purpose, count: int, query: str, at_us: int
) -> Published:
    """State a look at `count` records of `owner`. Show data only after this: on return it is durable.

    UsageError for an empty or endless query, an owner who is no member, or one's own data.
    """
    text = query.encode()
    if not 0 < len(text) <= LONGEST_QUERY:
        raise UsageError("a look needs its query", expected=f"1 to {LONGEST_QUERY} bytes", found=f"{len(text)} bytes")
    if owner == mission.party or owner not in mission.state.roster.members:
        others = ", ".join(name for name in mission.state.roster.members if name != mission.party)
        raise UsageError("a look is at another member's data", expected=others, found=owner)
    private = mission.confidential.collect(share=False)
    body = Look(owner, data_class, purpose, count, at_us, private.commit(QUERY_DOMAIN, text))
    return mission.publish(LOOK, body, at_us, private, mission.confidential.enclose(mediators(mission), private))
