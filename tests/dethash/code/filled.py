"""State that code fills by other names, that other statements set up, and what only reads it."""

from __future__ import annotations

from tests.dethash.code.project import edits

ELSEWHERE = """
import json, os
from concurrent.futures import ThreadPoolExecutor
import shared
POOL = ThreadPoolExecutor(1)
CACHE = {}
RESULTS = []
class Service:
    instance = None
    @classmethod
    def get(cls):
        if cls.instance is None: cls.instance = cls(1)
        return cls.instance
    def __init__(self, rate): self.rate, self.memo, self.log = rate, {}, []
    def ask(self, x):
        memo, log = self.memo, self.log
        if x not in memo: memo[x] = x * self.rate
        log.append(x)
        return memo[x]
    def tell(self, x):
        memo: dict = self.memo
        memo[x] = x
        return memo[x] + 2
SERVICE = Service(3)
def fill(those): those.append(4)
def step(x): return SERVICE.ask(x)
def step2(x): return SERVICE.tell(x)
def step3(x): return Service.get().rate
def step4(x):
    CACHE[x] = x
    RESULTS.append(x)
    return x
def step5(x):
    shared.TABLE[x] = x
    return shared.TABLE
# the end
## shared.py
TABLE = {}
"""

PROGRAM = """
import table
RAN, TABLE, SEEN, total = [], {}, {}, 0
class Stats:
    runs = 0
def step(x):
    global total
    RAN.append(x)
    TABLE[x] = table.ROWS[x] = x
    total += x
    Stats.runs += 1
    return x
def step2(x):
    seen = SEEN
    seen[x] = x
    return seen
def main():
    global total, TABLE
    total = 0
    TABLE = {}
    RAN.clear()
    Stats.runs = 0
    for i in range(9):
        step(i)
        step2(i)
    print("done", end="", file=open("/dev/null", "w"))
def deep(): TABLE["deep"] = 1
def init(): deep()
def load(): return {"a": 2}
main()
init()
table.give(3)
TABLE.update(load())
## table.py
ROWS = {}
def give(x): put(x)
def put(x): ROWS["given"] = x
"""
#: Variables around a function that fills them, made of what is gone when that function has returned.
AROUND = """
class Model:
    def __init__(self, n): self.held, self.calls = {"a": n}, 0
    def get(self, x):
        self.calls += 1
        return self.held.setdefault(x, 0)
def make(n):
    size = n + 0
    seen = {"a": size}
    def inner(x): return seen.setdefault(x, 0)
    return inner
def around(n):
    model = Model(n)
    return lambda x: model.get(x)
def alone():
    model = Model(5)
    return lambda x: model.get(x)
step, step2, step3 = make(3), around(4), alone()
# the end
"""
GUARDED = PROGRAM.replace("main()\ninit()\n", "if __name__ == 'main':\n    main()\n")

RERUNS = [
    *edits(
        "elsewhere",
        ELSEWHERE,
        ("Service(3)", "Service(30)"),
        ("+ 2", "+ 20", "key(step2)"),
        ("# the end", "Service.instance = Service(10)", "key(step3)"),
        ("cls(1)", "cls(10)", "key(step3)"),
        ("# the end", "POOL.submit(fill, RESULTS)", "key(step4)"),
        ("# the end", "shared.TABLE = {5: 6}", "key(step5)"),
    ),
    *edits(
        "program",
        PROGRAM,
        ("total = 0\n    TABLE", "total = 10\n    TABLE"),
        ("TABLE = {}\n    RAN", "TABLE = {1: 2}\n    RAN"),
        ("runs = 0\n    for", "runs = 10\n    for"),
        ('"deep"] = 1', '"deep"] = 10'),
        ("give(3)", "give(30)"),
        ('"given"] = x', '"gift"] = x'),
        ('"a": 2', '"a": 20'),
    ),
    *edits(
        "around",
        AROUND,
        ("make(3)", "make(30)"),
        ("n + 0", "n + 1"),
        ("around(4)", "around(40)", "key(step2)"),
        ("Model(5)", "Model(50)", "key(step3)"),
    ),
    *edits("guarded", GUARDED, ("total = 0\n    TABLE", "total = 10\n    TABLE")),
]
HITS = [
    *edits(
        "elsewhere",
        ELSEWHERE,
        ("# the end", "step(1)"),
        ("# the end", "step2(1)", "key(step2)"),
        ("# the end", "step3(1)", "key(step3)"),
        ("# the end", "with open(os.devnull, 'w') as file:\n    json.dump([CACHE, RESULTS], file)", "key(step4)"),
        ("# the end", "shared.OTHER = {5: 6}", "key(step5)"),
    ),
    *edits(
        "program",
        PROGRAM,
        ("range(9)", "range(1)"),
        ('"done"', '"ready"'),
        ("range(9)", "range(1)", "key(step2)"),
    ),
    *edits("around", AROUND, ("# the end", "unused = 1"), ("# the end", "step3(1)", "key(step3)")),
    *edits("guarded", GUARDED, ("range(9)", "range(1)"), ('"done"', '"ready"'), ('"deep"] = 1', '"deep"] = 10')),
]
