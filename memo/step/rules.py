"""Which results a step keeps and which stored ones answer, beyond what the key says: as the decorator was told."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memo.errors import MemoWarning, StoreWarning, warn_user
from memo.key.given import type_name
from memo.step.raised import Raised
from memo.store import Stream
from memo.typing import MISSING

if TYPE_CHECKING:
    from memo.config import Settings
    from memo.step.options import StepOptions
    from memo.store import Metadata, Store

#: What becomes of a call of which an option of the step fails, by option.
_CONSEQUENCES: Final = {
    "normalize": "the call runs with its arguments as they are, and its result is not stored",
    "key": "the call runs, and its result is not stored",
    "validate": "the stored result is not used, and the call runs again",
    "verify": "the stored result is returned, and compared with nothing",
    "cache_if": "the result is returned, and not stored",
}
#: What is said of an entry that does not answer.
REFUSED = "was refused by validate="
NOT_RAISED = "is an exception, and cache_exceptions= does not name its class"
GONE = "cannot be read"
#: The program's own random numbers, which it may have seeded, are left alone.
_random = Random()  # noqa: S311  it chooses what is looked at twice


class Rules(NamedTuple):
    """What decides, beside the key, about results: those to keep, and those that are stored.

    Attributes:
        label: the step's origin.
        validate: says of an entry's metadata whether it answers.
        cache_if: says of a result whether it is stored.
        exceptions: the classes of exceptions that are stored.
        verify: the fraction of hits that is computed again.
        tags: labels for entries.
        failed: the options that were warned about.
    """

    label: str
    validate: Callable[[Metadata], object] | None
    cache_if: Callable[[Any], object] | None
    exceptions: tuple[type[Exception], ...]
    verify: float
    tags: tuple[str, ...]
    failed: set[str]

    @classmethod
    def of(cls, label: str, options: StepOptions, now: Settings, failed: set[str]) -> Rules:
        """Return what a decorator and the settings say."""
        return cls(
            label=label,
            validate=options.validate,
            cache_if=options.cache_if,
            exceptions=options.cache_exceptions,
            verify=now.verify if options.verify is None else options.verify,
            tags=now.tags if options.tags is None else options.tags,
            failed=failed,
        )

    def refusal(self, store: Store, key: str) -> str:
        """Return why the entry under *key*, which is there, does not answer; empty if it does.

        It is decoded only if there may be an exception in it.
        """
        entry = store.metadata(key)
        if entry is MISSING:
            return GONE
        if not self.admits(entry):
            return REFUSED
        found = store.load(key) if entry.raised else MISSING
        return NOT_RAISED if found is not MISSING and not self.admits_value(found.value) else ""

    def admits(self, entry: Metadata) -> bool:
        """Say whether *entry* answers, as far as its metadata tells."""
        return self.validate is None or self._ask("validate", self.validate, entry)

    def wants(self, result: object) -> bool:
        """Say whether *result* is to be stored; of a generator a list of its items is asked about."""
        if self.cache_if is None:
            return True
        return self._ask("cache_if", self.cache_if, list(result) if isinstance(result, Stream) else result)

    def admits_value(self, value: object) -> bool:
        """Say whether *value* answers: the step may have been told otherwise when an exception was stored."""
        end = value.result if type(value) is Stream else value
        return type(end) is not Raised or isinstance(end.error, self.exceptions)

    def doubts(self) -> bool:
        """Say whether this hit is one of those to compute again."""
        return self.verify > 0 and _random.random() < self.verify

    def _ask(self, option: str, question: Callable[[Any], object], value: object) -> bool:
        try:
            return bool(question(value))
        except Exception as error:  # noqa: BLE001 - whatever the user's function raises: the call is not to suffer
            self.tell(option, error)
            return False

    def tell(self, option: str, error: Exception) -> None:
        """Warn that a function which was given as an *option* failed, the first time that it does."""
        if option not in self.failed:
            self.failed.add(option)
            sentence = f"{self.label}: {option}= failed ({type(error).__name__}: {error}): {_CONSEQUENCES[option]}"
            warn_user(sentence, MemoWarning)

    def tell_not_kept(self, error: Exception, problem: str) -> None:
        """Warn that an exception which is to be stored cannot be, the first time for its class."""
        name = type_name(type(error))
        if name not in self.failed:
            self.failed.add(name)
            sentence = (
                f"{self.label}: what it raised, a {name}, cannot be stored ({problem}), and the call runs again next "
                f"time: give the class a __reduce__ that pickle can make it again from, or leave it out of "
                f"cache_exceptions="
            )
            warn_user(sentence, StoreWarning)
