"""What an installed package is handed and may look into: functions with their docstrings, texts that name variables."""

from __future__ import annotations

from tests.dethash.code.project import edits

HANDED = """
import tools
from tools import tool, App
app = App()
@app.route("/x")
def routed(x: int): return x
class Kind(int):
    def __new__(cls, x): return int.__new__(cls, int(x) * 6)
@app.route("/y")
def typed(x: Kind): return x
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
def step6(): return app.call("typed", "1")
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

QUERIED = """
import config
LIMIT = 1
UNUSED = 2
OTHER = 3
def bound(x): return x + 4
def step(df):
    condition = f"a > {UNUSED!r} and b < @LIMIT"
    return df.query(condition)
def step2(df): return df.assign(x=1).eval("@bound(a) + @config.RATE")
def step3(df, OTHER): return df.query("a > @OTHER")
def step4(df): return df.send("a@OTHER")
## config.py
RATE = 5
SIZE = 6
"""

WRAPPED = """
import enum, functools, typing
class Scaled:
    def __init__(self, fn):
        functools.update_wrapper(self, fn)
        self.fn: "callable" = fn
        self.scale = 2
    def __call__(self, x): return self.fn(x) * self.scale
@Scaled
def scaled(x: int):
    "Scale it."
    return x + 1
@typing.final
class Kept:
    def run(self): return 3
class Named(enum.Enum):
    def _generate_next_value_(name, start, count, last): return name.lower()
    A = enum.auto()
def step(x): return scaled(x), Kept().run(), Named.A
def step2(x): return scaled.__doc__
"""

PUT = """
import functools, json, math
import tools
from tools import Frame
def mine(value): return "1"
json.dumps = mine
math.more = lambda x: x + 2
tools.third = functools.partial(lambda x, y: x + 3, y=1)
def total(self): return 4
Frame.total = total
@tools.register("own")
class Own:
    def __init__(self, frame): self.frame = frame
    def size(self): return 5
Frame.width = property(lambda self: 6)
Frame.unused = lambda self: 7
def step(x): return json.dumps(x)
def step2(x): return math.more(x) + math.floor(x)
def step3(x): return tools.third(x)
def step4(x): return Frame().total()
def step5(x): return Frame().own.size()
def step6(x): return Frame().width
class Unhashable(type):
    def __eq__(cls, other): return cls is other
class Odd(metaclass=Unhashable):
    def run(self): return 9
def step7(x): return Odd().run()
## site-packages/tools.py
class Frame:
    def kept(self): return 8
class Handed:
    def __init__(self, accessor): self.accessor = accessor
    def __get__(self, frame, cls): return self.accessor(frame)
def register(name):
    def add(cls):
        setattr(Frame, name, Handed(cls))
        return cls
    return add
## site-packages/tools-1.0.dist-info/RECORD
tools.py,sha256=aaa,10
"""

RERUNS = [
    *edits(
        "put",
        PUT,
        ('"1"', '"2"'),
        ("x + 2", "x + 20", "key(step2)"),
        ("x + 3", "x + 30", "key(step3)"),
        ("return 4", "return 40", "key(step4)"),
        ("return 5", "return 50", "key(step5)"),
        ("self: 6", "self: 60", "key(step6)"),
        ("return 9", "return 90", "key(step7)"),
    ),
    *edits(
        "wrapped",
        WRAPPED,
        ("x + 1", "x + 10"),
        ("scale = 2", "scale = 20"),
        ("return 3", "return 30"),
        ("name.lower()", "name.lower() or last"),
        ("Scale it.", "Scale it by two.", "key(step2)"),
    ),
    *edits(
        "handed",
        HANDED,
        ("x: int", "x: float"),
        ("Add one", "Add two", "key(step2)"),
        ("plain(x: str)", "plain(x: int)", "key(step3)"),
        ("self, x: float", "self, x: int", "key(step5)"),
        ("int(x) * 6", "int(x) * 60", "key(step6)"),
    ),
    *edits(
        "queried",
        QUERIED,
        ("LIMIT = 1", "LIMIT = 10"),
        ("x + 4", "x + 40", "key(step2)"),
        ("RATE = 5", "RATE = 50", "key(step2)"),
    ),
]

HITS = [
    *edits(
        "put",
        PUT,
        ('"1"', '"2"', "key(step2)"),
        ("self: 7", "self: 70", "key(step4)"),
        ("return 4", "return 40", "key(step5)"),
        ("return 8", "return 80", "key(step4)"),
    ),
    *edits(
        "wrapped",
        WRAPPED,
        ("Scale it.", "Scale it by two."),
        ("x: int", "x: float"),
        ("self.scale = 2", "self.scale: int = 2"),
        ("self.scale = 2", "self.scale = 2; self.other: int"),
        ("@typing.final\n", ""),
    ),
    *edits(
        "handed",
        HANDED,
        ("own(x: str)", "own(x: int)", "key(step4)"),
        ("Own.", "Own, too.", "key(step4)"),
    ),
    *edits(
        "queried",
        QUERIED,
        ("OTHER = 3", "OTHER = 30"),
        ("SIZE = 6", "SIZE = 60", "key(step2)"),
        ("OTHER = 3", "OTHER = 30", "key(step3)"),
        ("OTHER = 3", "OTHER = 30", "key(step4)"),
    ),
]
