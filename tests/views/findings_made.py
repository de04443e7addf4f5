"""Findings for view tests, with marks in every place where something confidential could slip out."""

from __future__ import annotations

import pyarrow as pa

from veedor.engine.findings import Evidence, Finding, Innocent, Place, Reason, Term, findings_table

DAY_US = 86_400_000_000
AS_OF_US = 20_000 * DAY_US
SECRETS = (
    "track:777000777",
    "777000777",
    f"{777000777:016x}",
    "HK-4711-SECRET",
    "CO9900112233",
    "71234567",
    "-67654321",
)


def finding(age_days: int = 60, kind: str = "landing_away", subject: str = "track:777000777") -> Finding:
    end = AS_OF_US - age_days * DAY_US - 12_345_678
    return Finding(
        kind=kind,
        subject=subject,
        start_us=end - 3_600_000_000,
        end_us=end,
        place=Place(71_234_567, -676_543_210, 2_000_000) if kind != "fan_in" else None,
        simulated=True,
        terms=[Term("term.test", 1_500, "expert setting", {"call_sign": "HK-4711-SECRET"})],
        reasons=[Reason("reason.test", {"account": "CO9900112233", "lat": 71_234_567})],
        evidence=[Evidence(bytes([9] * 32), 5, 5, "role.test")],
        innocent=[Innocent("innocent.test", "cannot_tell", {"who": "HK-4711-SECRET"}, 0)],
        searched=[Reason("searched.test", {"account": "CO9900112233"})],
    )


def table(*findings: Finding) -> pa.Table:
    return findings_table(findings, "test", 1, bytes(32))
