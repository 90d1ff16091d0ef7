"""``replay=True``: what a run writes, warns and logs is shown again on a hit, in order and once."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
import warnings
from contextlib import redirect_stdout

import pytest

from memo import OptionError, Store, memoize_step


class Careful(UserWarning):
    """A warning that takes other arguments than its text."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")


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


def test_a_warning_goes_through_the_log_again_where_the_log_takes_warnings(watch, lines) -> None:
    shown = watch()

    @memoize_step(replay=True)
    def step():
        warnings.warn("a warning", stacklevel=1)

    handler = lines
    logging.getLogger("py.warnings").addHandler(handler)
    logging.captureWarnings(True)
    try:
        for _ in range(2):
            step()
            assert 1 == shown().count("UserWarning: a warning")
    finally:
        logging.captureWarnings(False)
        logging.getLogger("py.warnings").removeHandler(handler)


def test_what_memo_itself_logs_and_warns_about_a_run_is_not_said_again(watch, lines) -> None:
    shown = watch()
    handler = lines
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
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    first, second = (
        subprocess.run(
            [sys.executable, *unbuffered, str(program)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
            env=environment,
        ).stdout
        for unbuffered in (["-u"], [])
    )
    assert "out\nINFO log\n" == first[:13]
    assert "DeprecationWarning: deprecated" in first
    assert first == second
