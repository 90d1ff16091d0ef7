"""``verify=``: some hits are computed again, and what comes out is compared with what is stored.

The caller gets what is stored, as from any hit; a difference is a warning. The function is run with the call's own
arguments: where it changes them, they are changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from memo.dethash import det_hash
from memo.errors import UnhashableError, VerifyWarning, warn_user
from memo.step.raised import Raised

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterator

    from memo.dethash import CodeManifest
    from memo.step.calls.attempt import Attempt
    from memo.step.runner import Step
    from memo.store import Stream

#: So many opaque inputs are named.
MOST_NAMED = 10
#: Modules of the standard library through which code sees what is not in its key.
_CHANGING = frozenset({
    "asyncio", "concurrent", "datetime", "getpass", "glob", "http", "io", "locale", "multiprocessing", "os", "pathlib",
    "platform", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading",
    "time", "urllib", "uuid",
})  # fmt: skip


class Outcome(NamedTuple):
    """What a run did, or one step of a generator's run."""

    verb: str
    value: object

    @classmethod
    def of(cls, result: object) -> Outcome:
        """Return the outcome that is stored as *result*, or that has just come about."""
        return cls("raised", result.error) if isinstance(result, Raised) else cls("returned", result)


def verify(step: Step, attempt: Attempt, stored: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    """Run a plain function's call, compare it with what is *stored*, and return that, or raise it."""
    step.runs += 1
    try:
        now = step.function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - the caller asked for a result, and that is there
        now = Raised(error)
    _agree(attempt, Outcome.of(stored), Outcome.of(now))
    return attempt.answer(stored)


async def verify_coroutine(
    step: Step, attempt: Attempt, stored: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    """Do the same with a coroutine function's call."""
    step.runs += 1
    try:
        now = await step.function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - as above
        now = Raised(error)
    _agree(attempt, Outcome.of(stored), Outcome.of(now))
    return attempt.answer(stored)


def verified(attempt: Attempt, stored: Stream, real: Any) -> Generator[Any, None, None]:
    """Yield the items of a *stored* generator, each compared with what the *real* one yields, until they differ."""
    try:
        for expected in _outcomes(stored):
            if real is not None:
                try:
                    now = Outcome("yielded", next(real))
                except StopIteration as stop:
                    now = Outcome("returned", stop.value)
                except Exception as error:  # noqa: BLE001 - as above
                    now = Outcome("raised", error)
                if not _agree(attempt, expected, now):
                    real.close()
                    real = None
            if expected.verb == "yielded":
                yield expected.value
    finally:
        if real is not None:
            real.close()


async def verified_async(attempt: Attempt, stored: Stream, real: Any) -> AsyncGenerator[Any, None]:
    """Do the same with an asynchronous generator."""
    try:
        for expected in _outcomes(stored):
            if real is not None:
                try:
                    now = Outcome("yielded", await anext(real))
                except StopAsyncIteration:
                    now = Outcome("returned", None)
                except Exception as error:  # noqa: BLE001 - as above
                    now = Outcome("raised", error)
                if not _agree(attempt, expected, now):
                    await real.aclose()
                    real = None
            if expected.verb == "yielded":
                yield expected.value
    finally:
        if real is not None:
            await real.aclose()


def _outcomes(stored: Stream) -> Iterator[Outcome]:
    for item in stored:
        yield Outcome("yielded", item)
    yield Outcome.of(stored.result)


def _agree(attempt: Attempt, stored: Outcome, now: Outcome) -> bool:
    """Say whether two outcomes are one; warn if they are not."""
    try:
        before, after = det_hash(stored.value), det_hash(now.value)
    except UnhashableError as error:
        if stored.verb == now.verb:
            attempt.rules.tell("verify", error)
            return False  # nothing more is to be learnt
        before = after = "what has no digest"
    if (stored.verb, before) == (now.verb, after):
        return True
    warn_user(
        f"{attempt.label} was computed again, and differs from what is stored under {attempt.key.key[:12]}: it had "
        f"{stored.verb} {_shown(stored)}{before}, and now it {now.verb} {_shown(now)}{after}. {_causes(attempt)}",
        VerifyWarning,
    )
    return False


def _shown(outcome: Outcome) -> str:
    return f"{type(outcome.value).__qualname__} " if outcome.verb == "raised" else ""


def _causes(attempt: Attempt) -> str:
    """Return what may be the cause: what the code reads and does not count."""
    named = list(dict.fromkeys(each for manifest in attempt.manifests() for each in _opaque(manifest)))
    if named:
        more = ", …" if len(named) > MOST_NAMED else ""
        return f"What it reads and does not count may be the cause: {', '.join(named[:MOST_NAMED])}{more}"
    if attempt.version is not None:
        return f'Its version "{attempt.version}" stands for its code, which may have been edited'
    return "Nothing that it reads is known not to count; it may read random numbers, the time or a file"


def _opaque(manifest: CodeManifest) -> Iterator[str]:
    for each in manifest.opaque:
        yield f"{each.label} ({each.type_name}: {each.reason})"
    told = {each.label.partition(".")[0] for each in manifest.opaque}
    for entry in manifest.entries:
        for label, read in entry.reads.items():
            if read.seen == "standard library" and read.name.partition(".")[0] in _CHANGING - told:
                yield f"{label.removeprefix('import ')} (it may answer otherwise each time)"
