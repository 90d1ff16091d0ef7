"""``replay=True``: what a run writes, warns and logs is shown again on a hit, in order and once."""

from __future__ import annotations

import asyncio
import io
import logging
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout

import pytest

from memo import OptionError, Store, memoize_step
from memo.step import replay as replaying
from memo.step.replay import Recording, replay


class Careful(UserWarning):
    """A warning that takes other arguments than its text."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")


class Lines(logging.Handler):
    """Writes log records to standard output, among the other kinds."""

    def emit(self, record: logging.LogRecord) -> None:
        print(f"{record.levelname} {record.name} {record.getMessage()}")


@pytest.fixture
def log():
    """Return a logger whose records are seen on standard output."""
    logger, handler = logging.getLogger("tests.replay"), Lines()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


@pytest.fixture
def watch(monkeypatch):
    """Return a function to be called first, that returns one that returns all that was shown since, in one order.

    Of all kinds; pytest puts its own streams and its own warnings into place when the test begins.
    """
    stream = io.StringIO()

    def take() -> str:
        text = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return text

    def show(message, category, filename, lineno, file=None, line=None) -> None:
        print(f"{category.__name__}: {message}", file=sys.stderr)

    def start():
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(warnings, "showwarning", show)
        warnings.simplefilter("default")
        return take

    return start


def test_the_four_kinds_are_shown_live_and_on_each_hit_in_their_order(watch, log) -> None:
    shown = watch()

    @memoize_step(replay=True)
    def step(x):
        print("one", end=" ")
        print("line")
        log.info("log %s", x)
        print("to stderr", file=sys.stderr)
        warnings.warn("a warning", stacklevel=1)
        log.debug("not seen")
        warnings.warn(Careful("a", "b"), stacklevel=1)
        sys.stdout.writelines(["and ", "more\n"])
        return x

    assert 3 == step(3)
    live = shown()
    assert ["one line", "INFO tests.replay log 3", "to stderr"] == live.splitlines()[:3]
    assert 1 == live.count("UserWarning: a warning") == live.count("Careful: a: b")
    assert live.endswith("and more\n")
    for _ in range(2):
        assert 3 == step(3)
        assert live == shown()


def test_a_step_that_is_not_told_to_is_silent_on_a_hit_also_of_an_entry_that_has_a_record(watch, own_store) -> None:
    shown = watch()

    def step():
        print("spoken")

    memoize_step(replay=True)(step)()
    assert "spoken\n" == shown()
    memoize_step(step)()
    assert "" == shown()
    memoize_step(replay=True)(step)()
    assert "spoken\n" == shown()


def test_an_entry_without_a_record_answers_silently(watch) -> None:
    shown = watch()

    def step():
        print("spoken")

    memoize_step(step)()
    shown()
    memoize_step(replay=True)(step)()
    assert "" == shown()


def test_the_result_keeps_its_own_format_and_the_record_is_beside_it(watch) -> None:
    shown = watch()

    @memoize_step(replay=True)
    def step():
        print("beside")
        return [1, 2]

    step()
    shown()
    entry = Store().metadata(step.key())
    assert ("plain", (["stdout", "beside\n"],)) == (entry.format, entry.shown)


def test_an_outer_step_shows_what_was_shown_on_the_hits_within_it(watch) -> None:
    shown = watch()

    @memoize_step(replay=True)
    def inner():
        print("inner")

    @memoize_step
    def silent():
        print("silent")

    @memoize_step(replay=True)
    def outer():
        inner()
        inner()
        silent()
        silent()

    inner()
    shown()
    outer()
    live = shown()
    assert "inner\ninner\nsilent\n" == live
    outer()
    assert live == shown()


def test_what_a_step_catches_itself_is_not_shown_again_but_an_inner_step_has_its_own(watch) -> None:
    shown = watch()

    @memoize_step(replay=True)
    def inner():
        print("inner")
        warnings.warn("inner", stacklevel=1)

    @memoize_step(replay=True)
    def outer():
        with redirect_stdout(io.StringIO()), warnings.catch_warnings(record=True) as caught:
            inner()
            print("caught")
        return len(caught)

    assert 1 == outer()
    assert "" == shown()
    assert 1 == outer()
    assert "" == shown()
    inner()
    live = shown()
    assert live.startswith("inner\n")
    assert "UserWarning: inner" in live


def test_each_of_two_threads_is_recorded_alone(watch) -> None:
    shown = watch()
    both = threading.Barrier(2, timeout=10)

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


def test_an_exception_that_is_kept_is_raised_after_what_led_to_it(watch) -> None:
    shown = watch()

    @memoize_step(replay=True, cache_exceptions=(ValueError,))
    def step():
        print("trying")
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            step()
        assert "trying\n" == shown()


def test_an_exception_that_was_logged_has_its_traceback_again(watch) -> None:
    watch()

    @memoize_step(replay=True)
    def step():
        try:
            _ = 1 / 0
        except ZeroDivisionError:
            logging.getLogger("tests.trace").exception("failed", extra={"attempt": 2, "secret": object()})

    records = []
    handler = logging.Handler()
    handler.emit = records.append
    logging.getLogger("tests.trace").addHandler(handler)
    try:
        step()
        step()
    finally:
        logging.getLogger("tests.trace").removeHandler(handler)
    live, again = records
    format_ = logging.Formatter("%(name)s %(levelname)s %(message)s %(funcName)s %(lineno)d %(attempt)s").format
    assert format_(live) == format_(again)
    assert not hasattr(again, "secret")


def test_filters_and_levels_of_now_decide_what_becomes_of_a_record(watch, log) -> None:
    shown = watch()

    @memoize_step(replay=True)
    def step():
        log.info("info")
        warnings.warn("a warning", DeprecationWarning, stacklevel=1)

    step()
    shown()
    log.setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        step()
    assert "" == shown()
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        with pytest.raises(DeprecationWarning, match="a warning"):
            step()


def test_a_warning_goes_through_the_log_again_where_the_log_takes_warnings(watch) -> None:
    shown = watch()

    @memoize_step(replay=True)
    def step():
        warnings.warn("a warning", stacklevel=1)

    handler = Lines()
    logging.getLogger("py.warnings").addHandler(handler)
    logging.captureWarnings(True)
    try:
        for _ in range(2):
            step()
            assert 1 == shown().count("UserWarning: a warning")
    finally:
        logging.captureWarnings(False)
        logging.getLogger("py.warnings").removeHandler(handler)


def test_what_memo_itself_logs_and_warns_about_a_run_is_not_said_again(watch) -> None:
    shown = watch()
    handler = Lines()
    logger = logging.getLogger("memo")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    @memoize_step
    def inner():
        return lambda: 1 / 0

    @memoize_step(replay=True)
    def outer():
        inner()
        print("outer")

    try:
        outer()
        assert "inner ran" in shown()
        outer()
        again = shown()
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert "inner" not in again
    assert again.count("outer hit") == 1


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


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_other_values_are_refused(value) -> None:
    with pytest.raises(OptionError, match=r"replay=.*True or False"):
        memoize_step(replay=value)


def test_another_process_shows_the_same_in_one_order(tmp_path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import logging, sys, warnings, memo\n"
        "logging.basicConfig(level='INFO', format='%(levelname)s %(message)s')\n"
        "logging.getLogger('memo').setLevel('ERROR')\n"
        "@memo.memoize_step(replay=True)\n"
        "def step():\n"
        "    print('out')\n"
        "    logging.info('log')\n"
        "    warnings.warn('deprecated', DeprecationWarning)\n"
        "    print('more')\n"
        "step()\n"
    )
    first, second = (
        subprocess.run(
            [sys.executable, *unbuffered, str(program)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        ).stdout
        for unbuffered in (["-u"], [])
    )
    assert "out\nINFO log\n" == first[:13]
    assert "DeprecationWarning: deprecated" in first
    assert first == second
