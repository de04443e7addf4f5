"""What is wrong with an accord before anybody signs it; every problem with its line and column.

`problems` goes through names, deadlines, conditions and the walk of what can ever happen. An accord without problems
can be evaluated whatever is logged.
"""

from veedor.accord.check.all import problems

__all__ = ["problems"]
