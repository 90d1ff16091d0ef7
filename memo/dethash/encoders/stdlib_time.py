"""Encoders of dates, times and fixed offsets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from operator import attrgetter
from typing import Any

from memo.dethash.node import Node
from memo.dethash.registry import encoder


def _reader(cls: type, names: str) -> Callable[[Any], Sequence[Any]]:
    """Return what reads attributes as *cls* itself has them, whatever a subclass makes of them."""
    quickly = attrgetter(*names.split())
    readers = [getattr(cls, name).__get__ for name in names.split()]
    return lambda value: quickly(value) if type(value) is cls else [read(value) for read in readers]


_DATE = _reader(date, "year month day")
_DATETIME = _reader(datetime, "tzinfo year month day hour minute second microsecond fold")
_TIME = _reader(time, "tzinfo hour minute second microsecond fold")
_TIMEDELTA = _reader(timedelta, "days seconds microseconds")


@encoder(date, subclasses=True)
def encode_date(value: date) -> Node:
    """Encode year, month and day."""
    return Node(("date",), _DATE(value))


@encoder(datetime, subclasses=True)
def encode_datetime(value: datetime) -> Node:
    """Encode what the clock shows, ``fold`` and the time zone: two zones' ways to write one instant differ."""
    return Node(("datetime",), _DATETIME(value), labels=(".tzinfo",))


@encoder(time, subclasses=True)
def encode_time(value: time) -> Node:
    """Encode what the clock shows, ``fold`` and the time zone."""
    return Node(("time",), _TIME(value), labels=(".tzinfo",))


@encoder(timedelta, subclasses=True)
def encode_timedelta(value: timedelta) -> Node:
    """Encode the duration."""
    return Node(("timedelta",), _TIMEDELTA(value))


@encoder(timezone)
def encode_timezone(value: timezone) -> Node:
    """Encode the offset, and the name if it was given one."""
    given: tuple[Any, ...] = value.__getinitargs__()  # type: ignore[attr-defined]
    return Node(("timezone",), given)
