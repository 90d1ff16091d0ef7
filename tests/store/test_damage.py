"""Any file of a store may rot or end early: a value comes back as it was or not at all, and nothing is raised."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memo.errors import StoreWarning
from memo.store import Counters, Metadata, Store
from memo.store.entries.entry import PREFIX, size_of_head
from memo.typing import MISSING
from tests.store.conftest import ORIGIN

VALUES = {
    "small": [1, "a"],
    "middle": "m" * 9000,
    "file": "f" * 50_000,
    "buffer": b"b" * 50_000,
    "large": b"l" * 1_100_000,
}
KINDS = ["cache.db", "cache.db-wal", "file", "buffer", "large"]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a store that was killed: half of its database is in the log."""
    directory = tmp_path_factory.mktemp("pristine") / "store"
    store = Store(directory)
    for key in ("small", "file", "large"):
        keep(store, key)
    store.close()  # folds the log into the database
    for key in ("middle", "buffer"):
        keep(store, key)
    store.add_alias("alias", "small", "")
    store.save_manifest("d", {"source": "def f(): ..."})
    files = {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    names = dict(store._storage.index._query("SELECT key, filename FROM Cache WHERE filename NOTNULL"))
    store.close()
    shutil.rmtree(directory)
    del files["cache.db-shm"]
    return files | {key: name.encode() for key, name in names.items()}  # by which name a value's file goes


def keep(store: Store, key: str) -> bool:
    metadata = Metadata(key=key, origin=ORIGIN, code_digest="c0de", seconds=1.5, created=1e9)
    return store.save(key, VALUES[key], metadata)


@pytest.fixture
def check(own_store: Path, pristine: dict[str, bytes]) -> Iterator[Callable[[str, bytes], None]]:
    """Put the pristine store there with other bytes in one of its files, and use it."""

    def check(kind: str, data: bytes) -> None:
        shutil.rmtree(own_store, ignore_errors=True)
        own_store.mkdir(mode=0o700)
        for name, before in pristine.items():
            if name not in VALUES:
                path = own_store / name
                path.parent.mkdir(mode=0o700, exist_ok=True)
                path.write_bytes(data if name == name_of(pristine, kind) else before)
                path.chmod(0o600)
        store = Store(own_store)
        use(store, kind)
        store.close()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoreWarning)
        yield check


def use(store: Store, kind: str) -> None:
    """Ask everything that can be asked, then store what there was again, which must succeed at the second try."""
    for key, value in VALUES.items():
        loaded = store.load(key)
        assert loaded is MISSING or loaded.value == value
        store.contains(key)
        store.metadata(key)
    loaded = store.load("alias")
    assert loaded is MISSING or loaded.value == VALUES["small"]
    assert store.manifest("d") in (MISSING, {"source": "def f(): ..."})
    assert Counters() == store.counters(ORIGIN)
    store.totals()
    store.find_keys("", 99)
    list(store.entries())
    list(store.aliases())
    for key in ("small", kind if kind in VALUES else "middle"):
        assert keep(store, key) or keep(store, key)
        assert VALUES[key] == store.load(key).value


def name_of(pristine: dict[str, bytes], kind: str) -> str:
    return pristine[kind].decode() if kind in VALUES else kind


def flipped(data: bytes, position: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1 << bit
    return bytes(changed)


def test_the_pristine_store_is_whole(pristine: dict[str, bytes], own_store: Path, check: Callable[..., None]) -> None:
    check("cache.db", pristine["cache.db"])
    assert len(pristine["cache.db-wal"]) > 10_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit(pristine: dict[str, bytes], check: Callable[[str, bytes], None], kind: str) -> None:
    """Here and there, more often in what databases begin with; test_entry.py has every bit of an entry."""
    data = pristine[name_of(pristine, kind)]
    start = 100 if kind.startswith("cache") else 0
    for position in [*range(0, start, 4), *range(start, len(data), max(1, (len(data) - start) // 25))]:
        check(kind, flipped(data, position, position % 8))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_ends_early(pristine: dict[str, bytes], check: Callable[[str, bytes], None], kind: str) -> None:
    data = pristine[name_of(pristine, kind)]
    if kind in VALUES:
        head = size_of_head(data)
        lengths = [0, 1, 7, 8, 39, 40, PREFIX.size - 1, PREFIX.size, head - 1, head, head + 1, len(data) // 2]
    else:
        lengths = [0, 1, 16, 31, 32, 55, 56, 99, 100, 511, 4095, 4096, 4097, 8192, 10_000, len(data) // 2]
    for length in [*lengths, len(data) - 1]:
        check(kind, data[:length])


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_noise_zeros_or_another_file(
    pristine: dict[str, bytes], check: Callable[[str, bytes], None], kind: str
) -> None:
    data = pristine[name_of(pristine, kind)]
    for other in (bytes(len(data)), b"\xff" * len(data), data + data, data[::-1], pristine["cache.db"], b"text\n"):
        check(kind, other)


@pytest.mark.stress
@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_anywhere(pristine: dict[str, bytes], check: Callable[[str, bytes], None], kind: str) -> None:
    """All over, in the database more than in an entry, of which test_entry.py has every bit."""
    data = pristine[name_of(pristine, kind)]
    for position in range(0, len(data), 1 + len(data) // (100 if kind in VALUES else 500)):
        check(kind, flipped(data, position, position % 8))
