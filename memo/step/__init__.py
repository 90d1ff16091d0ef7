"""``@memoize_step``: a function whose results are kept."""

from memo.step.decorator import memoize_step
from memo.step.runner import StepInfo

__all__ = ["StepInfo", "memoize_step"]
