"""A hit of a small result that was found lately waits for nobody: it takes no lock."""

from __future__ import annotations

from typing import Any

import pytest

from memo import memoize_step


class Refusing:
    """A lock that nobody may take."""

    def __enter__(self) -> None:
        raise AssertionError("a hit takes a lock")

    def __exit__(self, *_: object) -> None: ...

    def acquire(self, *args: Any, **kwargs: Any) -> bool:
        raise AssertionError("a hit takes a lock")


@memoize_step
def step(x):
    return x


def locks_of(thing: Any, seen: set[int]) -> list[tuple[Any, str]]:
    """Return where *thing*, and what of this package it holds, keep their locks."""
    if id(thing) in seen or not type(thing).__module__.startswith("memo."):
        return []
    seen.add(id(thing))
    names = {
        *getattr(thing, "__dict__", ()),
        *(name for cls in type(thing).__mro__ for name in vars(cls).get("__slots__", ())),
    }
    found = []
    for name in names:
        value = getattr(thing, name, None)
        if type(value).__name__ in ("lock", "RLock"):
            found.append((thing, name))
        found += locks_of(value, seen)
    return found


def test_a_hit_takes_no_lock() -> None:
    for _ in range(3):
        step(1)
    locks = locks_of(step._step, set()) + locks_of(step._step.store, set())
    assert {"Ledger", "Index"} <= {type(holder).__name__ for holder, _ in locks}
    with pytest.MonkeyPatch.context() as patch:
        for holder, name in locks:
            patch.setattr(holder, name, Refusing())
        patch.setattr(step._step.store._storage.index, "_trusted_until", float("inf"))  # the database was looked at
        assert 1 == step(1)
    assert 3 == step.info().hits
