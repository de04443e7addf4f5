"""Biases: what pairs of sensors say about one target, and what follows for each sensor and day."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import DIGEST, TIME, Column, Table, provenance

# Bits of `bias_samples.shape`: whose place is polar, whose height is a pressure altitude, by what the target is known.
OWN_POLAR, OTHER_POLAR, OWN_PRESSURE, OTHER_PRESSURE, BY_ADDRESS, BY_MONITOR = 1, 2, 4, 8, 16, 32

BIAS_SAMPLES = Table(
    "bias_samples",
    1,
    "One target seen by two sensors within seconds: a plot and the other's two plots around it, as measured.",
    (
        Column("day", pa.int64(), "UTC day of the plot, days since 1970-01-01", nullable=False),
        Column("time", TIME, "time of the plot", nullable=False),
        Column("sensor", pa.string(), "sensor of the plot", nullable=False),
        Column("other", pa.string(), "sensor of the two plots around it, or the site monitor", nullable=False),
        Column("target", pa.int64(), "24-bit address, or 2^24 + Mode A code, or -1 for a monitor", nullable=False),
        Column("shape", pa.int32(), "bit set OWN_POLAR .. BY_MONITOR", nullable=False),
        Column("own_1", pa.int64(), "slant range in mm where polar, else latitude in 1e-7 degree", nullable=False),
        Column("own_2", pa.int64(), "azimuth where polar, else longitude, 1e-7 degree", nullable=False),
        Column("own_height_mm", pa.int64(), "height of the target (geometric where the other says it)", nullable=False),
        Column("before", TIME, "time of the other's plot before", nullable=False),
        Column("before_1", pa.int64(), "as own_1", nullable=False),
        Column("before_2", pa.int64(), "as own_2", nullable=False),
        Column("before_height_mm", pa.int64(), "height there", nullable=False),
        Column("after", TIME, "time of the other's plot after", nullable=False),
        Column("after_1", pa.int64(), "as own_1", nullable=False),
        Column("after_2", pa.int64(), "as own_2", nullable=False),
        Column("after_height_mm", pa.int64(), "height there", nullable=False),
        Column("simulated", pa.bool_(), "any of the plots is simulated", nullable=False),
        *provenance(),
        Column("other_deposit", DIGEST, "the other's plot before (a monitor: its site table)", nullable=False),
        Column("other_row", pa.int64(), "the other's plot before", nullable=False),
    ),
    order=("day", "time", "sensor", "other", "deposit", "row", "other_deposit", "other_row"),
    key="day",
)

# Column `verdict` of biases.
PLAUSIBLE, SUSPECT, NOT_ASSESSABLE = "plausible", "suspect", "not_assessable"

PLOTS_SHOWN = pa.list_(
    pa.struct([pa.field("deposit", DIGEST, nullable=False), pa.field("row", pa.int64(), nullable=False)])
)

BIASES = Table(
    "biases",
    1,
    "Bias of a sensor on a UTC day: what it measures minus what is; null where the day's targets do not tell.",
    (
        Column("day", pa.int64(), "UTC day, days since 1970-01-01", nullable=False),
        Column("sensor", pa.string(), "sensor id", nullable=False),
        Column("range_mm", pa.int64(), "range offset: measured minus true"),
        Column("range_se_mm", pa.int64(), "its standard error"),
        Column("scale_e7", pa.int64(), "range scale: measured over true minus 1, 1e-7"),
        Column("scale_se_e7", pa.int64(), "its standard error"),
        Column("azimuth_e7", pa.int64(), "azimuth offset, 1e-7 degree"),
        Column("azimuth_se_e7", pa.int64(), "its standard error"),
        Column("time_us", pa.int64(), "time offset: stamped minus true"),
        Column("time_se_us", pa.int64(), "its standard error"),
        Column("north_mm", pa.int64(), "site as tabled minus site as seen, north; only where that is the fault"),
        Column("east_mm", pa.int64(), "the same, east"),
        Column("place_se_mm", pa.int64(), "standard error of north and east, the larger"),
        Column("samples", pa.int64(), "samples used, as own or other", nullable=False),
        Column("targets", pa.int64(), "distinct targets in them", nullable=False),
        Column("partners", pa.int64(), "sensors it was compared with", nullable=False),
        Column("sectors", pa.int32(), "30-degree sectors of azimuth with samples, of 12", nullable=False),
        Column("reference", pa.string(), "monitor, adsb, radars: the best it was compared with", nullable=False),
        Column(
            "misfit_permille",
            pa.int64(),
            "scatter over the declared noise, thousandths; the worst pair's",
            nullable=False,
        ),
        Column("verdict", pa.string(), "plausible, suspect, not_assessable", nullable=False),
        Column("fault", pa.string(), "what explains it best, where suspect"),
        Column("fault_sensor", pa.string(), "the sensor whose site its own was exchanged with"),
        Column("alternatives", pa.list_(pa.string()), "what explains it as well, `sensor fault`", nullable=False),
        Column("evidence", PLOTS_SHOWN, "some plots of samples that show it, where suspect", nullable=False),
        Column("simulated", pa.bool_(), "any sample is simulated", nullable=False),
        Column(
            "gain", pa.int64(), "how much better the fault explains the samples, thousandths of log10", nullable=False
        ),
    ),
    order=("day", "sensor"),
    key="day",
)
