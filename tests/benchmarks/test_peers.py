"""The README's table of what caches do is what they do now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import peers

README = Path(__file__).parents[2] / "README.md"


def cells(question: str) -> dict[str, str]:
    """Return what the README says about *question*, by peer."""
    (line,) = [line for line in README.read_text().splitlines() if line.startswith(f"| {question} |")]
    return dict(zip(peers.PEERS, [cell.strip() for cell in line.strip("|").split("|")][1:], strict=True))


@pytest.mark.parametrize("question", peers.QUESTIONS)
def test_memo_does_what_the_readme_says(question: str) -> None:
    if "array" in question:
        pytest.importorskip("numpy")
    assert cells(question)["memo"] == peers.answer(question, "memo")


@pytest.mark.benchmark
@pytest.mark.parametrize("peer", [peer for peer in peers.PEERS if peer != "memo"])
@pytest.mark.parametrize("question", peers.QUESTIONS)
def test_the_others_do_what_the_readme_says(question: str, peer: str) -> None:
    for library in ("numpy", "joblib", "diskcache"):
        pytest.importorskip(library)
    assert cells(question)[peer] == peers.answer(question, peer)
