"""The formats made of pickle's opcodes (protocol 5, large buffers out of band), told apart by what they may name.

``plain``: nothing but the vocabulary of ``words.py``. What reads it refuses every other name, so it imports nothing
and calls nothing that is not ours, and no upgrade of a library makes it unreadable.
``pickle``: names classes and functions by module, and imports them when it is read.
``cloudpickle``: carries what cannot be imported, such as lambdas; only where pickle refuses and it is installed.

All of them keep shared references and cycles within one result.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import re
import sys
from importlib import import_module
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, NoReturn

from memo.dethash.code.mains import class_in_main, is_main, may_name_main, name_in_main
from memo.dethash.code.party import MAIN
from memo.dethash.instances import reducer_of as registered_reducer
from memo.store.formats.format import Encoded, FormatMissingError
from memo.store.formats.names import FormatName
from memo.store.formats.words import LIBRARIES, find_word, is_word, reducer_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from memo.store.formats.words import Reducer

# ruff: noqa: ARG002 - there is one version of each format so far
PROTOCOL = 5
_ATOMS = frozenset({type(None), bool, int, float, str, bytes})  # of which nothing needs a word
_NAMED = (type, FunctionType, BuiltinFunctionType)
#: Finds the opcodes by which a class or function is named, or bytes of text that look like one: GLOBAL, INST,
#: STACK_GLOBAL, EXT1 to EXT4, PERSID, BINPERSID. All others take what they call from what was named.
_MAY_NAME = re.compile(rb"[ciPQ\x82-\x84\x93]").search
IN_BAND_BELOW = 4096  # smaller buffers stay in the body: an entry with 100,000 small arrays needs no table of them


class Buffers(list[memoryview]):
    """The buffers that a pickler hands out instead of writing them."""

    def offer(self, buffer: pickle.PickleBuffer) -> bool:
        """Take *buffer*, or say with a true value that the pickler is to write it itself."""
        view = buffer.raw()
        if view.nbytes < IN_BAND_BELOW:
            return True
        self.append(view)
        return False


class Words:
    """Reduces values to words on behalf of one pickler, and finds out on the way whether words were enough."""

    def __init__(self) -> None:
        self.is_plain = True
        self._reducers: dict[type, Reducer | None] = {}  # no longer than for one result
        self._modules: set[str] = set()

    def reduce(self, value: Any) -> Any:
        """Return what *value* is made of, or `NotImplemented` where the pickler is to find out by itself."""
        kind = type(value)
        try:
            reducer = self._reducers[kind]
        except KeyError:
            reducer = self._reducers[kind] = reducer_of(kind)
            self._modules.add(_top(kind))
        if reducer is not None:
            reduced = reducer(value)
            if reduced is not NotImplemented:
                return reduced
        if is_word(value):
            self._modules.add(_top(value))
        else:
            self.is_plain = False
            if isinstance(value, _NAMED):  # it is pickled by its name
                self._modules.add(_top(value))
                name = name_in_main(value) if isinstance(value, type) else None
                if name is not None:
                    return class_in_main, (name,)
        if isinstance(value, BaseException) and kind in copyreg.dispatch_table and registered_reducer(kind) is None:
            return value.__reduce_ex__(PROTOCOL)  # without what another library would add to it, and need to read it
        return NotImplemented

    @property
    def libraries(self) -> tuple[str, ...]:
        """The installed libraries without which what was pickled cannot be read."""
        return tuple(sorted(filter(_is_library, self._modules - {"cloudpickle"})))  # which has a format of its own


def _top(value: Any) -> str:
    """Return the top-level module that *value* is found in; for a word of ours that of its library."""
    module = getattr(value, "__module__", None)
    return module.partition(".")[0] if isinstance(module, str) else ""


def _is_library(module: str) -> bool:
    """Say whether *module* was installed, rather than written by the user, who may have moved it meanwhile."""
    if module in MAIN:  # of a console script, or of an engine's worker, which lies among what is installed
        return False
    if module in LIBRARIES and module not in sys.stdlib_module_names:
        return module != "memo"
    origin = getattr(getattr(sys.modules.get(module), "__spec__", None), "origin", None)
    return isinstance(origin, str) and ("site-packages" in origin or "dist-packages" in origin)


class WordPickler(pickle.Pickler):
    """Pickles, using words where it can."""

    def __init__(self, file: io.BytesIO, buffers: Buffers) -> None:
        super().__init__(file, PROTOCOL, buffer_callback=buffers.offer)
        self.words = Words()

    def reducer_override(self, value: Any) -> Any:
        """Reduce what is no exact builtin; the pickler writes those by itself."""
        return self.words.reduce(value)


class WordUnpickler(pickle.Unpickler):
    """Unpickles words and builtins, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Find a word."""
        return find_word(module, name)

    def persistent_load(self, pid: object) -> NoReturn:
        """Refuse what no plain entry contains."""
        raise ValueError(f"a plain entry refers to {pid!r} outside itself")


def encode_by_words(value: object) -> Encoded:
    """Encode *value* as plain where words are enough and as pickle where they are not.

    Raises:
        Exception: it cannot be pickled; the error is whatever pickle or the value's own methods raise.
    """
    if type(value) in _ATOMS:
        return Encoded(PLAIN.name, PLAIN.version, pickle.dumps(value, PROTOCOL))
    file, buffers = io.BytesIO(), Buffers()
    pickler = WordPickler(file, buffers)
    pickler.dump(value)
    chosen = PLAIN if pickler.words.is_plain else PICKLE
    return Encoded(_named(chosen.name, pickler.words), chosen.version, file.getvalue(), buffers)


def _named(name: str, words: Words) -> str:
    return str(FormatName(name, libraries=words.libraries))


class PlainCodec:
    """Builtin types, dates, decimals, paths, arrays, frames: data that needs no code to be read but its library's."""

    name = "plain"
    version = 1

    def encode(self, value: object) -> Encoded:
        """Encode *value*, or raise TypeError where words are not enough."""
        encoded = encode_by_words(value)
        if not encoded.format.startswith(self.name):
            raise TypeError(f"{type(value).__qualname__} is not plain data all the way down")
        return encoded

    def decode(self, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
        """Decode without importing or calling anything but words."""
        if _MAY_NAME(body) is None and not buffers:
            return pickle.loads(body)  # noqa: S301 - what names nothing gets at nothing to import or call
        return WordUnpickler(io.BytesIO(body), buffers=buffers).load()


class PickleCodec:
    """Whatever pickle can take; reading it imports and calls what it names."""

    name = "pickle"
    version = 1

    def encode(self, value: object) -> Encoded:
        """Encode *value*, also plain data, as pickle."""
        file, buffers = io.BytesIO(), Buffers()
        pickler = WordPickler(file, buffers)
        pickler.dump(value)
        return Encoded(_named(self.name, pickler.words), self.version, file.getvalue(), buffers)

    def decode(self, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
        """Decode; the seal was checked, and who can write the store is trusted."""
        return _unpickled(body, buffers)


class CloudpickleCodec:
    """What pickle refuses, where cloudpickle is installed."""

    name = "cloudpickle"
    version = 1

    def encode(self, value: object) -> Encoded:
        """Encode *value* with the code that it cannot be read without."""
        cloudpickle = _cloudpickle()
        words, file, buffers = Words(), io.BytesIO(), Buffers()

        class Pickler(cloudpickle.Pickler):  # type: ignore[name-defined, misc]  # it has no types
            def reducer_override(self, value: Any) -> Any:
                reduced = words.reduce(value)
                return super().reducer_override(value) if reduced is NotImplemented else reduced

        Pickler(file, PROTOCOL, buffer_callback=buffers.offer).dump(value)
        return Encoded(_named(self.name, words), self.version, file.getvalue(), buffers)

    def decode(self, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
        """Decode, where cloudpickle is installed."""
        _cloudpickle()
        return _unpickled(body, buffers)


class ProgramUnpickler(pickle.Unpickler):
    """Unpickles what was stored where the script that runs was imported: its classes are those of ``__main__`` here."""

    def find_class(self, module: str, name: str) -> Any:
        """Find a class or function."""
        if not is_main(module):
            return super().find_class(module, name)
        try:
            return class_in_main(name)
        except AttributeError:  # it is a function
            return super().find_class("__main__", name)


def _unpickled(body: bytes, buffers: Iterable[memoryview]) -> object:
    if may_name_main(body):
        return ProgramUnpickler(io.BytesIO(body), buffers=buffers).load()
    return pickle.loads(body, buffers=buffers)  # noqa: S301


def _cloudpickle() -> ModuleType:
    try:
        return import_module("cloudpickle")
    except ImportError as error:
        raise FormatMissingError("it needs cloudpickle, which is not installed here") from error


PLAIN = PlainCodec()
PICKLE = PickleCodec()
CLOUDPICKLE = CloudpickleCodec()
