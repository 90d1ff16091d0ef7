"""A step's results in a format that the user chose: exactly, or not at all and with a word about it."""

# ruff: noqa: PT031 - one warning for several calls is what these tests are about
from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from memo import Format, JsonFormat, OptionError, ParquetFormat, PickleFormat, StoreWarning, TextFormat, memoize_step
from memo.store import Keeping, Store
from memo.store.formats import check_readable, decode, encode
from memo.typing import MISSING
from tests.store.formats.trips import there_and_back

JSON_VALUES = [
    None,
    True,
    1,
    -(2**70),
    0.1,
    -0.0,
    1e300,
    "",
    "é\0\U0001f600",
    [],
    [1, [2.0, "3"]],
    {},
    {"b": 1, "a": {"": []}},
]
NOT_JSON = [
    (1,), {1: 2}, {None: 1}, float("nan"), float("inf"), b"a", {1}, [(1,)], {"a": (1,)}, 10**5000, "\ud800",
    "\ud83d\ude00", 1j, ValueError(), type("Text", (str,), {})("a"), type("Number", (int,), {})(1),
]  # fmt: skip


class Rows(Format):
    """Numbers, a line each."""

    name = "rows"

    def write(self, value: list[int], file: IO[bytes]) -> None:
        for number in value:
            file.write(b"%d\n" % number)

    def read(self, file: IO[bytes]) -> list[int]:
        return [int(line) for line in file]


class Lossy(Rows):
    """Numbers without their fractions."""

    name = "lossy"
    is_checked = False


@pytest.mark.parametrize("value", JSON_VALUES, ids=repr)
def test_json_gives_back_what_it_holds(value: object) -> None:
    encoded = encode(value, JsonFormat())
    back = decode(encoded.format, encoded.version, encoded.body, encoded.buffers)
    assert ("json", repr(value)) == (encoded.format, repr(back))


@pytest.mark.parametrize("value", NOT_JSON, ids=[f"{type(value).__name__}-{at}" for at, value in enumerate(NOT_JSON)])
def test_json_refuses_what_would_come_back_changed(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        encode(value, JsonFormat())


@pytest.mark.parametrize("value", ["", "a\r\nb\n", "é\0", "x" * 3_000_000], ids=["none", "lines", "é", "much"])
def test_text_comes_back_to_the_letter(value: str) -> None:
    assert ("text", value) == there_and_back(value, TextFormat())


@pytest.mark.parametrize("value", [1, b"a", "\ud800", ["a"], type("Text", (str,), {})("a")], ids=ascii)
def test_text_refuses_what_is_none(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        encode(value, TextFormat())


def test_pickle_takes_plain_data_too_and_keeps_large_buffers_apart() -> None:
    assert ("pickle", [1]) == there_and_back([1], PickleFormat())
    np = pytest.importorskip("numpy")
    assert 1 == len(encode(np.zeros(10_000), PickleFormat()).buffers)


def test_an_own_format_writes_and_reads() -> None:
    assert ("rows", [1, 2]) == there_and_back([1, 2], Rows())
    many = list(range(300_000))
    assert ("rows", many) == there_and_back(many, Rows())


def test_an_own_format_that_would_change_a_result_is_found_out_unless_that_is_what_it_is_for() -> None:
    with pytest.raises(ValueError, match="would give it back changed"):
        encode((1, 2), Rows())
    assert ("lossy", [1, 2]) == there_and_back((1, 2), Lossy())


def test_what_an_older_version_wrote_is_replaced_and_what_a_newer_one_wrote_is_left() -> None:
    newer = type("Rows", (Rows,), {"version": 2})()
    with pytest.raises(ValueError, match="version 1 of the format 'rows' wrote it, and this is 2"):
        decode("rows", 1, b"1\n", (), newer)
    check_readable("rows", 1, newer)
    with pytest.raises(Exception, match="a newer version"):
        check_readable("rows", 2, Rows())


def test_an_own_format_has_its_own_entries_whoever_else_has_its_name() -> None:
    other = type("Other", (Rows,), {"read": lambda self, file: file.read()})
    assert b"1\n" == decode("rows", 1, b"1\n", (), other())
    assert [1] == decode("rows", 1, b"1\n", (), Rows())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("json", "a memo.Format"),
        (int, "a memo.Format"),
        (type("Nameless", (Rows,), {"name": None}), "lower-case letters"),
        (type("Loud", (Rows,), {"name": "Loud"}), "lower-case letters"),
        (type("Plus", (Rows,), {"name": "a+b"}), "lower-case letters"),
        (type("Path", (Rows,), {"name": "../a"}), "lower-case letters"),
        (type("Colon", (Rows,), {"name": "zstd:a"}), "lower-case letters"),
        (type("Mine", (Rows,), {"name": "plain"}), "a name of its own"),
        (type("Derived", (JsonFormat,), {}), "a name of its own"),
        (type("Zero", (Rows,), {"version": 0}), "a whole number"),
        (type("Much", (Rows,), {"version": 2**16}), "a whole number"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_format_that_cannot_be_is_refused_at_decoration(given: Any, expected: str) -> None:
    with pytest.raises(OptionError, match=expected):
        memoize_step(format=given)


def test_a_result_that_the_format_cannot_hold_is_returned_with_one_warning_and_not_stored() -> None:
    @memoize_step(format=JsonFormat)
    def pair(x: int) -> tuple[int, int]:
        return x, x

    with pytest.warns(StoreWarning, match=r"a tuple, cannot be stored .* return what JsonFormat can hold") as caught:
        assert [(1, 1), (1, 1), (2, 2)] == [pair(1), pair(1), pair(2)]
    assert (1, False) == (len(caught), pair.is_cached(1))


def test_a_generator_takes_no_format_and_says_so() -> None:
    @memoize_step(format=JsonFormat)
    def numbers() -> Any:
        yield 1

    with pytest.warns(StoreWarning, match=r"stored item by item, each by its type.* leave out format="):
        assert [1] == list(numbers())


def test_a_step_with_a_format_of_its_own_hits_and_its_questions_know_it() -> None:
    runs = []

    @memoize_step(format=Rows())
    def count(n: int) -> list[int]:
        runs.append(n)
        return list(range(n))

    assert [[0, 1], [0, 1]] == [count(2), count(2)]
    assert ([2], True) == (runs, count.is_cached(2))
    count.recompute(2)
    assert [2, 2] == runs


def test_an_entry_whose_format_is_not_known_here_is_a_miss_and_left_in_place(store: Store, save: Any) -> None:
    keeping = Keeping(format=Rows())
    assert save("k", [1, 2], keeping=keeping)
    with pytest.warns(StoreWarning, match="its format 'rows' is unknown here") as caught:
        assert store.load("k") is MISSING
        assert not store.contains("k")
        assert not save("k", [3])
    assert 1 == len(caught)
    assert [1, 2] == store.load("k", keeping).value


def test_an_entry_of_an_older_version_of_a_format_is_not_cached(store: Store, save: Any) -> None:
    newer = Keeping(format=type("Rows", (Rows,), {"version": 2})())
    assert save("k", [1, 2], keeping=Keeping(format=Rows()))
    assert (True, False) == (store.contains("k", Keeping(format=Rows())), store.contains("k", newer))
    assert save("k", [3], keeping=newer)
    assert store.contains("k", newer)
    assert [3] == store.load("k", newer).value


def test_a_change_of_the_format_keeps_the_old_results() -> None:
    def step(format: Format | None) -> Any:  # noqa: A002 - the option's name
        @memoize_step(format=format, version="1", name="one")
        def one() -> list[int]:
            runs.append(1)
            return [1]

        return one

    runs: list[int] = []
    assert [[1]] * 3 == [step(None)(), step(JsonFormat())(), step(PickleFormat())()]
    assert [1] == runs


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_parquet_gives_back_frames_of_each_library(library: str) -> None:
    pytest.importorskip("pyarrow")
    module = pytest.importorskip(library)
    columns = {"a": [1, 2, None], "b": ["x", None, "z"], "c": [1.5, 2.5, 3.5]}
    value = module.table(columns) if library == "pyarrow" else module.DataFrame(columns)
    name, back = there_and_back(value, ParquetFormat())
    assert "+".join(["parquet", *sorted({"pyarrow", library})]) == name
    assert type(value) is type(back)
    assert value.equals(back)


def test_parquet_refuses_what_would_come_back_changed() -> None:
    pytest.importorskip("pyarrow")
    pd = pytest.importorskip("pandas")
    flagged = pd.DataFrame({"a": [1]}).set_flags(allows_duplicate_labels=False)
    hourly = pd.DataFrame({"a": [1]}, index=pd.date_range("2020", periods=1, freq="h"))
    for value in (flagged, hourly, [1], pd.Series([1]), pd.DataFrame({"a": [(1,)]})):
        with pytest.raises((TypeError, ValueError)):
            encode(value, ParquetFormat())


def test_parquet_says_at_once_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(OptionError, match=r"pip install 'memoize-step\[pyarrow\]'"):
        memoize_step(format=ParquetFormat)


def test_a_step_takes_its_format_to_other_processes(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    done = subprocess.run([sys.executable, tmp_path / "program.py"], capture_output=True, text=True, check=False)
    assert ("[0, 1] [0, 1]\n", "") == (done.stdout, done.stderr)


PROGRAM = """
import multiprocessing, memo

class Rows(memo.Format):
    name = "rows"
    def write(self, value, file): file.write(b",".join(b"%d" % number for number in value))
    def read(self, file): return [int(number) for number in file.read().split(b",")]

@memo.memoize_step(format=Rows)
def count(n): return list(range(n))

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(count, (2,))
    assert count.is_cached(2)
    print(there, count(2))
"""
