"""The call that an entry answers, as it is with the code that is there now."""

from __future__ import annotations

import sys
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from memo.dethash import class_manifest, reading
from memo.key import StepIdentity, argument_digest, key_of, with_code
from memo.store import Argument

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from memo.dethash import CodeManifest
    from memo.step.runner import Step
    from memo.store import Metadata


class NotToldError(Exception):
    """An entry tells too little to know which call it answers; the error says what is missing."""


class Present:
    """What a step is now, and the classes of its arguments.

    Args:
        step: the step.

    Attributes:
        identity: what its keys say about it.
        version: what stands for its code, if anything does.
        manifests: its code and that of the classes, by digest.
    """

    def __init__(self, step: Step) -> None:
        self._step = step
        self.version = step.version
        manifest = step.manifest(self.version)
        self.identity = step.identity(self.version, manifest)
        self._reads = frozenset[str]() if manifest is None else manifest.reads
        self.manifests: dict[str, CodeManifest] = {} if manifest is None else {manifest.digest: manifest}

    def call(self, entry: Metadata) -> Metadata:
        """Return what the entry's call is made of now, and its key.

        Raises:
            NotToldError: that cannot be known.
        """
        self._check(entry)
        given = {argument.name: argument for argument in entry.arguments}
        names = self._names(given)
        for argument in entry.arguments:
            if argument.counts and argument.name not in names:
                raise NotToldError(f"its argument {argument.name} is none of the step's any more")
        arguments = [self._argument(given[name]) if name in given else self._default(name) for name in names]
        identity = self.identity.of(self.identity.code_digest, self.version, entry.captured)
        return entry._replace(
            key=key_of(identity, _counting(arguments)),
            code_digest=identity.code_digest,
            version=self.version,
            arguments=tuple(arguments),
        )

    def _names(self, given: Iterable[str]) -> Sequence[str]:
        """Return the names of what is hashed of a call."""
        if self._step.options.key is None:
            return self._step.binder.names
        if set(given) != {"key"}:
            raise NotToldError("it does not tell what key= makes of its arguments")
        return ("key",)

    def _check(self, entry: Metadata) -> None:
        """See that the entry's own key can be computed from what it tells: only then it is known what it answers."""
        for origin in (self._step.origin, None):
            was = StepIdentity(entry.code_digest, entry.version, origin, entry.captured)
            if key_of(was, _counting(entry.arguments)) == entry.key:
                return
        raise NotToldError("its own key cannot be computed from what it tells: another version of memo made it")

    def _argument(self, argument: Argument) -> Argument:
        """Return an argument with the code that its classes have now."""
        classes = tuple((name, self._class_digest(argument.name, name)) for name, _ in argument.classes)
        digest = with_code(argument.value or argument.digest, *(digest for _, digest in classes))
        return argument._replace(digest=digest, classes=classes, counts=self._counts(argument.name, digest))

    def _class_digest(self, argument: str, name: str) -> str:
        module, _, qualname = name.partition(":")
        found: Any = sys.modules.get(module)
        for part in qualname.split("."):
            found = getattr(found, part, None)
        if not isinstance(found, type):
            raise NotToldError(f"the class {qualname} in its argument {argument} is not to be found in {module}")
        with reading(self._reads):
            manifest = class_manifest(found)
        self.manifests[manifest.digest] = manifest
        return manifest.digest

    def _default(self, name: str) -> Argument:
        """Return a parameter that is new: the entry's call takes its default."""
        parameter = signature(self._step.function, follow_wrapped=False).parameters[name]
        value: Any = parameter.default
        if parameter.kind in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD):
            value = () if parameter.kind is Parameter.VAR_POSITIONAL else {}
        elif value is Parameter.empty:
            raise NotToldError(f"it does not tell the argument {name}, which has no default")
        with reading(self._reads):
            digest = argument_digest(value, name)
        return Argument(name, "", digest, counts=self._counts(name, digest))

    def _counts(self, name: str, digest: str) -> bool:
        return self._step.skipped.get(name) != digest


def _counting(arguments: Sequence[Argument]) -> list[tuple[str, str]]:
    return [(argument.name, argument.digest) for argument in arguments if argument.counts]
