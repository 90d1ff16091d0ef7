"""``replay=True``: what a run wrote, warned and logged is kept beside its result, and shown again on a hit.

Recorded is what the step's own thread or task does, and the tasks that it starts; what it starts in other threads, and
what libraries write past ``sys.stdout``, is not. An outer step's record has what was shown on the hits within it.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from memo.errors import MemoWarning, warn_user
from memo.step.calls.replay_hooks import Record, noting

#: What follows so many characters of text is not kept.
MOST = 2**26
#: Records in front of a generator's items.
ITEM: Final = "item"
_TEXTS: Final = ("stdout", "stderr")

#: What shows the records of a kind.
Show = Callable[..., None]


class Recording:
    """What a run has shown so far."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._size = 0

    def add(self, record: Record) -> None:
        """Take a record. Threads may come at once: an append is all that it is."""
        self._size += sum(len(part) for part in record[1:] if isinstance(part, str))
        if self._size <= MOST or record[0] == ITEM:
            self._records.append(record)

    def noting(self) -> AbstractContextManager[None]:
        """Record what a block shows."""
        return noting(self)

    def records(self, label: str) -> tuple[Record, ...]:
        """Return what was shown, in order, a text for what was written piece by piece.

        Args:
            label: whose it is, for a warning where it is too much.
        """
        if self._size > MOST:
            warn_user(f"{label} has shown more than {MOST:,} characters; the rest is not shown on a hit", MemoWarning)
        out: list[Record] = []
        for record in list(self._records):
            if out and record[0] in _TEXTS and out[-1][0] == record[0]:
                out[-1][1].append(record[1])
            else:
                out.append([record[0], [record[1]]] if record[0] in _TEXTS else record)
        return tuple([kind, "".join(rest[0])] if kind in _TEXTS else [kind, *rest] for kind, *rest in out)


def replay(records: Iterable[Sequence[Any]], more: Mapping[str, Show] | None = None) -> None:
    """Show *records* again, in order: what is of a kind that nobody knows, or of another shape, is left out.

    Args:
        records: what :class:`Recording` has recorded.
        more: what shows the records of further kinds.
    """
    ways = {**_WAYS, **(more or {})}
    before = ""
    for record in records:
        kind, *rest = record
        if kind != before and before in _TEXTS:  # a stream is buffered by itself: the order among them is to be kept
            _flush(before)
        before = kind
        if kind in ways:
            ways[kind](*rest)


def replaying(records: Iterable[Record], items: Iterator[Any]) -> Iterator[Any]:
    """Yield a generator's *items*, and before each show what was shown before it."""
    part: list[Record] = []
    for record in records:
        if record[0] != ITEM:
            part.append(record)
            continue
        replay(part)
        part.clear()
        for item in items:
            yield item
            break
    replay(part)
    yield from items


def _flush(kind: str) -> None:
    stream = getattr(sys, kind)
    if stream is not None:
        stream.flush()


def _write(kind: str, text: str) -> None:
    stream = getattr(sys, kind)
    if stream is None:
        return
    try:
        stream.write(text)
    except UnicodeEncodeError:  # it was another terminal
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _warn(text: str, names: Sequence[str], filename: str, lineno: int, module: str | None) -> None:
    """Warn as then; the filters of now decide what becomes of it, but that it was shown before does not count."""
    warning = next(filter(None, (_warning(name, text) for name in names)), UserWarning(text))
    warnings.warn_explicit(warning, type(warning), filename, lineno, module or filename.removesuffix(".py"))


def _warning(name: str, text: str) -> Warning | None:
    """Return a warning of the class *name*, if that is loaded and can bear *text*."""
    module, _, qualname = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    if not (isinstance(found, type) and issubclass(found, Warning)):
        return None
    try:
        made = found.__new__(found, text)  # its __init__ may want other arguments than its text
        return made if str(made) == text else None
    except Exception:  # noqa: BLE001 - whatever a class's own methods raise
        return None


def _log(name: str, attributes: Mapping[str, Any]) -> None:
    """Log as then, under the time of now; the levels, filters and handlers of now decide what becomes of it."""
    logger = logging.getLogger(name)
    if logger.isEnabledFor(attributes["levelno"]):
        logger.handle(logging.makeLogRecord({"name": name, **attributes}))


_WAYS: Final[Mapping[str, Show]] = {
    "stdout": lambda text: _write("stdout", text),
    "stderr": lambda text: _write("stderr", text),
    "warning": _warn,
    "log": _log,
}
