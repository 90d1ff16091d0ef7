"""Which encoder a type has: registrations, lazily loaded library files, and one plan for each class."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from enum import IntEnum
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

from memo.dethash.node import CodeNode, Node, Tag

Encoder = Callable[[Any], Node | CodeNode]
F = TypeVar("F", bound=Encoder)
U = TypeVar("U", bound=Callable[[Any], object])


class Kind(IntEnum):
    """How the walk takes a class's values apart."""

    SEQUENCE = 1  # exact list or tuple: the value is its own children
    DICT = 2  # exact dict
    ATTRIBUTES = 3  # a plain instance: its __dict__ is all there is to it
    ENCODE = 4  # an encoder returns a node


class Plan(NamedTuple):
    """How to take one class's values apart."""

    kind: Kind
    tag: Tag
    encode: Encoder | None = None
    #: Reads the attributes that are all there is to a plain instance.
    attributes: Callable[[Any], dict[Any, Any]] = vars


class Registered(NamedTuple):
    """An encoder and how far it reaches."""

    encode: Encoder
    subclasses: bool
    whole: bool


#: Encoders by exact class.
ENCODERS: dict[type, Registered] = {}
#: What users registered, by class and by dotted name.
CUSTOM: dict[type, Callable[[Any], object]] = {}
CUSTOM_BY_NAME: dict[str, Callable[[Any], object]] = {}
#: Values of these never leave the walk's fast ways.
_BUILTIN: frozenset[type] = frozenset(
    {object, type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset}
)
#: Library (top-level package) -> the modules to import when its first value arrives.
LAZY: dict[str, list[str]] = {}
#: One plan a class, made when its first value arrives; emptied by every registration.
PLANS: dict[type, Plan] = {}
#: Classes made at run time come and go: so many plans are kept.
MOST_PLANS = 10_000


def encoder(*classes: type, subclasses: bool = False, whole: bool = False) -> Callable[[F], F]:
    """Register a function that takes values of *classes* apart.

    Args:
        classes: the exact classes.
        subclasses: also use it for their subclasses, together with the subclass's name and own attributes. Otherwise
            a subclass is taken apart by the pickle protocol.
        whole: the function alone decides about the subclasses too, whatever else they derive from and however they are
            pickled. It should put the class into the tag.
    """

    def register(function: F) -> F:
        for cls in classes:
            ENCODERS[cls] = Registered(function, subclasses, whole)
        PLANS.clear()
        return function

    return register


def register_lazy(library: str, module: str) -> None:
    """Import *module*, which registers encoders, when the first value of *library* arrives."""
    LAZY.setdefault(library, []).append(module)


def register_det_hash(cls: type | str, /) -> Callable[[U], U]:
    """Say what is hashed in place of the values of a class that is not yours to change.

    Args:
        cls: the class, or its dotted name (``"package.module.Class"``) so that the package need not be imported.

    The decorated function takes the value and returns any value that has a digest; ``None`` means "as usual".
    Subclasses are included unless they have a registration, a ``__det_hash__`` or a ``det_hash_object`` of their own.

    .. versionadded:: 0.1
    """
    if not _is_class_or_name(cls):
        raise TypeError(
            f"register_det_hash({cls!r}): expected a class or its dotted name; write @register_det_hash(YourClass)"
        )

    if cls in _BUILTIN or cls in {f"builtins.{builtin.__name__}" for builtin in _BUILTIN}:
        raise TypeError(
            f"register_det_hash({cls!r}): how builtin scalars and containers are hashed cannot be changed; "
            f"derive a class from it and register that"
        )

    def register(function: U) -> U:
        if isinstance(cls, str):
            CUSTOM_BY_NAME[cls] = function
        else:
            CUSTOM[cls] = function
        PLANS.clear()
        return function

    return register


def in_place_of(name: str) -> Callable[[U], U]:
    """Say what is hashed in place of the values of the class with a dotted name, unless the user has said so."""

    def register(function: U) -> U:
        CUSTOM_BY_NAME.setdefault(name, function)
        PLANS.clear()
        return function

    return register


def _is_class_or_name(given: object) -> bool:
    return isinstance(given, type) or (isinstance(given, str) and "." in given)


def forget_old_plans() -> None:
    """Forget the plans if they are too many, or if how some class is pickled was registered since they were made."""
    global _pickled  # noqa: PLW0603  it belongs to PLANS
    if len(PLANS) > MOST_PLANS or _pickled != len(copyreg.dispatch_table):
        _pickled = len(copyreg.dispatch_table)
        PLANS.clear()


_pickled = 0


def load_library(cls: type) -> bool:
    """Import the encoder files of the library that *cls* or one of its bases comes from; say whether one was new."""
    found = False
    for base in cls.__mro__:
        library = str(base.__module__).partition(".")[0]
        for name in LAZY.get(library, ()):
            import_module(name)
            found = True
        LAZY.pop(library, None)  # only now: another thread that asks meanwhile has to wait for the import
    return found


def defines(cls: type, name: str) -> bool:
    """Say whether *cls*'s values have an attribute *name* from their class, without asking its metaclass."""
    return any(name in vars(base) for base in cls.__mro__)


def custom_for(cls: type) -> Callable[[Any], object] | None:
    """Return what the user gave to hash in place of *cls*'s values, from the nearest class that has something."""
    for base in cls.__mro__:
        given = CUSTOM.get(base)
        if given is None and CUSTOM_BY_NAME:
            given = CUSTOM_BY_NAME.get(f"{base.__module__}.{base.__qualname__}")
        if given is not None:
            return given
        for method in ("__det_hash__", "det_hash_object"):
            if method in vars(base) and (method == "__det_hash__" or _is_custom(cls)):
                return _call_method(method)
    return None


def _is_custom(cls: type) -> bool:
    return any(base.__dict__.get("__is_custom_det_hash__") is True for base in cls.__mro__)


def _call_method(name: str) -> Callable[[Any], object]:
    def call(value: Any) -> object:
        return getattr(value, name)()

    call.__name__ = name
    return call


def encoder_for(cls: type) -> tuple[Registered | None, type]:
    """Return the encoder for *cls*'s values, from its nearest base that has one, and that base.

    One that decides for whole families of classes comes first, and counts as *cls*'s own.
    """
    for base in cls.__mro__:
        registered = ENCODERS.get(base)
        if registered is not None and registered.whole:
            return registered, cls
    for base in cls.__mro__:
        registered = ENCODERS.get(base)
        if registered is not None and (base is cls or registered.subclasses):
            return registered, base
    return None, cls
