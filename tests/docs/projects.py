"""What the commands on the pages are run in: a project for each page, and what happens to it between the commands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Project(NamedTuple):
    """A directory in which the commands of a page are typed.

    Attributes:
        name: what it is called.
        files: its files, each after a line ``## name``; ``{page}`` is the Python that the page shows.
        unseen: what is typed before a console block of the page, by the number of the block.
    """

    name: str = "flights"
    files: str = ""
    unseen: Mapping[int, list[str]] = MappingProxyType({})


#: A program that is looked at while it is edited.
EDITED = """
## train.py
import logging
import sys

from features import clean
from memo import memoize_step

logging.basicConfig(level=logging.INFO, format="%(message)s")


@memoize_step
def train(delays, options):
    kept = clean(delays)
    return sum(kept) / len(kept) * options["scale"]


if __name__ == "__main__":
    for rounds in map(int, sys.argv[1:] or [100]):
        train([12, 31, 200, 4], {"scale": 1.0, "rounds": rounds})
## features.py
LIMIT = 180


def clean(delays):
    return [delay for delay in delays if delay < LIMIT]
"""

#: A program that fills a store.
MANY = """
## train.py
import sys
import time

from memo import memoize_step


@memoize_step
def fit(month):
    time.sleep((13 - month) / 100 if month > 9 else 0.15)  # the last three are worth the least, also under load
    return bytes(400_000 * month)


@memoize_step
def score(model, airport):
    time.sleep(0.002)
    return {"airport": airport, "error": len(model) % 97}


for month in range(1, int(sys.argv[1]) + 1):
    for airport in ("JFK", "LGA"):
        score(fit(month), airport)
## damage.py
from pathlib import Path

largest = max(Path.home().rglob("*.entry"), key=lambda path: path.stat().st_size)
data = bytearray(largest.read_bytes())
data[len(data) // 2] ^= 1
largest.chmod(0o600)
largest.write_bytes(data)
"""

#: Steps that are given each other's results.
FOLLOWED = """
## flow.py
from memo import memoize_step


@memoize_step(name="load")
def load(path):
    return [{"delay": minutes, "path": path} for minutes in range(40)]


@memoize_step(name="split")
def split(rows):
    return rows[:30], rows[30:]


@memoize_step(name="fit")
def fit(rows):
    return {"mean": sum(row["delay"] for row in rows) / len(rows), "rows": len(rows)}


@memoize_step(name="score")
def score(model, rows):
    return {"error": max(abs(row["delay"] - model["mean"]) for row in rows)}


@memoize_step(name="report")
def report(scores):
    return f"at most {scores['error']} minutes wrong"


train, test = split(load("flights.csv"))
report(score(fit(train), test))
"""


def edit(old: str, new: str) -> str:
    """Return the command that edits ``features.py``."""
    return f"sed -i.before 's/{old}/{new}/' features.py"


PROJECTS = {
    "README.md": Project("weather", "## readings.py\n{page}", {0: ["python readings.py"]}),
    "docs/explanation/security.md": Project(),
    "docs/how-to/accept-an-edit.md": Project(
        files=EDITED,
        unseen={
            0: [
                edit("delay < LIMIT", "delay <= LIMIT"),
                "python train.py",
                edit("delay <= LIMIT", "LIMIT >= delay"),
            ],
            1: [
                "memo rm --all --yes",
                edit("180", "150"),
                "python train.py 1 2 3",
                edit("150", "180"),
                edit("LIMIT >= delay", "delay <= LIMIT"),
                "python train.py $(seq 12)",
                edit("delay <= LIMIT", "LIMIT >= delay"),
            ],
        },
    ),
    "docs/how-to/choose-a-store.md": Project("numbers", "## powers.py\n{page}", {0: ["python powers.py"]}),
    "docs/how-to/find-out-why-it-ran.md": Project(files=EDITED, unseen={1: [edit("delay < LIMIT", "delay <= LIMIT")]}),
    "docs/how-to/follow-a-result.md": Project(files=FOLLOWED, unseen={0: ["python flow.py"]}),
    "docs/how-to/keep-a-store-in-bounds.md": Project(
        files=MANY, unseen={0: ["python train.py 12", "python train.py 12"], 2: ["python damage.py"]}
    ),
    "docs/how-to/share-results.md": Project(
        files=MANY, unseen={0: ["python train.py 12"], 1: ["export MEMO_DIR=${HOME%me}you/.cache/memo"]}
    ),
    "docs/reference/cli.md": Project(files=MANY, unseen={number: ["python train.py 1"] for number in (0, 2, 3)}),
}
