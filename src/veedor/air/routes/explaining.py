"""How an innocent explanation is declared: a name, a test on the facts of a leg, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from veedor.air.routes.facts import Facts
from veedor.air.routes.rules import UnexplainedRules
from veedor.engine.findings import Innocent, Reason, Verdict

# Whether the data support it; None: they cannot tell. With the numbers it was judged by.
Answer = tuple[bool | None, Mapping[str, int | str]]
Effect = Callable[[UnexplainedRules], int]


@dataclass(frozen=True)
class Explanation:
    """One innocent explanation. `effect`: what it takes from the score where it is supported. `needs`: the name of what
    would have to be handed in to tell, where the data cannot (a message key `air.needs.…`)."""

    key: str
    test: Callable[[Facts, UnexplainedRules], Answer]
    effect: Effect
    needs: str

    def judge(self, facts: Facts, rules: UnexplainedRules) -> Innocent:
        """The verdict on one leg."""
        answer, values = self.test(facts, rules)
        verdict: Verdict = "cannot_tell" if answer is None else "supports" if answer else "contradicts"
        return Innocent(f"air.explained.{self.key}", verdict, values, self.effect(rules) if answer else 0)


def strong(rules: UnexplainedRules) -> int:
    return rules.strong


def middling(rules: UnexplainedRules) -> int:
    return rules.middling


def weak(rules: UnexplainedRules) -> int:
    return rules.weak


def judged(
    explanations: tuple[Explanation, ...], facts: Facts, rules: UnexplainedRules
) -> tuple[list[Innocent], list[Reason]]:
    """The verdicts of all, and what those would need that cannot tell, each need once."""
    verdicts = [one.judge(facts, rules) for one in explanations]
    needs = {one.needs for one, said in zip(explanations, verdicts, strict=True) if said.verdict == "cannot_tell"}
    return verdicts, [Reason(f"air.needs.{name}") for name in sorted(needs)]
