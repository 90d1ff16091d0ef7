"""Ways to take control of an object's digest: Tango's mixins, ``__det_hash__`` and registrations.

Use ``CustomDetHash`` for a class of yours that knows best what it is; ``DetHashFromInitParams`` for objects that are
what they were made of, however they change later; ``DetHashWithVersion`` to say by hand that a class's behaviour
changed; ``__det_hash__`` where a base class from memo is unwanted; ``register_det_hash`` for classes of others.
"""

from __future__ import annotations

import copy
import inspect
import sys
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self


class CustomDetHash:
    """Take control over what :func:`memo.det_hash` sees of an object.

    .. versionadded:: 0.1
    """

    __is_custom_det_hash__: ClassVar[bool] = True

    @abstractmethod
    def det_hash_object(self) -> Any:
        """Return what is hashed in place of *self*, together with the class's name.

        ``None`` means: hash *self* as if this method were not there. So does *self* inside the returned object.
        """
        raise NotImplementedError


class DetHashWithVersion(CustomDetHash):
    """Let a change of the class's ``VERSION`` change the digest of its instances.

    A class without this base ignores ``VERSION``.

    .. versionadded:: 0.1
    """

    #: Any value with a digest; ``None`` stands for no version.
    VERSION: ClassVar[Any] = None

    def det_hash_object(self) -> Any:
        """Return ``(VERSION, self)``, or ``None`` without a version."""
        return None if self.VERSION is None else (self.VERSION, self)


_PARAMS = "_det_hash_init_params"


class DetHashFromInitParams(CustomDetHash):
    """Let an object's digest be what its ``__init__`` was given, and nothing else.

    The parameters are copied when the object is made, so that later changes to it or to them do not count, and bound by
    the signature, so that ``A(1, 2)`` and ``A(x=1, y=2)`` have one digest.

    .. versionadded:: 0.1
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        original = cls.__dict__.get("__new__")
        if getattr(_plain_new(cls), "_keeps_init_params", False):
            return  # the class was made again from its own namespace: dataclass(slots=True)

        def __new__(made: type[Self], /, *args: Any, **kwargs: Any) -> Self:  # noqa: N807  it becomes the class's
            owner = next(base for base in made.__mro__ if _plain_new(base) is __new__)  # cls, or cls made again
            if original is not None:
                self = original.__func__(made, *args, **kwargs)
            else:
                parent = super(owner, made).__new__  # type: ignore[arg-type]
                self = parent(made) if parent is object.__new__ else parent(made, *args, **kwargs)
            if made is owner and isinstance(self, owner):
                params = _bind(made, self, args, kwargs)
                if params is not None:
                    object.__setattr__(self, _PARAMS, params)
            return self  # type: ignore[no-any-return]

        __new__._keeps_init_params = True  # type: ignore[attr-defined]
        if original is not None:
            __new__.__wrapped__ = original.__func__  # type: ignore[attr-defined]
        type.__setattr__(cls, "__new__", staticmethod(__new__))  # an assignment would tell pyright its signature

    def det_hash_object(self) -> Any:
        """Return a copy of the parameters as ``__init__`` was given them, by name, defaults filled in."""
        try:
            return getattr(self, _PARAMS)
        except AttributeError:
            raise TypeError("it was not made by calling its class, so its parameters are not known") from None

    def __reduce_ex__(self, protocol: Any) -> Any:
        reduced = super().__reduce_ex__(protocol)
        if isinstance(reduced, str):
            return reduced
        function, args, *rest = reduced
        return (_restore, (getattr(self, _PARAMS, None), function, *args), *rest)


def _restore(params: Any, function: Callable[..., Any], *args: Any) -> Any:
    """Make an unpickled or copied object again; what its own state leaves out are the parameters."""
    self = function(*args)
    if params is not None:
        object.__setattr__(self, _PARAMS, params)
    return self


def _bind(cls: type, self: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """Return copies of the parameters by name, defaults filled in; ``None`` if they do not fit."""
    call: Any = cls.__init__  # type: ignore[misc]
    if call is object.__init__:
        call = _wrapped_new(cls)
    try:
        bound = inspect.signature(call).bind(self, *args, **kwargs)
    except (TypeError, ValueError):
        return None  # __init__ will say what is wrong
    given = frozenset(bound.arguments)
    bound.apply_defaults()
    params = dict(bound.arguments)
    del params[next(iter(params))]
    return {name: _copied(value if name in given else _spelled_out(cls, name, value)) for name, value in params.items()}


def _spelled_out(cls: type, name: str, default: Any) -> Any:
    """Return what a parameter is that was left out; of a dataclass's field with a factory, which has not run yet.

    Only a builtin type's call can be foretold: any other factory stands for itself.
    """
    # What a dataclass's signature has as the default of such a field; there is no public name for it.
    from_factory = getattr(sys.modules.get("dataclasses"), "_HAS_DEFAULT_FACTORY", None)
    if from_factory is None or default is not from_factory:
        return default
    factory = cls.__dataclass_fields__[name].default_factory  # type: ignore[attr-defined]
    return factory() if any(factory is empty for empty in _EMPTY) else factory


#: What makes empty values, and nothing else.
_EMPTY = (list, dict, set, frozenset, tuple, str, bytes, bytearray, int, float, bool)


def _plain_new(cls: type) -> Any:
    """Return the function that is *cls*'s own ``__new__``, if it has one."""
    return getattr(vars(cls).get("__new__"), "__func__", None)


def _wrapped_new(cls: type) -> Any:
    """Return the ``__new__`` that a class without an ``__init__`` was written with, else the most general."""
    for base in cls.__mro__:
        new = _plain_new(base)
        written = getattr(new, "__wrapped__", None) if getattr(new, "_keeps_init_params", False) else new
        if written is not None:
            return written
    return object.__init__


def _copied(value: Any) -> Any:
    """Return a copy that later changes cannot reach; what cannot be copied is kept as it is."""
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  whatever a foreign __deepcopy__ raises: hashed as it is, or refused then
        return value
