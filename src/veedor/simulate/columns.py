"""Arrow columns from numpy arrays; loosely typed, because the type stubs of pyarrow are narrower than pyarrow."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute

Column = Any
compute: Any = pyarrow.compute


def column(values: Any, kind: pa.DataType | None = None, *, mask: Any = None) -> Column:
    """An Arrow array; `mask` is true where the value is missing."""
    return pa.array(values, kind, mask=mask)
