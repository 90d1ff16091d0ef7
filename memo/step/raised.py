"""An exception in the place of a result: it is stored like one, and raised again as a new object.

Entries name this module, so it stays where it is.
"""

from __future__ import annotations

from typing import NoReturn

from memo.dethash import det_hash
from memo.errors import UnhashableError
from memo.store.formats import PickleFormat, decode, encode


class Raised:
    """What a run raised; without the traceback and without what caused it."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __reduce__(self) -> tuple[type[Raised], tuple[Exception]]:
        return Raised, (self.error,)


def kept(error: Exception) -> Raised | str:
    """Return *error* as it is stored; for one that would not come back as it is, why.

    Many exceptions can be pickled and not unpickled, for they take other arguments than they keep.
    """
    try:
        stored = encode(error, PickleFormat())
        again = decode(stored.format, stored.version, stored.body, stored.buffers, PickleFormat())
        # What it tells of itself may be less than what it has: a __reduce__ of its own decides about pickle and digest.
        is_same = type(again) is type(error) and det_hash(_kept_by(again)) == det_hash(_kept_by(error))
    except UnhashableError:
        is_same = False
    except Exception as problem:  # noqa: BLE001 - whatever a class's own __reduce__ or __init__ raises
        return f"{type(problem).__name__}: {problem}"
    return Raised(error) if is_same else "it comes back from pickle as another one"


def _kept_by(error: Exception) -> tuple[object, ...]:
    return error, error.args, vars(error)


def raise_stored(raised: Raised, label: str, created: float) -> NoReturn:
    """Raise a stored exception, with a note that says that nothing ran."""
    from memo.render import iso_time  # not every step raises

    raised.error.add_note(
        f"memo: this was raised on {iso_time(created)} and stored; {label} did not run. recompute() runs it."
    )
    raise raised.error
