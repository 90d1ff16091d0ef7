"""Sizes, durations and ages as people say them."""

from __future__ import annotations

import math

import pytest

from memo.render import UNKNOWN, exact_seconds, human_age, human_bytes, human_count, human_seconds, iso_time

NOT_AMOUNTS = [math.nan, math.inf, -math.inf, -1.0]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (10_188, "9.9 KiB"),
        (10_189, "10 KiB"),
        (1023 * 1024, "1023 KiB"),
        (1023.5 * 1024, "1.0 MiB"),
        (2**20 - 1, "1.0 MiB"),
        (int(1.56 * 2**30), "1.6 GiB"),
        (5 * 2**60, "5.0 EiB"),
        (2**80, "1048576 EiB"),
    ],
)
def test_a_size_has_two_to_four_digits(count: float, said: str) -> None:
    assert said == human_bytes(count)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (1e-9, "<1 ms"),
        (0.000999, "<1 ms"),
        (0.001, "1 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 00 min"),
        (86_369, "23 h 59 min"),
        (86_371, "1 d 00 h"),
        (90_000_000, "1041 d 16 h"),
    ],
)
def test_a_duration_has_two_units_and_no_sixtieth_second(seconds: float, said: str) -> None:
    assert said == human_seconds(seconds)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (0.9, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86_399, "23 h"),
        (86_400, "1 d"),
        (364 * 86_400, "364 d"),
        (366 * 86_400, "1.0 y"),
        (1000 * 86_400, "2.7 y"),
    ],
)
def test_an_age_has_one_unit_and_is_not_rounded_up(seconds: float, said: str) -> None:
    assert said == human_age(seconds)


def test_a_count_says_what_it_counts() -> None:
    counted = [human_count(number, "entry", "entries") for number in (0, 1, 2, 1234)]
    assert ["0 entries", "1 entry", "2 entries", "1,234 entries"] == counted


def test_a_time_is_in_utc_and_to_the_second() -> None:
    assert "2026-11-24T21:13:20Z" == iso_time(1795554800.9)


@pytest.mark.parametrize("number", NOT_AMOUNTS)
def test_what_is_no_size_or_duration_is_unknown(number: float) -> None:
    assert (UNKNOWN, UNKNOWN, UNKNOWN) == (human_bytes(number), human_seconds(number), exact_seconds(number))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_time_is_unknown(number: float) -> None:
    assert (UNKNOWN, UNKNOWN) == (human_age(number), iso_time(number))


def test_a_time_beyond_the_calendar_is_unknown() -> None:
    assert (UNKNOWN, UNKNOWN) == (iso_time(1e300), iso_time(1e13))
