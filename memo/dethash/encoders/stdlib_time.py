"""Encoders of dates, times and fixed offsets."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(date, subclasses=True)
def encode_date(value: date) -> Node:
    """Encode year, month and day."""
    return Node(("date",), (value.year, value.month, value.day))


@encoder(datetime, subclasses=True)
def encode_datetime(value: datetime) -> Node:
    """Encode what the clock shows, ``fold`` and the time zone: two zones' ways to write one instant differ."""
    shown = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, value.fold)
    return Node(("datetime",), (value.tzinfo, *shown), labels=(".tzinfo",))


@encoder(time, subclasses=True)
def encode_time(value: time) -> Node:
    """Encode what the clock shows, ``fold`` and the time zone."""
    shown = (value.hour, value.minute, value.second, value.microsecond, value.fold)
    return Node(("time",), (value.tzinfo, *shown), labels=(".tzinfo",))


@encoder(timedelta, subclasses=True)
def encode_timedelta(value: timedelta) -> Node:
    """Encode the duration."""
    return Node(("timedelta",), (value.days, value.seconds, value.microseconds))


@encoder(timezone)
def encode_timezone(value: timezone) -> Node:
    """Encode the offset, and the name if it was given one."""
    given: tuple[Any, ...] = value.__getinitargs__()  # type: ignore[attr-defined]
    return Node(("timezone",), given)
