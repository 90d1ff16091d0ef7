"""The formats made of pickle's opcodes (protocol 5, large buffers out of band), told apart by what they may name.

``plain``: nothing but the vocabulary of ``words.py``. What reads it refuses every other name, so it imports nothing
and calls nothing that is not ours, and no upgrade of a library makes it unreadable.
``pickle``: names classes and functions by module, and imports them when it is read.
``cloudpickle``: carries what cannot be imported, such as lambdas; only where pickle refuses and it is installed.

All of them keep shared references and cycles within one result.
"""

from __future__ import annotations

import io
import pickle
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any, NoReturn

from memo.store.formats.format import Encoded, FormatMissingError
from memo.store.formats.words import find_word, is_word, reducer_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

# ruff: noqa: ARG002 - there is one version of each format so far
PROTOCOL = 5
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


class WordPickler(pickle.Pickler):
    """Pickles, using words where it can, and finds out on the way whether words were enough."""

    def __init__(self, file: io.BytesIO, buffers: Buffers) -> None:
        super().__init__(file, PROTOCOL, buffer_callback=buffers.offer)
        self.is_plain = True
        self._foreign: set[type] = set()  # types known to have no words; no longer than for one result

    def reducer_override(self, value: Any) -> Any:
        """Reduce what is no exact builtin; the pickler writes those by itself."""
        kind = type(value)
        if kind in self._foreign:
            return NotImplemented
        reducer = reducer_of(kind)
        if reducer is not None:
            reduced = reducer(value)
            if reduced is not NotImplemented:
                return reduced
        elif not isinstance(value, (type, FunctionType)):
            self._foreign.add(kind)
        if not is_word(value):
            self.is_plain = False
        return NotImplemented


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
    file, buffers = io.BytesIO(), Buffers()
    pickler = WordPickler(file, buffers)
    pickler.dump(value)
    chosen = PLAIN if pickler.is_plain else PICKLE
    return Encoded(chosen.name, chosen.version, file.getvalue(), buffers)


class PlainFormat:
    """Builtin types, dates, decimals, paths, arrays: data that needs no code to be read."""

    name = "plain"
    version = 1

    def encode(self, value: object) -> Encoded:
        """Encode *value*, or raise TypeError where words are not enough."""
        encoded = encode_by_words(value)
        if encoded.format != self.name:
            raise TypeError(f"{type(value).__qualname__} is not plain data all the way down")
        return encoded

    def decode(self, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
        """Decode without importing or calling anything but words."""
        return WordUnpickler(io.BytesIO(body), buffers=buffers).load()


class PickleFormat:
    """Whatever pickle can take; reading it imports and calls what it names."""

    name = "pickle"
    version = 1

    def encode(self, value: object) -> Encoded:
        """Encode *value*, also plain data, as pickle."""
        return encode_by_words(value)._replace(format=self.name, version=self.version)

    def decode(self, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
        """Decode; the seal was checked, and who can write the store is trusted."""
        return pickle.loads(body, buffers=buffers)  # noqa: S301


class CloudpickleFormat:
    """What pickle refuses, where cloudpickle is installed."""

    name = "cloudpickle"
    version = 1

    def encode(self, value: object) -> Encoded:
        """Encode *value* with the code that it cannot be read without."""
        buffers = Buffers()
        body: bytes = _cloudpickle().dumps(value, protocol=PROTOCOL, buffer_callback=buffers.offer)
        return Encoded(self.name, self.version, body, buffers)

    def decode(self, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
        """Decode, where cloudpickle is installed."""
        _cloudpickle()
        return pickle.loads(body, buffers=buffers)  # noqa: S301


def _cloudpickle() -> ModuleType:
    try:
        return import_module("cloudpickle")
    except ImportError as error:
        raise FormatMissingError("it needs cloudpickle, which is not installed here") from error


PLAIN = PlainFormat()
PICKLE = PickleFormat()
CLOUDPICKLE = CloudpickleFormat()
