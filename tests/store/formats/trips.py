"""To bytes and back, as through a store."""

from __future__ import annotations

from memo.store.formats import Format, decode, encode


def there_and_back(
    value: object, chosen: Format | None = None, compression: str | None = None, *, is_readonly: bool = False
) -> tuple[str, object]:
    """Return the format's name and what comes back, on buffers that may be written to if *value*'s own may."""
    encoded = encode(value, chosen, compression)
    buffers = [
        memoryview(bytes(buffer) if buffer.readonly or is_readonly else bytearray(buffer)) for buffer in encoded.buffers
    ]
    return encoded.format, decode(encoded.format, encoded.version, encoded.body, buffers, chosen)
