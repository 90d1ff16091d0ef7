"""The same step in the processes of Python, joblib, dask and ray: what one has computed, all the others find.

``python examples/engines.py joblib dask`` runs it with two of them, one after the other.
"""

from __future__ import annotations

import os
import sys
import time

from memo import memoize_step

NUMBERS = range(4)


@memoize_step
def square(number: int) -> int:
    """Work for a while."""
    print(f"square({number}) runs in process {os.getpid()}", flush=True)
    time.sleep(0.05)
    return number * number


def with_processes() -> list[int]:
    """Use the processes of the standard library."""
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor() as executor:
        return square.map(NUMBERS, executor)


def with_joblib() -> list[int]:
    """Use those of joblib."""
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=2)(delayed(square)(number) for number in NUMBERS))


def with_loky() -> list[int]:
    """Use those of joblib, which is built on loky, with a map."""
    from joblib.externals.loky import get_reusable_executor

    return square.map(NUMBERS, get_reusable_executor())


def with_dask() -> list[int]:
    """Use the workers of dask."""
    import dask
    from dask.distributed import Client

    with Client(n_workers=2, threads_per_worker=1, dashboard_address=":0") as client:
        client.gather(client.map(square, NUMBERS))  # or client.submit(square, 1)
        dask.compute([dask.delayed(square)(number) for number in NUMBERS])
        return square.map(NUMBERS, client.get_executor())


def with_ray() -> list[int]:
    """Use the workers of ray: a task calls the step, for ``ray.remote(square)`` takes plain functions only."""
    import ray

    @ray.remote
    def task(number: int) -> int:
        return square(number)

    ray.init(include_dashboard=False)
    results: list[int] = ray.get([task.remote(number) for number in NUMBERS])
    ray.shutdown()
    return results


ENGINES = {
    "processes": with_processes,
    "joblib": with_joblib,
    "loky": with_loky,
    "dask": with_dask,
    "ray": with_ray,
}

if __name__ == "__main__":
    for engine in sys.argv[1:] or ["processes"]:
        print(engine, ENGINES[engine](), flush=True)
