"""A bundle for the public shows of a finding what it is and roughly where, and only of the past; no way round."""

from __future__ import annotations

from itertools import combinations

import pytest
from msgspec import structs

from tests.views.findings_made import AS_OF_US, SECRETS, finding, table
from veedor.engine.findings import Finding
from veedor.errors import UsageError
from veedor.mission.deposits.commitments import Salts
from veedor.mission.deposits.revealed import LeafProver, RevealedRow, shown_row
from veedor.mission.runs.committed import finding_leaves, finding_rows
from veedor.tables import FINDING_PARTS
from veedor.views.audience import PUBLIC_PARTS, need_public

SECRET = b"\5" * 32
PARTS = tuple(FINDING_PARTS.groups)


def revealed(found: Finding, parts: tuple[str, ...]) -> RevealedRow:
    rows = finding_rows(table(found))
    prover = LeafProver(finding_leaves(rows, SECRET))
    return shown_row(FINDING_PARTS, rows, None, Salts(SECRET), ("findings", 0, prover), parts)


@pytest.mark.parametrize("parts", [each for size in range(6) for each in combinations(PARTS, size)])
def test_only_what_and_area_reach_the_public_and_never_an_area_without_its_time(parts: tuple[str, ...]) -> None:
    row = revealed(finding(), parts)
    data = "".join(part.data for part in row.parts)
    if parts in ((), ("what",), ("what", "area")):
        need_public("one.json", [row], AS_OF_US)
        for secret in SECRETS:
            assert secret.encode().hex() not in data
    else:
        with pytest.raises(UsageError):
            need_public("one.json", [row], AS_OF_US)
    assert PUBLIC_PARTS == ("what", "area")


@pytest.mark.parametrize(("age_days", "old"), [(29, False), (30, True), (0, False), (400, True)])
def test_nothing_younger_than_30_days_reaches_the_public(age_days: int, old: bool) -> None:
    row = revealed(finding(age_days), ("what",))
    if old:
        need_public("one.json", [row], AS_OF_US)
    else:
        with pytest.raises(UsageError, match="too young"):
            need_public("one.json", [row], AS_OF_US)


def test_of_a_strip_the_last_use_is_not_shown_with_its_area() -> None:
    strip = finding(kind="strip")
    need_public("one.json", [revealed(strip, ("what",))], AS_OF_US)
    with pytest.raises(UsageError, match="last use of a strip"):
        need_public("one.json", [revealed(strip, ("what", "area"))], AS_OF_US)


def test_one_finding_among_many_is_enough_to_refuse() -> None:
    good, bad = revealed(finding(), ("what",)), revealed(finding(), ("what", "subject"))
    with pytest.raises(UsageError, match="more than the public may see"):
        need_public("one.json", [good, bad], AS_OF_US)


def test_what_cannot_be_read_is_not_let_through() -> None:
    row = revealed(finding(), ("what",))
    spoiled = structs.replace(row, parts=(structs.replace(row.parts[0], data="00"), *row.parts[1:]))
    with pytest.raises(UsageError):
        need_public("one.json", [spoiled], AS_OF_US)
