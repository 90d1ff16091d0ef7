"""An edit that is declared harmless: stored results stay valid for the calls they answered, and for no other."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from memo import AcceptError, OptionError, Store
from memo.inspection import acceptances, accepted_text

PROGRAM = """
from memo import memoize_step
ran = []
class Config:
    def __init__(self, rate=1): self.rate = rate
    def scaled(self, x): return x * self.rate
def helper(x): return x + 1
@memoize_step(name="step")
def step(x, config=None):
    ran.append(x)
    return helper(x)
"""
_names = itertools.count()


class Program:
    """The program after an edit: as if another process had imported it."""

    def __init__(self, tmp_path: Path, *edits: tuple[str, str], text: str = PROGRAM) -> None:
        for old, new in edits:
            assert 1 == text.count(old), old
            text = text.replace(old, new)
        import importlib.util
        import sys

        file = tmp_path / "program.py"
        file.write_text(text)
        spec = importlib.util.spec_from_file_location("program", file)
        module = importlib.util.module_from_spec(spec)
        sys.modules["program"] = module
        exec(compile(text, str(tmp_path / f"program{next(_names)}.py"), "exec"), vars(module))
        self.module = module
        self.step: Any = module.step

    @property
    def ran(self) -> list[Any]:
        return self.module.ran


@pytest.fixture
def program(tmp_path: Path):
    import sys

    yield lambda *edits, **options: Program(tmp_path, *edits, **options)
    sys.modules.pop("program", None)


TWO = ("x + 1", "1 + x")
THREE = ("x + 1", "x + 2 - 1")
FOUR = ("x + 1", "x - -1")
MINUS = ("x + 1", "x - 1")


def test_what_was_stored_before_answers_the_same_calls_and_no_others(program) -> None:
    first = program()
    assert [2, 3] == [first.step(1), first.step(2)]
    second = program(TWO)
    accepted = second.step.accept()
    assert 2 == len(accepted.acceptance.keys)
    assert ([2, 3], []) == ([second.step(1), second.step(2)], second.ran)
    assert (4, [3]) == (second.step(3), second.ran)
    assert second.step.is_cached(1)
    assert {} == accepted.refused


def test_it_says_what_is_accepted_and_a_dry_run_only_says_so(program) -> None:
    program().step(1)
    second = program(TWO)
    dry = second.step.accept(dry_run=True)
    assert (True, False, []) == (dry.is_dry, second.step.is_cached(1), acceptances(Store()))
    (change,) = dry.changes
    assert ("helper", ("-    return x + 1", "+    return 1 + x")) == (change.name, change.diff[-2:])
    assert str(dry).endswith("/step would be answered by entries from before the edit")
    done = second.step.accept()
    assert str(done).endswith("/step will be answered by entries from before the edit")
    assert (False, dry.changes) == (done.is_dry, done.changes)
    (record,) = acceptances(Store())
    assert (record.before, record.after) == (dry.acceptance.before, second.step.explain(1).call.code_digest)
    assert record.keys == (second.step.key(1),)


def test_explain_says_that_an_entry_from_before_answers(program) -> None:
    first = program()
    first.step(1)
    second = program(TWO)
    second.step.accept()
    told = second.step.explain(1)
    assert (True, first.step.key(1)) == (told.is_stored, told.entry.key)
    assert "accepted 0 s ago" in str(told)
    assert [told.call.code_digest] == [each["after"] for each in told.to_dict()["accepted"]]
    told = second.step.explain(1, None)
    assert 1 == len(told.accepted)


def test_it_can_be_taken_back(program) -> None:
    program().step(1)
    second = program(TWO)
    second.step.accept()
    assert (1, False, 0) == (second.step.revoke(), second.step.is_cached(1), second.step.revoke())
    second.step(1)
    assert [1] == second.ran
    assert program().step.is_cached(1), "the entries themselves stay"


def test_a_call_that_has_a_result_of_its_own_keeps_it(program) -> None:
    program().step(1)
    second = program(MINUS)
    assert 0 == second.step(1)
    assert () == second.step.accept().acceptance.keys
    assert 0 == second.step(1)


def test_of_several_codes_before_one_has_to_be_named(program) -> None:
    """The first may be what the second has put right: its results must not come back."""
    wrong, right = program(MINUS), program()
    wrong.step(1), wrong.step(2), right.step(1)
    third = program(TWO)
    with pytest.raises(AcceptError, match="say which of these codes was before") as caught:
        third.step.accept()
    assert 2 == len(caught.value.candidates)
    assert not third.step.is_cached(1)
    digest = right.step.explain(1).call.code_digest
    assert digest[:12] in "".join(caught.value.candidates)
    third.step.accept(digest[:8])
    assert ([2], [True, False]) == ([third.step(1)], [third.step.is_cached(1), third.step.is_cached(2)])
    with pytest.raises(AcceptError, match="begins with 'ffffff'"):
        third.step.accept("ffffff")


def test_what_was_accepted_before_is_accepted_again(program) -> None:
    program().step(1)
    second = program(TWO)
    second.step.accept()
    second.step(2)
    third = program(THREE)
    accepted = third.step.accept()
    assert (2, [True, True]) == (len(accepted.acceptance.keys), [third.step.is_cached(1), third.step.is_cached(2)])
    fourth = program(FOUR)
    fourth.step.accept()
    assert [True, True] == [fourth.step.is_cached(1), fourth.step.is_cached(2)]
    fourth.step.revoke()
    assert [False, True] == [fourth.step.is_cached(1), program(THREE).step.is_cached(1)]


def test_the_code_of_an_arguments_class_can_be_accepted(program) -> None:
    first = program()
    first.step(1, first.module.Config()), first.step(2)
    second = program(("x * self.rate", "self.rate * x"))
    assert not second.step.is_cached(1, second.module.Config())
    accepted = second.step.accept()
    assert [("program:Config", 3)] == [(each[0], len(each)) for each in accepted.acceptance.classes]
    assert ["in argument config: method Config.scaled() changed (program.py)"] == list(map(str, accepted.changes))
    assert (True, []) == (second.step.is_cached(1, second.module.Config()), second.ran)
    ((_, was, now),) = accepted.acceptance.classes
    told = accepted_text(accepted.acceptance)
    assert f"with class program:Config {was[:12]}, valid for code " in told
    assert told.endswith(f"with class program:Config {now[:12]}")
    assert not second.step.is_cached(1, second.module.Config(2))


def test_code_and_class_are_accepted_together(program) -> None:
    first = program()
    first.step(1, first.module.Config()), first.step(2)
    second = program(TWO, ("x * self.rate", "self.rate * x"))
    assert 2 == len(second.step.accept().acceptance.keys)
    assert [True, True] == [second.step.is_cached(1, second.module.Config()), second.step.is_cached(2)]


def test_a_class_that_is_gone_is_a_reason(program) -> None:
    first = program()
    first.step(1, first.module.Config())
    second = program(("class Config", "class Settings"), TWO)
    with pytest.raises(AcceptError, match="the class Config in its argument config is not to be found in program"):
        second.step.accept()


def test_a_new_parameter_has_its_default_and_one_that_is_gone_is_a_reason(program) -> None:
    first = program()
    first.step(1)
    second = program(("def step(x, config=None)", "def step(x, config=None, beta=0, *more, **rest)"))
    assert 1 == len(second.step.accept().acceptance.keys)
    assert [True, True, False] == [
        second.step.is_cached(1),
        second.step.is_cached(1, beta=0),
        second.step.is_cached(1, beta=1),
    ]
    third = program(("def step(x, config=None)", "def step(x)"))
    with pytest.raises(AcceptError, match="its argument config is none of the step's any more"):
        third.step.accept()
    fourth = program(("def step(x, config=None)", "def step(x, beta, config=None)"))
    with pytest.raises(AcceptError, match="it does not tell the argument beta, which has no default"):
        fourth.step.accept()


@pytest.mark.parametrize("option", ['version="1"', 'code="own"', 'code="off", version="1"'])
def test_versions_and_own_code_are_accepted_too(program, option: str) -> None:
    text = PROGRAM.replace('name="step"', f'name="step", {option}')
    edits = [('version="1"', 'version="2"')] if "version" in option else [("ran.append(x)", "ran.append(+x)")]
    first = program(text=text)
    first.step(1)
    second = program(*edits, text=text)
    assert not second.step.is_cached(1)
    second.step.accept("1" if "version" in option else None)
    assert (2, []) == (second.step(1), second.ran)


def test_closures_of_one_step_keep_to_themselves(program) -> None:
    text = """
from memo import memoize_step
ran = []
def make(offset):
    @memoize_step(name="step", version="1")
    def step(x):
        ran.append(x)
        return x + offset
    return step
step, other = make(1), make(2)
"""
    first = program(text=text)
    assert [2, 3] == [first.step(1), first.module.other(1)]
    second = program(('version="1"', 'version="2"'), text=text)
    second.step.accept()
    assert ([2, 3], []) == ([second.step(1), second.module.other(1)], second.ran)


def test_a_parameter_at_a_skipped_default_stays_none_of_the_key(program) -> None:
    text = PROGRAM.replace('name="step"', 'name="step", version="1", skip_defaults={"config": None}')
    program(text=text).step(1)
    second = program(('version="1"', 'version="2"'), text=text)
    second.step.accept()
    assert [True, False] == [second.step.is_cached(1), second.step.is_cached(1, 2)]


def test_an_entry_that_does_not_tell_what_it_answers_is_refused(program) -> None:
    from memo.store import Argument, Metadata

    second = program(TWO)
    key = "ab" * 32
    Store.shared().save(key, 1, Metadata(key=key, origin=second.step.info().origin, code_digest="c0de"))
    with pytest.raises(AcceptError, match="another version of memo made it"):
        second.step.accept()
    other = "cd" * 32
    metadata = Metadata(key=other, origin=second.step.info().origin, arguments=(Argument("x", "int", "d"),))
    Store.shared().save(other, 1, metadata)
    program().step(1)
    accepted = second.step.accept()
    assert ({key, other}, 1) == (set(accepted.refused), len(accepted.acceptance.keys))


@pytest.mark.parametrize("previous", [1, True, b"ab"])
def test_a_code_is_named_by_text(program, previous: object) -> None:
    with pytest.raises(OptionError, match=f"^previous={previous}: expected text: the beginning of a code's digest"):
        program().step.accept(previous)


def test_without_anything_from_before_there_is_nothing_to_accept(program, own_store: Path) -> None:
    with pytest.raises(AcceptError, match="nothing was accepted: no entry was made by other code than now"):
        program().step.accept()
    assert not own_store.exists()
    step = program().step
    step(1)
    with pytest.raises(AcceptError):
        step.accept()


def test_a_caller_of_the_step_needs_an_acceptance_of_its_own(program) -> None:
    text = PROGRAM + "\n@memoize_step(name='outer')\ndef outer(x): return step(x)\n"
    program(text=text).module.outer(1)
    second = program(TWO, text=text)
    second.step.accept()
    assert [True, False] == [second.step.is_cached(1), second.module.outer.is_cached(1)]
    second.module.outer.accept()
    assert second.module.outer.is_cached(1)


def test_methods_are_accepted_through_the_class_and_an_instance(program) -> None:
    text = """
from memo import memoize_step
ran = []
class Model:
    def __init__(self, bias): self.bias = bias
    def helper(self, x): return x + self.bias
    @memoize_step(name="step")
    def fit(self, x):
        ran.append(x)
        return self.helper(x)
step = Model.fit
"""
    first = program(text=text)
    first.module.Model(1).fit(1), first.module.Model(2).fit(1)
    second = program(("x + self.bias", "self.bias + x"), text=text)
    assert 2 == len(second.module.Model(1).fit.accept().acceptance.keys)
    assert ([2, 3], []) == ([second.module.Model(bias).fit(1) for bias in (1, 2)], second.ran)
    assert 2 == second.step.revoke()


def test_the_error_travels() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(AcceptError("p/m:f", "no", ("a",))))
    assert "p/m:f: nothing was accepted: no\n  a" == str(error)
    assert ("p/m:f", "no", ("a",)) == (error.origin, error.problem, error.candidates)
