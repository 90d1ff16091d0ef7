"""With a version the origin identifies a step; without, what it does."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from memo import OptionError, StepError, memoize_step


def module(file: Path, source: str, name: str = "load") -> dict[str, Any]:
    """Return the names of a module that is *source*, as its functions see them."""
    namespace = {"__name__": name, "__file__": str(file), "memoize_step": memoize_step, "functools": functools}
    exec(source, namespace)
    return namespace


def key(file: Path, options: str = "", body: str = "return x", name: str = "load") -> str:
    return module(file, f"@memoize_step({options})\ndef load(x): {body}", name)["load"].key(1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'flights'")
    return tmp_path


def test_a_version_stands_for_the_code(project: Path) -> None:
    file = project / "load.py"
    assert key(file, "version='1'") == key(file, "version='1'", "return x + 1")
    assert key(file, "version='1'") != key(file, "version='2'")
    assert key(file, "version='1'") != key(file)
    assert key(file) != key(file, "", "return x + 1")


def test_a_version_attribute_does_the_same(project: Path) -> None:
    def step(x): ...

    said = memoize_step(version="3")(step)
    told = memoize_step(step)
    plain = told.key(1)
    told.VERSION = "3"
    assert said.key(1) == told.key(1) != plain
    told.VERSION = "4"
    assert said.key(1) != told.key(1)
    assert memoize_step(version="3")(step).key(1) == said.key(1), "the option comes first"
    for wrong in (5, ""):
        told.VERSION = wrong
        with pytest.raises(OptionError, match="version="):
            told(1)


@pytest.mark.parametrize("options", [{"version": "1"}, {"code": "off"}, {"code": "own"}])
def test_what_is_captured_counts_as_it_is_at_each_call(options: dict[str, Any]) -> None:
    """The step is the same, and what the function around it has assigned since is not."""

    def loader(path: str) -> tuple[Any, Any]:
        @memoize_step(**options)
        def load(line: int) -> str:
            return f"{path}:{line}"

        def use(another: str) -> None:
            nonlocal path
            path = another

        return load, use

    load, use = loader("a")
    assert ["a:1", "a:1"] == [load(1), load(1)]
    use("b")
    assert ["b:1", "b:1"] == [load(1), load(1)]
    use("a")
    assert load.is_cached(1)
    assert 2 == load.info().misses


def test_two_projects_and_two_places_in_one_never_meet(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "pyproject.toml").write_text("[project]\nname = 'trains'")
    unnamed = tmp_path_factory.mktemp("unnamed")
    files = [place / name for place in (project, other, unnamed) for name in ("load.py", "one/load.py", "two/load.py")]
    for options in ("version='1'", "code='off'", "code='own'"):
        for name in ("load", "__main__"):
            assert len(files) == len({key(file, options, name=name) for file in files})
    assert 1 == len({key(file) for file in files}), "without a version the code is all there is to a step"


def test_however_the_program_was_started_a_versioned_step_is_the_same(project: Path) -> None:
    file = project / "pkg" / "load.py"
    assert 1 == len({key(file, "version='1'", name=name) for name in ("load", "pkg.load", "__main__", "__mp_main__")})


def test_a_versioned_step_that_moves_runs_again_unless_it_is_named(project: Path) -> None:
    one, two = project / "one.py", project / "two.py"
    assert key(one, "version='1'") != key(two, "version='1'")
    named = "version='1', name='loading'"
    assert key(one, named) == key(two, named)
    assert key(one, named) != key(one, "version='1', name='other'")
    assert key(one) == key(two) == key(two, "name='loading'"), "code identifies the step, whatever its name"


@pytest.mark.parametrize("options", ["version='1'", "code='off'", "code='own'"])
def test_what_a_factory_was_given_tells_its_steps_apart(project: Path, options: str) -> None:
    source = f"def make(n):\n    @memoize_step({options})\n    def f(x): return x + n\n    return f"
    make = module(project / "load.py", source)["make"]
    steps = [make(n) for n in (1, 2, 1.0, "1", [1])]
    assert len(steps) == len({step.key(5) for step in steps})
    assert (6, 7, 6) == (steps[0](5), steps[1](5), make(1)(5))
    assert make(2).is_cached(5)


def test_functions_under_a_decorator_of_ones_own_are_told_apart(project: Path) -> None:
    """A decorator that does not say what it wraps gives every function one name."""
    source = """
def plain(function):
    def wrapper(*args): return function(*args)
    return wrapper
def kept(function):
    return functools.wraps(function)(plain(function))
def one(x): return 1
def two(x): return 2
"""
    names = module(project / "load.py", source)
    for decorator in (names["plain"], names["kept"], lambda function: functools.lru_cache(function).__wrapped__):
        one, two = (memoize_step(version="1")(decorator(names[name])) for name in ("one", "two"))
        assert (1, 2) == (one(5), two(5))


def test_an_edit_of_a_wrapped_body_does_not_run_a_versioned_step(project: Path) -> None:
    keys = set()
    for body in ("return 1", "return 2"):
        source = f"""
def timed(function):
    @functools.wraps(function)
    def wrapper(*args): return function(*args)
    return wrapper
@memoize_step(version="1")
@timed
def load(x): {body}
"""
        keys.add(module(project / "load.py", source)["load"].key(1))
    assert 1 == len(keys)


def test_a_lambda_with_a_version_needs_a_name() -> None:
    for options in ({"version": "1"}, {"code": "off"}):
        with pytest.raises(StepError, match=r'a lambda whose code does not count.* name="double"'):
            memoize_step(**options)(lambda x: x * 2)
        double = memoize_step(name="double", **options)(lambda x: x * 2)
        triple = memoize_step(name="triple", **options)(lambda x: x * 3)
        assert (4, 6) == (double(2), triple(2))
    told = memoize_step(lambda x: x)
    told.VERSION = "1"
    with pytest.raises(StepError, match="a lambda whose code does not count"):
        told(1)


def test_counting_its_own_calls_does_not_make_a_versioned_step_run_again() -> None:
    calls = []

    @memoize_step(version="1")
    def step(x):
        calls.append(x)
        return x

    assert ([1, 1, 2], [1, 2]) == ([step(1), step(1), step(2)], calls)


def test_the_entries_of_a_version_say_so(own_store: Path) -> None:
    @memoize_step(version="7")
    def step(x): ...

    step(1)
    metadata = step._step.store.load(step.key(1)).metadata
    assert ("7", "", step.info().origin) == (metadata.version, metadata.code_digest, metadata.origin)
