"""Edits and uses of a larger project that cannot change what its steps return."""

from __future__ import annotations

from tests.dethash.code.project import edits

QUIET = '''
"""Module doc."""
from __future__ import annotations
import logging, threading, os, re, time
import helpers
import config as cfg
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from nowhere import Nothing
LOG = logging.getLogger("x")
LOCK = threading.RLock()
COUNT = 0
CACHE = {}
SEEN = set()
EVENTS = []
def unrelated():
    return 1
class Unrelated:
    x = 1
class Model:
    """Doc."""
    n: int = 1
    calls = 0
    _cache = {}
    def __init__(self, a: int = 2) -> None:
        self.a = a
        self._lock = threading.Lock()
    def run(self, x: int) -> int:
        """Run doc."""
        Model.calls += 1
        self._cache[x] = x
        return x + self.a
    def unused(self): return 7
    def __repr__(self): return "M"
MODEL = Model()
pattern = re.compile("a+")
def step(x: int, *, y: "int" = 3) -> "Nothing":
    """Step doc.

    >>> step(1)
    """
    global COUNT
    COUNT += 1
    CACHE[x] = x
    SEEN.add(x)
    EVENTS.append({"x": x})
    "bare string"
    assert x >= 0, "msg"
    LOG.info("hi %s", x)
    with LOCK:
        r: int = helpers.used(x)
    z = (x +
         1)
    s = 'single' "joined"
    if x in {1, 2, 3}: pass
    def inner(q: int = 1) -> int:
        """Inner doc."""
        return q
    import json, math as m
    from textwrap import dedent, indent
    cls = Loc()
    return r + z + inner() + cfg.A + MODEL.run(x) + len(s)
def Loc():
    """Loc doc"""
    class L:
        """L doc"""
        def m(self) -> int:
            """m doc"""
            return 1
    return L
def decorate(f): return f
@decorate
def other(): return 5
def step2(x=other): return x()
async def astep():
    # c
    return 1
gen = (lambda x: x)
def step3(v): return gen(v)
def once(f):
    memo = {}
    def w(*a):
        if a not in memo: memo[a] = f(*a)
        return memo[a]
    return w
@once
def pure(x): return x + 8
def step4(x): return pure(x)
_conn = None
def connect():
    global _conn
    if _conn is None:
        _conn = Conn()
    return _conn
class Conn:
    def __init__(self): self.sock = threading.Lock(); self.n = 0
    def q(self): self.n += 1; return 1
def step5(): return connect().q()
CONN2 = Conn()
def step6(): return CONN2.q()
class Svc:
    def __init__(self): self.hits = 0; self.memo = {}
    def __call__(self, x):
        self.hits += 1
        self.memo[x] = x
        return x
svc = Svc()
def step7(x): return svc(x)
import functools
@functools.lru_cache(maxsize=None)
def lru(x): return x
def step8(x): return lru(x)
counter = iter(range(10))
def step9(x): return next(counter)
rng = __import__("random").Random(3)
def step10(): return rng.random()
def step11(x): return os.path.join("a", x), time.time()
from dataclasses import dataclass, field
@dataclass
class DC:
    """Doc."""
    a: int = 1
    b: list = field(default_factory=list)
    def dm(self) -> int: return self.a
def step12(): return DC()
def step13(x):
    x.attr = 1
    return x
stats = DC()
ADAPTER = logging.LoggerAdapter(LOG, {"run": "a"})
def step15(x): ADAPTER.info("hi %s", x)
def step14(x):
    stats.a += 1
    stats.b.append(x)
    return x
# the end
## helpers.py
"""Doc."""
import logging
A = 1
UNUSED = 2
logger = logging.getLogger(__name__)
def used(x): return deeper(x) + A
def deeper(x):
    # comment
    return x
def unused(): return 3
## config.py
A = 1
B = 2
def f(): pass
'''
HITS = [
    *edits(
        "quiet",
        QUIET,
        ('"""Module doc."""\n', ""),
        ('"""Module doc."""', '"""Other."""'),
        ("def unrelated():\n    return 1", "def unrelated():\n    return 2"),
        ("class Unrelated:\n    x = 1", "class Unrelated:\n    x = 2"),
        ('    """Doc."""\n    n', '    """Doc!"""\n    n'),
        ("n: int = 1", "n: float = 1"),
        ("-> None:\n        self.a = a", "-> object:\n        self.a = a"),
        ('"""Run doc."""', '"""Ran."""'),
        ('    """Step doc.\n\n    >>> step(1)\n    """\n', ""),
        ('"bare string"', '"other bare"'),
        ('    "bare string"\n', ""),
        ("z = (x +\n         1)", "z = x + 1"),
        ("'single' \"joined\"", '"singlejoined"'),
        ("{1, 2, 3}: pass", "{3, 2, 1}: pass"),
        ('"""Inner doc."""', '"""I."""'),
        ("def inner(q: int = 1) -> int:", "def inner(q=1):"),
        ("r: int = helpers", "r = helpers"),
        ('def step(x: int, *, y: "int" = 3) -> "Nothing":', "def step(x, *, y=3):"),
        ('"""Loc doc"""', '"""l"""'),
        ('"""L doc"""', '"""l"""'),
        ('"""m doc"""', '"""m"""'),
        ("def m(self) -> int:", "def m(self):"),
        ("@decorate\n", "", "key(step2)"),
        ("    # c\n", "", "key(astep)"),
        ("gen = (lambda x: x)", "gen = (lambda x:\n   x)", "key(step3)"),
        ("# the end", "step(1)"),
        ("# the end", "step(1); step(2); step(3)"),
        ("# the end", "pure(1)", "key(step4)"),
        ("# the end", "step4(1); step4(2)", "key(step4)"),
        ("# the end", "step5()", "key(step5)"),
        ("# the end", "connect()", "key(step5)"),
        ("# the end", "lru(3)", "key(step8)"),
        ("# the end", "step12()", "key(step12)"),
        ("# the end", "globals()['MODEL'].run(1)"),
        ("UNUSED = 2", "UNUSED = 3"),
        ("    # comment\n", ""),
        ("def unused(): return 3", "def unused(): return 4"),
        ("B = 2\n", "B = 3\n"),
        ("def f(): pass", "def f(): return 1"),
        ("# the end", "step14(1)", "key(step14)"),
        ("# the end", "step7(1)", "key(step7)"),
        ("# the end", "step6()", "key(step6)"),
        ("logger = logging.getLogger(__name__)", 'logger = logging.getLogger("other")'),
        ('LOG = logging.getLogger("x")', 'LOG = logging.getLogger("y")'),
        ('"run": "a"', '"run": "b"', "key(step15)"),
        ("import json, math as m", "import math as m\n    import json"),
        ("dedent, indent", "(\n        indent, dedent\n    )"),
    )
]
