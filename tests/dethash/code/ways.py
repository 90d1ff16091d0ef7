"""Ways in which code reaches code: each numbered constant counts for the step that leads to it."""

from __future__ import annotations

from tests.dethash.code.project import edits

FOREIGN = """
import deco
import functools
from there import make
@deco.validated
def checked(x: int): return x
@deco.Obj
def objd(x: int): return x
@deco.registered
def reg(x: int): return x + 5
def step(x): return checked(x), objd(x), reg(x)
def step3(x): return made(x)
made = make(7)
## there.py
def make(n):
    k = n * 2
    return lambda x: x + k
## site-packages/deco.py
REG = {}
def validated(f):
    hints = f.__annotations__
    def w(x): return hints["x"](f(x))
    return w
class Obj:
    def __init__(self, f): self.f = f; self.t = f.__annotations__["x"]
    def __call__(self, x): return self.t(self.f(x))
def registered(f):
    REG[f.__name__] = f
    return f
def call(n, x): return REG[n](x)
## site-packages/deco-1.0.dist-info/RECORD
deco.py,sha256=aaa,10
"""
WAYS = """
f, g = lambda x: x + 1, lambda x: x + 2
pair = [lambda v: v * 3, lambda v: v * 4]
def step(x): return f(x)
def step2(x): return pair[1](x)
def outer():
    a = 5
    def inner(): return a
    return inner
step3 = outer()
class A:
    x = 6
    def __init__(self): self.y = 7
    def m(self): return self.x + self.helper()
    def helper(self): return free()
    def __add__(self, o): return 8
    @property
    def p(self): return self._q()
    def _q(self): return 9
    class Inner:
        z = 10
    def __getattr__(self, n): return 11
class B(A):
    def m(self): return super().m() + 12
def free(): return 13
b = B()
def step4(): return b.m()
def step5(): return B
def step6(v=free): return v()
def step7(*, v=lambda: 14): return v()
def gen():
    yield from inner_gen()
def inner_gen():
    yield 15
def step8(): return [x for x in gen() if cond(x)]
def cond(x): return x > 16
async def co(): return await co2()
async def co2(): return 17
def step9():
    import asyncio
    return asyncio.run(co())
def step10():
    def local(): return deep()
    class Local:
        def m(self): return deep2()
    return local(), Local().m(), (lambda: deep3())()
def deep(): return 18
def deep2(): return 19
def deep3(): return 20
def step11(): return sorted([1], key=keyfn), list(map(mapfn, []))
def keyfn(x): return 21
def mapfn(x): return 22
def step12(x):
    match x:
        case Const.Y: return 1
        case {"a": 23}: return 2
class Const:
    Y = 24
def step13(x):
    try: return x
    except MyErr as e: return 25
class MyErr(Exception):
    code = 26
def step14(x):
    with ctx() as c: return c
import contextlib
@contextlib.contextmanager
def ctx():
    yield 27
def step15(x): return f"{free2():{width}}"
def free2(): return 28
width = 29
def step16(): return globals()["dyn"]
from dataclasses import dataclass, field
def fac(): return 30
@dataclass
class D:
    x: list = field(default_factory=fac)
    def __post_init__(self): self.x = post(self.x)
def post(x): return 31
def step17(): return D()
import enum
class E(enum.IntEnum):
    P = 32
    Q = enum.auto()
    def meth(self): return 33
def step18(): return E.P
from functools import cached_property, partialmethod, total_ordering, reduce
class CP:
    @cached_property
    def cp(self): return 34
    pm = partialmethod(lambda self, v: v + 35, 36)
def step19(): return CP().cp
from typing import NamedTuple, TypedDict
class NT(NamedTuple):
    a: int = 37
    def s(self): return 38
def step20(): return NT().s()
import operator
ops = {"+": operator.add, "-": (lambda a, b: a - b + 39)}
def step21(): return ops["-"](1, 2)
from collections import namedtuple
P2 = namedtuple("P2", "a b", defaults=[40])
def step22(): return P2(1)
class Desc:
    def __get__(self, o, t): return 41
class HasDesc:
    d = Desc()
def step23(): return HasDesc().d
class Meta(type):
    def __new__(m, n, b, ns): ns["injected"] = 42; return super().__new__(m, n, b, ns)
class WithMeta(metaclass=Meta): pass
def step24(): return WithMeta.injected
class Init:
    def __init_subclass__(cls, **k): cls.tag = 43
class Sub(Init): pass
def step25(): return Sub.tag
import types
ns = types.SimpleNamespace(a=44, f=lambda: 45)
def step26(): return ns.f()
class Plug:
    registry = {}
    def __init_subclass__(cls, **k): Plug.registry[cls.__name__] = cls
class PlugA(Plug):
    def run(self): return 46
def step27(): return Plug.registry["PlugA"]().run()
def factory():
    cfg = {"v": 47}
    def h(): return cfg["v"]
    return h
hh = factory()
def step28(): return hh()
import numpy as np
ARR = np.array([48])
def step29(): return ARR.sum()
STR = "49" * 3000
def step30(): return STR
def kw(**k): return sub50(**k)
def sub50(v=50): return v
def step31(): return kw(v=1)
def rec(n): return rec2(n - 1) if n else 51
def rec2(n): return rec(n)
def step32(n): return rec(n)
class Call:
    def __call__(self): return self.go()
    def go(self): return 52
call_me = Call()
def step33(): return call_me()
bound = Call().go
def step34(): return bound()
class Abs:
    def tmpl(self): return self.hook()
class Conc(Abs):
    def hook(self): return 53
def step35(x): return x.tmpl()
class Slot:
    __slots__ = ("a",)
    def __init__(self): self.a = 0x36
    def get(self): return 55
slot = Slot()
def step36(): return slot.get()
def deco2(n):
    def d(f):
        def w(*a): return f(*a) + n
        return w
    return d
@deco2(56)
def decorated(): return 57
def step37(): return decorated()
def step38():
    from pk.deep.mod import value
    from pk import re_exp
    return value, re_exp
def step39():
    import pk.lazy as L
    return L.fn()
from pk.starred import *
def step40(): return star_fn()
def step41(): return pk_mod.sub.val
import pk as pk_mod
import pk.sub
## pk/__init__.py
from .exp import re_exp
## pk/exp.py
re_exp = 58
## pk/deep/__init__.py
## pk/deep/mod.py
from ..other import base
value = base + 1
## pk/other.py
base = 59
## pk/lazy.py
def fn(): return 60
## pk/starred.py
__all__ = ["star_fn"]
def star_fn(): return _priv()
def _priv(): return 61
## pk/sub.py
val = 62
"""
RERUNS = [
    *edits(
        "foreign",
        FOREIGN,
        ("checked(x: int)", "checked(x: float)"),
        ("objd(x: int)", "objd(x: float)"),
        ("x + 5", "x + 6"),
        ("make(7)", "make(8)", "key(step3)"),
        ("n * 2", "n * 3", "key(step3)"),
    ),
    *edits(
        "way",
        WAYS,
        ("x + 1,", "x + 9,"),
        ("v * 4", "v * 40", "key(step2)"),
        ("    a = 5\n", "    a = 50\n", "key(step3)"),
        ("x = 6", "x = 60", "key(step4)"),
        ("self.y = 7", "self.y = 70", "key(step4)"),
        ("return 8", "return 80", "key(step4)"),
        ("return 9", "return 90", "key(step4)"),
        ("z = 10", "z = 100", "key(step4)"),
        ("return 11", "return 110", "key(step4)"),
        ("+ 12", "+ 120", "key(step4)"),
        ("return 13", "return 130", "key(step4)"),
        ("return 13", "return 131", "key(step5)"),
        ("return 13", "return 132", "key(step6)"),
        ("lambda: 14", "lambda: 140", "key(step7)"),
        ("yield 15", "yield 150", "key(step8)"),
        ("x > 16", "x > 160", "key(step8)"),
        ("return 17", "return 170", "key(step9)"),
        ("return 18", "return 180", "key(step10)"),
        ("return 19", "return 190", "key(step10)"),
        ("return 20", "return 200", "key(step10)"),
        ("return 21", "return 210", "key(step11)"),
        ("return 22", "return 220", "key(step11)"),
        ('"a": 23', '"a": 230', "key(step12)"),
        ("Y = 24", "Y = 240", "key(step12)"),
        ("code = 26", "code = 260", "key(step13)"),
        ("yield 27", "yield 270", "key(step14)"),
        ("return 28", "return 280", "key(step15)"),
        ("width = 29", "width = 290", "key(step15)"),
        ("return 30", "return 300", "key(step17)"),
        ("return 31", "return 310", "key(step17)"),
        ("P = 32", "P = 320", "key(step18)"),
        ("return 33", "return 330", "key(step18)"),
        ("return 34", "return 340", "key(step19)"),
        ("v + 35", "v + 350", "key(step19)"),
        ("36)", "360)", "key(step19)"),
        ("a: int = 37", "a: int = 370", "key(step20)"),
        ("return 38", "return 380", "key(step20)"),
        ("b + 39", "b + 390", "key(step21)"),
        ("[40]", "[400]", "key(step22)"),
        ("return 41", "return 410", "key(step23)"),
        ("= 42", "= 420", "key(step24)"),
        ("tag = 43", "tag = 430", "key(step25)"),
        ("lambda: 45", "lambda: 450", "key(step26)"),
        ("return 46", "return 460", "key(step27)"),
        ('"v": 47', '"v": 470', "key(step28)"),
        ("[48]", "[480]", "key(step29)"),
        ('"49"', '"94"', "key(step30)"),
        ("v=50", "v=500", "key(step31)"),
        ("else 51", "else 510", "key(step32)"),
        ("return 52", "return 520", "key(step33)"),
        ("return 52", "return 521", "key(step34)"),
        ("return 53", "return 530", "key(step35, Conc())"),
        ("self.a = 0x36", "self.a = 540", "key(step36)"),
        ("return 55", "return 550", "key(step36)"),
        ("deco2(56)", "deco2(560)", "key(step37)"),
        ("return 57", "return 570", "key(step37)"),
        ("re_exp = 58", "re_exp = 580", "key(step38)"),
        ("base = 59", "base = 590", "key(step38)"),
        ("return 60", "return 600", "key(step39)"),
        ("return 61", "return 610", "key(step40)"),
        ("val = 62", "val = 620", "key(step41)"),
    ),
]
HITS = [*edits("way", WAYS, ("a=44", "a=440", "key(step26)"))]
