"""pydantic's models: fields, extras, private attributes and which fields were set count; what is cached does not."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.code.project import before_and_after as edited
from tests.dethash.code.project import edits
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests

pydantic = pytest.importorskip("pydantic")

from pydantic._internal._validate_call import ValidateCallWrapper  # noqa: E402  which there may not be

ROOT = Path(__file__).parents[3]


class Model(pydantic.BaseModel):
    """A model with what models have."""

    number: int
    name: str = "a"
    _private: int = pydantic.PrivateAttr(3)

    @cached_property
    def double(self) -> int:
        return 2 * self.number

    @pydantic.computed_field
    @cached_property
    def triple(self) -> int:
        return 3 * self.number


class Same(Model):
    """A model of another name."""


class Open(pydantic.BaseModel, extra="allow"):
    """A model that takes what it does not know."""

    number: int


class Frozen(pydantic.BaseModel, frozen=True):
    """A model that can be hashed."""

    number: int


class Root(pydantic.RootModel[list[int]]):
    """A model of a list."""


class Frugal(Model):
    """A model that says itself what counts."""

    def __getstate__(self) -> Any:
        return super().__getstate__() | {"__pydantic_fields_set__": set()}


class Holder(pydantic.BaseModel):
    """A model that holds anything."""

    value: Any


def private(value: int) -> Model:
    model = Model(number=1)
    model._private = value
    return model


def test_no_two_different_values_share_a_digest():
    assert [] == alike_in(
        {
            "model": Model(number=1),
            "another number": Model(number=2),
            "another name": Model(number=1, name="b"),
            "a default spelled out": Model(number=1, name="a"),
            "private": private(4),
            "another class": Same(number=1),
            "dict": {"number": 1, "name": "a"},
            "open": Open(number=1),
            "extra": Open(number=1, more=2),
            "another extra": Open(number=1, more=3),
            "frozen": Frozen(number=1),
            "root": Root([1]),
            "another root": Root([2]),
            "held": Holder(value=Model(number=1)),
            "held other": Holder(value=Model(number=2)),
            "secret": pydantic.SecretStr("a"),
            "another secret": pydantic.SecretStr("b"),
            "unvalidated": Model.model_construct(number="1"),
        }
    )


@pytest.mark.parametrize(
    "model",
    [Model(number=1), Open(number=1, more=2), Frozen(number=1), Root([1]), Frugal(number=1), Holder(value=[1])],
    ids=repr,
)
def test_copies_and_used_ones_have_the_digest(model):
    before, after = before_and_after(
        model,
        lambda it: getattr(it, "double", 0),
        lambda it: getattr(it, "triple", 0),
        lambda it: it.model_dump(),
        lambda it: it.model_dump_json(),
        repr,
    )
    assert before == after
    assert {before} == digests(model.model_copy(deep=True), *copies(model))


def test_what_a_model_says_itself_counts():
    assert det_hash(Frugal(number=1)) == det_hash(Frugal(number=1, name="a"))


def test_arrays_in_a_model_count_by_value():
    np = pytest.importorskip("numpy")
    one = Holder(value=np.arange(6).reshape(2, 3))
    assert det_hash(one) == det_hash(Holder(value=np.asfortranarray(one.value)))
    assert det_hash(one) != det_hash(Holder(value=one.value + 1))


PROGRAM = """
import pydantic
from memo import det_hash

class Model(pydantic.BaseModel):
    number: int = 1

    @pydantic.field_validator("number")
    @classmethod
    def check(cls, number):
        return number

before = det_hash(Model)
model = Model(number=2)
model.number = 3
Model.model_rebuild(force=True)
print(before, det_hash(Model))
"""


def test_a_model_as_a_value_has_one_digest_in_every_process_and_after_use(tmp_path):
    """pydantic keeps addresses in its schemas, and sets their members in the order of the process."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    found = set()
    for seed in "12":
        command = [sys.executable, str(program)]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        found.update(done.stdout.split())
    assert 1 == len(found)


def test_models_as_values_differ_by_their_fields_and_validators():
    def made(least: int, body: str, **config: Any) -> Any:
        text = PROGRAM.partition("before")[0].replace("= 1", f"= pydantic.Field(1, gt={least})")
        namespace: dict[str, Any] = {"__name__": "__main__"}
        exec(text.replace("return number", f"return {body}"), namespace)
        return namespace["Model"]

    assert 3 == len(digests(made(0, "number"), made(-1, "number"), made(0, "number + 1")))
    assert 1 == len(digests(made(0, "number"), made(0, "number")))


CHECKED = """
from typing import Annotated
from pydantic import BaseModel, Field, validate_call
LIMIT = 1
class Row(BaseModel):
    rate: float = 2.0
def helper(x): return x * 3
@validate_call
def checked(x: Annotated[int, Field(gt=LIMIT)], row: Row | None = None): return helper(x)
@validate_call(validate_return=True, config={"strict": True})
def strict(x: int) -> float: return x
def step(x): return checked(x)
def step2(x): return strict(x)
def unrelated(): return 4
"""
CHECKED_RERUNS = edits(
    "checked",
    CHECKED,
    ("x * 3", "x * 30"),
    ("LIMIT = 1", "LIMIT = 10"),
    ("rate: float = 2.0", "rate: float = 20.0"),
    ("Annotated[int,", "Annotated[float,"),
    ('"strict": True', '"strict": False', "key(step2)"),
    ("-> float", "-> str", "key(step2)"),
    ("validate_return=True", "validate_return=False", "key(step2)"),
)
CHECKED_HITS = edits("checked", CHECKED, ("return 4", "return 40"), ("return 4", "return 40", "key(step2)"))
#: In older versions of pydantic what calls a function keeps only what it is compiled to.
KEEPS_FUNCTION = "function" in ValidateCallWrapper.__slots__


def test_a_checked_function_counts_by_itself_and_by_what_it_is_checked_against(tmp_path: Path) -> None:
    hits = CHECKED_HITS if KEEPS_FUNCTION else []
    keys = edited(tmp_path, [*CHECKED_RERUNS, *hits])
    assert [] == [
        case.name for case in CHECKED_RERUNS if len({*keys[case.name]}) == 1 or "Error" in str(keys[case.name])
    ]
    assert [] == [case.name for case in hits if len({*keys[case.name]}) == 2]
