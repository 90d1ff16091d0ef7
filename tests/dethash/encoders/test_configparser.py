"""Parsers of configuration files: what they have read counts, in the order in which it can be seen."""

from __future__ import annotations

import copy
from configparser import ConfigParser, ExtendedInterpolation, RawConfigParser
from typing import Any

from memo.dethash import det_hash

TEXT = "[a]\nlr=1\n[b]\nx=%(y)s\ny=2\n"
#: The same on every Python, though each keeps a parser's state in its own way.
GOLDEN = "c3158a341f79dab375be48c8c97db25b75923eab6515819c9914327d7ef63e29"


def read(text: str = TEXT, cls: type[RawConfigParser] = ConfigParser, **options: Any) -> RawConfigParser:
    parser = cls(**options)
    parser.read_string(text)
    return parser


def test_what_was_read_counts_and_not_that_it_was_looked_at() -> None:
    used = read()
    assert "2" == used["b"]["x"]
    assert {GOLDEN} == {det_hash(each) for each in (read(), used, copy.deepcopy(used))}


def test_what_a_parser_says_differs() -> None:
    exact = RawConfigParser()
    exact.optionxform = str  # type: ignore[assignment,method-assign]
    exact.read_string(TEXT)
    others = [
        read(TEXT.replace("1", "2")), read(cls=RawConfigParser), read(interpolation=None), exact,
        read(interpolation=ExtendedInterpolation()), read("[b]\nx=%(y)s\ny=2\n[a]\nlr=1\n"),
        read(f"[DEFAULT]\nz=1\n{TEXT}"), read(converters={"words": str.split}), read(default_section="a"),
    ]  # fmt: skip
    assert 1 + len(others) == len({GOLDEN, *map(det_hash, others)})
