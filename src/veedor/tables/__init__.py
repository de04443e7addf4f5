"""What every table holds: declared once, here, for storage, hashing, commitments and detectors alike."""

from __future__ import annotations

from veedor.tables.announced import FLIGHT_PLANS, GROUND_FACTS, MOVEMENTS, OUTAGES
from veedor.tables.biases import BIAS_SAMPLES, BIASES
from veedor.tables.coverage import COVERAGE
from veedor.tables.customers import ACCOUNT_HOLDERS, CASH_TRANSACTIONS
from veedor.tables.declare import Column, Table
from veedor.tables.declared import CASH_DECLARATIONS, DECLARED_CASH
from veedor.tables.deposits import DEPOSITS, REJECTS
from veedor.tables.earlier import EARLIER
from veedor.tables.exchanges import EXCHANGE_TRIPS
from veedor.tables.findings import FINDING_PARTS, FINDINGS
from veedor.tables.holders import HOLDERS, PARTY_MENTIONS
from veedor.tables.listed import LIST_PIECES, LISTED, UNLISTED
from veedor.tables.money import (
    ACCOUNT_PROFILES,
    ACCOUNTS,
    BALANCES,
    COMPLETED_ENTRIES,
    ENTRIES,
    LEARNED_PAYERS,
    MONEY_DISTRIBUTIONS,
    NAMED_CREDITS,
    NAMED_PAYERS,
    PASSAGES,
    PAYMENTS,
    THRESHOLD_COVERAGE,
    TOLD_TRANSFERS,
)
from veedor.tables.netting import HOUSE_PAIRS, MIRROR_COUNTS, MIRRORED_DEALS
from veedor.tables.networks import NETWORKS
from veedor.tables.patterns import PATTERNS
from veedor.tables.plots import PLOTS
from veedor.tables.rates import EXCHANGE_RATES
from veedor.tables.routes import CORRIDORS, LEG_SCORES
from veedor.tables.screened import CRAFT_MARKS, SCREENED, SCREENED_CRAFT
from veedor.tables.sensors import BLANKINGS, SENSOR_MESSAGES, SENSOR_PLOTS, SENSOR_STATE, SENSOR_TURNS, SENSORS
from veedor.tables.shells import HOLDER_DETAILS, SHARED_DETAILS, SHELL_MONEY
from veedor.tables.strips import STRIPS
from veedor.tables.terrain import HORIZONS, LEG_GROUNDS, TERRAIN
from veedor.tables.thresholds import REPORTING_THRESHOLDS
from veedor.tables.tracks import BROADCASTS, GHOSTS, LEG_CELLS, LEGS, PIECE_LINKS, PIECES, TRACKS
from veedor.tables.transfers import TRANSFERS

TABLES = (
    PLOTS,
    SENSORS,
    SENSOR_MESSAGES,
    SENSOR_PLOTS,
    SENSOR_TURNS,
    SENSOR_STATE,
    BLANKINGS,
    BIAS_SAMPLES,
    BIASES,
    PIECES,
    PIECE_LINKS,
    TRACKS,
    LEGS,
    LEG_CELLS,
    BROADCASTS,
    GHOSTS,
    PATTERNS,
    COVERAGE,
    STRIPS,
    LEG_SCORES,
    CORRIDORS,
    FLIGHT_PLANS,
    MOVEMENTS,
    OUTAGES,
    GROUND_FACTS,
    TERRAIN,
    HORIZONS,
    LEG_GROUNDS,
    ACCOUNTS,
    ENTRIES,
    BALANCES,
    TRANSFERS,
    EXCHANGE_RATES,
    REPORTING_THRESHOLDS,
    ACCOUNT_HOLDERS,
    CASH_TRANSACTIONS,
    CASH_DECLARATIONS,
    LIST_PIECES,
    LISTED,
    UNLISTED,
    SCREENED,
    CRAFT_MARKS,
    SCREENED_CRAFT,
    PARTY_MENTIONS,
    HOLDERS,
    LEARNED_PAYERS,
    NAMED_CREDITS,
    NAMED_PAYERS,
    COMPLETED_ENTRIES,
    TOLD_TRANSFERS,
    PASSAGES,
    PAYMENTS,
    NETWORKS,
    EXCHANGE_TRIPS,
    MIRROR_COUNTS,
    HOUSE_PAIRS,
    MIRRORED_DEALS,
    HOLDER_DETAILS,
    SHARED_DETAILS,
    SHELL_MONEY,
    DECLARED_CASH,
    ACCOUNT_PROFILES,
    MONEY_DISTRIBUTIONS,
    THRESHOLD_COVERAGE,
    DEPOSITS,
    REJECTS,
    FINDINGS,
    FINDING_PARTS,
)

__all__ = [
    "ACCOUNTS",
    "ACCOUNT_HOLDERS",
    "ACCOUNT_PROFILES",
    "BALANCES",
    "BIASES",
    "BIAS_SAMPLES",
    "BLANKINGS",
    "BROADCASTS",
    "CASH_DECLARATIONS",
    "CASH_TRANSACTIONS",
    "COMPLETED_ENTRIES",
    "CORRIDORS",
    "COVERAGE",
    "CRAFT_MARKS",
    "DECLARED_CASH",
    "DEPOSITS",
    "EARLIER",
    "ENTRIES",
    "EXCHANGE_RATES",
    "EXCHANGE_TRIPS",
    "FINDINGS",
    "FINDING_PARTS",
    "FLIGHT_PLANS",
    "GHOSTS",
    "GROUND_FACTS",
    "HOLDERS",
    "HOLDER_DETAILS",
    "HORIZONS",
    "HOUSE_PAIRS",
    "LEARNED_PAYERS",
    "LEGS",
    "LEG_CELLS",
    "LEG_GROUNDS",
    "LEG_SCORES",
    "LISTED",
    "LIST_PIECES",
    "MIRRORED_DEALS",
    "MIRROR_COUNTS",
    "MONEY_DISTRIBUTIONS",
    "MOVEMENTS",
    "NAMED_CREDITS",
    "NAMED_PAYERS",
    "NETWORKS",
    "OUTAGES",
    "PARTY_MENTIONS",
    "PASSAGES",
    "PATTERNS",
    "PAYMENTS",
    "PIECES",
    "PIECE_LINKS",
    "PLOTS",
    "REJECTS",
    "REPORTING_THRESHOLDS",
    "SCREENED",
    "SCREENED_CRAFT",
    "SENSORS",
    "SENSOR_MESSAGES",
    "SENSOR_PLOTS",
    "SENSOR_STATE",
    "SENSOR_TURNS",
    "SHARED_DETAILS",
    "SHELL_MONEY",
    "STRIPS",
    "TABLES",
    "TERRAIN",
    "THRESHOLD_COVERAGE",
    "TOLD_TRANSFERS",
    "TRACKS",
    "TRANSFERS",
    "UNLISTED",
    "Column",
    "Table",
]  # fmt: skip
