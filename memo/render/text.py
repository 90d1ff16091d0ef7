"""Text from a store, made safe to show."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return *text* on one line, with what could move a cursor, change a color or hide itself spelled out.

    The name of a step may be anything: a planted one must not rewrite the screen of who lists it.

    >>> printable("load\x1b[31m\n\u202e")
    'load\\x1b[31m\\n\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
