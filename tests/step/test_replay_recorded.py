"""What is recorded for ``replay=True``: what the step's own thread, task or generator does, wherever it is written."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from memo import Store, memoize_step
from memo.step.calls import replay as replaying
from memo.step.calls.replay import Recording, replay


def test_each_of_two_threads_is_recorded_alone(watch) -> None:
    shown = watch()
    both = threading.Barrier(2, timeout=60)

    @memoize_step(replay=True)
    def step(name):
        for count in range(20):
            both.wait()
            print(f"{name} {count}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(step, ["a", "b"]))
    assert 40 == shown().count("\n")
    for name in "ab":
        step(name)
        assert [f"{name} {count}" for count in range(20)] == shown().splitlines()


def test_each_of_two_tasks_is_recorded_alone_with_the_tasks_that_it_starts(watch) -> None:
    shown = watch()

    @memoize_step(replay=True)
    async def step(name):
        print(name, 1)
        await asyncio.sleep(0)
        await asyncio.gather(asyncio.to_thread(print, name, 2))
        print(name, 3)

    async def main() -> None:
        await asyncio.gather(step("a"), step("b"))

    asyncio.run(main())
    assert 6 == shown().count("\n")
    for name in "ab":
        asyncio.run(step(name))
        assert f"{name} 1\n{name} 2\n{name} 3\n" == shown()


def test_a_generator_shows_before_each_item_what_came_before_it(watch) -> None:
    shown = watch()

    @memoize_step(replay=True)
    def step():
        for item in range(2):
            print("before", item)
            yield item
        print("end")

    for _ in range(2):
        items = step()
        assert "" == shown()
        assert 0 == next(items)
        assert "before 0\n" == shown()
        print("the consumer's own")
        assert [1] == list(items)
        assert "the consumer's own\nbefore 1\nend\n" == shown()


def test_an_asynchronous_generator_does_the_same(watch) -> None:
    shown = watch()

    @memoize_step(replay=True)
    async def step():
        for item in range(2):
            print("before", item)
            await asyncio.sleep(0)
            yield item
        print("end")

    async def main() -> list[object]:
        out: list[object] = []
        async for item in step():
            out += [item, shown()]
        return [*out, shown()]

    for _ in range(2):
        assert [0, "before 0\n", 1, "before 1\n", "end\n"] == asyncio.run(main())


def test_nothing_stays_hooked() -> None:
    def places() -> list[object]:
        return [sys.stdout, sys.stderr, warnings.showwarning, logging.Logger.callHandlers]

    before = places()

    @memoize_step(replay=True)
    def step(fail):
        assert not any(a is b for a, b in zip(before, places(), strict=True))
        assert isinstance(sys.stdout, type(before[0]))
        if fail:
            raise RuntimeError

    step(False)
    with pytest.raises(RuntimeError):
        step(True)
    assert all(a is b for a, b in zip(before, places(), strict=True))


def test_too_much_is_cut_off_with_a_warning(watch, monkeypatch) -> None:
    shown = watch()
    monkeypatch.setattr(replaying, "MOST", 10)

    @memoize_step(replay=True)
    def step():
        for _ in range(3):
            print("12345")

    step()
    assert "has shown more than 10 characters" in shown()
    step()
    assert "12345\n" == shown()


def test_bytes_that_are_written_below_the_text_are_shown_again(capfd) -> None:
    @memoize_step(replay=True)
    def step():
        sys.stdout.buffer.write("bytes é\n".encode())
        sys.stderr.buffer.writelines([b"more ", b"\xff\n"])
        sys.stdout.flush()

    step()
    assert ("bytes é\n", "more \\xff\n") == (capfd.readouterr().out, Store().metadata(step.key()).shown[1][1])
    step()
    sys.stdout.flush()
    assert ("bytes é\n", "more \\xff\n") == capfd.readouterr()


def test_what_pytest_watches_sees_a_hit_as_it_sees_a_run(capsys, caplog) -> None:
    @memoize_step(replay=True)
    def step():
        print("out")
        print("err", file=sys.stderr)
        logging.getLogger("tests.watched").warning("log %d", 1)
        warnings.warn("careful", DeprecationWarning, stacklevel=2)

    for _ in range(3):
        with pytest.warns(DeprecationWarning, match="careful") as caught:
            step()
        assert 1 == len(caught)
        assert ("out\n", "err\n") == capsys.readouterr()
        assert [("tests.watched", logging.WARNING, "log 1")] == caplog.record_tuples
        caplog.clear()


def test_a_method_and_a_nested_run_in_another_thread_have_their_own(watch) -> None:
    shown = watch()

    class Model:
        @memoize_step(replay=True)
        def fit(self, x):
            print("fit", x)
            if x:
                with ThreadPoolExecutor(1) as pool:
                    pool.submit(self.fit, x - 1).result()

    Model().fit(1)
    assert "fit 1\nfit 0\n" == shown()
    Model().fit(1)
    assert "fit 1\n" == shown()
    Model().fit(0)
    assert "fit 0\n" == shown()


def test_records_that_nobody_knows_are_left_out(watch) -> None:
    shown = watch()
    replay([["stdout", "a"], ["of a later version", 1, 2], ["stdout", "b"]])
    assert "ab" == shown()


def test_a_warning_whose_class_is_not_loaded_is_one_of_its_base(watch) -> None:
    shown = watch()
    replay([["warning", "text", ["not.loaded:Gone", "builtins:FutureWarning"], "file.py", 3, None]])
    assert "FutureWarning: text" in shown()


def test_text_that_a_terminal_cannot_show_is_escaped(monkeypatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    replay([["stdout", "é"]])
    stream.flush()
    assert rb"\xe9" == stream.buffer.getvalue()


def test_a_program_without_streams_has_nothing_to_replay(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    recording = Recording()
    with recording.noting():
        print("nowhere")
    assert () == recording.records("step")
    replay([["stdout", "nowhere"], ["stderr", ""]])
