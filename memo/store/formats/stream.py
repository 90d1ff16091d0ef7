"""What a generator yielded: items that are encoded one by one as they come, and decoded as they are wanted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from memo.store.formats.format import Encoded
from memo.store.formats.names import FormatName, parse
from memo.store.formats.pickled import CLOUDPICKLE, PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# ruff: noqa: ARG002 - there is one version of this format so far
#: Pieces are gathered in chunks of so many bytes; a larger one is a chunk of its own.
CHUNK = 1 << 20

#: Chunk, start and length of a piece of bytes.
Piece = list[int]


class Stream:
    """The items that a generator yields, each encoded when it is appended, and what it returns in the end."""

    def __init__(self) -> None:
        self._items: list[list[Any]] = []
        self._result: list[Any] = []
        self._chunks: list[Any] = [bytearray()]
        self._refused: Exception | None = None

    def append(self, item: object) -> None:
        """Add *item* as it is now. One that cannot be encoded is no error before the whole is."""
        if self._refused is None:
            try:
                self._items.append(self._encoded(item))
            except Exception as error:  # noqa: BLE001 - pickling runs code of the value's classes, which may raise anything
                self._refused, self._items, self._chunks = error, [], [bytearray()]

    def end(self, result: object) -> None:
        """Add what the generator returned."""
        if self._refused is None:
            try:
                self._result = self._encoded(result)
            except Exception as error:  # noqa: BLE001 - likewise
                self._refused = error

    def __iter__(self) -> Iterator[object]:
        """Yield the items, each a new object."""
        return map(self._decoded, self._items)

    @property
    def result(self) -> object:
        """What the generator returned: a new object."""
        return self._decoded(self._result)

    def _encoded(self, value: object) -> list[Any]:
        from memo.store.formats import encode  # which knows this module

        encoded = encode(value)
        pieces = [self._put(encoded.body), *map(self._put, encoded.buffers)]
        return [encoded.format, encoded.version, *pieces]

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return sum(map(len, self._chunks))

    @property
    def libraries(self) -> tuple[str, ...]:
        """The installed libraries without which one of the items cannot be read."""
        parsed = [parse(name) for name in {name for name, *_ in self._pieces()}]
        carried = {each.base for each in parsed} & {CLOUDPICKLE.name}
        return tuple(sorted(carried.union(*(each.libraries for each in parsed))))

    def check(self) -> None:
        """Decode each item once: one that cannot be is found out before the first of them is given to anybody.

        Raises:
            Exception: whatever its format does.
        """
        for item in self._pieces():
            self._decoded(item, is_given=False)

    def _pieces(self) -> list[list[Any]]:
        return [*self._items, *([self._result] if self._result else ())]

    def _decoded(self, item: list[Any], *, is_given: bool = True) -> object:
        from memo.store.formats import decode  # likewise

        name, version, body, *places = item
        is_copied = is_given or parse(name).base != PLAIN.name  # a class may write to what it is rebuilt on
        buffers = map(self._get, places)
        return decode(
            name,
            version,
            bytes(self._get(body)),
            [memoryview(bytearray(each)) if is_copied else each for each in buffers],
        )

    def _put(self, data: bytes | memoryview) -> Piece:
        """Copy *data*, for an item may be changed by who gets it, and return where it is."""
        size = len(data)
        if len(self._chunks[-1]) + size > CHUNK:
            self._chunks.append(bytearray())
        start = len(self._chunks[-1])
        self._chunks[-1] += data
        return [len(self._chunks) - 1, start, size]

    def _get(self, piece: Piece) -> memoryview:
        chunk, start, size = piece
        return memoryview(self._chunks[chunk])[start : start + size]


class StreamCodec:
    """A stream as an index, and the chunks that it leads into."""

    name = "stream"
    version = 1

    def encode(self, value: object) -> Encoded:
        """Encode a stream; raise what one of its items raised."""
        if not isinstance(value, Stream):
            raise TypeError(f"{type(value).__qualname__} is not a stream")
        if value._refused is not None:  # noqa: SLF001 - this module's own
            raise value._refused  # noqa: SLF001
        index = json.dumps([value._items, value._result], separators=(",", ":"))  # noqa: SLF001
        name = str(FormatName(self.name, libraries=value.libraries))
        return Encoded(name, self.version, index.encode(), [memoryview(chunk) for chunk in value._chunks])  # noqa: SLF001

    def decode(self, version: int, body: bytes, buffers: Sequence[memoryview]) -> object:
        """Decode a stream, whose items can be decoded when they are wanted; raise what one of them raises."""
        stream = Stream()
        stream._items, stream._result = json.loads(body)  # noqa: SLF001 - this module's own
        stream._chunks = list(buffers)  # noqa: SLF001
        stream.check()
        return stream


STREAM = StreamCodec()
