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

RERUNS = [
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
