"""What an installed ``memoize-step`` has; the gate runs this against the built wheel too."""

from __future__ import annotations

from importlib.metadata import distribution
from importlib.resources import files


def test_type_checkers_are_told_that_memo_is_typed() -> None:
    assert files("memo").joinpath("py.typed").is_file()


def test_the_command_is_called_memo() -> None:
    (command,) = distribution("memoize-step").entry_points.select(group="console_scripts")
    assert command.name == "memo"
    assert callable(command.load())
