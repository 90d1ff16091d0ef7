"""Users import from ``memo``; its list of names is explicit, sorted and complete."""

from __future__ import annotations

import subprocess
import sys

import pytest

import memo

EXPECTED = {
    "AcceptError",
    "CustomDetHash",
    "DetHashFromInitParams",
    "DetHashWithVersion",
    "File",
    "Format",
    "JsonFormat",
    "MemoError",
    "MemoWarning",
    "OptionError",
    "ParquetFormat",
    "PickleFormat",
    "StepError",
    "StepInfo",
    "Store",
    "StoreError",
    "StoreWarning",
    "TextFormat",
    "UnhashableError",
    "UnknownOptionError",
    "VerifyWarning",
    "configure",
    "det_hash",
    "disabled",
    "memoize_step",
    "refreshing",
    "register_det_hash",
}


def test_the_public_names_are_these() -> None:
    """A name added or taken away is a decision, seen in a diff of this list."""
    assert EXPECTED == set(memo.__all__)


def test_the_list_is_sorted() -> None:
    assert sorted(memo.__all__) == list(memo.__all__)


def test_every_public_name_is_there_and_documented() -> None:
    for name in memo.__all__:
        assert getattr(memo, name).__doc__, name


def test_no_public_name_is_a_submodule() -> None:
    """``memo.det_hash`` is a function: a module of that name would replace it when it is imported."""
    for name in memo.__all__:
        assert not hasattr(getattr(memo, name), "__path__"), name


def test_what_is_imported_later_is_listed() -> None:
    """A console completes it."""
    program = "import sys, memo; assert {*memo.__all__} <= {*dir(memo)}; assert 'wrapt' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", ["inspection", "testing"])
def test_a_public_module_is_imported_when_it_is_asked_for(name: str) -> None:
    program = f"import sys, memo; assert 'memo.{name}' not in sys.modules; assert memo.{name}.__all__"
    subprocess.run([sys.executable, "-c", program], check=True)
    with pytest.raises(AttributeError, match="module 'memo' has no attribute 'tests'"):
        memo.tests  # noqa: B018
