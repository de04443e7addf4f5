"""Settings of terrain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HorizonRules:
    """From which range on ground may stand in the way (nearer, the cell of the antenna itself would), how finely it is
    asked, how far out, and which rise of a sight line is worth a step (1e-5: 1 m at 100 km). An antenna whose height
    is not known is taken to stand so high above the ground."""

    nearest_m: int = 1_000
    step_m: int = 400
    reach_m: int = 450_000
    least_rise_e7: int = 100
    antenna_above_ground_mm: int = 10_000


@dataclass(frozen=True)
class LegGroundRules:
    """How far from a place ground counts as the place's own. Heights of the model itself are good to 16 m in 9 of 10
    cases (SRTM's requirement)."""

    cell_m: int = 500
    model_mm: int = 16_000
