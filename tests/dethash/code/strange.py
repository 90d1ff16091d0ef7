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
]
