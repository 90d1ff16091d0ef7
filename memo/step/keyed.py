"""What a step is: its code or what stands for it, where it comes from, and the keys of its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from memo.dethash import CodeWatch
from memo.key import Binder, CallKey, Keyer, Origin, StepIdentity, argument_digest, captured_by, may_capture
from memo.step.callables import counting
from memo.step.checks import checked_version
from memo.step.decorable import check_function, check_has_name
from memo.step.dependencies import Dependencies
from memo.step.normalizing import deciding, hashed, normalized
from memo.typing import kept_property

if TYPE_CHECKING:
    from collections.abc import Callable

    from memo.dethash import CodeManifest
    from memo.step.options import StepOptions


class Keyed:
    """A decorated function, as far as the keys of its calls are concerned.

    Args:
        function: the plain function.
        options: what the decorator was told.

    Raises:
        OptionError: an option names a parameter that there is not.
        StepError: the function is of a kind that cannot be a step.
    """

    def __init__(self, function: Callable[..., Any], options: StepOptions) -> None:
        check_function(function)
        self.function = function
        self.options = options
        self.binder = Binder(function, options.ignore)
        self.binder.check("skip_defaults", options.skip_defaults)
        self.kept: Kept | None = None
        self._depends_on = Dependencies(options.depends_on, deciding(options))
        self._counting = counting(function)
        self._code = CodeWatch(self._counting, code=options.code, depends_on=self._depends_on)
        self._beside_version = CodeWatch(self._counting, code="off", depends_on=self._depends_on)
        if self.version is None:
            self._code.remember_source()
        if self.version is not None or options.code == "off":
            check_has_name(function, options.name)

    def key(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        """Return the key of a call.

        Raises:
            TypeError: the function cannot be called like that.
            UnhashableError: an argument has no deterministic form.
        """
        return self.keyed(self.version, *self.hashed(args, kwargs))[0].key

    def hashed(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """Return names and values of what is hashed of a call.

        Raises:
            TypeError: the function cannot be called like that.
            Exception: *normalize* or *key* raised it.
        """
        if self.options.normalize is not None:
            args, kwargs = normalized(self, args, kwargs)
        return hashed(self, self.binder.bind(args, kwargs))

    def keyed(
        self, version: str | None, names: tuple[str, ...], values: tuple[Any, ...]
    ) -> tuple[CallKey, CodeManifest | None]:
        """Return the key of a call of which this is hashed, and what the code is made of now."""
        manifest, kept = self.manifest(version), self.kept
        if kept is None or kept.manifest is not manifest or (kept.version, kept.names) != (version, names):
            is_by_code = self._is_by_code(version)
            reads = manifest.reads if is_by_code and manifest is not None else frozenset[str]()
            kept = Kept(version, manifest, names, Keyer(self.identity(version, manifest), names, self.skipped, reads))
            if is_by_code or not may_capture(self.function):  # else it may have captured something else the next time
                self.kept = kept
        return kept.keyer.key(values), manifest

    @kept_property
    def skipped(self) -> dict[str, str]:
        """The digests of the values at which parameters do not count."""
        return {name: argument_digest(value, name) for name, value in self.options.skip_defaults.items()}

    @kept_property
    def origin(self) -> Origin:
        """Where the step comes from."""
        return Origin.of(self.function, self.options.name)

    @kept_property
    def label(self) -> str:
        """The origin as its entries bear it."""
        return str(self.origin)

    @property
    def version(self) -> str | None:
        """What stands for the code: the option, else the function's ``VERSION``."""
        if self.options.version is not None:
            return self.options.version
        version = getattr(self.function, "VERSION", None)
        return None if version is None else checked_version(version)

    def manifest(self, version: str | None) -> CodeManifest | None:
        """Return what the code is made of; of a step with a version only what it was told to depend on."""
        if version is None:
            return self._code.manifest()
        return self._beside_version.manifest() if self._depends_on else None

    def identity(self, version: str | None, manifest: CodeManifest | None) -> StepIdentity:
        """Return what a key says about the step itself."""
        digest = "" if manifest is None else manifest.digest
        if self._is_by_code(version):
            return StepIdentity(digest)
        check_has_name(self.function, self.options.name)
        return StepIdentity(digest, version, self.origin, captured_by(self.function))

    def _is_by_code(self, version: str | None) -> bool:
        """Say whether its code alone, with all that is reached from there, tells it from other steps."""
        return version is None and self.options.code == "deep"

    def code(self) -> object:
        """Return what counts of the step where another one's code reaches it: a function, or what stands for it."""
        version = self.version
        if version is None:
            return ("step", self._counting, *self._depends_on) if self._depends_on else self._counting
        return ("version", *self.identity(version, self.manifest(version)).parts())


class Kept(NamedTuple):
    """What makes keys, and what it holds for: version, manifest of the code, and names of what is hashed."""

    version: str | None
    manifest: CodeManifest | None
    names: tuple[str, ...]
    keyer: Keyer
