"""How a step's results are kept: in which format, how compressed, how long, and how they come back into memory."""

from __future__ import annotations

from mmap import mmap
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

from memo.errors import OptionError
from memo.store.entries.expiry import checked_span, is_expired
from memo.store.formats import decode, encode
from memo.store.formats.chosen import Format, checked_format
from memo.store.formats.format import Encoded, FormatMissingError
from memo.store.formats.spool import spooling_in

if TYPE_CHECKING:
    from pathlib import Path

    from memo.store.entries.entry import Entry

Compression = Literal["zstd", "lz4"]
Mmap = Literal["c", "r"]
_EXTRAS: Final = {"zstd": "memoize-step[zstd]", "lz4": "memoize-step[lz4]"}


class Keeping(NamedTuple):
    """The options of one step that concern how its results are stored; see :func:`memo.memoize_step`."""

    format: Format | None = None
    compress: Compression | None = None
    mmap: Mmap | None = "c"
    expire: float | None = None

    @classmethod
    def checked(cls, *, format: Any, compress: Any, mmap: Any, expire: Any = None) -> Keeping:  # noqa: A002 - the option's name
        """Return the options.

        Raises:
            OptionError: one has a value that it does not take, or needs a library that is not installed.
        """
        if mmap not in ("c", "r", None):
            raise OptionError("mmap", repr(mmap), "'c', 'r' or None")
        return cls(
            format=checked_format(format),
            compress=_compression(compress),
            mmap=mmap,
            expire=checked_span("expire", expire),
        )

    def with_defaults(self, compress: str | None, expire: float | None) -> Keeping:
        """Return the options with what a project says where the step says nothing.

        Raises:
            OptionError: a library is not installed.
        """
        compress, expire = self.compress or _compression(compress), self.expire or expire
        same = (compress, expire) == (self.compress, self.expire)
        return self if same else self._replace(compress=compress, expire=expire)

    def is_expired(self, entry: Entry, now: float) -> bool:
        """Say whether *entry* is too old at the time *now*, and its step is to run again."""
        return is_expired(entry.created, self.expire, now)

    def encode(self, value: object, directory: Path) -> Encoded:
        """Encode *value*, with *directory* for what does not fit into memory; raise whatever its format does."""
        with spooling_in(directory):
            return encode(value, self.format, self.compress)

    def decode(self, entry: Entry) -> object:
        """Decode the value of *entry*; raise whatever its format does."""
        buffers = entry.buffers
        if not buffers:
            pass
        elif self.mmap == "r":
            buffers = [buffer.toreadonly() for buffer in buffers]
        elif self.mmap is None:
            buffers = [memoryview(bytearray(buffer)) if type(buffer.obj) is mmap else buffer for buffer in buffers]
        return decode(entry.format, entry.format_version, entry.body, buffers, self.format)

    @property
    def remedy(self) -> str:
        """What to do about a result that cannot be stored."""
        if self.format is None:
            return "return what can be pickled"
        return f"return what {type(self.format).__name__} can hold, or leave out format="


AS_USUAL: Final = Keeping()


def _compression(compress: Any) -> Compression | None:
    if compress is None:
        return None
    from memo.store.formats.compressed import LIBRARIES, check_compression

    if not isinstance(compress, str) or compress not in LIBRARIES:
        raise OptionError("compress", repr(compress), "'zstd', 'lz4' or None")
    try:
        check_compression(compress)
    except FormatMissingError as error:
        library = LIBRARIES[compress].partition(".")[0]
        raise OptionError(
            "compress", repr(compress), f"{library} to be installed: pip install '{_EXTRAS[compress]}'"
        ) from error
    return cast("Compression", compress)
