"""Encoder of functions that numba compiles: the Python function, and how it is to be compiled.

Numba gives each a number that is drawn anew in each process, and calls add the types for which it was compiled.
"""

from __future__ import annotations

from typing import Any

from numba.core.ccallback import CFunc
from numba.core.dispatcher import Dispatcher
from numba.np.ufunc.dufunc import DUFunc
from numba.stencils.stencil import StencilFunc

from memo.dethash.code.named import named
from memo.dethash.code.party import party_of_module
from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(Dispatcher, whole=True)
def encode_dispatcher(value: Any) -> Node:
    """Encode what ``jit`` and ``njit`` return."""
    return _node(value, value.py_func, value.targetoptions, value.locals, _given(value, value._can_compile))  # noqa: SLF001


@encoder(DUFunc)
def encode_ufunc(value: Any) -> Node:
    """Encode what ``vectorize`` returns."""
    dispatcher = value._dispatcher  # noqa: SLF001  no other way
    given = _given(dispatcher, not value._frozen)  # noqa: SLF001
    return _node(value, dispatcher.py_func, dispatcher.targetoptions, value.identity, given)


@encoder(CFunc)
def encode_callback(value: Any) -> Node:
    """Encode what ``cfunc`` returns."""
    compiler = value._compiler  # noqa: SLF001  no other way
    return _node(value, value._pyfunc, compiler.targetoptions, compiler.locals, str(value._sig))  # noqa: SLF001


@encoder(StencilFunc)
def encode_stencil(value: Any) -> Node:
    """Encode what ``stencil`` returns."""
    return _node(value, value.kernel_ir.func_id.func, value.mode, value.options)


def _node(value: Any, function: Any, *how: object) -> Node:
    kind = named(party_of_module("numba"), type(value).__name__)
    return Node(("numba",), (kind, function, *how), labels=("", ".py_func", *[""] * len(how)))


def _given(dispatcher: Any, can_compile: bool) -> list[str]:
    """Return the types for which alone it is compiled, if the user named them."""
    return [] if can_compile else list(map(str, dispatcher.overloads))
