"""A notebook's steps on their way to a process without the notebook, for ``test_arrivals.py``, by ``python -c``.

With ``notebook`` it runs the versions of cells that it reads and prints, of each, the key of a call, the call by
value, and the argument by itself; with ``worker`` it takes all of these calls in, and prints their keys afterwards;
with ``apart`` it takes one after the other in, and the argument by itself, as dask does.
"""

import base64
import json
import linecache
import pickle
import sys
from typing import Any


def run(cell: str) -> None:
    In.append(cell)
    name = f"<cell {hash(cell)}>"  # as ipykernel names them: by their text
    linecache.cache.pop(name, None)
    linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
    exec(compile(cell, name, "exec"), globals())


def sent(cells: list[str]) -> tuple[str, str, str]:
    import cloudpickle

    for cell in cells:
        run(cell)
    step, argument = call = globals()["call"]
    packed, apart = (base64.b64encode(cloudpickle.dumps(each)).decode() for each in (call, argument))
    return step.key(argument), packed, apart


def taken(packed: str) -> Any:
    return pickle.loads(base64.b64decode(packed))


In: list[str] = []
given = json.load(sys.stdin)
if sys.argv[1] == "notebook":
    answers = [[sent(version) for version in versions] for versions in given]
elif sys.argv[1] == "apart":
    answers = [[taken(call)[0].key(taken(argument)) for _, call, argument in calls] for calls in given]
else:
    arrived = [[taken(call) for _, call, _ in calls] for calls in given]
    answers = [[step.key(argument) for step, argument in calls] for calls in arrived]
print(json.dumps(answers))
