"""Questions about a store, answered as plain data; none of them writes."""

from memo.inspection.accepted import Acceptance, acceptances, accepted_text
from memo.inspection.calls import compare_calls
from memo.inspection.change import Change
from memo.inspection.explain import explain_call, explain_last, explain_run, reason_to_run
from memo.inspection.explanation import Explanation
from memo.inspection.find import Found, ShortKeys, find
from memo.inspection.lineages import Lineage, Link, lineage, products_of
from memo.inspection.listing import list_entries
from memo.inspection.stats import StepStats, stats

__all__ = [
    "Acceptance",
    "Change",
    "Explanation",
    "Found",
    "Lineage",
    "Link",
    "ShortKeys",
    "StepStats",
    "acceptances",
    "accepted_text",
    "compare_calls",
    "explain_call",
    "explain_last",
    "explain_run",
    "find",
    "lineage",
    "list_entries",
    "products_of",
    "reason_to_run",
    "stats",
]
