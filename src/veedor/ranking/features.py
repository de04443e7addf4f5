"""All that is known of a payment when it is ranked: numbers with names, in an order that never changes.

A model keeps the names it was trained on, and is refused where they are not these: to say something else, change a
name. No identifier is a feature, and no number is taken from what became known after the payment.
"""

from __future__ import annotations

import numpy as np

from veedor.ranking import activity, standing
from veedor.ranking.flows import Floats, Flows

HOUR_US = 3_600_000_000
PLAIN = ("amount", "hour")
NAMES = (*PLAIN, *activity.NAMES, *standing.NAMES)


def features(flows: Flows) -> Floats:
    """NAMES, one row for each payment of `flows`; float64, never NaN."""
    plain = np.stack((flows.amount, (flows.known // HOUR_US % 24).astype(np.float64)), axis=1)
    return np.hstack((plain, activity.activity(flows), standing.standing(flows)))
