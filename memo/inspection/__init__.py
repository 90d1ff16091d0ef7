"""Questions about a store, answered as plain data; none of them writes."""

from memo.inspection.find import Found, find
from memo.inspection.listing import list_entries
from memo.inspection.stats import StepStats, stats

__all__ = ["Found", "StepStats", "find", "list_entries", "stats"]
