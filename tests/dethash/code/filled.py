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

RERUNS = edits(
    "elsewhere",
    ELSEWHERE,
    ("Service(3)", "Service(30)"),
    ("+ 2", "+ 20", "key(step2)"),
    ("# the end", "Service.instance = Service(10)", "key(step3)"),
    ("cls(1)", "cls(10)", "key(step3)"),
    ("# the end", "POOL.submit(fill, RESULTS)", "key(step4)"),
    ("# the end", "shared.TABLE = {5: 6}", "key(step5)"),
)
HITS = edits(
    "elsewhere",
    ELSEWHERE,
    ("# the end", "step(1)"),
    ("# the end", "step2(1)", "key(step2)"),
    ("# the end", "step3(1)", "key(step3)"),
    ("# the end", "with open(os.devnull, 'w') as file:\n    json.dump([CACHE, RESULTS], file)", "key(step4)"),
    ("# the end", "shared.OTHER = {5: 6}", "key(step5)"),
)
