"""A step, and what its store knows about it, as a notebook shows them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from memo.render import Card, Table, card_html, human_age, human_bytes, human_seconds
from memo.store import Keeping
from memo.typing import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memo.step.questions.info import StepInfo
    from memo.step.runner import Step
    from memo.store import Metadata, Store

#: Results that are listed, the newest first.
MOST_RESULTS: Final = 5
_COUNTS: Final = ("Entries", "Size", "Hits", "Runs", "Saved")


def step_html(step: Step) -> str:
    """Return what a notebook shows of a step: its options, what is stored, and what that has saved; nothing is run."""
    info, store = step.info(), step.store
    newest = list(_newest(store, info.origin))
    results = Table(("Key", "Result", "Took", "Age"), [_result(entry) for entry in newest], words=2)
    folded = (("newest results", results),) if newest else ()
    counts = _counts(info)._replace(more=f"in {store.directory}")
    return card_html(Card(info.origin, "step", _documented(step.function), _options(step), counts, folded))


def info_html(info: StepInfo) -> str:
    """Return what a notebook shows of ``step.info()``."""
    return card_html(Card(info.origin, "step", table=_counts(info)))


def _counts(info: StepInfo) -> Table:
    numbers = [f"{info.entries:,}", human_bytes(info.bytes), f"{info.hits:,}", f"{info.misses:,}"]
    return Table(_COUNTS, [[*numbers, human_seconds(info.seconds_saved)]], words=0)


def _newest(store: Store, origin: str) -> Iterator[Metadata]:
    for key in store.newest_keys(origin, MOST_RESULTS, by_time=True):
        entry = store.metadata(key)
        if entry is not MISSING:
            yield entry


def _result(entry: Metadata) -> list[str]:
    age = human_age(time.time() - entry.created)
    return [entry.key[:8], f"{entry.result_type} as {entry.format}", human_seconds(entry.seconds), age]


def _documented(function: Any) -> tuple[str, ...]:
    """Return the first sentence of what is documented, if anything is."""
    text = getattr(function, "__doc__", None)
    first = text.strip().partition("\n")[0].strip() if isinstance(text, str) else ""
    return (first,) if first else ()


def _options(step: Step) -> str:
    """Return what the decorator was told."""
    told = [*_told(step.options), *_told(step.options.keeping)]
    return ", ".join(f"{name}={value}" for name, value in told)


def _told(options: Any) -> Iterator[tuple[str, str]]:
    usual = type(options)()
    for name, value in options._asdict().items():
        if not isinstance(value, Keeping) and value != getattr(usual, name):
            yield name, _spelled(value)


def _spelled(value: Any) -> str:
    """Return a short text for an option; what is no plain value is told by its name or its type."""
    if isinstance(value, tuple | list | frozenset | set | dict):  # of a dict the names: its values may be large
        return f"({', '.join(map(_spelled, value))}{',' * (len(value) == 1)})"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool | int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return str(getattr(value, "directory", None) or getattr(value, "__qualname__", type(value).__qualname__))
