"""Pillow's images: pixels, mode, size, palette and info count; whether one was loaded, and its file's name, do not."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests, refusal

Image = pytest.importorskip("PIL.Image")

PIXELS = bytes(range(48))
IMAGE = Image.frombytes("RGB", (4, 4), PIXELS)


def saved(kind: str, image: Any = IMAGE, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Any:
    return Image.open(io.BytesIO(data))


def animation(last: int = 2) -> bytes:
    """Return a picture of three frames."""
    frames = [Image.new("P", (4, 4), number) for number in (0, 1, last)]
    for frame in frames:
        frame.putpalette([value for number in range(256) for value in (number, 255 - number, 0)])
    return saved("GIF", frames[0], save_all=True, append_images=frames[1:], duration=[10, 20, 30])


def painted(image: Any) -> Any:
    other = image.copy()
    old = other.getpixel((2, 2))
    other.putpixel((2, 2), tuple(255 - band for band in old) if isinstance(old, tuple) else 255 - old)
    return other


def test_no_two_different_values_share_a_digest():
    modes = {mode: IMAGE.convert(mode) for mode in ("1", "L", "P", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F")}
    palette = IMAGE.convert("P")
    palette.putpalette([255 - value for value in palette.getpalette()])
    noted = IMAGE.copy()
    noted.info["note"] = "a"
    assert [] == alike_in(
        {
            "image": IMAGE,
            "a pixel": painted(IMAGE),
            "wide": Image.frombytes("RGB", (8, 2), PIXELS),
            "tall": Image.frombytes("RGB", (2, 8), PIXELS),
            "another palette": palette,
            "info": noted,
            "alpha": Image.frombytes("LA", (4, 6), PIXELS),
            "no pixels": Image.new("RGB", (0, 4)),
            "png": opened(saved("PNG")),
            "bmp": opened(saved("BMP")),
            "with dpi": opened(saved("PNG", dpi=(72, 72))),
            "animation": opened(animation()),
            "another last frame": opened(animation(3)),
            "bytes": PIXELS,
        }
        | modes
        | {f"{mode} with a pixel": painted(image) for mode, image in modes.items()}
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "GIF"])
def test_a_lazily_opened_image_is_the_loaded_one(kind, tmp_path: Path):
    data = saved(kind)
    paths = [tmp_path / name for name in ("one", "other")]
    for path in paths:
        path.write_bytes(data)
    loaded = opened(data)
    loaded.load()
    with Image.open(paths[0]) as one, Image.open(paths[1]) as other:
        assert 1 == len(digests(loaded, one, other))
    before, after = before_and_after(opened(data), lambda image: image.load(), lambda image: image.getexif(), repr)
    assert before == after
    assert {before} == digests(*copies(loaded))


def test_what_a_file_says_behind_the_pixels_counts_before_they_are_loaded():
    def noted(note: bytes) -> bytes:
        chunk = b"tEXtnote\0" + note
        data = saved("PNG")
        end = data.index(b"IEND") - 4
        return (
            data[:end] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[end:]
        )

    before, after = before_and_after(opened(noted(b"a")), lambda image: image.load())
    assert before == after
    assert 3 == len(digests(opened(saved("PNG")), opened(noted(b"a")), opened(noted(b"b"))))


def test_a_copy_of_an_opened_image_is_no_longer_of_its_format():
    image = opened(saved("PNG"))
    assert (image.format, image.copy().format) == ("PNG", None)
    assert det_hash(image) != det_hash(image.copy())
    assert det_hash(IMAGE) == det_hash(IMAGE.copy())


def test_a_palette_without_colors_is_none():
    """A copy has lost it."""
    image = Image.new("P", (2, 2), 1)
    assert image.palette is not None
    assert {det_hash(image)} == digests(*copies(image))
    colored = Image.new("P", (2, 2), 1)
    colored.putpalette([1, 2, 3])
    assert det_hash(image) != det_hash(colored)


def test_every_frame_counts_and_an_image_stays_at_the_one_it_shows():
    image = opened(animation())
    image.seek(1)
    shown = image.convert("RGB").tobytes()
    before, after = before_and_after(image, lambda it: it.load(), lambda it: (it.seek(2), it.seek(1)))
    assert before == after
    assert (1, shown) == (image.tell(), image.convert("RGB").tobytes())
    assert before != det_hash(opened(animation())), "another frame is shown"


def test_a_large_image_is_read_in_strips_that_do_not_count():
    """A strip holds about a million pixels."""
    image = Image.new("RGB", (1000, 2500), (1, 2, 3))
    other = image.copy()
    expected = det_hash(image)
    assert expected == det_hash(other)
    other.putpixel((500, 1300), (0, 0, 0))
    assert expected != det_hash(other)
    bits = Image.new("1", (1001, 2500))
    changed = bits.copy()
    changed.putpixel((1000, 2400), 1)
    assert 2 == len(digests(bits, changed, bits.copy()))


def test_an_image_whose_pixels_are_gone_is_refused(tmp_path: Path):
    (tmp_path / "image").write_bytes(saved("PNG"))
    image = Image.open(tmp_path / "image")
    image.close()
    assert "cannot be read" in refusal(image)
    assert "cannot be read" in refusal(opened(saved("BMP")[:60]))


def test_an_image_inside_of_the_users_object_is_an_image():
    class Study:
        def __init__(self, image: Any) -> None:
            self.image = image

    assert det_hash(Study(IMAGE)) == det_hash(Study(IMAGE.copy()))
    assert det_hash(Study(IMAGE)) != det_hash(Study(painted(IMAGE)))
