"""What a step is given is nowhere in the store, in no log at any level and in no warning; names lead nowhere."""

from __future__ import annotations

import logging
import re
import warnings
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import pytest

from memo import OptionError, Store, StoreWarning, memoize_step

PASSWORD = "correct-horse-battery-staple"


@dataclass
class Login:
    user: str
    password: str


WAYS = {
    "text": PASSWORD,
    "bytes": PASSWORD.encode(),
    "path": Path("/run") / PASSWORD,
    "list": [1, [PASSWORD]],
    "set": {PASSWORD},
    "value": {"password": PASSWORD},
    "key": {PASSWORD: 1},
    "ordered key": OrderedDict([(PASSWORD, 1)]),
    "inner key": [{"a": {(PASSWORD, 1): {PASSWORD: 2}}}],
    "field": Login("me", PASSWORD),
    "attribute": type("Anything", (), {})(),
    "many": [{PASSWORD: number, "b": PASSWORD} for number in range(100)],
}
WAYS["attribute"].__dict__[PASSWORD] = PASSWORD


def traces(directory: Path) -> list[str]:
    """Name the files and paths below *directory* that have the password in any spelling."""
    spelled = re.compile(rb"correct.{0,3}horse|" + PASSWORD.encode("utf-16-le"), re.DOTALL)
    return [
        str(path)
        for path in directory.rglob("*")
        if spelled.search(bytes(path)) or (path.is_file() and spelled.search(path.read_bytes()))
    ]


@pytest.mark.parametrize("trouble", ["none", "unpicklable", "closed off", "secret"])
@pytest.mark.parametrize("way", WAYS)
def test_an_argument_leaves_no_trace(
    own_store: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, way: str, trouble: str
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.captureWarnings(True)
    if trouble == "secret":
        monkeypatch.setenv("MEMO_SECRET", "0123456789abcdef" * 4)

    @memoize_step
    def step(login, *more, extra=None, **rest):
        return (i for i in ()) if trouble == "unpicklable" else [1]

    if trouble == "closed off":
        own_store.mkdir(mode=0o777)
        own_store.chmod(0o777)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            for _ in range(2):
                step(WAYS[way], WAYS[way], extra=WAYS[way], **{"login" + "s": WAYS[way]})
            step.recompute(WAYS[way])
            step.is_cached(WAYS[way])
            step.explain(WAYS[way])
            step.explain("another")
            step.info()
            step.invalidate(WAYS[way])
            step(WAYS[way])
    finally:
        logging.captureWarnings(False)
    Store.shared().close()
    assert (trouble in {"none", "secret"}) == ("py.warnings" not in {record.name for record in caplog.records})
    assert [] == traces(own_store)
    assert "horse" not in caplog.text


def test_the_search_finds_a_trace(own_store: Path) -> None:
    @memoize_step
    def step(x):
        return x

    step(PASSWORD)
    Store.shared().close()
    assert [str(own_store / "cache.db")] == traces(own_store)


NAMES = ["a/../../b", "..", "/etc/passwd", "x" * 10_000, "é", "%s{0}$HOME~", "'; --"]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_steps_name_is_no_path(tmp_path: Path, own_store: Path, name: str) -> None:
    before = set(tmp_path.iterdir())

    @memoize_step(name=name, version="1")
    def step(x):
        return [x] * 100_000

    with warnings.catch_warnings():
        warnings.simplefilter("error", StoreWarning)
        assert [step(1), step(1)] == [[1] * 100_000] * 2
        assert (1, 1, 1) == (step.info().hits, step.info().entries, step.clear())
    assert before | {own_store} == set(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["nul\0nul", "\u202e", "\n", "\ud800"], ids=ascii)
def test_a_name_that_would_deceive_who_reads_it_is_none(name: str) -> None:
    with pytest.raises(OptionError, match="expected text on one line"):
        memoize_step(name=name)


def test_a_function_may_have_any_name() -> None:
    def function(x):
        return x

    function.__qualname__ = function.__name__ = "nul\0/../\ud800\n"
    step = memoize_step(version="1")(function)
    assert [1, 1] == [step(1), step(1)]
    assert (1, 1, 1) == (step.info().hits, step.info().entries, step.clear())


@pytest.mark.parametrize("code", ["deep", "own"])
def test_a_memo_in_a_default_that_the_step_fills_counts_as_it_was_at_first(code: str) -> None:
    def train(x, memo={0: 5}, *, seen=[]):  # noqa: B006
        memo[x] = x
        seen.append(x)
        return dict(memo)

    step = memoize_step(train, code=code)
    key = step.key(1)
    assert [{0: 5, 1: 1}] * 2 == [step(1), step(1)]
    assert 1 == step.info().misses
    assert key == step.key(1) == step.key(1, {0: 5}) != step.key(1, {0: 5, 1: 1})
    train.__defaults__ = ({0: 6},)
    assert key != step.key(1) == step.key(1, {0: 6})
