"""Encoders of type annotations as values: ``list[int]``, ``int | None``, type variables, forward references.

``typing`` is rebuilt with each Python version; what counts is taken from its public functions, and does not differ.
"""

from __future__ import annotations

import types
import typing
from typing import Any, ForwardRef, NewType, ParamSpec, TypeVar, TypeVarTuple, get_args, get_origin

from memo.dethash.instances import NoDigestError
from memo.dethash.node import Node
from memo.dethash.registry import encoder

# ruff: noqa: SLF001 - typing has no public names for these classes
_UNSET = Node(("unset",))


@encoder(types.GenericAlias, whole=True)
def encode_generic(value: Any) -> Node:
    """Encode a builtin class with its arguments."""
    unpacked = "unpacked" if getattr(value, "__unpacked__", False) else ""
    return Node(("generic", unpacked), (get_origin(value), *get_args(value)))


@encoder(types.UnionType, type(int | str), type(typing.Union[int, str]), whole=True)  # noqa: UP007  their classes differ
def encode_union(value: Any) -> Node:
    """Encode the alternatives; their order does not count, as it does not in ``==``."""
    return Node(("union",), get_args(value), unordered=True)


@encoder(typing._GenericAlias, typing._SpecialGenericAlias, whole=True)  # type: ignore[attr-defined]
def encode_alias(value: Any) -> Node:
    """Encode a form of ``typing`` with its arguments, such as ``List[int]`` or ``MyGeneric[T]``."""
    origin, args = get_origin(value), get_args(value)
    name = getattr(value, "_name", None) or ""
    if origin is typing.Literal:
        return Node(("Literal",), args, unordered=True)
    if origin is typing.Annotated:
        return Node(("Annotated",), args)
    if origin is typing.Unpack or not hasattr(value, "__args__"):
        return Node(("typing", name), args)
    return Node(("alias", name), (origin, *args))


@encoder(typing._SpecialForm)
def encode_form(value: Any) -> Node:
    """Encode a form without arguments by its name."""
    if value is typing.Union:
        return Node(("standard",), ("typing.Union",))  # a class from Python 3.14 on, which is named so
    return Node(("typing", value._name))


@encoder(TypeVar, ParamSpec, TypeVarTuple)
def encode_variable(value: Any) -> Node:
    """Encode a type variable's name, bounds, variance and default."""
    try:
        bound = getattr(value, "__bound__", None)
        parts = {
            "bound": None if bound is type(None) and isinstance(value, ParamSpec) else bound,  # Python 3.12 and 3.13
            "constraints": getattr(value, "__constraints__", ()),
            "default": value.__default__ if _has_default(value) else _UNSET,
        }
    except Exception as error:
        raise NoDigestError(f"what bounds it cannot be evaluated ({type(error).__name__})") from error
    variance = [
        name for name in ("covariant", "contravariant", "infer_variance") if getattr(value, f"__{name}__", False)
    ]
    return Node(("type variable", type(value).__name__, value.__name__, *variance), (parts,))


def _has_default(value: Any) -> bool:
    has_default = getattr(value, "has_default", None)  # Python 3.13
    return has_default is not None and has_default()


@encoder(typing.ParamSpecArgs, typing.ParamSpecKwargs)
def encode_parameters(value: Any) -> Node:
    """Encode ``P.args`` or ``P.kwargs``."""
    return Node((type(value).__name__,), (value.__origin__,))


@encoder(ForwardRef)
def encode_forward(value: ForwardRef) -> Node:
    """Encode a reference's text; not what it was found to mean."""
    return Node(("ForwardRef",), (value.__forward_arg__, value.__forward_module__))


@encoder(NewType)
def encode_new_type(value: Any) -> Node:
    """Encode the name and the type that it is made of."""
    return Node(("NewType",), (value.__name__, value.__supertype__))


if hasattr(typing, "TypeAliasType"):  # Python 3.12

    @encoder(typing.TypeAliasType)
    def encode_type_alias(value: Any) -> Node:
        """Encode the name, the parameters and what it stands for."""
        try:
            meaning = value.__value__
        except Exception as error:
            raise NoDigestError(f"what it stands for cannot be evaluated ({type(error).__name__})") from error
        return Node(("type alias",), (value.__name__, value.__type_params__, meaning))
