"""What is hashed in an object's place: ``CustomDetHash``, ``DetHashWithVersion``, ``__det_hash__``, registrations."""

from __future__ import annotations

import copy
import enum
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from memo.dethash import CustomDetHash, DetHashWithVersion, det_hash, register_det_hash
from memo.dethash.registry import CUSTOM, CUSTOM_BY_NAME, PLANS
from memo.errors import UnhashableError
from tests.dethash.worlds import alike


@pytest.fixture(autouse=True)
def _own_registrations() -> Iterator[None]:
    """Forget what a test registered."""
    before, named = dict(CUSTOM), dict(CUSTOM_BY_NAME)
    yield
    for table, kept in ((CUSTOM, before), (CUSTOM_BY_NAME, named)):
        table.clear()  # type: ignore[attr-defined]
        table.update(kept)  # type: ignore[attr-defined]
    PLANS.clear()


class Thing:
    def __init__(self, x: Any, unseen: Any = None) -> None:
        self.x = x
        self.unseen = object() if unseen is None else unseen


class Custom(Thing, CustomDetHash):
    def det_hash_object(self) -> Any:
        return self.x


class OtherCustom(Custom):
    pass


class ByMethod(Thing):
    def __det_hash__(self) -> Any:
        return self.x


class SubByMethod(ByMethod):
    pass


@pytest.mark.parametrize("cls", [Custom, OtherCustom, ByMethod, SubByMethod])
def test_what_was_given_is_hashed_and_nothing_else(cls: type[Thing]) -> None:
    """Together with the class's name; in copies and pickles and large values too."""
    assert det_hash(cls(1, "a")) == det_hash(cls(1, "b")) != det_hash(cls(2, "a"))
    assert det_hash(copy.deepcopy(cls(1, "a"))) == det_hash(pickle.loads(pickle.dumps(cls(1, "c")))) == det_hash(cls(1))
    assert det_hash([cls(1)] * 30) == det_hash([cls(1) for _ in range(30)])
    assert det_hash({cls(1, "a"): cls([1, {2}])}) == det_hash({cls(1, "b"): cls([1, {2}])})


def test_the_class_counts() -> None:
    """Two classes that give the same object differ, and from that object."""
    assert [] == alike([Custom(1), OtherCustom(1), ByMethod(1), SubByMethod(1), 1, [1]], det_hash)


def test_none_means_as_usual() -> None:
    class Sometimes(Custom):
        def det_hash_object(self) -> Any:
            return self.x if self.x > 0 else None

    assert det_hash(Sometimes(1, "a")) == det_hash(Sometimes(1, "b"))
    assert det_hash(Sometimes(0, "a")) != det_hash(Sometimes(0, "b"))
    assert det_hash(Sometimes(0, "a")) == det_hash(Sometimes(0, "a"))


WAYS_TO_HOLD_ITSELF: dict[str, Callable[[Any], Any]] = {
    "itself": lambda self: self,
    "tuple": lambda self: (1, self),
    "dict": lambda self: {"me": self},
    "deep": lambda self: [[{"deep": (self, 1)}]],
    "set": lambda self: {self},
    "key": lambda self: {self: 1},
    "many": lambda self: [self, self, [self] * 20],
    "beside a large list": lambda self: [list(range(600)), {"far": [self]}],
}


@pytest.mark.parametrize("give", WAYS_TO_HOLD_ITSELF.values(), ids=WAYS_TO_HOLD_ITSELF)
def test_the_object_inside_of_what_it_gave_is_hashed_as_usual(give: Any) -> None:
    """The second time it is asked for, wherever it is, its attributes count."""

    class Selfish(CustomDetHash):
        def __init__(self, x: Any) -> None:
            self.x = x

        def det_hash_object(self) -> Any:
            return give(self)

    class SelfishMethod:
        def __init__(self, x: Any) -> None:
            self.x = x

        def __det_hash__(self) -> Any:
            return give(self)

    for cls in (Selfish, SelfishMethod):
        assert det_hash(cls(1)) == det_hash(cls(1)) != det_hash(cls(2))
        assert det_hash([cls(1), cls(1)]) == det_hash([cls(1)] * 2)
        assert det_hash(cls([cls(1)])) == det_hash(cls([cls(1)])) != det_hash(cls([cls(2)]))


def test_two_objects_that_give_each_other() -> None:
    """A cycle through what objects gave is a cycle like others."""

    def pair(x: Any, y: Any) -> Custom:
        one, other = Custom(None, 1), Custom(None, 1)
        one.x, other.x = (x, other), (y, one)
        return one

    assert det_hash(pair(1, 2)) == det_hash(pair(1, 2)) != det_hash(pair(2, 1))
    assert det_hash(pair(1, 2).x[1]) == det_hash(pair(2, 1))


def test_a_method_that_asks_for_the_digest_of_its_object_is_an_error_at_once() -> None:
    class Asking:
        def __init__(self, *parts: object) -> None:
            self.parts = parts

        def __det_hash__(self) -> object:
            return [det_hash(part) for part in self.parts] if self.parts else det_hash({"it": self})

    with pytest.raises(UnhashableError, match=r"__det_hash__\(\) asks for the digest of the object itself"):
        det_hash(Asking())
    assert det_hash(Asking(1)) == det_hash(Asking(1)) != det_hash(Asking(Asking(1)))


def test_a_missing_method_is_named() -> None:
    """An abstract ``det_hash_object`` that nobody defined is an error of the object."""

    class Nothing(CustomDetHash):
        pass

    with pytest.raises(UnhashableError, match=r"cannot hash value\[0\]: .*Nothing .*NotImplementedError"):
        det_hash([Nothing()])


# -- VERSION ----------------------------------------------------------------------------------------------------------


class Versioned(DetHashWithVersion):
    VERSION = "1"

    def __init__(self, x: Any) -> None:
        self.x = x


class Unversioned(Versioned):
    VERSION = None


class Ignored:
    VERSION = "1"

    def __init__(self, x: Any) -> None:
        self.x = x


def test_a_version_counts_beside_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another ``VERSION`` is another digest; so is another state."""
    before = det_hash(Versioned(1))
    assert before != det_hash(Versioned(2))
    monkeypatch.setattr(Versioned, "VERSION", "2")
    assert before != det_hash(Versioned(1))
    monkeypatch.setattr(Versioned, "VERSION", "1")
    assert before == det_hash(Versioned(1))
    monkeypatch.setattr(Versioned, "VERSION", 1)
    assert before != det_hash(Versioned(1))


def test_no_version_is_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """``None`` falls back to the state alone."""
    before = det_hash(Unversioned(1))
    assert before != det_hash(Unversioned(2))
    monkeypatch.setattr(Versioned, "VERSION", "2")
    assert before == det_hash(Unversioned(1))


def test_a_subclass_inherits_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sub(Versioned):
        pass

    before = det_hash(Sub(1))
    monkeypatch.setattr(Versioned, "VERSION", "2")
    assert before != det_hash(Sub(1))


def test_a_class_without_the_mixin_ignores_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = det_hash(Ignored(1))
    monkeypatch.setattr(Ignored, "VERSION", "2")
    assert before == det_hash(Ignored(1))


def test_a_versioned_object_may_contain_itself() -> None:
    def made(x: Any) -> Versioned:
        value = Versioned([x])
        value.x.append(value)
        return value

    assert det_hash(made(1)) == det_hash(made(1)) != det_hash(made(2))


@dataclass
class VersionedRecord(DetHashWithVersion):
    x: int
    VERSION: ClassVar[str] = "1"


class VersionedList(DetHashWithVersion, list):
    VERSION = "1"


def test_versions_of_dataclasses_and_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mixin works on any base."""
    for cls, one, other in ((VersionedRecord, 1, 2), (VersionedList, [1], [2])):
        before = det_hash(cls(one))  # type: ignore[operator]
        assert before == det_hash(cls(one)) != det_hash(cls(other))  # type: ignore[operator]
        monkeypatch.setattr(cls, "VERSION", "2")
        assert before != det_hash(cls(one))  # type: ignore[operator]


class Level(CustomDetHash, enum.Enum):
    LOW = 1
    HIGH = 2

    def det_hash_object(self) -> Any:
        return self.name


def test_an_enumeration_may_give_something_too() -> None:
    assert det_hash(Level.LOW) == det_hash(Level.LOW) != det_hash(Level.HIGH)


# -- registrations ----------------------------------------------------------------------------------------------------


class Foreign(Thing):
    pass


class SubForeign(Foreign):
    pass


class OwnForeign(Foreign):
    def __det_hash__(self) -> Any:
        return self.unseen


@pytest.mark.parametrize("name", [Foreign, f"{__name__}.Foreign"])
def test_a_registration_reaches_subclasses_without_their_own(name: Any) -> None:
    """By class or by dotted name, whether or not its values were hashed before."""
    before = det_hash(Foreign(1, "a"))
    assert before != det_hash(Foreign(1, "b"))
    register_det_hash(name)(lambda value: value.x)
    for cls in (Foreign, SubForeign):
        assert det_hash(cls(1, "a")) == det_hash(cls(1, "b")) != det_hash(cls(2, "a"))
    assert det_hash(OwnForeign(1, "a")) == det_hash(OwnForeign(2, "a")) != det_hash(OwnForeign(1, "b"))
    assert [] == alike([Foreign(1), SubForeign(1)], det_hash)


def test_the_nearest_registration_is_taken() -> None:
    register_det_hash(Foreign)(lambda value: value.x)
    register_det_hash(SubForeign)(lambda value: (value.unseen, 0))
    assert det_hash(SubForeign(1, "a")) == det_hash(SubForeign(2, "a"))
    assert det_hash(Foreign(1, "a")) != det_hash(Foreign(2, "a"))


def test_a_registration_may_return_none_or_the_value() -> None:
    """``None`` is as usual, and so is the value itself inside of what is returned."""
    register_det_hash(Foreign)(lambda _: None)
    assert det_hash(Foreign(1, "a")) == det_hash(Foreign(1, "a")) != det_hash(Foreign(1, "b"))
    register_det_hash(Foreign)(lambda value: ("v2", value))
    assert det_hash(Foreign(1, "a")) == det_hash(Foreign(1, "a")) != det_hash(Foreign(1, "b"))


def test_the_decorated_function_is_returned() -> None:
    @register_det_hash(Foreign)
    def digest_of(value: Foreign) -> Any:
        return value.x

    assert 1 == digest_of(Foreign(1))


def test_a_registration_of_what_has_no_digest_gives_it_one() -> None:
    """A generator can be registered by its type's name."""
    register_det_hash("builtins.generator")(lambda value: value.__name__)
    assert det_hash(number for number in [1]) == det_hash(number for number in [2])


REFUSED = [int, str, list, dict, object, "builtins.int", "builtins.object", "no_module", "", None, 5, int | str]


@pytest.mark.parametrize("cls", REFUSED, ids=repr)
def test_what_cannot_be_registered_is_refused_at_once(cls: Any) -> None:
    """Builtin scalars and containers, names without a module, and what is no class."""
    with pytest.raises(TypeError, match="register_det_hash"):
        register_det_hash(cls)
