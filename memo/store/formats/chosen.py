"""Formats that a user chooses: JSON, text, Parquet, pickle, and the base of one's own."""

from __future__ import annotations

import json
import pickle
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import IO, Any, ClassVar, Final

from memo.dethash import det_hash
from memo.errors import OptionError, UnhashableError
from memo.store.formats.format import Codec, Encoded
from memo.store.formats.names import NAME, FormatName
from memo.store.formats.pickled import CLOUDPICKLE, IN_BAND_BELOW, PICKLE, PLAIN
from memo.store.formats.spool import opened, spooled


class Format(ABC):
    """How results of a step are stored: the base of a format of one's own.

    Derive a class from it, name it, and say how a result is written to a file and how it is read back. *name* and
    *version* are kept with each result. Nothing else is: all that reading depends on has to be in the file, or in the
    name. Give it a new version when :meth:`write` writes other bytes than before: what an older version wrote is not
    read, the step runs again; what a newer one wrote is left alone.

    Attributes:
        name: what results in this format are marked with: lower-case letters, digits, ``_``, ``-`` and ``.``.
        version: counts the changes of what is written.
        is_checked: each result is read back after it was written and, if it has a digest (`det_hash`), compared. One
            that would come back changed is not stored, with a warning. ``False`` where the format is lossy on purpose.

    .. versionadded:: 0.1
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    is_checked: ClassVar[bool] = True

    @abstractmethod
    def write(self, value: Any, file: IO[bytes]) -> None:
        """Write *value* to *file*.

        Raises:
            Exception: this format cannot hold it; the error says why.
        """

    @abstractmethod
    def read(self, file: IO[bytes]) -> Any:
        """Return what was written to *file*, a new object equal to it."""

    def libraries(self, value: Any) -> tuple[str, ...]:  # noqa: ARG002 - for those that need some
        """Return the top-level modules without which *value* cannot be read; an entry is left alone where one lacks."""
        return ()

    def comes_back(self, value: Any, back: Any) -> bool:
        """Say whether *back*, read from what was written, is *value*."""
        try:
            digest = det_hash(value)
        except UnhashableError:  # nothing to compare: the format is trusted
            return True
        return digest == det_hash(back)


class JsonFormat(Format):
    """UTF-8 JSON: dicts with text for keys, lists, text, numbers, ``True``, ``False`` and ``None``, exactly these.

    A tuple, a date, ``nan`` or a key that is a number would not come back as what it was: they are refused.

    .. versionadded:: 0.1
    """

    name = "json"

    def write(self, value: Any, file: IO[bytes]) -> None:
        """Write *value* as JSON."""
        file.write(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode())

    def read(self, file: IO[bytes]) -> Any:
        """Read JSON."""
        return json.load(file)


class TextFormat(Format):
    """UTF-8 text, line ends as they are; for steps that return ``str``.

    .. versionadded:: 0.1
    """

    name = "text"

    def write(self, value: Any, file: IO[bytes]) -> None:
        """Write text."""
        if type(value) is not str:
            raise TypeError(f"it is a {type(value).__qualname__}, not a str")
        file.write(value.encode())

    def read(self, file: IO[bytes]) -> Any:
        """Read text."""
        return file.read().decode()


class ParquetFormat(Format):
    """Parquet, compressed, for frames of pandas and polars and tables of pyarrow. It needs pyarrow.

    Parquet has no place for some of what a frame may hold, such as tuples in a column or the frequency of an index: a
    frame that would come back changed is refused.

    Raises:
        OptionError: pyarrow is not installed.

    .. versionadded:: 0.1
    """

    name = "parquet"

    def __init__(self) -> None:
        try:
            import pyarrow.parquet  # noqa: F401 - it is looked for
        except ImportError as error:
            raise OptionError(
                "format", "ParquetFormat()", "pyarrow to be installed: pip install 'memoize-step[pyarrow]'"
            ) from error

    def write(self, value: Any, file: IO[bytes]) -> None:
        """Write a frame or a table."""
        from memo.store.formats.parquet import write

        write(value, file)

    def read(self, file: IO[bytes]) -> Any:
        """Read it as what it was."""
        from memo.store.formats.parquet import read

        return read(file)

    def libraries(self, value: Any) -> tuple[str, ...]:
        """Return pyarrow and the frame's library."""
        return tuple(sorted({"pyarrow", type(value).__module__.partition(".")[0]}))

    def comes_back(self, value: Any, back: Any) -> bool:
        """Compare types, too: text that Python keeps and text that Arrow keeps have one digest."""
        from memo.store.formats.parquet import types

        return type(value) is type(back) and types(value) == types(back) and super().comes_back(value, back)


class PickleFormat(Format):
    """Pickle, with large buffers beside it, also for what could do without.

    .. versionadded:: 0.1
    """

    name = "pickle"

    def write(self, value: Any, file: IO[bytes]) -> None:
        """Write a pickle with all in it."""
        pickle.dump(value, file, protocol=5)

    def read(self, file: IO[bytes]) -> Any:
        """Read a pickle."""
        return pickle.load(file)  # noqa: S301 - as it is asked to


class _WrittenCodec:
    """A user's format as the store sees it."""

    def __init__(self, given: Format) -> None:
        self._given = given
        self.name = given.name
        self.version = given.version

    def encode(self, value: object) -> Encoded:
        """Let it write *value*, and look whether it comes back.

        Raises:
            Exception: it cannot be written, or would not come back.
        """
        view = spooled(lambda file: self._given.write(value, file))
        if self._given.is_checked and not self._given.comes_back(value, self._given.read(opened(view))):
            raise ValueError(f"the format {self.name!r} would give it back changed")
        name = str(FormatName(self.name, libraries=self._given.libraries(value)))
        if view.nbytes < IN_BAND_BELOW:
            return Encoded(name, self.version, bytes(view))
        return Encoded(name, self.version, b"", [view])

    def decode(self, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
        """Let it read."""
        if version != self.version:
            raise ValueError(f"version {version} of the format {self.name!r} wrote it, and this is {self.version}")
        return self._given.read(opened(buffers[0] if buffers else memoryview(body)))


#: The formats of ours that can be chosen; Parquet's without its check, which is for those who choose it.
CHOICES: Final[tuple[Format, ...]] = (JsonFormat(), TextFormat(), object.__new__(ParquetFormat), PickleFormat())
_OURS: Final = {PLAIN.name, PICKLE.name, CLOUDPICKLE.name, *(choice.name for choice in CHOICES)}


def codec_of(given: Format) -> Codec:
    """Return the format as the store sees it; pickle has buffers of its own."""
    return PICKLE if type(given) is PickleFormat else _WrittenCodec(given)


def checked_format(given: Any) -> Format | None:
    """Return *given* if it can be a step's format; a class stands for an instance made of nothing.

    Raises:
        OptionError: it cannot; the error says what can.
    """
    if given is None:
        return None
    chosen = given() if isinstance(given, type) and issubclass(given, Format) else given
    if not isinstance(chosen, Format):
        raise OptionError("format", repr(given), "a memo.Format, such as memo.JsonFormat()")
    name: object = getattr(chosen, "name", None)
    version: object = chosen.version
    if not isinstance(name, str) or not re.fullmatch(NAME, name):
        raise OptionError("format.name", repr(name), "lower-case letters, digits, '_', '-' and '.', such as 'my-csv'")
    if name in _OURS and type(chosen) not in map(type, CHOICES):
        raise OptionError("format.name", repr(name), "a name of its own, as memo's own format has this one")
    if not isinstance(version, int) or not 0 < version < 2**16:
        raise OptionError("format.version", repr(version), "a whole number from 1 to 65535")
    return chosen
