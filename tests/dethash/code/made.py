"""Classes that decorators, metaclasses and libraries make more of, and what users may write in any class."""

from __future__ import annotations

from tests.dethash.code.project import edits

ATTRS = """
import attrs
from functools import cached_property
def convert(v): return int(v) * 2
def check(i, a, v):
    if v > 3: raise ValueError
def many(): return [4]
@attrs.define
class Plain:
    x: int = 5
    unit: str = attrs.field(default="m", metadata={"unit": "m"}, eq=str.lower)
    made: list = attrs.field(factory=many)
    said: int = attrs.field(default=1, converter=convert, validator=check, alias="told")
    def own(self): return 6
    @cached_property
    def later(self): return 7
@attrs.frozen
class Frozen:
    x: int = attrs.field(repr=False)
def step(): return Plain()
def step2(x): return Frozen(x)
"""

WRITTEN = """
import abc, enum, typing
from dataclasses import dataclass
class Fields:
    _fields = ["name", "price"]
    _field_defaults = [1]
    __match_args__ = ("x", "y")
    def __replace__(self, **changes): return 2
    def __getnewargs__(self): return (3,)
class Slotted:
    __slots__ = ("a", "b")
class Sized(abc.ABC):
    @classmethod
    def __subclasshook__(cls, other): return hasattr(other, "size")
@typing.runtime_checkable
class HasArea(typing.Protocol):
    area: float
    def edge(self): ...
@dataclass(match_args=True)
class Matched:
    x: int
def traced(cls):
    import functools
    made = cls.__init__
    @functools.wraps(made)
    def init(self, *given):
        made(self, *[each * 4 for each in given])
    cls.__init__ = init
    return cls
@traced
@dataclass
class Traced:
    x: int
class Unit(enum.Enum):
    def __new__(cls, value, factor):
        made = object.__new__(cls)
        made._value_, made.factor = value, factor * 10
        return made
    M = ("m", 1)
    KM = ("km", 1000)
class Level(int, enum.Enum):
    def __new__(cls, value, weight):
        made = int.__new__(cls, value + weight)
        made._value_ = value
        return made
    LOW = (1, 5)
class Bits(enum.Flag, boundary=enum.STRICT):
    ONE = 1
T = typing.TypeVar("T")
class Repo(typing.Generic[T]):
    def make(self, v): return typing.get_args(type(self).__orig_bases__[0])[0](v)
class Ints(Repo[int]): pass
def step(): return Fields, Slotted, Sized
def step2(): return HasArea
def step3(v): return Matched(v), Traced(v)
def step4(): return Unit.KM.factor, Level.LOW
def step5(): return Bits(8)
def step6(): return Ints().make("1")
def step7(x): return x
"""

ORDER = """
class Column:
    def __init__(self, kind): self.kind = kind
class Stages:
    def add(x): return x + 1
    def mul(x): return x * 2
class Table:
    key = Column("int")
    name = Column("str")
    @classmethod
    def columns(cls): return list(cls.__dict__)
class Meta(type): pass
class Made(metaclass=Meta):
    a = 1
    b = 2
class Plain:
    size = 1
    rate = 2
    def __init__(self): self.x = 3
    def first(self): return self.__dict__
    def second(self): return vars(self)
def step(x): return list(vars(Stages))
def step2(): return Table.columns()
def step3(): return Made.a
def step4(): return Plain().first()
"""

HINTS = '''
from dataclasses import dataclass, fields
from functools import singledispatch, wraps
from typing import Literal, Optional, get_type_hints
Num = int
Name = Literal["a"]
class Part:
    def __init__(self, v): self.v = v + 1
def a(): return 2
@dataclass
class Config:
    x: Num
    y: "Optional[Part]" = None
    z: Name = "a"
    __own: "tuple[Num, ...]" = ()
    after: "Config" = None
    def cast(self): return [f.type(self.x) for f in fields(self)]
def step(v): return Config(v).cast()
def step2(x):
    @singledispatch
    def act(v): return "o"
    @act.register
    def _(v: int): return "i"
    @wraps(act)
    def around(v: bytes):
        """Around."""
        return act(v)
    return around(x)
def step3(tool):
    @tool
    def search(v):
        """Look it up."""
        return v
    return search
def step4(x):
    z: int
    if x:
        pass
    else:
        x = 3
    def empty(): pass
    def documented():
        """Nothing."""
    empty()
    return x
total = 1
def step5(x):
    total: int
    return total
def aliased(x: Num, y: "Optional[Num]" = None) -> Name: return x
def step6(): return get_type_hints(aliased)
'''

#: A class in the text of a string, as that of ``python -c`` is.
TEXT = '''
SOURCE = """
from dataclasses import dataclass
@dataclass
class Made:
    a: int
    def go(self): return self.a + 1
"""
names = {"__name__": __name__}
exec(SOURCE, names)
Made = names["Made"]
def step(x): return Made(x).go()
'''

MOVED = """
import attrs
from there import Plain, step
## there.py
import attrs
@attrs.define
class Plain:
    x: int = 1
    def own(self): return self.x
def step(p): return p.own() + Plain().own()
"""

DECORATED = """
import deco
@deco.fields
class Made:
    x: int
    y: int
    def one(self): return 1
    def two(self): return 2
class Plain:
    x: int
def step(): return Made.types
def step2(): return Plain
## site-packages/deco.py
def fields(cls):
    cls.types = staticmethod(lambda: cls.__annotations__)
    return cls
## site-packages/deco-1.0.dist-info/RECORD
deco.py,sha256=aaa,10
"""

RERUNS = [
    *edits(
        "attrs", ATTRS,
        ("* 2", "* 3"), ("v > 3", "v > 30"), ("[4]", "[40]"), ("x: int = 5", "x: int = 50"), ('{"unit": "m"}', '{"unit": "s"}'),
        ("eq=str.lower", "eq=True"), ("return 6", "return 60"), ("return 7", "return 70"), ('alias="told"', 'alias="tell"'),
        ("x: int = 5", "x: int = attrs.field(default=5, kw_only=True)"), ("repr=False", "repr=True", "key(step2, Frozen(1))"),
        ("@attrs.frozen", "@attrs.define", "key(step2)"), ("@attrs.frozen", "@attrs.frozen(init=False)", "key(step2)"),
        ("x: int = attrs", "x: float = attrs", "key(step2)"),
    ),
    *edits(
        "written", WRITTEN,
        ('"price"', '"cost"'), ("_field_defaults = [1]", "_field_defaults = [10]"), ('("x", "y")', '("y", "x")'),
        ("return 2", "return 20"), ("(3,)", "(30,)"), ('("a", "b")', '("b", "a")'), ('"size"', '"length"'),
        ("area: float", "volume: float", "key(step2)"), ("@typing.runtime_checkable\n", "", "key(step2)"),
        ("match_args=True", "match_args=False", "key(step3)"), ("* 4", "* 40", "key(step3)"),
        ("factor * 10", "factor * 100", "key(step4)"), ("1000", "1024", "key(step4)"), ("1000", "1024", "key(step7, Unit.KM)"),
        ("(1, 5)", "(1, 6)", "key(step4)"), ("STRICT", "KEEP", "key(step5)"), ("Repo[int]", "Repo[float]", "key(step6)"),
    ),
    *edits(
        "order", ORDER,
        ("    def add(x): return x + 1\n    def mul(x): return x * 2\n", "    def mul(x): return x * 2\n    def add(x): return x + 1\n"),
        ('    key = Column("int")\n    name = Column("str")\n', '    name = Column("str")\n    key = Column("int")\n', "key(step2)"),
        ("    a = 1\n    b = 2\n", "    b = 2\n    a = 1\n", "key(step3)"),
    ),
    *edits(
        "hint", HINTS,
        ("Num = int", "Num = float"), ("v + 1", "v + 2"), ('Literal["a"]', 'Literal["b"]'), ("(v: int)", "(v: str)", "key(step2)"),
        ("z: Name", "z: Num"),
        ("Num = int", "Num = float", "key(step6)"), ('Literal["a"]', 'Literal["b"]', "key(step6)"), ("tuple[Num, ...]", "list[Num]"),
        ("Look it up", "Look up", "key(step3)"), ("    total: int\n", "", "key(step5)"),
    ),
    *edits("decorated", DECORATED, ("y: int", "y: float"), ("    x: int\n    y: int\n", "    y: int\n    x: int\n")),
    *edits("text", TEXT, ("self.a + 1", "self.a + 2")),
]  # fmt: skip
HITS = [
    *edits(
        "written", WRITTEN,
        ("area: float", "area: int", "key(step2)"), ("Repo[int]", "Repo[float]", "key(step4)"),
    ),
    *edits(
        "order", ORDER,
        ("    size = 1\n    rate = 2\n", "    rate = 2\n    size = 1\n", "key(step4)"),
        ("    def first(self): return self.__dict__\n    def second(self): return vars(self)\n", "    def second(self): return vars(self)\n    def first(self): return self.__dict__\n", "key(step4)"),
    ),
    *edits(
        "hint", HINTS,
        ("def a(): return 2", "def a(): return 20"), ("Num = int", "Num = float", "key(step2)"),
        ("v: bytes", "v: str", "key(step2)"), ("Around", "About", "key(step2)"),
        ("    z: int\n", "", "key(step4)"), ("def empty(): pass", 'def empty(): "Nothing."', "key(step4)"),
        ('        """Nothing."""\n', "        pass\n", "key(step4)"), ("        pass\n    else", "        ...\n    else", "key(step4)"),
    ),
    *edits("decorated", DECORATED, ("class Plain:\n    x: int", "class Plain:\n    x: str", "key(step2)")),
    *edits("text", TEXT, ("    a: int\n", "\n\n    a: int\n")),
    *edits(
        "moved", MOVED,
        ("from there import Plain, step\n## there.py", "", "key(step, Plain(2))"),
        ("from there import Plain, step\n## there.py", "from deep.down import Plain, step\n## deep/__init__.py\n## deep/down.py", "key(step, Plain(2))"),
    ),
]  # fmt: skip
