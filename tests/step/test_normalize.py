"""What normalize= and key= make of a call's arguments is what counts, and so does their code."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import memo
from memo import AcceptError, MemoWarning, OptionError, UnhashableError, memoize_step

REPOSITORY = Path(__file__).parents[2]


def lowered(arguments):
    return {**arguments, "text": arguments["text"].lower()}


def test_normalized_arguments_are_hashed_and_are_what_the_function_gets() -> None:
    calls = []

    @memoize_step(normalize=lowered)
    def step(text, size=1):
        calls.append(text)
        return text, size

    assert [("foo", 1)] * 4 == [step("FOO"), step("foo"), step(text="Foo", size=1), step.recompute("fOO")]
    assert ["foo", "foo"] == calls
    assert step.key("FOO") == step.key("foo") != step.key("bar")
    assert (True, False) == (step.is_cached("fOo"), step.is_cached("FOO", 2))
    assert (True, False) == (step.invalidate("FOO"), step.is_cached("foo"))
    told, expected = step.explain("FOO").to_dict(), step.explain("foo").to_dict()
    assert (expected["key"], expected["arguments"]) == (told["key"], told["arguments"])


def test_normalize_is_given_every_bound_argument_with_defaults_by_name() -> None:
    given = []

    def note(arguments):
        given.append(arguments)
        return arguments

    @memoize_step(normalize=note, ignore=("verbose",))
    def step(first, /, second=2, *more, verbose=False, **rest):
        return first, second, more, verbose, rest

    assert (1, 2, (), False, {}) == step(1)
    assert (1, 3, (4, 5), True, {"z": 1, "a": 2}) == step(1, 3, 4, 5, verbose=True, z=1, a=2)
    assert (1, 2, (), False, {}) == step(1, verbose=True), "it is ignored"
    assert [
        {"first": 1, "second": 2, "more": (), "verbose": False, "rest": {}},
        {"first": 1, "second": 3, "more": (4, 5), "verbose": True, "rest": {"z": 1, "a": 2}},
        {"first": 1, "second": 2, "more": (), "verbose": True, "rest": {}},
    ] == given


def test_what_normalize_leaves_out_or_changes_reaches_every_kind_of_parameter() -> None:
    def change(arguments):
        return {"more": [7, *arguments["more"]], "rest": {**arguments["rest"], "n": 1}, "first": 0, "only": 5}

    @memoize_step(normalize=change)
    def step(first, /, second=2, *more, only, **rest):
        return first, second, more, only, rest

    assert [(0, 2, (7, 8), 5, {"m": 0, "n": 1})] * 2 == [step(1, 3, 8, only=4, m=0), step(9, 9, 8, only=9, m=0)]


def test_normalize_is_asked_once_a_call_for_it_may_answer_otherwise_the_next_time() -> None:
    versions = iter(["v1", "v2", "v3"])

    def latest(arguments):
        return {"version": next(versions) if arguments["version"] == "latest" else arguments["version"]}

    @memoize_step(normalize=latest)
    def step(version):
        return version

    assert "v1" == step("latest")
    assert (True, False) == (step.is_cached("v1"), step.is_cached("v2"))
    assert "v2" == step("latest")


def test_skip_defaults_and_ignore_are_asked_about_normalized_arguments() -> None:
    @memoize_step(normalize=lambda arguments: {**arguments, "beta": abs(arguments["beta"])}, skip_defaults={"beta": 0})
    def step(alpha, beta=0):
        return alpha

    assert step.key(1) == step.key(1, -0) != step.key(1, -1)
    assert step.key(1, 1) == step.key(1, -1)


def test_methods_coroutines_and_generators_are_normalized_too() -> None:
    class Model:
        @memoize_step(normalize=lowered)
        def fit(self, text):
            return text

        @memoize_step(normalize=lowered)
        @classmethod
        def build(cls, text):
            return cls.__name__, text

        @memoize_step(normalize=lowered)
        @staticmethod
        def load(text):
            return text

    model = Model()
    assert ("a", ("Model", "a"), "a", "a") == (model.fit("A"), Model.build("A"), Model.load("A"), model.load("A"))
    assert (True, True, True) == (model.fit.is_cached("a"), model.build.is_cached("a"), Model.load.is_cached("a"))

    @memoize_step(normalize=lowered)
    async def fetch(text):
        return text

    @memoize_step(normalize=lowered)
    def letters(text):
        yield from text

    assert ("ab", True) == (asyncio.run(fetch("AB")), fetch.is_cached("ab"))
    assert (["a", "b"], True) == (list(letters("AB")), letters.is_cached("ab"))
    assert ["ab", "ab"] == memoize_step(normalize=lowered)(lambda text: text).map(["AB", "Ab"])


def test_a_disabled_step_normalizes_so_that_its_results_are_the_same() -> None:
    step = memoize_step(normalize=lowered, enabled=False)(lambda text: text)
    assert ("a", ["b"]) == (step("A"), step.map(["B"]))


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (None, "returns a dict, not a NoneType"),
        ({"text": "a", "txet": 1}, r"returns parameters of the step \(text\), not 'txet'"),
        ({}, "returns all parameters of the step; 'text' is gone"),
    ],
)
def test_what_normalize_must_not_return_is_one_warning_and_the_call_runs_once(returned: object, says: str) -> None:
    calls = []

    @memoize_step(normalize=lambda _: returned)
    def step(text):
        calls.append(text)
        return text

    with pytest.warns(MemoWarning, match=f"normalize= failed .*{says}.*runs with its arguments as they are") as caught:
        assert "A" == step("A")
    assert (1, ["A"], 0) == (len(caught), calls, step.info().entries)
    assert ["A", "B"] == step.map(["A", "B"]), "and no second warning"
    with pytest.raises(OptionError, match=says):
        step.key("A")


@pytest.mark.parametrize("option", ["normalize", "key"])
def test_an_option_that_raises_costs_no_result(option: str) -> None:
    calls = []

    @memoize_step(**{option: lambda arguments: arguments["missing"]})
    def step(text):
        calls.append(text)
        return text

    @memoize_step(**{option: lambda arguments: arguments["missing"]})
    async def awaited(text):
        return text

    with pytest.warns(MemoWarning, match=rf"{option}= failed \(KeyError: 'missing'\): the call runs") as caught:
        assert "A" == step("A")
    assert (1, ["A"], 0, __file__) == (len(caught), calls, step.info().entries, caught[0].filename)
    assert "A" == step("A"), "it is said once"
    with pytest.warns(MemoWarning, match=f"{option}= failed"):
        assert "A" == asyncio.run(awaited("A"))
    for question in (step.key, step.is_cached, step.explain):
        with pytest.raises(KeyError, match="missing"):
            question("A")


def test_key_stands_for_the_arguments_which_the_function_gets_as_they_are() -> None:
    calls = []

    @memoize_step(key=lambda arguments: arguments["path"].lower())
    def step(path, lock=None, *more, **rest):
        calls.append(path)
        return path, lock is None

    lock = threading.Lock()
    assert [("A", False)] * 2 == [step("A", lock), step("a", None, 1, x=2)]
    assert ["A"] == calls
    assert step.key("A", lock) == step.key("a") != step.key("b")
    assert (True, True) == (step.is_cached("A"), step.invalidate("a", lock))


def test_key_is_given_the_dict_of_bound_arguments_that_count() -> None:
    given = []

    @memoize_step(key=given.append, ignore=("verbose",))
    def step(first, second=2, *more, verbose=False, **rest): ...

    step(1, verbose=True), step(first=5, a=1)
    assert [
        {"first": 1, "second": 2, "more": (), "rest": {}},
        {"first": 5, "second": 2, "more": (), "rest": {"a": 1}},
    ] == given


def test_key_is_given_what_normalize_made() -> None:
    @memoize_step(normalize=lowered, key=lambda arguments: arguments["text"])
    def step(text, connection):
        return text

    assert step.key("A", 1) == step.key("a", 2)
    assert "a" == step("A", 1)


def test_what_key_returns_needs_a_digest() -> None:
    @memoize_step(key=lambda arguments: {"lock": arguments["lock"]})
    def step(lock): ...

    with pytest.raises(UnhashableError, match=r'cannot hash key\["lock"\]'):
        step(threading.Lock())


def test_the_code_of_the_step_still_counts_beside_key() -> None:
    def key(arguments):
        return arguments["x"]

    assert memoize_step(key=key)(lambda x: x).key(1) != memoize_step(key=key)(lambda x: x + 1).key(1)
    assert memoize_step(key=key)(lambda x: x).key(1) != memoize_step(lambda x: x).key(1)
    named = {"version": "1", "name": "n"}
    assert memoize_step(key=key, **named)(lambda x: x).key(1) != memoize_step(**named)(lambda x: x).key(1)


def test_skip_defaults_beside_key_is_an_error_that_says_why() -> None:
    with pytest.raises(OptionError, match="expected no skip_defaults beside it: what it returns stands for all"):
        memoize_step(key=lowered, skip_defaults={"text": ""})


MAIN = """
import json, memo, pathlib, rules
from memo import memoize_step
runs, keys = {}, {}
def measured(label, **options):
    @memoize_step(**options)
    def step(text):
        with open("ran", "a") as file: file.write(text)
        return text
    @memoize_step
    def outer(text): return step(text)
    ran = pathlib.Path("ran")
    ran.write_text("")
    for word in ("A", "a"): step(word)
    runs[label], keys[label] = list(ran.read_text()), [step.key("A"), outer.key("A")]
"""
DECIDING = """
measured("normalize", normalize=rules.chosen)
measured("normalize with a version", normalize=rules.chosen, version="1", name="one")
measured("normalize of own code", normalize=rules.chosen, code="own", name="two")
measured("key", key=rules.chosen)
measured("key with a version", key=rules.chosen, version="1", name="three")
measured("key as a lambda", key=lambda arguments: rules.chosen(arguments))
print(json.dumps([runs, keys]))
"""
RULES = """
def helper(text): return text.lower()
def chosen(arguments): return {'text': helper(arguments['text'])}
def kept(result): return True
class Trouble(Exception): pass
"""
OTHERS = """
measured("validate", validate=lambda entry: rules.kept(entry))
measured("cache_if", cache_if=rules.kept)
measured("cache_exceptions", cache_exceptions=(rules.Trouble,))
measured("rest", verify=0.0, tags=("a",), refresh=False, expire=1000)
measured("nothing")
print(json.dumps([runs, keys]))
"""


def run(project: Path, main: str, rules: str) -> list[dict[str, list[str]]]:
    (project / "main.py").write_text(MAIN + main)
    (project / "rules.py").write_text(rules)
    command = [sys.executable, "-W", "error", "main.py"]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    return json.loads(done.stdout)


def test_an_edit_of_what_decides_about_arguments_runs_again_in_the_next_process(tmp_path: Path) -> None:
    ran, keys = run(tmp_path, DECIDING, RULES)
    assert {name: ["A" if name.startswith("key") else "a"] for name in keys} == ran, "once, for both words"
    assert [{label: [] for label in keys}, keys] == run(tmp_path, DECIDING, RULES)
    again, edited = run(tmp_path, DECIDING, RULES.replace("text.lower()", "text.lower() + ''"))
    assert ran == again
    for name in keys:
        assert keys[name][0] != edited[name][0], name
        assert keys[name][1] != edited[name][1], f"{name}: a step that calls it runs again, too"


def test_no_other_option_counts_as_code(tmp_path: Path) -> None:
    ran, keys = run(tmp_path, OTHERS, RULES)
    assert (["A", "a"], [[]] * 4) == (ran.pop("validate"), list(ran.values())), "all of them are one step"
    assert 1 == len({json.dumps(pair) for pair in keys.values()})
    edited = RULES.replace("True", "not False").replace("(Exception)", "(ValueError)")
    other = OTHERS.replace("(entry)", "(  entry) or False").replace("1000", "999")
    assert [{label: [] for label in keys}, keys] == run(tmp_path, other, edited)


@pytest.mark.parametrize("option", ["normalize=low", "key=lambda arguments: arguments['text']"])
def test_an_edit_is_accepted_beside_what_decides_about_arguments(option: str) -> None:
    names = {"memoize_step": memoize_step, "low": lowered, "__name__": __name__, "__file__": __file__}
    for body in ("return text", "return text + ''"):
        exec(f"@memoize_step({option}, name='edited')\ndef step(text, lock=None): {body}", names)
        step = names["step"]
        assert (body != "return text") == (not step.is_cached("a") and step.info().entries == 1)
        if body == "return text":
            step("a")
    assert 1 == len(step.accept().acceptance.keys)
    assert (True, "a") == (step.is_cached("a"), step("a"))


def test_what_key_makes_of_older_arguments_is_not_known() -> None:
    def step(text): ...

    memoize_step(name="grown")(step)("a")
    with pytest.raises(AcceptError, match="it does not tell what key= makes of its arguments"):
        memoize_step(name="grown", key=lowered)(step).accept()


@pytest.mark.parametrize("option", ["normalize", "key", "validate", "cache_if"])
@pytest.mark.parametrize("value", [3, "text", lambda: 1, lambda a, b: 1, memo, (len,)], ids=repr)
def test_only_a_function_of_one_argument_is_one(option: str, value: object) -> None:
    with pytest.raises(OptionError, match=rf"{option}=.*: expected a function of one argument, such as {option}="):
        memoize_step(**{option: value})


def test_a_coroutine_function_cannot_say_anything() -> None:
    async def later(result):
        return False

    for option in ("normalize", "key", "validate", "cache_if"):
        with pytest.raises(OptionError, match="what a coroutine function says is not awaited"):
            memoize_step(**{option: later})
