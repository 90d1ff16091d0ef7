"""What tools that keep results do in the same situations: print the tables of ``docs/explanation/comparison.md``.

Run it by hand, in an environment of its own that has the tools, as its `--help` says. Nothing is quoted: each cell is
what processes just did. What is not installed is said and left out.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))

from tests.benchmarks.comparison_cases import QUESTIONS, answer  # noqa: E402
from tests.benchmarks.comparison_peers import PEERS, Peer  # noqa: E402

PAGE = REPOSITORY / "docs" / "explanation" / "comparison.md"
BEGIN, END = "<!-- what comparison.py printed -->", "<!-- until here -->"
DECORATORS, FRAMEWORKS = PEERS[:7], [PEERS[0], *PEERS[7:]]


def version_of(peer: Peer) -> str | None:
    """Return which version is installed, if one is."""
    try:
        return version(peer.distribution) if peer.distribution else f"of Python {platform.python_version()}"
    except PackageNotFoundError:
        return None


def table(peers: list[Peer], answers: dict[tuple[str, str], str]) -> str:
    """Return a table, a column for each tool."""
    lines = [f"|  | {' | '.join(peer.name for peer in peers)} |", "|---" * (len(peers) + 1) + "|"]
    lines += [
        f"| {question} | {' | '.join(answers[question, peer.name] for peer in peers)} |" for question in QUESTIONS
    ]
    return "\n".join(lines)


def report(other: str | None, only: list[str]) -> str:
    """Ask all questions and return what the page holds."""
    found = {peer: version_of(peer) for peer in PEERS if not only or peer.name in only}
    answers: dict[tuple[str, str], str] = {}
    for peer in [peer for peer, which in found.items() if which]:
        for question in QUESTIONS:
            answers[question, peer.name] = answer(question, peer, other)
            print(peer.name, question, answers[question, peer.name], sep=" | ", file=sys.stderr, flush=True)
    versions = ", ".join(f"{peer.name} {which}" for peer, which in found.items() if which)
    lines = [f"Run on {dt.datetime.now(tz=dt.UTC):%Y-%m-%d} with Python {platform.python_version()}: {versions}."]
    if missing := ", ".join(peer.name for peer, which in found.items() if which is None):
        lines.append(f"Not installed, and so not asked: {missing}.")
    for peers in (DECORATORS, FRAMEWORKS):
        lines += ["", table([peer for peer in peers if found.get(peer)], answers)]
    return "\n".join(lines)


def main() -> None:
    """Print the tables, or put them into the page."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog=f"Install: pip install . nbclient ipykernel numpy {' '.join(p.distribution for p in PEERS[2:])}",
    )
    parser.add_argument("--other", metavar="PYTHON", help="an interpreter of another version, with the same libraries")
    parser.add_argument("--only", nargs="+", default=[], metavar="TOOL", help="ask these tools")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    arguments = parser.parse_args()
    told = report(arguments.other, arguments.only)
    if arguments.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{told}\n\n{END}{after}", "utf-8")
    else:
        print(told)


if __name__ == "__main__":
    main()
