"""Questions about a store, answered as plain data; none of them writes."""

from memo.inspection.find import Found, ShortKeys, find
from memo.inspection.listing import list_entries
from memo.inspection.stats import StepStats, stats

__all__ = ["Found", "ShortKeys", "StepStats", "find", "list_entries", "stats"]
