"""What a step is asked about its calls: why they would run, or what answers them."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from memo.config import settings
from memo.dethash import value_digest
from memo.inspection import Explanation, explain_call
from memo.step.calls.attempt import TOLD, Attempt

#: What is said of a step of which no result is looked for, and none is stored.
DISABLED = "memo is disabled here: the function runs plainly"

if TYPE_CHECKING:
    from memo.step.runner import Step


def explain(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Explanation:
    """Explain a call of *step*, without running it.

    Raises:
        TypeError: the function cannot be called like that.
        UnhashableError: an argument has no deterministic form.
    """
    seconds: dict[str, float] = {}
    started = perf_counter()
    names, values = step.hashed(args, kwargs)
    started = _took(seconds, "binding", started)
    version = step.version
    step.manifest(version)
    started = _took(seconds, "code", started)
    for name, value in zip(names, values, strict=True):
        value_digest(value, name)
        started = _took(seconds, f"argument {name}", started)
    key, manifest = step.keyed(version, names, values)
    chosen = step.chosen()
    attempt = Attempt(chosen, version, key, manifest, started, is_refreshed=step.is_refreshed)
    attempt.begin()
    attempt.cause = TOLD if attempt.is_refreshed else "" if step.is_enabled(settings()) else DISABLED
    started = perf_counter()
    trouble = None if attempt.cause else chosen.store.trouble_with(key.key, chosen.keeping)
    if trouble == "":
        trouble = chosen.rules.refusal(chosen.store, key.key)
    _took(seconds, "lookup", started)
    here = {made.digest: made for made in attempt.manifests()}
    call = attempt.metadata()
    return explain_call(chosen.store, call, key.identity, here, seconds, trouble)


def _took(seconds: dict[str, float], what: str, since: float) -> float:
    now = perf_counter()
    seconds[what] = now - since
    return now
