"""A call of a step in a process of its own, where nothing is known but what the step brings.

The process is made ready as multiprocessing makes those that it spawns: with the same search path, and with the script
that runs, if there is one, as ``__mp_main__``. It writes what it found out to a file, for what it prints is the step's.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import module_from_spec, spec_from_file_location
from multiprocessing.process import current_process
from multiprocessing.spawn import get_preparation_data, prepare
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from memo.errors import OptionError

#: What the process begins with: it finds modules where this one does.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from memo.step.processes.fresh import main; main(*sys.argv[2:])"
)

#: While a process has it, multiprocessing begins no others there: what it imports may begin some by mistake.
_BEGINNING = "_inheriting"


class Found(NamedTuple):
    """What a process found out.

    Attributes:
        key: the call's key.
        digest: the digest of the result; of a generator of the list of its items.
        tree: what the result is made of, to say where two differ; empty for what has no parts.
        failure: why there is none of this.
    """

    key: str = ""
    digest: str = ""
    tree: list[Any] = []  # noqa: RUF012  nobody fills it
    failure: str = ""


def call_in_fresh_processes(
    step: Any, args: tuple[Any, ...], kwargs: dict[str, Any], hash_seeds: Sequence[int]
) -> list[Found]:
    """Run a call in new processes, where strings are hashed in another way for each hash seed; nothing is stored.

    Raises:
        OptionError: step or arguments cannot be taken there, or this is such a process that imports its script.
    """
    if getattr(current_process(), _BEGINNING, False):  # or each would begin two more, without end
        raise OptionError("assert_deterministic", "(…) in a script", 'a call below if __name__ == "__main__":')
    with TemporaryDirectory(prefix="memo-") as place, ExitStack() as running:
        call = Path(place, "call")
        call.write_bytes(pickle.dumps((_ready(step), _packed(step, args, kwargs))))
        paths = json.dumps([os.fspath(path) for path in sys.path])
        processes = [
            running.enter_context(
                subprocess.Popen(  # noqa: S603  this interpreter
                    [sys.executable, "-c", _START, paths, str(call), str(Path(place, f"answer {seed}"))],
                    env=os.environ | {"PYTHONHASHSEED": str(seed)},
                )
            )
            for seed in hash_seeds
        ]
        return [
            _answer(Path(place, f"answer {seed}"), process.wait())
            for seed, process in zip(hash_seeds, processes, strict=True)
        ]


def _answer(path: Path, exit_code: int) -> Found:
    try:
        return Found(*json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return Found(failure=f"its process ended with exit code {exit_code}")


def _ready(step: Any) -> tuple[dict[str, Any], str, str | None]:
    """Return what makes the process ready: multiprocessing's data, and the step's module, which may not be importable.

    pytest, for one, imports tests in a way that nobody else can.
    """
    module = sys.modules.get(step.__module__)
    data = get_preparation_data("memo")
    data.pop("authkey", None)
    if not Path(data.get("init_main_from_path", "")).is_file():  # such as what is piped to Python
        data.pop("init_main_from_path", None)
    return data, step.__module__, getattr(module, "__file__", None)


def _packed(step: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps((step, args, kwargs))
    except Exception as refusal:  # noqa: BLE001 - whatever a value's own __reduce__ raises
        try:
            import cloudpickle

            packed: bytes = cloudpickle.dumps((step, args, kwargs))
        except Exception:  # noqa: BLE001 - it is not installed, or refuses, too
            expected = (
                "a step and arguments that can be pickled; with cloudpickle installed functions within functions can be"
            )
            raise OptionError("assert_deterministic", f"({type(refusal).__name__}: {refusal})", expected) from refusal
        return packed


def main(call: str, answer: str) -> None:
    """Run the call in the file *call*, and write what is found out to the file *answer*."""
    try:
        found = _found(*pickle.loads(Path(call).read_bytes()))  # noqa: S301  our parent wrote it
    except Exception as error:  # noqa: BLE001 - the parent tells
        found = Found(failure="".join(traceback.format_exception(error)))
    Path(answer).write_text(json.dumps(found), "utf-8")


def _found(ready: tuple[dict[str, Any], str, str | None], packed: bytes) -> Found:
    from memo.dethash import parts_of, value_digest
    from memo.step.blocks import disabled

    data, module, file = ready
    setattr(current_process(), _BEGINNING, True)
    prepare(data)
    _import(module, file)
    delattr(current_process(), _BEGINNING)
    step, args, kwargs = pickle.loads(packed)  # noqa: S301  as above
    key = step.key(*args, **kwargs)
    with disabled():  # whatever it calls is to run, too
        result = _result(step(*args, **kwargs))
    digest = value_digest(result, "result")
    return Found(key, digest.digest, parts_of(result, digest).tree)


def _import(name: str, file: str | None) -> None:
    """Import a module that is not to be found by its name from its file; what needs it says so if there is none."""
    if name in sys.modules or name in ("__main__", "__mp_main__") or file is None:
        return
    try:
        __import__(name)
    except ModuleNotFoundError:
        spec = spec_from_file_location(name, file)
        if spec is not None and spec.loader is not None:
            module = sys.modules[name] = module_from_spec(spec)
            spec.loader.exec_module(module)


def _result(result: Any) -> Any:
    if inspect.iscoroutine(result):
        return asyncio.run(result)
    if inspect.isgenerator(result):
        return list(result)
    return asyncio.run(_collected(result)) if inspect.isasyncgen(result) else result


async def _collected(items: Any) -> list[Any]:
    return [item async for item in items]
