"""State that code fills, and what of it counts all the same: registries, first values, fitted models."""

from __future__ import annotations

from tests.dethash.code.project import edits

STATES = '''
from inspect import getdoc as gd, signature as sig
import logging
from typing import get_type_hints as gth
def d(x: int):
    """doc"""
    return x
def step(): return gd(d)
def step2(): return sig(d)
def step3(): return gth(d)
class Registry:
    items = {}
    @classmethod
    def add(cls, f):
        cls.items[f.__name__] = f
        return f
    @classmethod
    def get(cls, n): return cls.items[n]
@Registry.add
def handler(x): return x + 1
@Registry.add
class Handler:
    def go(self): return 2
def step4(x): return Registry.get("handler")(x)
class Reg:
    def __init__(self): self.items = []
    def add(self, f): self.items.append(f); return f
    def all(self): return [f() for f in self.items]
REG = Reg()
@REG.add
def plug(): return 3
def step5(): return REG.all()
class Base:
    subs = []
    def __init_subclass__(cls): Base.subs.append(cls)
    @classmethod
    def run(cls): return [c().go() for c in cls.subs]
class S1(Base):
    def go(self): return 4
def step6(): return Base.run()
INST = []
def register(x): INST.append(x)
class H:
    def go(self): return 5
register(H())
def step7():
    if not INST: register(H2())
    return [i.go() for i in INST]
class H2: pass
class Model:
    def __init__(self, w): self.w = w
    def fit(self, d): self.w = d * 6; return self
    def predict(self, x): return self.w * x
M = Model(0).fit(7)
def step8(x): return M.predict(x)
class Counter:
    def __init__(self, start): self.n = start
    def bump(self): self.n += 1; return self.n
C = Counter(8)
def step9(): return C.bump()
log = logging.getLogger("a")
def step10(): return log.handlers
_impl = None
def use(f):
    global _impl
    _impl = f
def impl(x): return x + 9
use(impl)
def step11(x):
    if _impl is None: use(len)
    return _impl(x)
import settings_mod
def step12():
    settings_mod.last = 1
    return settings_mod.rate
def outer():
    acc = {"k": 10}
    def f():
        acc["z"] = 1
        return acc["k"]
    return f
step13 = outer()
class Cfg:
    rate = 11
    other = 12
def step14(): return Cfg.rate
class P:
    @property
    def v(self): return self._c()
    def _c(self): return 13
p = P()
def step15(): return p.v
def step16(): return p.__class__.__name__
import functools
@functools.cache
def cached(): return 14
def step17(): return cached()
def tagged(f):
    f.tag = 15
    return f
@tagged
def tg(): return tg.tag
def step18(): return tg()
step19 = functools.partial(lambda a, b: a + b, 16)
def remembers(x, memo={0: 18}):
    memo[x] = x
    return memo[0]
def step20(): return remembers(1)
SHARED = {0: 19}
def shares(x, *, memo=SHARED):
    memo[x] = x
    return memo[0]
def step21(): return shares(1)
from settings_mod import TABLE as table
def step22():
    table["n"] = 1
    return table["rate"]
class Tool:
    def __init__(self, f, n): self.f, self.opts = f, {"n": n}
    def run(self):
        self.opts.setdefault("seen", 1)
        return self.f(self.opts["n"])
def tool(n): return lambda f: Tool(f, n)
@tool(21)
def tooled(n): return n + 22
def step23(): return tooled.run()
import heapq
from collections import defaultdict
LOG = defaultdict(list)
HEAP = [23]
def logs(x): LOG[x].append(x); heapq.heappush(HEAP, x); return HEAP[0]
def step24(): return logs(1)
PAIRS = {}
for pair in {"a": 24}.items():
    PAIRS[pair[0]] = pair
def pairs(): PAIRS["b"] = 1; return PAIRS["a"]
def step25(): return pairs()
HANDED = []
def hand_over(to, x): to.append(x)
hand_over(HANDED, 25)
def handed(): HANDED.append(1); return HANDED[0]
def step26(): return handed()
class Opts:
    opts = {}
    def __init_subclass__(cls, **k): Opts.opts[cls.__name__] = k
class Mode(Opts, mode=27): pass
def step27(): return Opts.opts["Mode"]["mode"]
class Descriptor:
    made = []
    def __init__(self, k): self.k = k
    def __set_name__(self, owner, name): Descriptor.made.append((name, self.k))
class Owner:
    a = Descriptor(28)
def step28(): return Descriptor.made
def step29():
    import importlib
    return importlib.import_module("late_mod").value()
# not yet
## settings_mod.py
rate = 17
unused = 18
TABLE = {"rate": 20}
## late_mod.py
def value(): return x29 * 3
x29 = 31
'''
SETTINGS = """
from options import Base
class Options(Base):
    RATE = 1
    TABLE = {"a": [2]}
    SIZE = 3
    count = 4
    def scaled(self): return self.RATE * 5
    @classmethod
    def bump(cls): cls.count += 1
class Pinned:
    VERSION = "1"
    RATE = 6
class Wrapped(Base):
    RATE = 7
    def __init__(self): self.RATE = 8
def step(x): return x * Options.RATE
def step2(x): return Options.TABLE["a"][0]
def step3(x): return Options.LIMIT
def step4(x): return Options.RATE, Options().scaled()
def step5(x): return Pinned.RATE
def step6(x): return Options.count
def step7(x):
    Options.bump()
    return Options.count
def step8(x): return Wrapped.RATE, Wrapped().RATE
# the end
## options.py
class Base:
    LIMIT = 9
"""

GIVEN = """
CALLS = []
class Counting:
    def run(self): CALLS.append(1)
class Meta(type):
    def made(cls): CALLS.append(2)
class Made(metaclass=Meta): pass
def step(x): return x
# the end
"""

DRIVEN = """
import json, random
RAN = []
def step(x):
    RAN.append(x)
    return x
def show(): return len(RAN)
def put(those): those.append(3)
def runs(x):
    RAN.clear()
    step(x)
    return RAN[:]
# the end
"""

RERUNS = [
    *edits(
        "driven",
        DRIVEN,
        ("# the end", "RAN.append(0)"),
        ("# the end", "random.shuffle(RAN)"),
        ("# the end", "put(RAN)"),
        ("# the end", "for x in range(3): RAN[:] = [x]"),
    ),
    *edits("given", GIVEN, ("CALLS = []", "CALLS = [0]"), ("append(1)", "append(2)"), call="key(step, Counting())"),
    *edits(
        "settings",
        SETTINGS,
        ("RATE = 1", "RATE = 10"),
        ("RATE = 1", "RATE = True"),
        ('{"a": [2]}', '{"a": [20]}', "key(step2)"),
        ("LIMIT = 9", "LIMIT = 90", "key(step3)"),
        ("* 5", "* 50", "key(step4)"),
        ("SIZE = 3", "SIZE = 30", "key(step4)"),
        ('VERSION = "1"', 'VERSION = "2"', "key(step5)"),
        ("count = 4", "count = 40", "key(step6)"),
        ("# the end", "Options.bump()", "key(step6)"),
        ("count = 4", "count = 40", "key(step7)"),
        ("RATE = 8", "RATE = 80", "key(step8)"),
    ),
    *edits(
        "state of",
        STATES,
        ('"""doc"""', '"""dok"""'),
        ("x: int", "x: str", "key(step2)"),
        ("x: int", "x: str", "key(step3)"),
        ("x + 1", "x + 10", "key(step4)"),
        ("return 2", "return 20", "key(step4)"),
        ("return 3", "return 30", "key(step5)"),
        ("return 4", "return 40", "key(step6)"),
        ("return 5", "return 50", "key(step7)"),
        ("fit(7)", "fit(70)", "key(step8)"),
        ("Counter(8)", "Counter(80)", "key(step9)"),
        ("x + 9", "x + 90", "key(step11)"),
        ("rate = 17", "rate = 170", "key(step12)"),
        ('"k": 10', '"k": 100', "key(step13)"),
        ("rate = 11", "rate = 110", "key(step14)"),
        ("return 13", "return 130", "key(step15)"),
        ("return 14", "return 140", "key(step17)"),
        ("f.tag = 15", "f.tag = 150", "key(step18)"),
        ("b, 16)", "b, 160)", "key(step19)"),
        ("a + b", "a - b", "key(step19)"),
        ("0: 18", "0: 180", "key(step20)"),
        ("0: 19", "0: 190", "key(step21)"),
        ('"rate": 20', '"rate": 200', "key(step22)"),
        ("tool(21)", "tool(210)", "key(step23)"),
        ("n + 22", "n + 220", "key(step23)"),
        ("[23]", "[230]", "key(step24)"),
        ('"a": 24', '"a": 240', "key(step25)"),
        ("HANDED, 25", "HANDED, 250", "key(step26)"),
        ("mode=27", "mode=270", "key(step27)"),
        ("Descriptor(28)", "Descriptor(280)", "key(step28)"),
        ("x29 = 31", "x29 = 32", "key(step29)"),
    ),
]
HITS = [
    *edits(
        "driven",
        DRIVEN,
        ("# the end", "text = json.dumps([step(1), RAN])"),
        ("# the end", "text = json.dumps(RAN)"),
        ("# the end", "assert runs(1) == [1]"),
        ("# the end", "step(1); seen = [RAN.count(1), RAN.copy(), len(RAN), show(), *map(str, RAN)]"),
        ("# the end", "if __name__ == '__main__':\n    assert RAN == [step(1)], json.dumps(RAN)"),
    ),
    *edits(
        "given",
        GIVEN,
        ("# the end", "Counting().run()", "key(step, Counting())"),
        ("# the end", "Counting().run()", "key(Counting().run)"),
        ("# the end", "Made.made()", "key(step, Made)"),
    ),
    *edits(
        "settings",
        SETTINGS,
        ("SIZE = 3", "SIZE = 30"),
        ("* 5", "* 50"),
        ("class Options(Base):", "class Options(Base):\n    NEW = 1"),
        ("RATE = 1", "RATE = 10", "key(step2)"),
        ("RATE = 6", "RATE = 60", "key(step5)"),
        ("# the end", "Options.bump()"),
        ("# the end", "Options.bump()", "key(step7)"),
        ("# the end", "step7(1)", "key(step7)"),
    ),
    *edits(
        "state of",
        STATES,
        ("unused = 18", "unused = 19", "key(step12)"),
        ("rate = 17", "rate = 17\nlast = 2", "key(step12)"),
        ("import settings_mod", "import settings_mod; settings_mod.last = 5", "key(step12)"),
        ('getLogger("a")', 'getLogger("b")', "key(step10)"),
        ("# not yet", "remembers(7)", "key(step20)"),
        ("# not yet", "shares(7)", "key(step21)"),
        ("# not yet", "step22()", "key(step22)"),
        ("# not yet", "step23()", "key(step23)"),
        ("# not yet", "logs(7)", "key(step24)"),
        ("# not yet", "pairs()", "key(step25)"),
        ("# not yet", "handed()", "key(step26)"),
    ),
]
