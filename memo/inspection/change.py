"""One thing that differs between two calls, as data and as a sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

#: A digest that is told as part of a version, as of a package from a directory, is as long as this.
_SHOWN_DIGITS = 8
_SPOKEN = ("default", "captured variable", "attribute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs between two calls.

    Attributes:
        kind: what it is: ``function``, ``class``, ``global``, ``captured variable``, ``default``, ``argument``,
            ``version``, ``package``…
        name: what it is called; of a part of an argument also where it sits.
        before: its digest or version before; ``None`` if there was no such thing.
        after: likewise after.
        reader: the code that reads it.
        where: the file of the code that differs, or that reads what differs.
        details: what about it differs, if more is known.
        diff: how its source text differs, as lines of a unified diff.
        argument: the argument that brought the code that differs, if it is not the step's.
        is_step: whether it is the step's own code.
    """

    kind: str
    name: str
    before: str | None = None
    after: str | None = None
    reader: str = ""
    where: str = ""
    details: tuple[str, ...] = ()
    diff: tuple[str, ...] = ()
    argument: str = ""
    is_step: bool = False

    def to_dict(self) -> dict[str, object]:
        """Return plain data, as for JSON."""
        return asdict(self)

    def of_argument(self, name: str) -> Change:
        """Return the same change of code that the argument *name* brought."""
        return replace(self, argument=name)

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        bringing = f"in argument {self.argument}: " if self.argument else ""
        return f"{bringing}{self._subject()} {self.verb()}{where}"

    def _subject(self) -> str:
        if self.is_step:
            return "its own code"
        if self.kind == "function":
            return f"{'method' if '.' in self.name.rpartition('<locals>.')[2] else 'helper'} {self.name}()"
        if self.kind in _SPOKEN and self.reader:
            return f"{self.kind} {self.name} of {self.reader}"
        if self.kind == "depends_on":  # told by its place
            return f"depends_on[{self.name.rpartition(' ')[2]}]"
        if self.kind == "option":
            return f"{self.name}="
        if self.kind in ("global", "import") and self.reader:
            return f"{self.kind} {self.name}, which {self.reader} reads,"
        return f"{self.kind} {self.name}".strip()

    def verb(self) -> str:
        """Return what has become of it."""
        details = f": {', '.join(self.details)}" if self.details else ""
        if self.kind in ("package", "version") or (self.kind, self.name) == ("option", "code"):
            return f"changed from {_shown(self.before)} to {_shown(self.after)}{details}"
        if self.before is None:
            return f"is new{details}"
        return f"is gone{details}" if self.after is None else f"changed{details}"


def _shown(version: str | None) -> str:
    """Return a version; of a package that came from a directory it ends with the digest of its content."""
    number, space, digest = (version or "none").partition(" ")
    return f"{number}{space}{digest[:_SHOWN_DIGITS]}"
