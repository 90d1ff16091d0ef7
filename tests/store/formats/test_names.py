"""An entry's header alone tells whether it can be read here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

import pytest

from memo import StoreWarning
from memo.store import Store
from memo.store.formats import FormatMissingError, check_readable, encode
from memo.store.formats.names import FormatName, parse
from memo.typing import MISSING


@pytest.mark.parametrize(
    ("name", "parsed"),
    [
        ("plain", FormatName("plain")),
        ("plain+numpy+pandas", FormatName("plain", "", ("numpy", "pandas"))),
        ("zstd:pickle+numpy", FormatName("pickle", "zstd", ("numpy",))),
        ("lz4:my-csv.v2", FormatName("my-csv.v2", "lz4")),
    ],
)
def test_a_name_says_what_is_needed(name: str, parsed: FormatName) -> None:
    assert (parsed, name) == (parse(name), str(parsed))


@pytest.mark.parametrize(
    "name",
    ["", "arrow", "Plain", "plain ", "x:plain", ":", "a:b:plain", "plain+", "plain+no.such.module", "+", "plain+.."],
)
def test_a_name_that_nobody_here_wrote_is_one_of_others(name: str) -> None:
    with pytest.raises(FormatMissingError):
        check_readable(name, 1)


def test_looking_whether_a_library_is_there_imports_nothing() -> None:
    for library in ("this", "this.s"):
        with suppress(FormatMissingError):
            check_readable(f"plain+{library}", 1)
    assert "this" not in sys.modules


def test_installed_libraries_are_named_and_the_user_s_own_and_python_s_are_not() -> None:
    np = pytest.importorskip("numpy")
    assert "pickle" == encode(Own()).format
    assert "pickle+numpy" == encode([Own(), np.float64(1)]).format
    pytest.importorskip("hypothesis")
    from hypothesis.errors import InvalidArgument

    assert "pickle+hypothesis" == encode(InvalidArgument("a")).format


class Own:
    pass


def test_an_entry_whose_library_is_missing_is_a_miss_and_left_in_place(
    store: Store, save: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    np = pytest.importorskip("numpy")
    save("plain", np.arange(3))
    save("pickle", [Own(), np.arange(3)])
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "numpy", None)
        without.delitem(sys.modules, "memo.store.formats.numpy_")
        for key in ("plain", "pickle"):
            with pytest.warns(StoreWarning, match="it needs numpy, which is not installed here"):
                assert store.load(key) is MISSING
            assert not store.contains(key)
            assert not save(key, "another")
    assert [0, 1, 2] == store.load("plain").value.tolist()
    assert [0, 1, 2] == store.load("pickle").value[1].tolist()
