"""An edit that can change the result gives another key; an edit that cannot gives the same."""

from __future__ import annotations

import pytest

from tests.dethash.code import filled, handed, hits, idioms, made, quiet, reached, reruns, states, strange, ways
from tests.dethash.code.project import Case, before_and_after

RERUNS = [
    *reruns.RERUNS,
    *made.RERUNS,
    *ways.RERUNS,
    *states.RERUNS,
    *strange.RERUNS,
    *handed.RERUNS,
    *reached.RERUNS,
    *idioms.RERUNS,
    *filled.RERUNS,
]
HITS = [
    *hits.HITS,
    *made.HITS,
    *quiet.HITS,
    *states.HITS,
    *ways.HITS,
    *strange.HITS,
    *handed.HITS,
    *reached.HITS,
    *idioms.HITS,
    *filled.HITS,
]

Keys = dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Return each case's key before and after its edit, from two processes with different hash seeds."""
    return before_and_after(tmp_path_factory.mktemp("projects"), [*RERUNS, *HITS])


@pytest.mark.parametrize("case", RERUNS, ids=lambda case: case.name)
def test_an_edit_that_can_change_the_result_gives_another_key(keys: Keys, case: Case) -> None:
    before, after = keys[case.name]
    assert (len(before), len(after)) == (64, 64), f"{before}\n{after}"
    assert before != after


@pytest.mark.parametrize("case", HITS, ids=lambda case: case.name)
def test_an_edit_that_cannot_change_the_result_gives_the_same_key(keys: Keys, case: Case) -> None:
    before, after = keys[case.name]
    assert len(before) == 64, before
    assert before == after
