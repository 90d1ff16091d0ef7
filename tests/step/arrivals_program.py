"""A notebook's steps on their way to a process without the notebook, for ``test_arrivals.py``, by ``python -c``.

With ``notebook`` it runs the versions of cells that it reads and prints, of each, the key of a call and the call by
value; with ``worker`` it takes all of these calls in, and prints their keys afterwards.
"""

import base64
import json
import linecache
import pickle
import sys


def run(cell: str) -> None:
    In.append(cell)
    name = f"<cell {hash(cell)}>"  # as ipykernel names them: by their text
    linecache.cache.pop(name, None)
    linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
    exec(compile(cell, name, "exec"), globals())


def sent(cells: list[str]) -> tuple[str, str]:
    import cloudpickle

    for cell in cells:
        run(cell)
    step, argument = call = globals()["call"]
    return step.key(argument), base64.b64encode(cloudpickle.dumps(call)).decode()


In: list[str] = []
given = json.load(sys.stdin)
if sys.argv[1] == "notebook":
    answers = [[sent(version) for version in versions] for versions in given]
else:
    arrived = [[pickle.loads(base64.b64decode(data)) for _, data in calls] for calls in given]
    answers = [[step.key(argument) for step, argument in calls] for calls in arrived]
print(json.dumps(answers))
