"""Every error and warning that memo raises, in one place.

Attributes hold the facts and ``__str__`` makes the sentence, so that an error survives pickling between processes.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

_PACKAGE = str(Path(__file__).parent)


class MemoError(Exception):
    """The base class of every error that memo raises."""


class UnhashableError(MemoError, TypeError):
    """A value has no deterministic hash.

    Attributes:
        path: where the value sits, as Python would reach it: ``features["model"].callbacks[0]``.
        type_name: the value's type, with its module.
        reason: why it has no deterministic form, if more is known than its type.
    """

    def __init__(self, path: str, type_name: str, reason: str = "") -> None:
        super().__init__(path, type_name, reason)
        self.path = path
        self.type_name = type_name
        self.reason = reason

    def __str__(self) -> str:
        reason = f" ({self.reason})" if self.reason else ""
        return (
            f"cannot hash {self.path}: {self.type_name} has no deterministic form{reason}; "
            f'register one with memo.register_det_hash("{self.type_name}"), '
            f"give the class a __det_hash__ method, or leave the argument out with ignore=(...)"
        )


class OptionError(MemoError, ValueError):
    """An option was given a value that it does not take.

    Attributes:
        option: the option's name.
        given: what it was given, as text.
        expected: what it takes, as the end of a sentence that begins with "expected".
    """

    def __init__(self, option: str, given: str, expected: str) -> None:
        super().__init__(option, given, expected)
        self.option = option
        self.given = given
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.option}={self.given}: expected {self.expected}"


class UnknownOptionError(OptionError, TypeError):
    """An option was given that there is not.

    Attributes:
        caller: what was given it.
        option: the option's name.
        nearest: the option that may have been meant.
        known: the options that there are.
    """

    def __init__(self, caller: str, option: str, nearest: str | None, known: tuple[str, ...]) -> None:
        super().__init__(option, "…", f"one of {', '.join(known)}")
        self.args = (caller, option, nearest, known)
        self.caller = caller
        self.nearest = nearest
        self.known = known

    def __str__(self) -> str:
        meant = f"did you mean {self.nearest}=" if self.nearest else f"its options are {', '.join(self.known)}"
        return f"{self.caller}() got an unexpected keyword argument {self.option!r}: {meant}"


class StepError(MemoError, TypeError):
    """Something was decorated that cannot be a step, or a step asked for what its kind cannot do.

    Attributes:
        name: what was decorated.
        kind: what it is.
        instead: what to do instead.
        cannot: what cannot be done with it.
    """

    def __init__(self, name: str, kind: str, instead: str, cannot: str = "be a step") -> None:
        super().__init__(name, kind, instead, cannot)
        self.name = name
        self.kind = kind
        self.instead = instead
        self.cannot = cannot

    def __str__(self) -> str:
        return f"{self.name} is {self.kind}, which cannot {self.cannot}: {self.instead}"


class AcceptError(MemoError, ValueError):
    """An edit could not be accepted.

    Attributes:
        origin: the step.
        problem: why not, and what to do instead.
        candidates: the codes that may have been meant: a line each, beginning with a digest or version.
    """

    def __init__(self, origin: str, problem: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(origin, problem, candidates)
        self.origin = origin
        self.problem = problem
        self.candidates = candidates

    def __str__(self) -> str:
        return "\n  ".join([f"{self.origin}: nothing was accepted: {self.problem}", *self.candidates])


class StoreError(MemoError, RuntimeError):
    """A store could not be changed as it was told to.

    Steps never see it: where a result cannot be stored they give a :class:`StoreWarning` and go on.

    Attributes:
        directory: where the store is.
        problem: what is wrong, as the end of a sentence that begins with the store.
    """

    def __init__(self, directory: str, problem: str) -> None:
        super().__init__(directory, problem)
        self.directory = directory
        self.problem = problem

    def __str__(self) -> str:
        return f"the store in {self.directory} {self.problem}"


class MemoWarning(UserWarning):
    """The base class of every warning that memo gives."""


class StoreWarning(MemoWarning):
    """Something is wrong with a store; the step ran and its result was returned."""


class VerifyWarning(MemoWarning):
    """A stored result is another one than the step computes now; the stored one was returned."""


def warn_user(sentence: str, category: type[MemoWarning]) -> None:
    """Warn with *sentence* from where the user's code called memo."""
    level, frame = 1, sys._getframe(0)  # noqa: SLF001 - as the warnings module itself does
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(sentence, category, stacklevel=level)
