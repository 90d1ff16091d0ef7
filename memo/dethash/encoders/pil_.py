"""Encoder of Pillow's images: mode, size, pixels, palette and ``info``, of every frame; not the file's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PIL import Image

from memo.dethash.hashing import buffer_part
from memo.dethash.instances import NoDigestError
from memo.dethash.node import Node
from memo.dethash.registry import encoder

#: An image is read in strips of about so many pixels.
STRIP = 1 << 20


@encoder(Image.Image, whole=True)
def encode_image(image: Any) -> Node:
    """Encode an image, which is loaded if it was only opened; one with several frames stays at the one it shows."""
    try:
        frames = getattr(image, "n_frames", 1)
        if frames == 1:
            return Node(("PIL", type(image)), _frame(image))
        here = image.tell()
        try:
            found = [_frame_at(image, number) for number in range(frames)]
        finally:
            image.seek(here)
    except (OSError, ValueError, EOFError) as error:
        raise NoDigestError(f"its pixels cannot be read ({error})") from error
    return Node(("PIL frames", type(image)), (here, found))


def _frame_at(image: Any, number: int) -> tuple[object, ...]:
    image.seek(number)
    return _frame(image)


def _frame(image: Any) -> tuple[object, ...]:
    image.load()  # it may add to what is known of the image
    colors = image.getpalette(None) if image.palette is not None else None
    # A palette without colors is lost when the image is copied.
    palette = (image.palette.mode, colors) if image.palette is not None and colors != [] else None
    return (image.mode, image.size, dict(image.info), palette, *buffer_part(_strips(image)))


def _strips(image: Any) -> Iterator[bytes]:
    """Yield the pixels' bytes, as ``tobytes`` has them, without ever having all of them."""
    width, height = image.size
    rows = max(1, STRIP // max(1, width))
    if rows >= height:
        yield image.tobytes()
        return
    for top in range(0, height, rows):
        yield image.crop((0, top, width, min(height, top + rows))).tobytes()
