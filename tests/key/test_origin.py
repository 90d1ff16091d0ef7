"""Where a step comes from tells it apart from every other, however the program was started."""

from __future__ import annotations

import functools
import os
import shutil
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from memo.key import Origin

SOURCE = "def load(x=1): return x\nclass Loader:\n    def load(self): return 1\n"


def defined_in(file: Path | None, module: str = "load", source: str = SOURCE, **more: object) -> dict[str, object]:
    """Return the names that *source* defines as the module in *file*, which need not be there."""
    namespace = {"__name__": module, **({} if file is None else {"__file__": str(file)}), **more}
    exec(source, namespace)
    return namespace


def origin(file: Path | None, module: str = "load", **more: object) -> Origin:
    return Origin.of(defined_in(file, module, **more)["load"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that has a name."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'flights'\n")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "module", "label"),
    [
        ("load.py", "load", "flights/load:load"),
        ("load.py", "__main__", "flights/load:load"),
        ("load.py", "__mp_main__", "flights/load:load"),
        ("src/pkg/load.py", "pkg.load", "flights/pkg.load:load"),
        ("src/pkg/load.py", "__main__", "flights/pkg.load:load"),
        ("pkg/load.py", "pkg.load", "flights/pkg.load:load"),
        ("pkg/__init__.py", "pkg", "flights/pkg:load"),
        ("pkg/__main__.py", "__main__", "flights/pkg:load"),
        ("one/load.py", "__main__", "flights/one.load:load"),
        ("one/load.py", "load", "flights/one.load:load"),
        ("two/load.py", "load", "flights/two.load:load"),
        ("load-1.0.py", "__main__", "flights/load-1.0:load"),
        ("__init__.py", "flights", "flights/{root}:load"),
    ],
)
def test_a_label_is_project_place_and_name(project: Path, file: str, module: str, label: str) -> None:
    """A script's directory is on the path: two directories of one project may have modules of one name."""
    assert label.format(root=project.name) == str(origin(project / file, module))


def test_a_name_stands_for_the_place(project: Path) -> None:
    function = defined_in(project / "one" / "load.py")["load"]
    assert ("flights/loading", "loading") == (str(Origin.of(function, "loading")), Origin.of(function, "loading").name)


def test_methods_and_nested_functions_bear_their_qualified_names(project: Path) -> None:
    source = "class Loader:\n    def load(self): ...\ndef outer():\n    def inner(): ...\n    return inner"
    namespace = defined_in(project / "load.py", source=source)
    assert "flights/load:Loader.load" == str(Origin.of(namespace["Loader"].load))
    assert "flights/load:outer.<locals>.inner" == str(Origin.of(namespace["outer"]()))


def test_the_nearest_named_project_counts(project: Path) -> None:
    inner = project / "inner"
    (inner / "deep").mkdir(parents=True)
    (inner / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    assert "flights/inner.deep.load:load" == str(origin(inner / "deep" / "load.py"))
    (project / "other" / "deep").mkdir(parents=True)
    (project / "other" / "pyproject.toml").write_text("[tool.poetry]\nname = 'trains'\n")
    assert "trains/deep.load:load" == str(origin(project / "other" / "deep" / "load.py"))


@pytest.mark.parametrize(
    "text", ["[project", "project = 1\ntool = 2", "[project]\nname = 3", "[project]\nname = ''", "\xff"]
)
def test_a_project_file_that_names_none_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text.encode("latin-1"))
    assert origin(tmp_path / "load.py").project.startswith(f"{tmp_path.name}-")


def test_directories_of_one_name_are_two_projects(tmp_path: Path) -> None:
    origins = {origin(tmp_path / place / "project" / "load.py") for place in ("one", "two")}
    assert 2 == len(origins)
    assert {"load"} == {each.module for each in origins}


def test_a_repository_is_a_project(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    here = origin(tmp_path / "repo" / "deep" / "load.py")
    assert ("deep.load", True) == (here.module, here.project.startswith("repo-"))


def test_a_link_to_a_project_is_the_project(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert origin(tmp_path / "real" / "load.py") == origin(tmp_path / "link" / "load.py")


def test_without_a_file_the_working_directory_is_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    assert "flights/__main__:load" == str(origin(None, "__main__"))


def test_a_notebook_is_its_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    (project / "one").mkdir()
    vscode = str(project / "one" / "explore.ipynb")
    assert "flights/one.explore:load" == str(origin(None, "__main__", __vsc_ipynb_file__=vscode))
    for name in ("explore.ipynb", "deep/explore.ipynb", str(project / "explore.ipynb")):
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        assert "flights/explore:load" == str(origin(None, "__main__", get_ipython=None))
    assert "flights/__main__:load" == str(origin(None, "__main__"))


def test_a_working_directory_that_is_gone_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    shutil.rmtree(tmp_path / "gone")
    assert "__main__:load" in str(origin(None, "__main__"))


def decorate(function: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(function)
    def wrapper(*args: object) -> object:
        return function(*args)

    return wrapper


def test_a_decorated_function_comes_from_where_it_was_written(project: Path) -> None:
    """Else what two projects decorate with a function of a library would be one step."""
    load = defined_in(project / "load.py")["load"]
    for decorated in (decorate(load), decorate(decorate(load)), functools.singledispatch(load)):
        assert "flights/load:load" == str(Origin.of(decorated))


def test_what_is_wrapped_may_have_no_name(project: Path) -> None:
    wrapper = decorate(functools.partial(defined_in(project / "load.py")["load"], 1))
    assert Origin.of(wrapper).qualname == wrapper.__qualname__


def test_an_installed_step_belongs_to_its_distribution(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    (site / "flightlib-1.0.dist-info").mkdir(parents=True)
    (site / "flightlib-1.0.dist-info" / "RECORD").write_text("flightlib/load.py,sha256=a,1\n")
    (site / "flightlib").mkdir()
    (site / "flightlib" / "load.py").write_text(SOURCE)
    assert "flightlib/flightlib.load:load" == str(origin(site / "flightlib" / "load.py", "flightlib.load"))


def test_a_function_of_the_standard_library_belongs_to_no_project() -> None:
    assert ["python/shutil:copy", "python/builtins:len"] == [str(Origin.of(each)) for each in (shutil.copy, len)]


def test_compiled_code_is_found_through_its_module(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("compiled")
    module.__file__ = str(project / "fast" / "compiled.so")
    monkeypatch.setitem(__import__("sys").modules, "compiled", module)

    class Compiled:
        __module__, __qualname__ = "compiled", "load"

    assert "fast.compiled" == Origin.of(Compiled).module


def test_a_name_that_is_no_text_has_a_label(tmp_path: Path) -> None:
    strange = tmp_path / os.fsdecode(b"\xff")
    assert str(origin(strange / "load.py"))
