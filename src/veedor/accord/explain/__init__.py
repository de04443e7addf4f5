"""Every rule of an accord as one sentence in English and one in Spanish, with nothing left out."""

from __future__ import annotations

from veedor.accord.explain.accord import RuleSentence, explain

__all__ = ["RuleSentence", "explain"]
