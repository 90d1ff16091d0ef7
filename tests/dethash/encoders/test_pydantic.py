"""pydantic's models: fields, extras, private attributes and which fields were set count; what is cached does not."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests

pydantic = pytest.importorskip("pydantic")


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
