"""What comes back equals what was returned, type by type."""

# ruff: noqa: DTZ001, ICN001, ISC004, PLR0911, PYI024 - a census of values is a long list
from __future__ import annotations

import collections
import copyreg
import datetime
import decimal
import fractions
import math
import os
import pathlib
import pickle
import struct
import sys
import uuid
import zoneinfo
from dataclasses import dataclass
from enum import Enum

import pytest

from memo.store.formats import FormatMissingError, check_readable, decode, encode
from memo.store.formats.pickled import CLOUDPICKLE, PICKLE, PLAIN

UTC = datetime.timezone.utc  # noqa: UP017


@dataclass
class Point:
    x: int
    y: object = None


class Colour(Enum):
    RED = 1


class Deeper(int):
    """A subclass of a builtin is not a builtin."""


PLAIN_VALUES = [
    None, True, False, 0, -1, 255, 2**31, 2**63, -(2**100), 10**5000, 0.0, -0.0, 0.1, math.inf, -math.inf, math.nan,
    5e-324, 1j, complex(-0.0, math.nan), "", "a", "é\0\U0001f600", "\ud800", b"", b"\0\xff", bytearray(b"ab"),
    (), (1,), (1, (2.0, "3")), [], [[], [[]]], {}, {"a": 1, 2: {"b": None}}, {(1, 2): [3]}, set(), {1, "a", (2,)},
    frozenset(), frozenset({frozenset({1})}), range(1, 10, 2), slice(1, None, 2), datetime.date(2026, 2, 28),
    datetime.datetime(2026, 1, 2, 3, 4, 5, 6), datetime.datetime(2026, 1, 2, 3, tzinfo=UTC, fold=1),
    datetime.datetime(1, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30), "IST")),
    datetime.time(1, 2, 3, 4), datetime.timedelta(-1, 2, 3), UTC, decimal.Decimal("1.10"), decimal.Decimal("NaN"),
    decimal.Decimal("-0"), fractions.Fraction(1, 3), uuid.UUID(int=7), pathlib.Path("/a/b"), pathlib.Path("a"),
    pathlib.PurePosixPath("/x"), pathlib.PureWindowsPath("C:\\x"), collections.OrderedDict(b=1, a=2),
    collections.Counter("abca"), collections.deque([1, 2], maxlen=5), collections.deque(),
    datetime.datetime(2026, 10, 25, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"), fold=1),
    {"all": [1, 2.0, "3", b"4", None, {5: (6, {7})}]}, list(range(1000)), "x" * 100_000, b"y" * 100_000,
]  # fmt: skip

PICKLED_VALUES = [
    Point(1, [2]), Colour.RED, Deeper(3), ValueError("a", 1), collections.namedtuple, os.path.join, int,
    collections.defaultdict(list, a=[1]), [1, {"a": Point(2)}], zoneinfo.ZoneInfo.no_cache("Europe/Berlin"),
]  # fmt: skip


def names(values: list[object]) -> list[str]:
    return [f"{type(value).__name__}-{number}" for number, value in enumerate(values)]


def exactly(value: object) -> object:
    """Spell *value* out so that only what is the same, type by type, compares equal."""
    kind = type(value).__name__
    if isinstance(value, float):
        return kind, struct.pack("<d", value)
    if isinstance(value, complex):
        return kind, struct.pack("<dd", value.real, value.imag)
    if isinstance(value, dict):
        return kind, [(exactly(key), exactly(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return kind, [exactly(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return kind, sorted(repr(exactly(item)) for item in value)
    if isinstance(value, datetime.datetime):
        return kind, repr(value), value.fold, value.utcoffset()
    if isinstance(value, Point):
        return kind, exactly(value.x), exactly(value.y)
    if isinstance(value, collections.deque):
        return kind, list(value), value.maxlen
    if isinstance(value, int):
        return kind, hex(value)
    return kind, repr(value)


def there_and_back(value: object) -> tuple[str, object]:
    encoded = encode(value)
    buffers = [memoryview(bytearray(buffer)) for buffer in encoded.buffers]
    return encoded.format, decode(encoded.format, encoded.version, encoded.body, buffers)


@pytest.mark.parametrize("value", PLAIN_VALUES, ids=names(PLAIN_VALUES))
def test_plain_data_comes_back_exactly_and_without_pickle(value: object) -> None:
    name, back = there_and_back(value)
    assert ("plain", exactly(value)) == (name, exactly(back))


@pytest.mark.parametrize("value", PICKLED_VALUES, ids=names(PICKLED_VALUES))
def test_everything_else_comes_back_through_pickle(value: object) -> None:
    name, back = there_and_back(value)
    assert ("pickle", exactly(value)) == (name, exactly(back))


@pytest.mark.parametrize("value", [[[1], {"a": b"b"}], {"k": bytearray(b"x")}, {1, 2}], ids=repr)
def test_a_hit_is_a_new_object(value: object) -> None:
    encoded = encode(value)
    first, second = (decode(encoded.format, encoded.version, encoded.body, ()) for _ in range(2))
    assert value == first == second
    assert first is not second
    assert first is not value


def test_shared_references_and_cycles_survive() -> None:
    shared: list[object] = [1]
    name, back = there_and_back({"a": shared, "b": shared, "deque": collections.deque([shared])})
    assert "plain" == name
    assert back["a"] is back["b"] is back["deque"][0]

    cycle: list[object] = []
    cycle.append({"self": cycle})
    name, back = there_and_back(cycle)
    assert "plain" == name
    assert back[0]["self"] is back

    point = Point(1)
    point.y = (point,)
    name, back = there_and_back(point)
    assert "pickle" == name
    assert back.y[0] is back


def test_a_plain_entry_names_nothing_but_words() -> None:
    """What reads it imports and calls nothing else, whatever was planted in it."""
    for body in (pickle.dumps(os.getcwd), pickle.dumps(Point(1)), b"cos\nsystem\n.", b"\x82\x01."):
        with pytest.raises((ValueError, pickle.UnpicklingError)):
            PLAIN.decode(1, body, ())


def test_a_plain_entry_refers_to_nothing_outside_itself() -> None:
    with pytest.raises(ValueError, match="outside itself"):
        PLAIN.decode(1, b"\x80\x05K\x01Q.", ())


def test_a_class_cannot_pass_itself_off_as_a_word() -> None:
    fake = type("Decimal", (), {"__module__": "decimal", "__reduce__": lambda self: (int, ())})
    assert "pickle" == encode(fake()).format


def test_a_user_made_format_is_refused_where_words_are_not_enough() -> None:
    assert PLAIN.encode([1]).format == "plain"
    with pytest.raises(TypeError, match="not plain data"):
        PLAIN.encode([Point(1)])
    assert PICKLE.encode([1]).format == "pickle"


def test_what_pickle_refuses_goes_through_cloudpickle_where_it_is_installed() -> None:
    pytest.importorskip("cloudpickle")
    offset = 3
    name, back = there_and_back(lambda x: x + offset)
    assert ("cloudpickle", 5) == (name, back(2))


def test_what_nothing_can_store_is_refused_with_the_error_of_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError, match="generator"):
        encode([(i for i in ())])
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        encode(lambda: 1)
    with pytest.raises(FormatMissingError, match="cloudpickle"):
        CLOUDPICKLE.decode(1, b"", ())


def test_a_format_that_is_unknown_or_newer_is_missing() -> None:
    for name, version in [("arrow", 1), ("plain", 2)]:
        with pytest.raises(FormatMissingError):
            check_readable(name, version)
        with pytest.raises(FormatMissingError):
            decode(name, version, b"", ())


# Bodies as version 1 wrote them.
FROZEN = [
    (
        "80059572000000000000005d9428884e8a090000000000000000c0473fe00000000000008c02c3a994430100949601000000"
        "0000000078944b0185947d948c0161948f94284b019073284b0291948c086275696c74696e73948c07636f6d706c65789493"
        "94470000000000000000473ff000000000000086948194652e",
        [True, None, -(2**70), 0.5, "é", b"\0", bytearray(b"x"), (1,), {"a": {1}}, frozenset({2}), 1j],
    ),
    (
        "800595c8000000000000005d94288c086461746574696d65948c086461746574696d65949394430a07ea0102030405000006"
        "9468018c0874696d657a6f6e6594939468018c0974696d6564656c74619493944b004b004b00879452948594529486945294"
        "68084b014b004b00879452948c07646563696d616c948c07446563696d616c9493948c04312e313094859452948c09667261"
        "6374696f6e73948c084672616374696f6e9493944b014b03869452948c0475756964948c04555549449493942981947d948c"
        "03696e74944b077362652e",
        [
            datetime.datetime(2026, 1, 2, 3, 4, 5, 6, UTC), datetime.timedelta(1), decimal.Decimal("1.10"),
            fractions.Fraction(1, 3), uuid.UUID(int=7),
        ],
    ),
    (
        "800595db000000000000005d94288c186d656d6f2e73746f72652e666f726d6174732e776f726473948c0470617468949394"
        "8c0d50757265506f73697850617468948c022f6194869452948c0b636f6c6c656374696f6e73948c0b4f7264657265644469"
        "63749493942952948c0161944b01738c0b636f6c6c656374696f6e73948c07436f756e7465729493947d948c0161944b0273"
        "8594529468088c056465717565949394294b03869452944b01618c086275696c74696e73948c0572616e67659493944b004b"
        "034b018794529468188c05736c6963659493944b014b024e87945294652e",
        [
            pathlib.PurePosixPath("/a"), collections.OrderedDict(a=1), collections.Counter("aa"),
            collections.deque([1], 3), range(3), slice(1, 2),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("body", "value"), FROZEN, ids=["builtins", "numbers and dates", "words"])
def test_old_bodies_stay_readable(body: str, value: object) -> None:
    """Every later memo reads them, on every Python; what a pickler writes may differ from one to the next."""
    assert exactly(value) == exactly(PLAIN.decode(1, bytes.fromhex(body), ()))


def test_an_exception_is_stored_without_what_another_library_adds_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As tblib does, which dask imports: what it writes cannot be read where it is missing."""

    def reduce(error: Exception) -> object:
        raise AssertionError(error)

    reduce.__module__ = "tblib.pickling_support"
    monkeypatch.setitem(copyreg.dispatch_table, ValueError, reduce)
    name, back = there_and_back(ValueError("a", 1))
    assert ("pickle", exactly(ValueError("a", 1))) == (name, exactly(back))
