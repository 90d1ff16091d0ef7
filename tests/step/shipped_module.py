"""What the programs that ship steps import."""

import os
from pathlib import Path

from memo import memoize_step

OFFSET = 10


@memoize_step
def step(x):
    """Add."""
    return x + OFFSET


def tell():
    """Say which process a body runs in."""
    with Path(os.environ["RAN"]).open("a") as file:
        file.write(f"{os.getpid()}\n")


@memoize_step
def counted(x):
    """Add, and tell."""
    tell()
    return x + OFFSET


@memoize_step
def given(point):
    """Take what has an ``x``."""
    tell()
    return point.x + 1


class Counting:
    """Has a method that tells."""

    @memoize_step
    def counted(self, point):
        """Take what has an ``x``."""
        tell()
        return point.x + 2
