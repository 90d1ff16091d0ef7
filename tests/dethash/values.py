"""Values of Python's own types, by the expressions that make them: no two of them are the same value.

The golden digests, the laws (copies, pickles, other processes) and the census of types go through them.
"""

# ruff: noqa: F401 - the expressions use what is imported
from __future__ import annotations

import array
import ast
import collections
import collections.abc
import contextvars
import copyreg
import ctypes
import datetime as dt
import decimal
import enum
import fractions
import http
import inspect
import io
import ipaddress
import operator
import os
import pathlib
import random
import re
import signal
import statistics
import string
import struct
import time
import types
import typing
import uuid
import xml.etree.ElementTree as ET
import zoneinfo
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Whole(enum.IntEnum):
    ONE = 1


class Word(enum.StrEnum):
    A = "a"


class Access(enum.Flag):
    R = 1
    W = 2
    RW = 3


class IntAccess(enum.IntFlag):
    R = 1
    W = 2


class Marks(enum.Enum):
    A = object()
    B = object()  # noqa: PIE796  another object


class OtherColor(enum.Enum):
    RED = 1


@dataclass
class Point:
    x: Any
    y: Any = 2


@dataclass(frozen=True, slots=True)
class FrozenPoint:
    x: Any
    y: Any = 2


@dataclass
class Point3(Point):
    z: Any = 3


class Pair(NamedTuple):
    a: Any
    b: Any = 2


OtherPair = collections.namedtuple("OtherPair", "a b")  # noqa: PYI024  it has no annotations
SUBCLASSES: dict[str, Any] = {
    f"My{base.__name__}": type(f"My{base.__name__}", (base,), {"__module__": __name__})
    for base in (
        int, float, complex, str, bytes, list, tuple, dict, set, frozenset, bytearray, deque, OrderedDict, defaultdict,
        Counter, dt.date, dt.datetime, dt.time, dt.timedelta, decimal.Decimal, fractions.Fraction, uuid.UUID,
        pathlib.PurePosixPath, random.Random, ValueError, SimpleNamespace, io.BytesIO,
    )
}  # fmt: skip
globals().update(SUBCLASSES)


class Plain:
    """An instance that is all attributes."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Slotted:
    """An instance that is all slots, some of them empty."""

    __slots__ = ("a", "b")

    def __init__(self, **attributes: Any) -> None:
        for name, value in attributes.items():
            setattr(self, name, value)


class Stateful:
    """An instance with a state of its own making."""

    def __init__(self, x: Any) -> None:
        self.x = x
        self.other = object()

    def __getstate__(self) -> Any:
        return [self.x]

    def __setstate__(self, state: Any) -> None:
        self.__init__(state[0])  # type: ignore[misc]


class Reduced(Stateful):
    def __reduce__(self) -> Any:
        return Reduced, (self.x,)


class ReducedEx(Stateful):
    def __reduce_ex__(self, protocol: Any) -> Any:
        return ReducedEx, (self.x,)


class Registered(Stateful):
    """An instance that ``copyreg`` knows how to reduce."""


copyreg.pickle(Registered, lambda value: (Registered, (value.x,)))


class NewArgs(tuple):
    __slots__ = ()

    def __new__(cls, *items: Any) -> Any:
        return super().__new__(cls, items)

    def __getnewargs__(self) -> Any:
        return tuple(self)


class Meta(type):
    pass


class WithMeta(Plain, metaclass=Meta):
    pass


EXPRESSIONS = """
None | True | False | 0 | 1 | -1 | 2**31 - 1 | 2**31 | -2**31 | -2**31 - 1 | 2**70 | -2**70 | 10**5000 | 1.0 | 0.0
-0.0
1e308 | 5e-324 | float("inf") | float("-inf") | float("nan") | -float("nan") | 0j | 1j | complex(0, -0.0)
complex(-0.0, 0)
"" | "1" | "a" | "a\\0b" | "é" | "e\\u0301" | "\\ud800" | "\\udc80" | "\\U0001f600" | "x" * 5000 | "é" * 5000
b"" | b"1" | b"a" | b"x" * 5000 | bytearray() | bytearray(b"1") | bytearray(b"x" * 300) | ... | NotImplemented
[] | () | {} | set() | frozenset() | [[]] | [()] | ([],) | ((),) | [None] | [[], []] | [[[]]] | [1, [2]] | [[1], 2]
[[1, 2]]
["ab", "c"] | ["a", "bc"] | ["abc"] | [1, 2, 3] | (1, 2, 3) | [3, 2, 1] | {1, 2, 3} | {"a": 1} | {"a": True}
{"a": 1.0}
{1: "a"} | {True: "a"} | {1.0: "a"} | {None: 1} | {b"a": 1} | {(1,): 1} | {(True,): 1} | {frozenset({1}): 1}
{"a": {"b": 1}}
{1} | {True} | {1.0} | {"1"} | {(1,)} | {(1, 2), (3,)} | {frozenset()} | frozenset({1}) | frozenset({(1,)})
{1, "a", None, ()}
list(range(600)) | [list(range(600))] | {"rows": [{"id": n, "at": (n, n)} for n in range(20)]} | list(range(5000))
range(0) | range(1) | range(1, 1) | range(0, 3, 2) | range(0, 4, 2) | range(2**70) | slice(1) | slice(0, 1)
slice(None)
memoryview(b"") | memoryview(b"1") | memoryview(b"12").cast("H") | memoryview(b"1234").cast("B", (2, 2))
memoryview(b"1234")
memoryview(b"1234").cast("B", (4, 1)) | memoryview(b"1234").cast("c") | memoryview(array.array("i", [1, 2, 3]))[::2]
array.array("b", [1]) | array.array("B", [1]) | array.array("h", [1]) | array.array("q", [1]) | array.array("d", [1])
array.array("d") | array.array("f") | {}.keys() | {}.values() | {}.items() | {"a": 1}.keys() | {"a": 1}.values()
{"a": 1}.items()
deque() | deque([1]) | deque([1], 5) | deque([1], 6) | OrderedDict() | OrderedDict(a=1, b=2) | OrderedDict(b=2, a=1)
OrderedDict(a=1).keys() | Counter() | Counter("ab") | Counter({"a": 0}) | Counter({"a": 1, "b": 0}) | defaultdict()
defaultdict(int)
defaultdict(list) | defaultdict(int, {"a": 1}) | ChainMap() | ChainMap({"a": 1}) | ChainMap({}, {"a": 1})
UserDict({"a": 1})
UserList([1]) | UserString("a") | SimpleNamespace() | SimpleNamespace(a=1) | types.MappingProxyType({"a": 1})
decimal.Decimal(1) | decimal.Decimal("1.0") | decimal.Decimal("-0") | decimal.Decimal(0) | decimal.Decimal("NaN")
decimal.Decimal("sNaN") | decimal.Decimal("NaN1") | decimal.Decimal("Infinity") | decimal.Decimal("1E+5")
decimal.Decimal(100000)
fractions.Fraction(1) | fractions.Fraction(1, 2) | fractions.Fraction(-1, 2)
dt.date(2020, 1, 1) | dt.datetime(2020, 1, 1) | dt.datetime(2020, 1, 1, microsecond=1)
dt.datetime(2020, 1, 1, fold=1)
dt.datetime(2020, 1, 1, tzinfo=dt.UTC) | dt.datetime(2020, 1, 1, tzinfo=zoneinfo.ZoneInfo("UTC")) | dt.time(0)
dt.time(1, fold=1)
dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))) | dt.time(1, tzinfo=dt.UTC) | dt.timedelta(0)
dt.timedelta(1)
dt.timedelta(0, 1) | dt.timedelta(0, 0, 1) | dt.UTC | dt.timezone(dt.timedelta(hours=1))
dt.timezone(dt.timedelta(hours=1), "CET")
dt.timezone(dt.timedelta(0), "UTC") | zoneinfo.ZoneInfo("UTC") | time.struct_time(range(9))
time.struct_time(range(1, 10))
uuid.UUID(int=0) | uuid.UUID(int=1) | ipaddress.ip_address("1.2.3.4") | ipaddress.ip_address("::1")
ipaddress.ip_address("fe80::1%a") | ipaddress.ip_address("::ffff:1.2.3.4") | ipaddress.ip_address("::ffff:0.0.0.5%a")
ipaddress.ip_network("::ffff:1.2.3.0/120") | ipaddress.ip_interface("::ffff:1.2.3.4/120")
ipaddress.ip_network("1.2.3.0/24") | ipaddress.ip_network("1.2.3.0/25") | ipaddress.ip_interface("1.2.3.4/24")
pathlib.PurePosixPath("a") | pathlib.PurePosixPath("a/b") | pathlib.PureWindowsPath("a")
pathlib.PureWindowsPath("a/b")
re.compile("a") | re.compile("a", re.I) | re.compile("a", re.M) | re.compile(b"a") | re.match("a", "ab")
re.match("(a)", "ab")
Color.RED | Color.GREEN | OtherColor.RED | Whole.ONE | Word.A | Access.R | Access.W | Access.RW | Access(0)
IntAccess.R
IntAccess.R|IntAccess.W | IntAccess(8) | Marks.A | Marks.B | http.HTTPStatus.OK | signal.SIGINT
inspect.Parameter.POSITIONAL_ONLY
Point(1) | Point(2) | Point(1, 3) | Point3(1) | FrozenPoint(1) | FrozenPoint(1, 3) | Pair(1) | Pair(2, 1)
OtherPair(1, 2)
Plain() | Plain(a=1) | Plain(a=1, b=2) | Plain(a=[1]) | Slotted() | Slotted(a=1) | Slotted(b=1) | Slotted(a=1, b=1)
Stateful(1) | Stateful(2) | Reduced(1) | Reduced(2) | ReducedEx(1) | Registered(1) | NewArgs(1) | NewArgs()
WithMeta(a=1)
random.Random(1) | random.Random(2) | io.BytesIO() | io.BytesIO(b"a") | io.StringIO() | io.StringIO("a")
io.StringIO("a\\n")
struct.Struct("i") | struct.Struct("<i") | string.Template("a") | operator.itemgetter(1) | operator.itemgetter(1, 2)
operator.attrgetter("a") | operator.methodcaller("a") | operator.methodcaller("a", 1) | statistics.NormalDist()
ValueError() | ValueError("a") | ValueError("a", "b") | TypeError("a") | KeyError("a") | OSError(2, "x")
OSError(2, "x", "f")
ImportError("x", name="n") | ImportError("x") | UnicodeDecodeError("utf8", b"a", 0, 1, "r") | StopIteration(1)
SystemExit(1)
ExceptionGroup("g", [ValueError(1)]) | ExceptionGroup("g", [ValueError(2)]) | KeyboardInterrupt()
list[int] | list[str] | dict[str, int] | typing.List[int] | typing.Optional[int] | int|str | typing.Union[int, float]
typing.Any
typing.Literal[1] | typing.Literal["1"] | typing.Literal[True] | typing.Callable[[int], str]
typing.Callable[..., str]
collections.abc.Callable[[int], str] | tuple[int, ...] | tuple[int] | typing.ClassVar[int] | typing.Annotated[int, 1]
typing.Annotated[int, 2] | typing.TypeVar("T") | typing.TypeVar("U") | typing.TypeVar("T", bound=int)
typing.TypeVar("T", int, str)
typing.TypeVar("T", covariant=True) | typing.ParamSpec("P") | typing.ForwardRef("A") | typing.NewType("N", int)
typing.Union
contextvars.ContextVar("a") | contextvars.ContextVar("a", default=1) | contextvars.ContextVar("b", default=1)
ctypes.c_int(1)
ctypes.c_int(2) | ctypes.c_double(1) | (ctypes.c_int * 2)(1, 2) | (ctypes.c_int * 3)(1, 2, 3)
ctypes.create_string_buffer(b"ab")
ast.parse("1") | ast.parse("2") | os.terminal_size((1, 2))
ET.fromstring("<a/>") | ET.fromstring("<a b='1'/>") | ET.fromstring("<a>t</a>") | decimal.Context()
decimal.Context(5)
Myint(1) | Myfloat(1) | Mycomplex(1) | Mystr("a") | Mybytes(b"a") | Mylist([1]) | Mytuple((1,)) | Mydict(a=1)
Myset({1})
Myfrozenset({1}) | Mybytearray(b"a") | Mydeque([1]) | MyOrderedDict(a=1) | Mydefaultdict(int) | MyCounter("a")
Mydate(2020, 1, 1)
Mydatetime(2020, 1, 1) | Mytime(1) | Mytimedelta(1) | MyDecimal(1) | MyFraction(1) | MyUUID(int=1)
MyPurePosixPath("a") | MyRandom(1)
MyValueError("a") | MySimpleNamespace(a=1) | MyBytesIO(b"a")
"""
NAMES = [name for line in EXPRESSIONS.strip().splitlines() for name in line.split(" | ")]


def make(name: str) -> Any:
    """Return the value that an expression makes, new each time."""
    return eval(name, globals())
