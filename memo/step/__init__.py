"""``@memoize_step``: a function whose results are kept.

- ``decorator``: what a user writes; ``options`` and ``checks``: what it is told; ``decorable``: what it takes;
- ``wrapper``: how a step looks like its function; ``protocols``: the same for type checkers;
- ``runner``, on ``keyed``: the step itself; ``callables``: where that has no function;
- ``normalizing`` and ``dependencies``: what else has a say in a call's key; ``rules``: in what is stored, and answers;
- ``raised``: an exception in the place of a result;
- ``calls``: one call; ``mapping``, with ``progress``: many of them; ``blocks``: with which all behave otherwise;
- ``questions``: explanations and accepted edits; ``processes``: a step on its way to other processes.
"""

from memo.step.blocks import disabled, refreshing
from memo.step.decorator import memoize_step
from memo.step.questions.info import StepInfo

__all__ = ["StepInfo", "disabled", "memoize_step", "refreshing"]
