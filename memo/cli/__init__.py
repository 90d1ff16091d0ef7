"""The command ``memo``: a file for each of its commands, and the conventions that all of them follow."""

from memo.cli.program import main

__all__ = ["main"]
