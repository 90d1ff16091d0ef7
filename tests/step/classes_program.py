"""Steps whose results are of the program's own classes, run by an engine's workers; says whose classes they are."""

from __future__ import annotations

import enum
import json
import sys
from dataclasses import dataclass

from memo import memoize_step


class TroubleError(Exception): ...


class Color(enum.Enum):
    RED = 1


@dataclass(frozen=True)
class Point:
    x: int

    def doubled(self):
        return Point(2 * self.x)


@memoize_step
def made(number):
    return Point(number), Color.RED, TroubleError()


@memoize_step
def seen(number):
    """Say whether what another step makes, or has made, is of the classes that are known here."""
    point, color, trouble = made(number)
    return point == Point(number), color is Color.RED, isinstance(trouble, TroubleError)


@memoize_step(cache_exceptions=(TroubleError,))
def raises(number):
    raise TroubleError(number)


def joined(calls):
    import joblib

    return joblib.Parallel(2)(joblib.delayed(step)(*args) for step, *args in calls)


def gathered(calls):
    from dask.distributed import Client, LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster, Client(cluster) as client:
        return client.gather([client.submit(step, *args, pure=False) for step, *args in calls])


def raised(number):
    try:
        raises(number)
    except TroubleError as error:
        return error.args == (number,)


def main(engine, is_first):
    """Let workers see what was made here, and make; look here at what they have made."""
    steps = made, seen, raises
    if is_first:
        here, before = list(made(1)), made.key(1)
        there = {"joblib": joined, "dask": gathered}[engine]([(seen, 1), (seen, 2), (raised, 3), (made, 1)])
        there[3] = before == made.key(1)  # for what comes back brings its class
    else:
        here, there = list(made(2)), [list(seen(1)), list(seen(2)), raised(3), True]
    point, color, trouble = here
    ran = [step._step.runs for step in steps]
    stored = [made.is_cached(1), made.is_cached(2), seen.is_cached(1), seen.is_cached(2), raises.is_cached(3)]
    print(json.dumps([ran, stored, type(point) is Point, color is Color.RED, type(trouble) is TroubleError, there]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "first")
