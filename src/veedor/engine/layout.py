"""How stored rows are laid out: bucket and chunk counts as mission.toml states them, never derived from workers.

No digest depends on a layout (DESIGN section 8); it decides only how many files, bytes and calls the work takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.errors import UsageError
from veedor.kernel.hashing import key_hash
from veedor.tables import Table

HOUR_US = 3_600_000_000
SHARED_HOURS = 6
KEY_HASH = pa.field("key_hash", pa.uint64(), nullable=False)
UNTIMED = "untimed"
Array = Any  # pa.Array or pa.ChunkedArray of any type


@dataclass(frozen=True)
class Layout:
    """`buckets`: parts that keyed tables are stored in. `chunk_us`: length of time chunks for every detector that is
    partitioned by time; None takes what each detector declares. `file_rows`: rows after which a new file begins.
    `group_rows`: most rows of one row group (a larger partition gets several). `call_rows`: small tables are cut into
    fewer buckets, a divisor of `buckets`, of up to so many rows each: every bucket costs a call and a row group.
    `share_rows`: six hours of a sensor that have together no more rows in an append share one row group."""

    buckets: int = 64
    chunk_us: int | None = None
    file_rows: int = 1 << 20
    group_rows: int = 1 << 15
    call_rows: int = 50_000
    share_rows: int = 8_192

    def __post_init__(self) -> None:
        for name, least in (("buckets", 1), ("file_rows", 1), ("group_rows", 1), ("call_rows", 1), ("share_rows", 1)):
            if getattr(self, name) < least:
                raise UsageError(f"layout: {name} must be at least {least}", found=str(getattr(self, name)))
        if self.chunk_us is not None and self.chunk_us < 1:
            raise UsageError("layout: chunk_us must be at least 1", found=str(self.chunk_us))

    def buckets_for(self, rows: int) -> int:
        """The fewest buckets that are worth it for so many rows: a divisor of `buckets`, so that stored buckets are
        read whole by whoever wants fewer."""
        divisors = (count for count in range(1, self.buckets) if self.buckets % count == 0)
        return next((count for count in divisors if rows <= count * self.call_rows), self.buckets)


def hourly(table: Table) -> bool:
    """Whether rows are stored by sensor and UTC hour: they have no target, hence no key, until they are tracked."""
    return table.key is None and {"sensor", "time"} <= set(table.schema.names) and table.order[:2] == ("time", "sensor")


def time_column(table: Table) -> str | None:
    """The column whose range is kept per row group: `time`, else the first time column, else None."""
    times = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
    return "time" if "time" in times else (times[0] if times else None)


def hashes(column: Array) -> npt.NDArray[np.uint64]:
    """`key_hash` of a column, each distinct id hashed once."""
    return key_hash(column if pa.types.is_integer(column.type) else column.dictionary_encode())


def microseconds(column: Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Times as int64 microseconds, and where they are known (unknown ones are 0)."""
    known: npt.NDArray[np.bool_] = column.is_valid().to_numpy(zero_copy_only=False)
    times: npt.NDArray[np.int64] = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return times, known


def hour_name(sensor: str, hour: int, hours: int = 1) -> str:
    """The name of the partition of one sensor and one UTC hour (counted from 1970), `radar-1@2026-03-01T05`, or of
    several hours that share a row group, `radar-1@2026-03-01T00+6h`."""
    return f"{sensor}@{np.datetime64(hour, 'h')}" + (f"+{hours}h" if hours > 1 else "")


def shared_name(partition: str) -> str:
    """The name that the partition would have if its hours shared a row group; other partitions keep theirs."""
    sensor, _, hour = partition.rpartition("@")
    if not sensor:
        return partition
    first = int(np.datetime64(hour.partition("+")[0], "h").astype(np.int64))
    return hour_name(sensor, first // SHARED_HOURS * SHARED_HOURS, SHARED_HOURS)
