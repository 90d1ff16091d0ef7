"""Steps that plain pickle takes by value, in a program with classes of its own; says what comes back from where."""

from __future__ import annotations

import enum
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from memo import memoize_step


@dataclass(frozen=True)
class Point:
    x: int


class Color(enum.Enum):
    RED = 1


def nested():
    @memoize_step
    def seen(point, color, place):
        return isinstance(point, Point), color is Color.RED

    @memoize_step
    def made(point, color, place):
        return Point(point.x + 1), color

    return seen, made


@memoize_step
def of_the_program(point, color, place):
    return Point(point.x + 1), color


def said(method):
    """Return what each step says over there and here, and whether what it makes is of the program's classes."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as executor:
        for step in (*nested(), of_the_program):
            call = (Point(1), Color.RED, method)
            there = executor.submit(step, *call).result()
            yield step.__name__, [there == step.__wrapped__(*call), step.is_cached(*call), step(*call) == there]


if __name__ == "__main__":
    print(json.dumps({method: dict(said(method)) for method in sys.argv[1:]}))
