"""Code without source: its normalised bytecode, and what that shows of the names that are not its own.

It does not depend on lines and file names. Another Python version compiles another bytecode, so it gets another digest.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterator
from types import CodeType
from typing import Any

from memo.dethash.code.syntax.names import Chain, Fill, Uses
from memo.dethash.code.syntax.scan import MUTATORS
from memo.dethash.code.syntax.scope import Import
from memo.dethash.columns import pack
from memo.dethash.hashing import digest_bytes

_GLOBAL = frozenset({
    "LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF", "LOAD_FROM_DICT_OR_GLOBALS",
})  # fmt: skip
_ATTRIBUTE = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_STORE = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_DEREF", "DELETE_DEREF"})
_STORE_ATTRIBUTE = frozenset({"STORE_ATTR", "DELETE_ATTR"})
_STORE_ITEM = frozenset({"STORE_SUBSCR", "DELETE_SUBSCR"})


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


def bytecode_uses(code: CodeType) -> Uses:
    """Return what *code* and the code nested in it do with names that are not *code*'s own."""
    scan = _Loads(code)
    for each in nested(code):
        scan.run(each)
    return scan.uses()


class _Loads:
    """Reads instructions one after the other; a name and the attributes loaded from it are one chain."""

    def __init__(self, code: CodeType) -> None:
        self._free = frozenset(code.co_freevars)
        self._reads: set[Chain] = set()
        self._stores: set[Chain] = set()
        self._holders: set[Chain] = set()
        self._fills: set[Fill] = set()
        self._imports: set[Import] = set()
        self._begin()

    def _begin(self) -> None:
        self._chain: Chain | None = None
        #: The chain that ended just before an instruction, by the instruction's place.
        self._ended: dict[int, Chain] = {}
        #: What an augmented assignment works on.
        self._copied: Chain | None = None
        self._module = ("", 0)
        self._constants: list[Any] = []

    def run(self, code: CodeType) -> None:
        """Read one code object."""
        self._begin()
        for place, instruction in enumerate(dis.get_instructions(code)):
            if instruction.opname in _ATTRIBUTE and self._chain is not None:
                self._chain = Chain(self._chain.root, (*self._chain.attributes, instruction.argval))
                continue
            self._end(place, instruction)
            self._store(place, instruction)
            self._load(instruction)
        if self._chain is not None:
            self._reads.add(self._chain)

    def uses(self) -> Uses:
        """Return what was found."""
        return Uses(
            reads=frozenset(self._reads | {Chain(found) for found in self._imports}),
            stores=frozenset(self._stores),
            holders=frozenset(self._holders),
            fills=frozenset(self._fills),
            imports=frozenset(self._imports),
        )

    def _end(self, place: int, instruction: dis.Instruction) -> None:
        chain, self._chain = self._chain, None
        if chain is None:
            return
        self._ended[place] = chain
        if instruction.opname == "COPY":
            self._copied = chain
        if instruction.opname in _STORE_ATTRIBUTE or instruction.opname == "COPY":
            self._holders.add(chain)
        else:
            self._reads.add(chain)
        if chain.attributes and chain.attributes[-1] in MUTATORS:
            self._fills.add(Fill(Chain(chain.root, chain.attributes[:-1]), chain.attributes[-1]))

    def _store(self, place: int, instruction: dis.Instruction) -> None:
        name = instruction.opname
        if name == "COPY" and place - 1 in self._ended:  # container[key] += …, the key being one load
            self._copied = self._ended[place - 1]
        elif name in _STORE_ATTRIBUTE:
            holder = self._ended.get(place) or self._copied
            if holder is not None:
                self._stores.add(Chain(holder.root, (*holder.attributes, instruction.argval)))
            self._copied = None
        elif name in _STORE_ITEM:
            container = self._ended.get(place - 1) or self._copied
            if container is not None:
                self._fills.add(Fill(container, "[]"))
            self._copied = None
        elif name in _STORE and self._is_outside(instruction):
            self._stores.add(Chain(instruction.argval))

    def _load(self, instruction: dis.Instruction) -> None:
        name, value = instruction.opname, instruction.argval
        if name in _GLOBAL and self._is_outside(instruction):
            self._chain = Chain(value)
        elif name == "IMPORT_NAME":
            level = next((number for number in reversed(self._constants) if isinstance(number, int)), 0)
            self._module = value, level
            self._imports.add(Import(value, None, level))
        elif name == "IMPORT_FROM":
            module, level = self._module
            self._imports.add(Import(module, value, level))
        elif "SMALL_INT" in name:
            self._constants.append(instruction.arg)
        elif instruction.opcode in dis.hasconst:
            self._constants.append(value)

    def _is_outside(self, instruction: dis.Instruction) -> bool:
        return "DEREF" not in instruction.opname or instruction.argval in self._free
