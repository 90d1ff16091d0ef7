"""What the program that ships steps imports."""

from memo import memoize_step

OFFSET = 10


@memoize_step
def step(x):
    """Add."""
    return x + OFFSET
