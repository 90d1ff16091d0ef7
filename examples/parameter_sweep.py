"""How far does a disease spread? Nobody knows how contagious it is, nor how many of the ill stay at home: try it all.

Each combination is simulated by a step, on all processors, and the results are kept: the first run takes some seconds,
and the second one simulates nothing. Then stop one half way with Ctrl-C and start it again, or ask for more values with
--size 16: only what is new is simulated. Edit DAYS_ILL, and all of it is.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from random import Random

from rich import box
from rich.console import Console
from rich.table import Table

from memo import memoize_step

PEOPLE = 5000
CONTACTS = 12
DAYS_ILL = 5


@dataclass(frozen=True)
class Scenario:
    """One combination, as one argument: a map gives each call one.

    Attributes:
        risk: how likely a contact with somebody ill infects.
        at_home: which share of the ill meets nobody.
    """

    risk: float
    at_home: float


@memoize_step
def simulate(scenario: Scenario, repetitions: int = 20) -> float:
    """Return which share of the people falls ill in the end, on average."""
    return sum(epidemic(scenario, Random(seed)) for seed in range(repetitions)) / repetitions  # noqa: S311  no secret


def epidemic(scenario: Scenario, random: Random) -> float:
    """Simulate one epidemic, day by day; the seed makes it the same one each time."""
    healthy, ill = PEOPLE - 3, [3] + [0] * (DAYS_ILL - 1)
    while sum(ill):
        around = (1 - scenario.at_home) * sum(ill)
        safe = (1 - scenario.risk * around / PEOPLE) ** CONTACTS
        infected = sum(random.random() > safe for _ in range(healthy))
        healthy, ill = healthy - infected, [infected, *ill[:-1]]
    return (PEOPLE - healthy) / PEOPLE


def grid(size: int) -> list[Scenario]:
    """Return the combinations of *size* values each."""
    risks = [0.1 * number / size for number in range(1, size + 1)]
    shares = [number / size for number in range(size)]
    return [Scenario(risk, share) for risk, share in product(risks, shares)]


def main() -> None:
    """Run the sweep."""
    parser = argparse.ArgumentParser(description="Simulate epidemics.")
    parser.add_argument("--size", type=int, default=8, metavar="N", help="try N values of each parameter")
    size, console = parser.parse_args().size, Console(highlight=False)
    scenarios = grid(size)
    stored = sum(map(simulate.is_cached, scenarios))
    console.print(f"{len(scenarios)} scenarios, {stored} of them stored")

    with ProcessPoolExecutor() as executor:
        results = simulate.map(scenarios, executor)

    found = dict(zip(scenarios, results, strict=True))
    table = Table("risk \\ at home", box=box.SIMPLE_HEAD, show_edge=False)
    for scenario in scenarios[:size]:
        table.add_column(f"{scenario.at_home:.0%}", justify="right")
    for row in range(0, len(scenarios), size):
        cells = [f"{found[scenario]:.0%}" for scenario in scenarios[row : row + size]]
        table.add_row(f"{scenarios[row].risk:.1%}", *cells)
    console.print(table)


if __name__ == "__main__":
    main()
