"""Things that people write every day: configuration, patches of other packages, memories that are warm already."""

from __future__ import annotations

from tests.dethash.code.project import edits

IDIOMS = """
import functools, importlib, importlib.util, sqlite3, sys, threading, types, typing, weakref
import config, ext
from ext import register_accessor
made = types.ModuleType("made")
made.RATE = 1
spec = importlib.util.spec_from_file_location("from_path", __file__.replace("main.py", "by_path.py"))
loaded = importlib.util.module_from_spec(spec)
spec.loader.exec_module(loaded)
def step(): return made.RATE, loaded.RATE, loaded.scale(1)
class Config:
    RATE = 4
    OTHER = 5
    class Inner:
        SIZE = 6
        REST = 7
    def method(self): return self.RATE
class Pinned:
    VERSION = "1"
    RATE = 8
def step2(): return Config.RATE, Config.Inner.SIZE, Pinned.RATE
class Loader:
    def __init__(self): self._known, self.calls = {}, 0
    def get(self, x):
        self.calls: int = 9
        if x not in self._known: self._known[x] = x
        return self._known[x]
loader = Loader()
def step3(x): return loader.get(x)
class Counted:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function, self.calls = function, 0
    def __call__(self, x):
        self.calls += 1
        return self.function(x)
@Counted
def counted(x: int):
    "Ten."
    return x + 10
def step4(x): return counted(x)
class Single:
    _one = None
    alive = weakref.WeakSet()
    def __new__(cls):
        if cls._one is None: cls._one = super().__new__(cls)
        return cls._one
    def __init__(self): self.alive.add(self)
    def get(self): return 11
def step5(): return Single().get()
@register_accessor("own")
class Accessor:
    def run(self): return 15
@ext.register
class Net:
    def run(self): return 16
def step6(x): return x.own.run()
def step9(): return ext.build("Net")
def step10(x): return x
def documented():
    "Seventeen."
def step11(): return getattr(documented, "__doc__")
def step12(): return getattr(config, "RATE"), importlib.import_module("config").SIZE
def step13():
    found = importlib.import_module("config")
    return found.RATE
connection, numbers, local = sqlite3.connect("file:21?mode=memory"), iter(range(22)), threading.local()
connection = sqlite3.connect(":memory:", timeout=23)
def step14(): return connection.execute("select 1"), next(numbers)
local.rate = 24
def step15(): return local.rate
@typing.final
class Last:
    pass
def step16(): return Last()
def remembers(x):
    if not hasattr(remembers, "known"): remembers.known = {}
    remembers.known[x] = 25
    return remembers.known[x]
def step17(x): return remembers(x)
import swapped
def step18(): return swapped.RATE
TOOLS = {"config": config, "swapped": swapped}
def step19(name): return TOOLS[name].RATE
def like(function):
    def called(*given, **named): return function(*given, **named)
    called.__defaults__, called.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    return called
@like
def copied(x, y=27, *, z=28): return x + y + z
def step20(x): return copied(x), copied.__defaults__
# the end
## swapped.py
import sys, types
class Swapped(types.ModuleType):
    @property
    def RATE(self): return 26
sys.modules[__name__].__class__ = Swapped
## by_path.py
RATE = 2
def scale(x): return x * 3
## config.py
RATE = 18
SIZE = 19
REST = 20
## site-packages/ext.py
KNOWN = {}
class Frame: pass
def register_accessor(name):
    def keep(cls):
        setattr(Frame, name, property(lambda frame: cls()))
        return cls
    return keep
def register(cls):
    KNOWN[cls.__name__] = cls
    return cls
def build(name): return KNOWN[name]()
## site-packages/ext-1.0.dist-info/RECORD
ext.py,sha256=aaa,10
"""

RERUNS = edits(
    "idiom",
    IDIOMS,
    ("made.RATE = 1", "made.RATE = -1"),
    ("y=27", "y=-27", "key(step20)"),
    ("z=28", "z=-28", "key(step20)"),
    ("x + y + z", "x - y - z", "key(step20)"),
    ("RATE = 2\n", "RATE = -2\n"),
    ("x * 3", "x * -3"),
    ("RATE = 4", "RATE = -4", "key(step2)"),
    ("SIZE = 6", "SIZE = -6", "key(step2)"),
    ('VERSION = "1"', 'VERSION = "2"', "key(step2)"),
    ("self._known, self.calls = {}, 0", "self._known, self.calls = {1: 2}, 0", "key(step3)"),
    ("self.calls: int = 9", "self.calls: int = -9", "key(step3)"),
    ("x + 10", "x - 10", "key(step4)"),
    ("return 11", "return -11", "key(step5)"),
    ("return 15", "return -15", "key(step6)"),
    ("return 16", "return -16", "key(step9)"),
    ("Seventeen", "17", "key(step11)"),
    ("RATE = 18", "RATE = -18", "key(step12)"),
    ("SIZE = 19", "SIZE = -19", "key(step12)"),
    ("RATE = 18", "RATE = -18", "key(step13)"),
    ("timeout=23", "timeout=-23", "key(step14)"),
    ("local.rate = 24", "local.rate = -24", "key(step15)"),
    ("= 25", "= -25", "key(step17)"),
    ("return 26", "return -26", "key(step18)"),
    ("return 26", "return -26", "key(step19)"),
    ("RATE = 18", "RATE = -18", "key(step19)"),
)

HITS = edits(
    "idiom",
    IDIOMS,
    ("OTHER = 5", "OTHER = -5", "key(step2)"),
    ("REST = 7", "REST = -7", "key(step2)"),
    ("RATE = 8", "RATE = -8", "key(step2)"),
    ("return self.RATE", "return -self.RATE", "key(step2)"),
    ("# the end", "loader.get(7)", "key(step3)"),
    ("self.calls: int = 9", "self.calls = 9", "key(step3)"),
    ("# the end", "counted(7)", "key(step4)"),
    ("Ten.", "10.", "key(step4)"),
    ("x: int", "x: float", "key(step4)"),
    ("Ten.", "10.", "key(print, counted)"),
    ("# the end", "single = Single()", "key(step5)"),
    ("return 15", "return -15", "key(step10)"),
    ("REST = 20", "REST = -20", "key(step12)"),
    ("SIZE = 19", "SIZE = -19", "key(step13)"),
    ("@typing.final\n", "", "key(step16)"),
    ("# the end", "remembers(7)", "key(step17)"),
    ("RATE = 18", "import os\nRATE = 18", "key(step19)"),
)
