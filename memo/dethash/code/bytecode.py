"""Code without source: its normalised bytecode.

It does not depend on lines and file names. Another Python version compiles another bytecode, so it
gets another digest.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterator
from types import CodeType
from typing import Any

from memo.dethash.columns import pack
from memo.dethash.hashing import digest_bytes


def bytecode_form(code: CodeType) -> bytes:
    """Return the digest of *code* and the code nested in it."""
    return digest_bytes(pack([b"bytecode %d.%d" % sys.version_info[:2], *map(_form_of_one, nested(code))]))


def _form_of_one(code: CodeType) -> bytes:
    return pack([
        code.co_name, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags,
        code.co_code, code.co_exceptiontable,
        list(code.co_names), list(code.co_varnames), list(code.co_freevars), list(code.co_cellvars),
        [_constant(constant) for constant in _seen_constants(code)],
    ])  # fmt: skip


def _seen_constants(code: CodeType) -> list[Any]:
    """Return the constants, without a docstring that nothing in the code itself loads."""
    constants = list(code.co_consts)
    loaded = {instruction.arg for instruction in dis.get_instructions(code) if instruction.opcode in dis.hasconst}
    if constants and 0 not in loaded and isinstance(constants[0], str | None):
        constants[0] = None
    return constants


def _constant(value: Any) -> Any:
    if isinstance(value, CodeType):
        return ["code", value.co_name]
    if isinstance(value, tuple):
        return ["tuple", *map(_constant, value)]
    if isinstance(value, frozenset):
        return ["frozenset", *sorted(map(_constant, value), key=pack)]
    if isinstance(value, slice):
        return ["slice", *map(_constant, (value.start, value.stop, value.step))]
    return value


def nested(code: CodeType) -> Iterator[CodeType]:
    """Iterate over *code* and all code in it, in order."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)


def names_in_bytecode(code: CodeType) -> frozenset[str]:
    """Return every name of a global or attribute that *code* and the code nested in it load."""
    return frozenset(
        instruction.argval
        for each in nested(code)
        for instruction in dis.get_instructions(each)
        if instruction.opname.startswith(("LOAD_", "IMPORT_FROM")) and instruction.opcode in dis.hasname
    )
