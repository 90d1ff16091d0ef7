"""Edits that can change a result: each must give another key."""

from __future__ import annotations

from tests.dethash.code.project import edits

BODY = """
def step(x, y=1):
    z = x + 1
    return z * 2.0
"""

IMPORTS = """
def step(x):
    import numbers as a, math as b
    from textwrap import dedent as c, indent as d
    import json as e, csv as e
    return a, b, c, d, e
"""

NESTED = """
def step(x):
    def inner(a):
        return a + 10
    return f"{inner(x):.2f} items"
"""

GLOBALS = """
import threading
RATE = 1
TABLE = {"a": [1, 2], "b": (3, {4, 5})}
ROWS = [0]
ROWS.append(1)
PAIR = (len, lambda v: v + 1)
class Config:
    def __init__(self, size):
        self.size = size
        self.lock = threading.Lock()
CONFIG = Config(3)
double = lambda v: v * 2
def step(x):
    return RATE, TABLE["a"], ROWS, PAIR[1](x), CONFIG, double(x)
"""

MODULES = """
import config
import pkg.sub.cfg
from helpers import h
import helpers as tools
from pkg import exported
from pkg.relative import relative
from stars import *
try:
    from fast import quick
except ImportError:
    from slow import quick
def step(x):
    from late import lazily
    import pkg.later
    return (config.LR, pkg.sub.cfg.X, h(x), tools.other(x), exported(x), relative(x), starred(x), quick(x),
            lazily(x), pkg.later.value)
## config.py
LR = 0.1
## helpers.py
from deeper import deepest
def h(x):
    return deepest(x) + 1
def other(x):
    return x - 5
## deeper.py
LIMIT = 9
def deepest(x):
    return min(x, LIMIT)
## pkg/__init__.py
from pkg.inner import exported
## pkg/inner.py
def exported(x):
    return x + 11
## pkg/relative.py
from .near import near
def relative(x):
    return near(x)
## pkg/near.py
def near(x):
    return x + 12
## pkg/sub/__init__.py
## pkg/sub/cfg.py
X = 13
## pkg/later.py
value = 14
## stars.py
def starred(x):
    return x + 15
## slow.py
def quick(x):
    return x + 16
## late.py
def lazily(x):
    return x + 17
"""

REACHED = """
import functools
from functools import lru_cache, partial, singledispatch, wraps
def in_dict(x): return x + 20
def in_list(x): return x + 21
def in_partial(x, by): return x + 22 * by
def in_lambda(x): return x + 23
def in_decorator(x): return x + 24
def in_closure(x): return x + 25
def scaled(factor):
    def decorate(function):
        @wraps(function)
        def wrapper(x):
            return in_decorator(function(x)) * factor + 26
        return wrapper
    return decorate
@scaled(27)
def decorated(x): return x + 28
@lru_cache(maxsize=None)
def cached(x): return x + 29
REGISTRY = {}
def register(function):
    REGISTRY[function.__name__] = function
    return function
@register
def registered(x): return x + 30
@singledispatch
def dispatched(x): return x + 31
@dispatched.register
def _(x: int): return x + 32
class Model:
    bias = 33
    def __init__(self, weight): self.weight = weight
    def __call__(self, x): return x * self.weight + 34
MODEL = Model(35)
def make(offset):
    def adder(x): return in_closure(x) + offset
    return adder
ADD = make(36)
DICT = {"f": in_dict}
LIST = [[in_list]]
PART = partial(in_partial, by=37)
LAMBDA = lambda x: in_lambda(x)
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 38)
def step(x):
    return (DICT["f"](x), LIST[0][0](x), PART(x), LAMBDA(x), decorated(x), cached(x), REGISTRY["registered"](x),
            dispatched(x), MODEL(x), ADD(x), even(x))
"""

CLASSES = """
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, NamedTuple
from base import Base
from outside import helper
class Color(Enum):
    RED = 40
    BLUE = 41
@dataclass
class Point:
    x: int = 42
    y: "int" = field(default=43)
class Pair(NamedTuple):
    left: int = 44
class Meta(type):
    def __call__(cls, *args): return super().__call__(*args)
class Thing(Base, metaclass=Meta):
    size = 45
    def method(self): return helper(self.size)
    @property
    def shape(self): return 46
    @staticmethod
    def static(): return 47
    @classmethod
    def make(cls): return cls, 48
    def __len__(self): return 49
def step():
    return Thing.make()[0]().method(), Color.RED, Point(), Pair()
## base.py
class Base:
    def inherited(self): return 50
## outside.py
def helper(x): return x + 51
"""

METHODS = """
class Service:
    kind = "a"
    def __init__(self, rate): self.rate = rate
    def sibling(self): return 60
    def step(self, x): return self.sibling() + self.rate
    @classmethod
    def build(cls, x): return cls(61)
    @staticmethod
    def plain(x): return x + 62
class Special(Service):
    def sibling(self): return 63
def step(x): return x
"""

ARGUMENTS = """
from functools import partial
def apply(f, *args): return f(*args)
def given(x): return x + 70
def other(x, y): return x + 71
class Callable:
    def __call__(self, x): return x + 72
class State:
    def __init__(self): self.n = 1
    def run(self): return 73
class Pinned:
    VERSION = "1"
    def run(self): return 74
step = apply
"""

READERS = '''
import inspect
from typing import get_type_hints
def documented(x: int) -> int:
    """Say this."""
    return x
class Prompt:
    """Be polite."""
    field: int
def step():
    return documented.__doc__, inspect.getdoc(Prompt), get_type_hints(documented)
'''

EXTERNAL = """
import extlib
from localdist import tool
def step(x): return extlib.mean(x), tool(x)
## site-packages/extlib.py
def mean(x): return x
## site-packages/extlib-1.0.dist-info/RECORD
extlib.py,sha256=aaa,10
## site-packages/localdist/__init__.py
def tool(x): return x
## site-packages/local_dist-1.0.dist-info/RECORD
localdist/__init__.py,sha256=bbb,10
local_dist-1.0.dist-info/RECORD,,
## site-packages/local_dist-1.0.dist-info/direct_url.json
{"dir_info": {}, "url": "file:///somewhere"}
"""

OPAQUE = """
import threading
_cache = {"seed": 80}
_client = None
_count = 81
class Service:
    def __init__(self):
        self.lock = threading.Lock()
        self.rate = 82
SERVICE = Service()
def helper(x): return x + 83
HANDLERS = {"a": (threading.Lock(), helper)}
FILLED = {"h": helper}
def step(x):
    global _client, _count
    _count += 1
    _client = _client or object()
    _cache[x] = x
    FILLED.setdefault("g", len)
    return SERVICE, HANDLERS["a"][1](x)
"""


RERUNS = [
    *edits(
        "imports",
        IMPORTS,
        ("numbers as a, math as b", "math as a, numbers as b"),
        ("dedent as c, indent as d", "indent as c, dedent as d"),
        ("json as e, csv as e", "csv as e, json as e"),
    ),
    *edits(
        "body", BODY,
        ("x + 1", "x + 2"), ("x + 1", "x + True"), ("x + 1", "x + 1.0"), ("2.0", "2"), ("z * 2.0", "2.0 * z"),
        ("z * 2.0", "x * 2.0"), ("x + 1", "x - 1"), ("z = x + 1\n    return z ", "q = x + 1\n    return q "),
        ("def step", "def stop", "key(globals().get('step') or stop)"), ("x, y=1", "x, y=2"), ("x, y=1", "x, y=True"),
        ("x, y=1", "x, *, y=1"), ("x, y=1", "x, y=1, w=None"), ("x, y=1", "y=1, x=None"), ("return z", "yield z"),
        ("def step", "async def step"),
    ),
    *edits("nested", NESTED, ("a + 10", "a + 11"), (".2f", ".3f"), ("items", "pieces"), ("inner(a)", "inner(a, b=0)")),
    *edits(
        "global", GLOBALS,
        ("RATE = 1", "RATE = 2"), ("RATE = 1", "RATE = True"), ("[1, 2]", "[1, 3]"), ("{4, 5}", "{4, 6}"),
        ("append(1)", "append(2)"), ("v + 1", "v + 2"), ("(len,", "(max,"), ("Config(3)", "Config(4)"), ("v * 2", "v * 3"),
    ),
    *edits(
        "module", MODULES,
        ("LR = 0.1", "LR = 0.2"), ("X = 13", "X = 131"), ("deepest(x) + 1", "deepest(x) + 2"), ("x - 5", "x - 6"),
        ("LIMIT = 9", "LIMIT = 8"), ("min(x", "max(x"), ("x + 11", "x + 111"), ("x + 12", "x + 112"), ("value = 14", "value = 15"),
        ("x + 15", "x + 115"), ("x + 16", "x + 116"), ("## slow.py", "## fast.py\ndef quick(x): return 1\n## slow.py"),
        ("x + 17", "x + 117"), ("from pkg.inner import exported", "def exported(x): return x"),
    ),
    *edits("reached", REACHED, *((str(number), f"1{number}") for number in range(20, 39) if number != 27), ("27)", "127)")),
    *edits(
        "class", CLASSES, *((str(number), f"1{number}") for number in range(40, 52)),
        ("x: int = 42", "x: ClassVar[int] = 42"), ('y: "int"', "y: ClassVar"), ("default=43", "default=43, repr=False"),
        ("@dataclass\n", "@dataclass(frozen=True)\n"), ("RED = 40\n    BLUE = 41", "BLUE = 41\n    RED = 40"),
        ("super().__call__(*args)", "super().__call__(*args[:1])"), ("Thing(Base", "Thing(dict"), ("left: int", "left: str"),
        ("@property", "@staticmethod"),
    ),
    *edits(
        "method", METHODS,
        ("60", "160", "key(Service.step, Service(1), 1)"), ("self.rate = rate", "self.rate = -rate", "key(Service.step, Service(1))"),
        ('"a"', '"b"', "key(Service.step, Service(1), 1)"), ("63", "163", "key(Service.step, Special(1), 1)"),
        ("61", "161", "key(Service.build.__func__, Service)"), ("62", "162", "key(Service.plain)"),
        ("60", "160", "key(Special.step, Special(1), 1)"),
    ),
    *edits(
        "argument", ARGUMENTS,
        ("x + 70", "x + 170", "key(step, given)"), ("x + 70", "x + 170", "key(step, [lambda x: given(x)])"),
        ("x + 71", "x + 171", "key(step, partial(other, y=1))"), ("x + 72", "x + 172", "key(step, Callable())"),
        ("x + 72", "x + 172", "key(step, Callable)"), ("73", "173", "key(step, [State()])"), ("self.n = 1", "self.n = 2", "key(step, State())"),
        ('"1"', '"2"', "key(step, Pinned())"), ('"1"', '"2"', "key(step, Pinned)"),
    ),
    *edits("read", READERS, ("Say this", "Say that"), ("Be polite", "Be rude"), ("x: int", "x: float"), ("-> int", "-> float")),
    *edits(
        "external", EXTERNAL,
        ("extlib-1.0", "extlib-1.1"), ("sha256=bbb", "sha256=ccc"), ("import extlib\n", "import localdist as extlib\n"),
    ),
    *edits(
        "opaque", OPAQUE,
        ('"seed": 80', '"seed": 180'), ("_count = 81", "_count = 181"), ("_client = None", "_client = 1"), ("82", "182"), ("83", "183"),
        ('FILLED = {"h": helper}', "FILLED = {}"),
    ),
]  # fmt: skip
