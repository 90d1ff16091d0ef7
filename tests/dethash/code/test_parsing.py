"""Threads that parse at the same time do each other no harm."""

from __future__ import annotations

import ast
import gc
import inspect
from collections.abc import Iterator
from threading import Thread

import pytest

from memo.dethash.code.source.parsing import parse

TEXT = inspect.getsource(inspect)


class Garbage:
    """It is only found by a collection, and then another thread parses before this one goes on."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        thread = Thread(target=parse, args=("1",))
        thread.start()
        thread.join()


@pytest.fixture
def eager_collection() -> Iterator[None]:
    """Let what is garbage be collected in the middle of what comes next."""
    before = gc.get_threshold()
    gc.collect()
    gc.disable()
    Garbage()
    gc.set_threshold(700)
    gc.enable()
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("eager_collection")
def test_a_thread_that_parses_while_a_tree_is_made_does_no_harm() -> None:
    tree = parse(TEXT)
    assert ast.dump(tree) == ast.dump(ast.parse(TEXT))


def test_what_is_no_program_is_a_syntax_error() -> None:
    with pytest.raises(SyntaxError):
        parse("def")
