"""Methods: ``self`` is an argument as any other, its state and its class's code."""

from __future__ import annotations

import copy
import functools
import pickle
import sys
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import pytest

from memo import StepError, UnhashableError, memoize_step

RUNS: list[str] = []


@dataclass
class Model:
    size: int
    name: str = "model"

    @memoize_step
    def fit(self, data, rate=1):
        RUNS.append("fit")
        return self.size * data * rate

    @memoize_step(ignore=("self",))
    def describe(self, data):
        RUNS.append("describe")
        return f"{self.name} {data}"

    @memoize_step
    @classmethod
    def build(cls, data):
        RUNS.append("build")
        return f"{cls.__name__} {data}"

    @classmethod
    @memoize_step
    def rebuild(cls, data=1):
        RUNS.append("rebuild")
        return f"{cls.__name__} {data}"

    @memoize_step
    @staticmethod
    def load(data):
        RUNS.append("load")
        return data + 1

    @staticmethod
    @memoize_step
    def reload(data):
        RUNS.append("reload")
        return data + 1

    @property
    @memoize_step
    def summary(self):
        RUNS.append("summary")
        return f"{self.name} of {self.size}"

    @functools.cached_property
    @memoize_step
    def total(self):
        RUNS.append("total")
        return self.size * 100

    @memoize_step
    def __call__(self, data):
        RUNS.append("__call__")
        return data - 1

    @memoize_step
    def __secret(self, data):
        RUNS.append("secret")
        return data

    def tell(self, data):
        return self.__secret(data)


class Larger(Model):
    pass


class Overriding(Model):
    @memoize_step
    def fit(self, data, rate=1):
        return "overriding"

    @memoize_step
    def __hidden(self):
        return type(self).__name__

    @classmethod
    def hidden(cls):
        return cls.__hidden


@pytest.fixture(autouse=True)
def _no_runs() -> None:
    RUNS.clear()


def test_the_state_of_self_counts_and_not_which_object_it_is() -> None:
    assert [6, 6, 6] == [Model(2).fit(3), Model(2).fit(data=3), Model.fit(Model(2), 3)]
    assert ["fit"] == RUNS
    assert [9, 6] == [Model(3).fit(3), Model(2, "other").fit(3)]
    model = Model(2)
    model.size = 5
    assert 15 == model.fit(3)
    assert 4 == len(RUNS)


def test_the_class_of_self_counts() -> None:
    assert [6, 6] == [Model(2).fit(3), Larger(2).fit(3)]
    assert 2 == len(RUNS)


def test_self_can_be_ignored() -> None:
    assert ["one 1", "one 1"] == [Model(2, "one").describe(1), Larger(3, "two").describe(1)]


@pytest.mark.parametrize("name", ["build", "rebuild"])
def test_class_methods_in_both_orders(name: str) -> None:
    assert ["Model 1", "Model 1", "Larger 1", "Larger 1"] == [
        getattr(holder, name)(1) for holder in (Model, Model(1), Larger, Larger(2))
    ]
    assert [name] * 2 == RUNS


@pytest.mark.parametrize("name", ["load", "reload"])
def test_static_methods_in_both_orders(name: str) -> None:
    assert [2, 2, 2] == [getattr(holder, name)(1) for holder in (Model, Model(1), Larger)]
    assert [name] == RUNS
    assert getattr(Model, name).is_cached(1)
    assert getattr(Model(1), name).invalidate(1)


def test_properties_special_and_private_methods() -> None:
    for _ in range(2):
        model = Model(2)
        assert ("model of 2", 200, 0, 7) == (model.summary, model.total, model(1), model.tell(7))
    assert ["summary", "total", "__call__", "secret"] == RUNS


@pytest.mark.parametrize(
    ("holder", "name"), [(Model(2), "fit"), (Model, "build"), (Larger(1), "build"), (Model, "load")]
)
def test_a_bound_step_asks_with_what_it_is_bound_to(holder: object, name: str) -> None:
    step = getattr(holder, name)
    assert (False, False) == (step.is_cached(7), step.invalidate(7))
    result = step(7)
    assert (True, result, 1) == (step.is_cached(7), step.recompute(7), step.info().entries)
    assert step.key(7) == getattr(holder, name).key(data=7)
    assert (True, False) == (step.invalidate(7), step.is_cached(7))
    step(7)
    assert (1, [name] * 3) == (step.clear(), RUNS)


def test_a_bound_and_an_unbound_step_have_one_key() -> None:
    assert Model(2).fit.key(3) == Model.fit.key(Model(2), 3) == Model.fit.key(self=Model(2), data=3)
    assert Model(2).fit.key(3) != Model(3).fit.key(3)


def test_a_class_method_below_classmethod_answers_or_says_what_to_do() -> None:
    """From Python 3.13 on a question does not tell its class, and a key without it would be another call's."""
    assert "Model 1" == Model.rebuild(1)
    if sys.version_info < (3, 13):
        assert (True, False) == (Model.rebuild.is_cached(1), Larger.rebuild.is_cached(1))
        return
    for question in (Model.rebuild.key, Model.rebuild.is_cached, Model.rebuild.invalidate, Model.rebuild.recompute):
        for args in ((1,), ()):
            with pytest.raises(StepError, match=r"rebuild is .* put @memoize_step above @classmethod"):
                question(*args)


def test_a_method_of_a_metaclass_has_its_class() -> None:
    class Meta(type):
        @memoize_step
        def make(cls, data):
            return cls.__name__, data

    class Made(metaclass=Meta):
        pass

    assert (("Made", 1), True, True) == (Made.make(1), Made.make.is_cached(1), Meta.make.is_cached(Made, 1))


def test_a_version_pins_a_methods_body_and_not_what_else_its_class_does() -> None:
    keys = {}
    for body in ("one", "two"):
        for other in ("three", "four"):
            namespace = {"memoize_step": memoize_step, "__name__": __name__, "__file__": __file__}
            exec(
                f"class Model:\n @memoize_step(version='1')\n def fit(self): return '{body}'\n"
                f" def other(self): return '{other}'",
                namespace,
            )
            keys[body, other] = namespace["Model"]().fit.key()
    assert keys["one", "three"] == keys["two", "three"] != keys["one", "four"] == keys["two", "four"]


def test_the_path_to_what_has_no_digest_begins_with_self() -> None:
    class Client:
        def __init__(self):
            self.sessions = [threading.Lock()]

        @memoize_step
        def get(self): ...

    with pytest.raises(UnhashableError, match=r"self\.sessions\[0\]"):
        Client().get()


def test_a_step_that_its_class_has_by_another_name_or_overrides_arrives_as_it_left() -> None:
    one = Overriding(3)
    above = super(Overriding, one).fit
    for same in (above, pickle.loads(pickle.dumps(above)), copy.deepcopy(above)):
        assert 6 == same(2) != one.fit(2)
    hidden = Overriding.hidden()
    assert "Overriding" == pickle.loads(pickle.dumps(hidden))(one) == hidden(one)


def test_what_a_method_looks_like() -> None:
    model = Model(2)
    assert (model, "fit") == (model.fit.__self__, model.fit.__name__)
    assert model.fit == model.fit != Model(3).fit
    assert 1 == len({model.fit, model.fit} if Model.__hash__ else [1])
    assert repr(model.fit) == repr(Model.fit) == f"<step {Model.fit.info().origin}>"
    assert 6 == model.fit.__wrapped__(3)


def test_copies_of_an_object_keep_its_steps() -> None:
    model = Model(2)
    assert [6, 6, 6] == [copy.copy(model).fit(3), copy.deepcopy(model).fit(3), copy.copy(model.fit)(3)]
    assert ["fit"] == RUNS
    kept = copy.deepcopy([model, model.fit, model.fit, Model.fit, Model.load])
    assert kept[0] is kept[1].__self__ is kept[2].__self__ is not model
    assert (6, 2) == (kept[3](model, 3), kept[4](1))


def test_methods_of_enumerations_and_of_abstract_named_and_slotted_classes() -> None:
    class Color(Enum):
        RED = 1

        @memoize_step
        def shade(self, depth):
            RUNS.append(self.name)
            return self.name, depth

    class Base(ABC):
        @memoize_step
        @abstractmethod
        def run(self): ...

    class Done(Base):
        @memoize_step
        def run(self):
            RUNS.append("done")
            return super().run()

    class Pair(NamedTuple):
        one: int

        @memoize_step
        def double(self):
            RUNS.append("pair")
            return self.one * 2

    @dataclass(slots=True)
    class Slotted:
        one: int

        @memoize_step
        def double(self):
            RUNS.append("slotted")
            return self.one * 2

    for _ in range(2):
        assert (("RED", 1), None, 4, 6) == (Color.RED.shade(1), Done().run(), Pair(2).double(), Slotted(3).double())
    assert ([Color.RED], ["RED", "done", "pair", "slotted"]) == (list(Color), RUNS)
    with pytest.raises(TypeError, match="abstract"):
        Base()
