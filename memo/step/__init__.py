"""``@memoize_step``: a function whose results are kept."""

from memo.step.blocks import disabled, refreshing
from memo.step.decorator import memoize_step
from memo.step.info import StepInfo

__all__ = ["StepInfo", "disabled", "memoize_step", "refreshing"]
