"""What every test gets: a home and a store of its own, and a look at what it left behind."""

from __future__ import annotations

import compileall
import gc
import os
import subprocess
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

BEFORE = pytest.StashKey[tuple[set[threading.Thread], dict[str, str], dict[int, str]]]()
FAILED = pytest.StashKey[bool]()

OPEN_FILES = Path("/proc/self/fd")  # elsewhere than on Linux open files and processes are not looked at
PROCESSES = Path("/proc")
# Helpers of the interpreter's own that live until it exits, by a word on their command line or their thread's name.
KEPT = ("resource_tracker", "forkserver")


def pytest_sessionstart() -> None:
    """Compile memo: of the processes that the tests begin, hundreds write no bytecode, for a file is edited there."""
    compileall.compile_dir(Path(find_spec("memo").origin).parent, quiet=2)


def pytest_collection_finish() -> None:
    settle()


def settle() -> None:
    """Take what stays, such as libraries, out of the sight of the garbage collector, which looks through it often."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Send what programs keep for a person, here and in child processes, to a directory that no other run has."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("IPYTHON", "JUPYTER_", "XDG_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("MPLCONFIGDIR", str(home / "matplotlib"))  # the tests' own caches have no fonts yet, each
        patch.setenv("DASK_TEMPORARY_DIRECTORY", str(home / "dask"))  # else one in /tmp, for all who use dask
        yield home


@pytest.fixture(scope="session")
def fonts(own_home: Path) -> None:
    """Let matplotlib look for fonts before it is used: if that takes long, it says so among what a program prints."""
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=True, capture_output=True)


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Send the default store, here and in child processes, to this test's own directory; close what was opened."""
    for name in [name for name in os.environ if name.startswith("MEMO_")]:
        monkeypatch.delenv(name)
    directory = tmp_path / "memo-store"
    monkeypatch.setenv("MEMO_DIR", str(directory))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # for the tests that take MEMO_DIR away
    yield directory
    store = sys.modules.get("memo.store.store")
    for opened in list(store._shared.values()) if store is not None else ():
        opened.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    item.stash[BEFORE] = threads(), open_files(), processes()
    result = yield
    if nextitem is not None and nextitem.path != item.path:
        settle()
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Fail the test that leaks a thread, a process or an open file; a failed one may: its traceback holds them."""
    yield
    if FAILED in item.stash:
        return
    leaks = list(leaked(*item.stash[BEFORE]))
    if leaks and isinstance(item, pytest.Function):
        item.funcargs.clear()  # what only the fixtures or a cycle kept is not leaked
        settle()
        leaks = list(leaked(*item.stash[BEFORE]))
    if leaks:
        pytest.fail("left behind by this test: " + ", ".join(leaks), pytrace=False)


def leaked(
    threads_before: set[threading.Thread], files_before: dict[str, str], processes_before: dict[int, str]
) -> Iterator[str]:
    """Name what is there now and was not before."""
    for thread in threads() - threads_before:
        thread.join(timeout=1)  # one that is on its way out is not a leak
        if thread.is_alive():
            yield f"thread {thread.name}"
    for number, target in open_files().items():
        if files_before.get(number) != target:
            yield f"open {target}"
    for number, command in processes().items():
        if number not in processes_before:
            yield f"process {number} ({command})"


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not any(word in thread.name for word in KEPT)}


def open_files() -> dict[str, str]:
    """Return the files and sockets that this process has open; pipes belong to processes, which are looked at too."""
    if not OPEN_FILES.exists():
        return {}
    found = {}
    for number in os.listdir(OPEN_FILES):  # noqa: PTH208 - names are wanted, and this runs before and after each test
        with suppress(OSError):  # the descriptor that listed the directory is gone by now
            target = os.readlink(f"{OPEN_FILES}/{number}")  # noqa: PTH115 - likewise
            if target.startswith(("/", "socket:")) and not target.startswith(("/dev/", "/proc/")):
                found[number] = target
    return found


def processes() -> dict[int, str]:
    """Return the live children of this process with their command lines."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except (AttributeError, ChildProcessError):  # no such call here, or (nearly always) no children
        return {}
    found = {}
    for entry in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if int(parent) == os.getpid() and state != "Z" and not any(word in command for word in KEPT):
                found[int(entry.name)] = command
    return found
