"""Configure in several ways, run steps elsewhere, and print whether they are found here; for ``test_luggage.py``."""

from __future__ import annotations

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import memo
import memo.testing
from memo import memoize_step

memo.configure(store="when-imported")


@memoize_step
def step(x):
    return os.getpid()


class Model:
    @memoize_step
    def fit(self, x):
        return os.getpid()


def made(factor):
    @memoize_step
    def closure(x):
        return os.getpid(), factor

    return closure


def spawned(function, x):
    return EXECUTOR.submit(function, x).result()


def in_loky(function, x):
    import joblib

    return joblib.Parallel(n_jobs=2)([joblib.delayed(function)(x)])[0]


def tried(run, x):
    """Say for a function, a method and a closure whether what ran elsewhere is stored here."""
    found = []
    for function in (step, Model().fit, made(2)):
        assert os.getpid() != run(function, x)
        found.append(function.is_cached(x))
    return found


if __name__ == "__main__":
    memo.configure(store="when-run")
    run = {"spawn": spawned, "loky": in_loky}[sys.argv[1]]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as EXECUTOR:
        print("configured", tried(run, 1))
        with memo.testing.temporary_store():
            print("temporary", tried(run, 2))
        print("no more", [function.is_cached(2) for function in (step, Model().fit, made(2))])
        print("afterwards", tried(run, 3))
        with memo.disabled():
            print("disabled", tried(run, 4))
        print("enabled", tried(run, 5))
        os.environ["MEMO_DIR"] = "when-changed"
        print("changed", tried(run, 6))
        del os.environ["MEMO_DIR"]
        print("unset", tried(run, 7), [function.is_cached(6) for function in (step, Model().fit, made(2))])
