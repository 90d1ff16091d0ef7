"""The encoder of what ``configparser`` reads."""

from __future__ import annotations

from configparser import ConfigParser, RawConfigParser
from typing import Any

from memo.dethash.node import Node
from memo.dethash.registry import encoder

#: What a parser was told that says what its values are; other Pythons keep the rest under other names.
_TOLD = ("_interpolation", "_converters", "_allow_no_value", "default_section", "optionxform")


@encoder(RawConfigParser, ConfigParser)
def encode_config(value: RawConfigParser) -> Node:
    """Encode sections and options in their order, and what turns an option's text into its value."""
    state = vars(value)
    sections: dict[str, dict[str, Any]] = state["_sections"]
    found = [[name, list(options.items())] for name, options in sections.items()]
    told = {name: state[name] for name in _TOLD if name in state}
    return Node(("configparser", type(value)), (found, list(state["_defaults"].items()), told), labels=("", "", "."))
