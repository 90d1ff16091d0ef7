"""Functions that are handed to a decorator of an installed package: it may read their docstrings and annotations."""

from __future__ import annotations

from tests.dethash.code.project import edits

HANDED = """
import tools
from tools import tool, App
app = App()
@app.route("/x")
def routed(x: int): return x
@tool
def described(x):
    "Add one."
    return x
@tools.plain
def plain(x: str): return x
def mine(f): return f
@mine
def own(x: str):
    "Own."
    return x
class Model:
    @tool
    def run(self, x: float): return x
def step(): return app.call("routed", "1")
def step2(): return described.describe()
def step3(): return plain(1)
def step4(): return own(1)
def step5(): return Model.run
## site-packages/tools.py
class App:
    def __init__(self): self.r = {}
    def route(self, path):
        def keep(f):
            self.r[f.__name__] = f
            return f
        return keep
    def call(self, n, *a):
        return self.r[n](*[t(v) for t, v in zip(self.r[n].__annotations__.values(), a)])
class T:
    def __init__(self, f): self.f = f
    def describe(self): return self.f.__doc__
def tool(f): return T(f)
def plain(f): return f
## site-packages/tools-1.0.dist-info/RECORD
tools.py,sha256=aaa,10
"""

RERUNS = edits(
    "handed",
    HANDED,
    ("x: int", "x: float"),
    ("Add one", "Add two", "key(step2)"),
    ("plain(x: str)", "plain(x: int)", "key(step3)"),
    ("self, x: float", "self, x: int", "key(step5)"),
)

HITS = edits(
    "handed",
    HANDED,
    ("own(x: str)", "own(x: int)", "key(step4)"),
    ("Own.", "Own, too.", "key(step4)"),
)
