"""Code that is reached by names made at run time, by C code, or as what derives from a class; and what is filled."""

from __future__ import annotations

from tests.dethash.code.project import edits

REACHED = """
import abc, sys
import numpy as np
import plugin
def part(x): return x + 1
def get_one(x): return x + 2
def get_two(x): return x + 3
def other(x): return x + 4
class Model:
    def go(self): return 5
def step(x): return globals()["part"](x)
def step2(x): return globals()[f"get_{x}"](x)
def step3(x): return globals().get("get_" + x)(x)
def step4(x): return getattr(sys.modules[__name__], x)(x)
def step5(x): return eval(x)().go()
def step6(x): return eval("part(x)")
def step7(x): return sys.modules["plugin"].f(x)
def step8(x): return plugin.__dict__["f"](x)
def inner(x): return x + 6
outer = np.frompyfunc(inner, 1, 1)
def step9(x): return outer(x)
class Base:
    @classmethod
    def all(cls): return [each().go() for each in cls.__subclasses__()]
class One(Base):
    def go(self): return 7
class Two(One):
    def go(self): return 8
def step10(): return Base.all()
class Shape(abc.ABC): pass
@Shape.register
class Round: pass
def step11(x): return isinstance(x, Shape)
# not yet
## plugin.py
def f(x): return x + 9
def g(x): return x + 10
"""

FILLED = """
OPTIONS, SEEN, HOOKS, TABLE = {}, {}, [], {}
def option(name, value): OPTIONS[name] = value
def scaled(name, value): option(name, scale(value))
def scale(value): return value * 2
option("rate", 3)
def keep(name, value):
    def decorate(function):
        OPTIONS[name] = value
        return function
    return decorate
@keep("size", 4)
def unused(): return 5
def step(x):
    OPTIONS["seen"] = x
    return x * OPTIONS["rate"] * OPTIONS["size"]
def step2(x):
    seen = SEEN
    if x not in seen: seen[x] = x
    return seen[x]
def register(function): HOOKS.append(function); return function
@register
def hook(x): return x + 6
def step3(x):
    hooks = HOOKS
    hooks.append(step3)
    return hooks[0](x)
def put(table, name, value): table[name] = value
put(TABLE, "k", 7)
def step4(x):
    put(TABLE, "seen", x)
    return TABLE["k"]
class Registry:
    items = {}
    @classmethod
    def add(cls, name, value): cls.items[name] = value
    @classmethod
    def take(cls, name): return cls.items[name]
Registry.add("rate", 8)
def step5(): return Registry.take("rate")
class Option:
    def __init__(self, name, value): OPTIONS[name] = value
Option("made", 9)
import elsewhere
from shared import CACHE, ready, note
def step6(x):
    note(x)
    return CACHE.get(x, 0) + ready["k"]
LOADED = dict(k=11)
def step7(x):
    put(LOADED, "seen", x)
    return LOADED["k"]
# the end
## shared.py
CACHE, ready = {}, {}
def note(x):
    CACHE[x] = x
    ready["seen"] = x
## elsewhere.py
import shared
shared.ready["k"] = 10
"""

FILLED_TOGETHER = """
import json
runs, keys = {}, {}
def step(x):
    runs[x] = keys[x] = 1
    return x + 1
def show(both): return len(both)
show([runs, keys])
json.dumps([runs, keys])
# the end
"""
RERUNS = [
    *edits("filled together", FILLED_TOGETHER, ("x + 1", "x + 10"), ("runs, keys = {}, {}", "runs, keys = {1: 1}, {}")),
    *edits(
        "reached",
        REACHED,
        ("x + 1\n", "x - 1\n"),
        ("x + 2", "x - 2", "key(step2)"),
        ("x + 3", "x - 3", "key(step3)"),
        ("x + 4", "x - 4", "key(step4)"),
        ("return 5", "return -5", "key(step5)"),
        ("x + 1\n", "x - 1\n", "key(step6)"),
        ("x + 9", "x - 9", "key(step7)"),
        ("x + 9", "x - 9", "key(step8)"),
        ("x + 6", "x - 6", "key(step9)"),
        ("x + 6", "x - 6", "key(print, outer)"),
        ("outer = np.frompyfunc(inner, 1, 1)", "outer = np.frompyfunc(inner, 1, 2)", "key(step9)"),
        ("return 7", "return -7", "key(step10)"),
        ("return 8", "return -8", "key(step10)"),
        ("# not yet", "class Three(Base): pass", "key(step10)"),
        ("@Shape.register\n", "", "key(step11)"),
    ),
    *edits(
        "filled",
        FILLED,
        ('"rate", 3', '"rate", 30'),
        ('"size", 4', '"size", 40'),
        ('"made", 9', '"made", 90'),
        ("x + 6", "x + 60", "key(step3)"),
        ('"k", 7', '"k", 70', "key(step4)"),
        ('"rate", 8', '"rate", 80', "key(step5)"),
        ('["k"] = 10', '["k"] = 100', "key(step6)"),
        ("k=11", "k=110", "key(step7)"),
    ),
]

HITS = [
    *edits("filled together", FILLED_TOGETHER, ("# the end", "unused = 1")),
    *edits(
        "reached",
        REACHED,
        ("x + 2", "x - 2"),
        ("x + 4", "x - 4", "key(step2)"),
        ("x + 4", "x - 4", "key(step3)"),
        ("x + 2", "x - 2", "key(step6)"),
        ("x + 2", "x - 2", "key(step9)"),
        ("# not yet", "class Three(Model): pass", "key(step10)"),
        ("# not yet", "class Square(Shape): pass", "key(step11)"),
    ),
    *edits(
        "filled",
        FILLED,
        ("return 5", "return 50"),
        ("# the end", "step(1)"),
        ("# the end", "globals()['step2'](1)", "key(step2)"),
        ("# the end", "step6(1)", "key(step6)"),
    ),
]
