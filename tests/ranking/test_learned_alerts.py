"""How many alerts flagged payments are is counted in favour of an order that was learned."""

from __future__ import annotations

import numpy as np

from benchmarks.ranking_learned import first_flagged


def test_further_payments_of_a_flagged_instance_are_free_until_there_is_no_room_for_another_alert() -> None:
    instance = np.array([3, -1, 3, 4, -1, 3])
    scores = np.array([0.8, 0.9, 0.7, 0.5, 0.6, 0.4])
    assert first_flagged(scores, instance, 3).tolist() == [True, True, True, False, True, False]
    assert first_flagged(scores, instance, 2).tolist() == [True, True, True, False, False, False]
    assert first_flagged(scores, instance, 4).all()
