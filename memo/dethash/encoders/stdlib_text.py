"""Encoders of paths and of regular expressions."""

from __future__ import annotations

import re
from pathlib import PosixPath, PurePath, PurePosixPath, PureWindowsPath, WindowsPath
from typing import Any

from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(PosixPath, PurePosixPath, WindowsPath, PureWindowsPath, subclasses=True)
def encode_path(value: PurePath) -> Node:
    """Encode a path's text and kind; not what is in the file, and not where a relative one starts."""
    return Node(("path", next(base.__name__ for base in _KINDS if isinstance(value, base))), (PurePath.__str__(value),))


_KINDS = (PosixPath, WindowsPath, PurePosixPath, PureWindowsPath)


@encoder(re.Pattern)
def encode_pattern(value: re.Pattern[Any]) -> Node:
    """Encode a regular expression and its flags."""
    return Node(("Pattern",), (value.pattern, int(value.flags)))


@encoder(re.Match)
def encode_match(value: re.Match[Any]) -> Node:
    """Encode what was searched, and where the groups were found."""
    children = (value.re, value.string, value.pos, value.endpos, value.regs)
    return Node(("Match",), children, labels=(".re", ".string"))
