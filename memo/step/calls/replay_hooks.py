"""What code writes, warns and logs on its way out: passed on as always, and noted for those who record it.

Who records is known by the context, so that of several threads or tasks each is recorded alone. The hooks are there
only while somebody records: in front of ``sys.stdout`` and ``sys.stderr``, in the place of ``warnings.showwarning``,
and around the handlers of loggers.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any, Final, Protocol

from memo.errors import MemoWarning

#: A kind, and what there is to know, as plain data for JSON.
Record = list[Any]

_PACKAGE: Final = "memo"


class Recorder(Protocol):
    """Who takes records."""

    def add(self, record: Record) -> None:
        """Take a record."""


#: Who records this code, the outermost first.
_recorders: ContextVar[tuple[Recorder, ...]] = ContextVar("memo recorders", default=())
#: Whether what is written now is how a warning or a log record is shown, which is noted by itself.
_is_quiet: ContextVar[bool] = ContextVar("memo is quiet", default=False)


@contextmanager
def noting(recorder: Recorder) -> Iterator[None]:
    """Let *recorder* take what the block writes, warns and logs."""
    before = _recorders.get()
    with _hooked(before):
        token = _recorders.set((*before, recorder))
        try:
            yield
        finally:
            _recorders.reset(token)


@contextmanager
def unnoted() -> Iterator[None]:
    """Let nobody record what the block shows."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def note(record: Record, beyond: tuple[Recorder, ...] = ()) -> None:
    """Give *record* to those who record this code, but for those *beyond*."""
    if not _is_quiet.get():
        for recorder in _recorders.get():
            if not any(recorder is other for other in beyond):
                recorder.add(record)


class Hook:
    """What is in the place of something else for some time.

    Args:
        original: what it is in the place of.
        beyond: who recorded when it took its place. They do not see what comes here: it was another place then, and
            what code keeps to itself, as with ``contextlib.redirect_stdout``, is not shown.
    """

    def __init__(self, original: Any, beyond: tuple[Recorder, ...]) -> None:
        self.original = original
        self.beyond = beyond
        self.users = 0


class Tee(Hook):
    """A text stream that passes everything on and notes what is written.

    Args:
        kind: what its records are called.
        original: the stream.
        beyond: as of every hook.
    """

    def __init__(self, kind: str, original: Any, beyond: tuple[Recorder, ...]) -> None:
        super().__init__(original, beyond)
        self.kind = kind

    @property  # type: ignore[misc]  # read-only
    def __class__(self) -> type:
        return type(self.original)

    def write(self, text: str) -> Any:
        """Write *text*, and note it once it is written."""
        written = self.original.write(text)
        note([self.kind, str(text)], self.beyond)
        return written

    def writelines(self, lines: Any) -> None:
        """Write each of *lines*."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.original, name)
        return Bytes(self, found) if name == "buffer" else found

    def __iter__(self) -> Iterator[str]:
        return iter(self.original)


class Bytes:
    """The binary stream below a text stream: what is written there is text on its way out, too."""

    def __init__(self, tee: Tee, original: Any) -> None:
        self._tee, self._original = tee, original

    def write(self, data: Any) -> Any:
        """Write *data*, and note it as the text that it is."""
        written = self._original.write(data)
        text = bytes(data).decode(self._tee.original.encoding or "utf-8", "backslashreplace")
        note([self._tee.kind, text], self._tee.beyond)
        return written

    def writelines(self, lines: Any) -> None:
        """Write each of *lines*."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


class ShowWarning(Hook):
    """Shows a warning as before, and notes it."""

    def __call__(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: Any = None,
        line: str | None = None,
    ) -> None:
        """Do what ``warnings.showwarning`` does."""
        if file is None and not issubclass(category, MemoWarning):  # those are about the run that they come from
            note(["warning", str(message), _names_of(category), filename, lineno, _module_at(filename)], self.beyond)
        with unnoted():
            self.original(message, category, filename, lineno, file, line)


def _names_of(category: type[Warning]) -> list[str]:
    """Return a warning's class and its bases: what reads it may not have all of them."""
    return [f"{cls.__module__}:{cls.__qualname__}" for cls in category.__mro__ if issubclass(cls, Warning)]


def _module_at(filename: str) -> str | None:
    """Return the name of the module that warned, by which filters may go; ``None`` if none of its code runs."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as the warnings module itself does
    while frame is not None and frame.f_code.co_filename != filename:
        frame = frame.f_back
    name = None if frame is None else frame.f_globals.get("__name__")
    return name if isinstance(name, str) else None


class CallHandlers(Hook):
    """Gives a log record to a logger's handlers as before, and notes it."""

    def __get__(self, instance: logging.Logger, owner: type) -> Callable[[logging.LogRecord], None]:
        def call_handlers(record: logging.LogRecord) -> None:
            if instance.name.partition(".")[0] != _PACKAGE:  # which logs what it does itself, now and not then
                told = log_record(record)
                if told is not None:
                    note(told, self.beyond)
            with unnoted():
                self.original(instance, record)

        return call_handlers


#: What every record has, and is not the user's own.
_USUAL: Final = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"})
_KEPT: Final = ("levelno", "levelname", "pathname", "filename", "module", "lineno", "funcName")


def log_record(record: logging.LogRecord) -> Record | None:
    """Return what is noted of a log record: its text and place, and plain values that the user added."""
    try:
        attributes: dict[str, Any] = {"msg": record.getMessage()}
    except Exception:  # noqa: BLE001 - the handlers say what is wrong with it, or with what it is to be filled with
        return None
    attributes |= {name: getattr(record, name) for name in _KEPT}
    for name, value in vars(record).items():
        if name not in _USUAL and (value is None or type(value) in (bool, int, float, str)):
            attributes[name] = value
    if record.exc_info and record.exc_info[0] is not None:
        attributes["exc_text"] = logging.Formatter().formatException(record.exc_info)
    if record.stack_info:
        attributes["stack_info"] = record.stack_info
    return ["log", record.name, attributes]


# -- putting the hooks in their places ----------------------------------------------------------------------------

_lock = threading.Lock()


def _forget_lock() -> None:
    """Make a lock that no thread of the parent holds."""
    global _lock  # noqa: PLW0603 - one for the process
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_lock)

#: Where hooks are: the holder, the attribute's name, and what makes the hook from the original and those beyond.
_PLACES: Final[tuple[tuple[Any, str, Callable[[Any, tuple[Recorder, ...]], Hook]], ...]] = (
    (sys, "stdout", lambda original, beyond: Tee("stdout", original, beyond)),
    (sys, "stderr", lambda original, beyond: Tee("stderr", original, beyond)),
    (warnings, "showwarning", ShowWarning),
    (logging.Logger, "callHandlers", CallHandlers),
)


@contextmanager
def _hooked(before: tuple[Recorder, ...]) -> Iterator[None]:
    """Have hooks in all places during the block; those that are there are shared."""
    with _lock:
        hooks = [_hook(holder, name, make, before) for holder, name, make in _PLACES]
    try:
        yield
    finally:
        with _lock:
            for (holder, name, _), hook in zip(_PLACES, hooks, strict=True):
                if hook is not None:
                    _unhook(holder, name, hook)


def _hook(
    holder: Any, name: str, make: Callable[[Any, tuple[Recorder, ...]], Hook], before: tuple[Recorder, ...]
) -> Hook | None:
    found = vars(holder)[name]
    if found is None:  # a program without a console has no streams
        return None
    hook: Hook = found if issubclass(type(found), Hook) else make(found, before)  # a tee's __class__ is its stream's
    hook.users += 1
    if hook is not found:
        setattr(holder, name, hook)
    return hook


def _unhook(holder: Any, name: str, hook: Hook) -> None:
    """Take *hook* away with its last user. Where somebody else has taken its place, it stays, and passes all on."""
    hook.users -= 1
    if hook.users == 0 and vars(holder)[name] is hook:
        setattr(holder, name, hook.original)
