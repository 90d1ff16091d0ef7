"""Values that are not what they seem, or raise when they are looked at: around them code is followed as ever."""

from __future__ import annotations

from tests.dethash.code.project import edits

RAISES = """
class AttrDict(dict):
    __getattr__ = dict.__getitem__
class Strict:
    def __init__(self): self.v = 1
    def __getattr__(self, name): raise RuntimeError(name)
    def __len__(self): return 3
    def __sizeof__(self): raise OSError("no size")
class Slotted:
    __slots__ = ("v",)
    def __getattr__(self, name): raise RuntimeError(name)
class Meta(type):
    def __getattr__(cls, name): raise KeyError(name)
class C(metaclass=Meta):
    value = 5
    inner = AttrDict(size=6)
    def run(self): return self.value
strict, slotted = Strict(), Slotted()
slotted.v = 7
settings = AttrDict(rate=1, decay=2)
hook = AttrDict(name="hook")
hook.__wrapped__ = 8
def step(x): return settings.rate * x
def step2(x): return strict.v + len(strict) + slotted.v
def step3(x): return C.value, C().run(), C.inner.size
def step4(x): return hook(x)
def unused(): return 1
"""

WRAPT = """
import wrapt
from memo import memoize_step
from deco import plus, times
@plus
def g(x): return x + 10
@times(11)
def scaled(x): return x + 12
class C:
    @plus
    def go(self, x): return x * 13
class Proxy(wrapt.ObjectProxy):
    def __init__(self, wrapped):
        super().__init__(wrapped)
        self._self_rate = 14
    def run(self): return self._self_rate + 15
proxy = Proxy([16])
filled = wrapt.PartialCallableObjectProxy(g, 17)
def step(x): return g(x)
def step2(x): return scaled(x)
def step3(x): return C().go(x)
def step4(x): return proxy.run()
def step5(x): return filled(x)
@memoize_step
@plus
def under(x): return x + 18
@plus
@memoize_step
def over(x): return x + 19
def step6(x): return over(x)
def step7(x): return over.__wrapped__(x), under(x)
def unused(): return 1
## deco.py
import wrapt
BASE = 20
@wrapt.decorator
def plus(wrapped, instance, args, kwargs): return wrapped(*args, **kwargs) + BASE
def times(n):
    @wrapt.decorator(enabled=True)
    def wrapper(wrapped, instance, args, kwargs): return wrapped(*args) * n + 21
    return wrapper
"""

REFUSED = """
import threading
class Client:
    def __init__(self, k): self.k, self.calls, self.lock, self.near = k, 0, threading.Lock(), [2]
    def __reduce__(self): raise TypeError("no pickle")
    def go(self, x):
        self.calls += 1
        return x * self.k + self.near[0]
class Stated:
    __slots__ = ("k",)
    def __getstate__(self): raise ValueError("no state")
    def go(self, x): return x * self.k + 3
class Wraps:
    def __init__(self, f): self.__wrapped__ = f
    def __reduce__(self): raise TypeError("no pickle")
    def __call__(self, x): return self.__wrapped__(x)
class Worker(threading.Thread):
    def run(self): return 6
client, stated, worker = Client(4), Stated(), Worker()
stated.k = 5
@Wraps
def wrapped(x): return x + 7
def step(x): return client.go(x)
def step2(x): return stated.go(x)
def step3(x): return wrapped(x)
def step4(x): return worker.run()
import foreign
@foreign.Bound
def bound(x): return x + 8
def step5(x): return bound(x)
def unused(): return 1
# the end
## site-packages/foreign.py
import os, itertools, time
class Bound:
    def __init__(self, f): self.f, self.pid, self.began = f, os.getpid(), time.time()
    def __reduce__(self): raise TypeError("no pickle")
    def __call__(self, x): return self.f(x)
## site-packages/foreign-1.0.dist-info/RECORD
foreign.py,sha256=aaa,10
"""

EXECUTED = """
text = '''
RATE = 2
class Model:
    size = 3
    def run(self, x): return x * RATE + self.size + 4
def helper(x): return x + 5
'''
space = {"__name__": "plugin", "__file__": "/nowhere/plugin.py"}
exec(text, space)
Model, helper, model = space["Model"], space["helper"], space["Model"]()
def step(x): return model.run(x)
def step2(x): return Model().run(helper(x))
def unused(): return 1
"""

BY_NAME = """
import foreign
@foreign.Curry
def curried(a, b): return a + b + 2
bound = curried(3)
@foreign.Named
def named(x): return x + 4
@foreign.Made
def made(x): return x + 5
def step(x): return curried(x, 1)
def step2(x): return bound(x)
def step3(x): return named(x)
def step4(x): return made(x)
def unused(): return 1
## site-packages/foreign.py
import functools
class Named:
    def __init__(self, f): self.f = f; functools.update_wrapper(self, f)
    def __call__(self, x): return self.f(x)
    def __reduce__(self): return self.__qualname__
class Made(Named):
    def __reduce__(self): return len, (self.__name__,)
class Curry:
    def __init__(self, f, *given): self._partial = functools.partial(f, *given)
    def __call__(self, *rest):
        return self._partial(*rest) if len(rest) > 1 or self._partial.args else Curry(self._partial.func, *rest)
    def __reduce__(self): return len, (self._partial.func.__name__,)
## site-packages/foreign-1.0.dist-info/RECORD
foreign.py,sha256=aaa,10
"""

READ = """
import inspect, functools
from memo import memoize_step
def tool(x: int) -> int:
    "Add one."
    return x
class Agent:
    "Agent."
    def run(self, x: str):
        "Run."
        return x
def step(t): return t.__doc__
def step2(t): return str(inspect.signature(t))
def helper(t): return inspect.getdoc(t)
def step3(t): return helper(t[0])
def plain(t): return t(1)
@memoize_step
def documented(t): return helper(t)
@memoize_step
def called(t): return t(1)
def unused(): return 1
"""

LINKED = """
class Node:
    def __init__(self): self.calls, self.other = 0, None
    def link(self, other, rate): self.other, self.rate = other, rate
    def go(self): self.calls += 1; return self.rate
one, two = Node(), Node()
one.link(two, 2)
two.link(one, 3)
def step(): return one.go() + two.go()
# the end
"""

RERUNS = [
    *edits("linked", LINKED, ("two, 2", "two, -2"), ("one, 3", "one, -3"), ("self.rate\n", "-self.rate\n")),
    *edits(
        "read",
        READ,
        ("Add one", "Add two", "key(step, tool)"),
        ("x: int", "x: float", "key(step2, tool)"),
        ("-> int", "-> float", "key(step2, [tool])"),
        ("Add one", "Add two", "key(step3, [tool])"),
        ("Add one", "Add two", "key(step, functools.partial(tool, 1))"),
        ('"Agent."', '"Agent 2."', "key(step, Agent)"),
        ('"Agent."', '"Agent 2."', "key(step, Agent())"),
        ('"Run."', '"Ran."', "key(step3, [Agent()])"),
        ("x: str", "x: int", "key(step2, Agent().run)"),
        ("Add one", "Add two", "documented.key(tool)"),
        ('"Agent."', '"Agent 2."', "documented.key(Agent())"),
    ),
    *edits(
        "by name",
        BY_NAME,
        ("b + 2", "b - 2"),
        ("b + 2", "b - 2", "key(step2)"),
        ("curried(3)", "curried(-3)", "key(step2)"),
        ("x + 4", "x - 4", "key(step3)"),
        ("x + 5", "x - 5", "key(step4)"),
        ("b + 2", "b - 2", "key(print, curried)"),
        ("x + 4", "x - 4", "key(print, [named])"),
        ("x + 5", "x - 5", "key(print, made)"),
    ),
    *edits(
        "executed",
        EXECUTED,
        *(
            (old, new, call)
            for old, new in [("RATE = 2", "RATE = -2"), ("size = 3", "size = -3"), ("+ 4", "- 4")]
            for call in ("key(step)", "key(step2)", "key(print, model)", "key(print, [Model])")
        ),
        ("x + 5", "x - 5", "key(step2)"),
        ("x + 5", "x - 5", "key(print, helper)"),
    ),
    *edits(
        "refused",
        REFUSED,
        ("Client(4)", "Client(-4)"),
        ("near[0]\n", "near[-1]\n"),
        ("[2]", "[-2]"),
        ("stated.k = 5", "stated.k = -5", "key(step2)"),
        ("self.k + 3", "self.k - 3", "key(step2)"),
        ("x + 7", "x - 7", "key(step3)"),
        ("return 6", "return -6", "key(step4)"),
        ("x + 8", "x - 8", "key(step5)"),
    ),
    *edits(
        "raises",
        RAISES,
        ("rate=1", "rate=3"),
        ("self.v = 1", "self.v = 2", "key(step2)"),
        ("slotted.v = 7", "slotted.v = 17", "key(step2)"),
        ("value = 5", "value = 15", "key(step3)"),
        ("size=6", "size=16", "key(step3)"),
        ("return self.value", "return -self.value", "key(step3)"),
        ("rate=1", "rate=3", "key(step, settings)"),
        ("self.v = 1", "self.v = 2", "key(step, strict)"),
        ("value = 5", "value = 15", "key(step, C)"),
        ("value = 5", "value = 15", "key(step, C())"),
        ('name="hook"', 'name="hooked"', "key(step4)"),
    ),
    *edits(
        "wrapt",
        WRAPT,
        ("x + 10", "x - 10"),
        ("BASE = 20", "BASE = -20"),
        ("+ BASE", "- BASE"),
        ("times(11)", "times(-11)", "key(step2)"),
        ("x + 12", "x - 12", "key(step2)"),
        ("n + 21", "n - 21", "key(step2)"),
        ("enabled=True", "enabled=False", "key(step2)"),
        ("x * 13", "x - 13", "key(step3)"),
        ("= 14", "= -14", "key(step4)"),
        ("+ 15", "- 15", "key(step4)"),
        ("[16]", "[-16]", "key(step4)"),
        ("(g, 17)", "(g, -17)", "key(step5)"),
        ("x + 19", "x - 19", "key(step6)"),
        ("x + 18", "x - 18", "key(step7)"),
        ("x + 10", "x - 10", "key(step, g)"),
        ("BASE = 20", "BASE = -20", "key(step, g)"),
        ("x * 13", "x - 13", "key(step2, C().go)"),
        ("= 14", "= -14", "key(step, proxy)"),
        ("+ 15", "- 15", "key(step, proxy)"),
        ("[16]", "[-16]", "key(step, proxy)"),
        ("x + 18", "x - 18", "under.key(1)"),
        ("BASE = 20", "BASE = -20", "under.key(1)"),
    ),
]

HITS = [
    *edits("linked", LINKED, ("# the end", "unused = 1")),
    *edits(
        "read",
        READ,
        ("Add one", "Add two", "key(plain, tool)"),
        ("x: int", "x: float", "key(plain, tool)"),
        ("x: int", "x: float", "key(step, tool)"),
        ("Add one", "Add two", "key(step2, tool)"),
        ('"Agent."', '"Agent 2."', "key(plain, Agent, Agent())"),
        ("x: str", "x: int", "key(plain, Agent, Agent())"),
        ("Add one", "Add two", "called.key(tool)"),
        ('"Run."', '"Ran."', "called.key(Agent())"),
        ("return 1\n", "return 2\n", "documented.key(Agent())"),
    ),
    *edits(
        "by name",
        BY_NAME,
        *(("return 1\n", "return 2\n", f"key(step{which})") for which in ("", 2, 3, 4)),
        ("return 1\n", "return 2\n", "key(print, curried, bound, named, made)"),
    ),
    *edits(
        "executed",
        EXECUTED,
        *(("return 1\n", "return 2\n", call) for call in ("key(step)", "key(step2)", "key(print, model, Model)")),
        *(('"plugin"', '"addon"', call) for call in ("key(step)", "key(step2)", "key(print, model, Model)")),
    ),
    *edits(
        "refused",
        REFUSED,
        *(("return 1\n", "return 2\n", f"key(step{which})") for which in ("", 2, 3, 4, 5)),
        ("# the end", "client.go(1)"),
        ("# the end", "worker.name = 'other'", "key(step4)"),
    ),
    *edits(
        "raises",
        RAISES,
        *(("return 1\n", "return 2\n", f"key(step{which})") for which in ("", 2, 3, 4)),
        *(
            ("return 1\n", "return 2\n", f"key(step, {value})")
            for value in ("settings", "strict", "slotted", "C", "C()")
        ),
    ),
    *edits(
        "wrapt",
        WRAPT,
        *(("return 1\n", "return 2\n", f"key(step{which})") for which in ("", 2, 3, 4, 5, 6, 7)),
        *(("return 1\n", "return 2\n", call) for call in ("key(step, g, proxy, C().go)", "under.key(1)")),
    ),
]
