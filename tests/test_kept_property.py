"""A property that is found out once, and that a fork amid threads cannot find locked."""

from __future__ import annotations

import multiprocessing
import threading

import pytest

from memo.typing import kept_property


class Asked:
    def __init__(self) -> None:
        self.times = 0
        self.begun, self.leave = threading.Event(), threading.Event()

    @kept_property
    def answer(self) -> int:
        """Told once."""
        self.times += 1
        if self.begun.is_set():
            return self.times
        self.begun.set()
        assert self.leave.wait(60)
        return self.times


def ask(asked: Asked) -> None:
    raise SystemExit(asked.answer + 10)


def test_it_is_found_out_once_for_each_instance() -> None:
    asked = Asked()
    asked.begun.set()
    assert (1, 1, 1) == (asked.answer, asked.answer, asked.times)
    assert "Told once." == vars(Asked)["answer"].__doc__
    assert Asked.answer is vars(Asked)["answer"]


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork")
def test_a_child_that_is_forked_while_it_is_found_out_finds_it_out_too() -> None:
    asked = Asked()
    thread = threading.Thread(target=lambda: asked.answer)
    thread.start()
    try:
        assert asked.begun.wait(60)
        child = multiprocessing.get_context("fork").Process(target=ask, args=(asked,))
        child.start()
        child.join(60)
        assert 12 == child.exitcode
    finally:
        asked.leave.set()
        thread.join()
