"""Which class a name of the program's means, where code was brought that has a copy of it, and where it was not."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from types import ModuleType

import pytest

from memo.dethash import det_hash
from memo.dethash.code import mains


def class_of_main(body: str = "") -> type:
    """Return a class that says that it is the program's."""
    return type("Point", (), {"__module__": "__main__", "__qualname__": "Point", "body": body})


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Let a program of our own run, to which nothing was brought."""
    module = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    monkeypatch.setattr(mains, "_is_host", False)
    monkeypatch.setattr(mains, "_met", {})
    return module


def test_a_class_is_found_by_its_name(program: ModuleType) -> None:
    program.Point = class_of_main()
    assert "Point" == mains.name_in_main(program.Point)
    assert program.Point is mains.class_in_main("Point")


def test_a_class_that_was_defined_anew_has_no_name_any_more(program: ModuleType) -> None:
    before = class_of_main()
    det_hash(before)
    program.Point = class_of_main("another")
    assert mains.name_in_main(before) is None
    assert program.Point is mains.class_in_main("Point")


def test_where_code_was_brought_its_copy_is_meant(program: ModuleType) -> None:
    program.Point, copy = class_of_main(), class_of_main()
    mains.be_host()
    assert program.Point is mains.class_in_main("Point"), "no copy is there"
    det_hash(copy)
    assert copy is mains.class_in_main("Point")
    assert ("Point", None) == (mains.name_in_main(copy), mains.name_in_main(program.Point))


def test_a_copy_that_nothing_has_led_to_is_known_once_it_is_a_result() -> None:
    copy = class_of_main()
    mains.be_host()
    assert "Point" == mains.name_in_main(copy)
    assert copy is mains.class_in_main("Point")


def test_a_class_of_a_module_or_of_a_function_has_no_name_in_the_program(program: ModuleType) -> None:
    local = type("Point", (), {"__module__": "__main__", "__qualname__": "make.<locals>.Point"})
    mains.be_host()
    assert [None, None] == [mains.name_in_main(ModuleType), mains.name_in_main(local)]


def test_a_name_that_leads_to_no_class_is_an_error_as_pickle_raises_it(program: ModuleType) -> None:
    program.Point = 3
    for name in ("Point", "Missing", "Point.Inner"):
        with pytest.raises(AttributeError, match=f"has no class {name}"):
            mains.class_in_main(name)


def test_a_module_is_the_script_that_runs_if_its_file_is(
    program: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "package").mkdir()
    for file in "memo_main.py", "memo_other.py", "package/__init__.py", "package/memo_main.py":
        (tmp_path / file).write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    names = ["memo_main", "memo_other", "package.memo_main", "missing.memo_main", "memo_main.memo_main"]
    assert [False] * 5 == list(map(mains.is_main, names)), "a notebook has no file"
    program.__file__ = str(tmp_path / "memo_main.py")
    assert [True, False, False, False, False] == list(map(mains.is_main, names))
    program.__file__ = str(tmp_path / "package" / "memo_main.py")
    assert [False, False, True, False, False] == list(map(mains.is_main, names))
    program.__file__ = str(tmp_path / "gone" / "memo_main.py")
    assert not any(map(mains.is_main, names))


def test_a_pickle_in_which_the_script_is_named_is_told_from_others(program: ModuleType) -> None:
    names = pickle.dumps(pickle.PickleError), memoryview(pickle.dumps(["_pickle", 1]))
    assert [False, False] == list(map(mains.may_name_main, names)), "a notebook has no file"
    program.__file__ = "/somewhere/_pickle.py"
    assert [True, True] == list(map(mains.may_name_main, names))
    program.__file__ = "/somewhere/pickl.py"
    assert [False, False] == list(map(mains.may_name_main, names))
