"""What comes from a store cannot drive the terminal that it is shown on."""

from __future__ import annotations

import sys

import pytest

from memo.render import printable


@pytest.mark.parametrize("text", ["", "p/train:fit", "p/Größe:größe", "数据/加载:步骤", "[red]", "a b", "\\x1b", "🚀"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert text == printable(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x7f\x9b2J", "\\x7f\\x9b2J"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("a\u2028b\u200bc\xa0d", "a\\u2028b\\u200bc\\xa0d"),
        ("\udc80", "\\udc80"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_spelled_out(text: str, shown: str) -> None:
    assert shown == printable(text)


def test_no_character_at_all_gets_through_that_a_terminal_obeys() -> None:
    shown = printable("".join(map(chr, range(sys.maxunicode + 1))))
    assert shown.isprintable()
    assert not set(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) & set(shown)
