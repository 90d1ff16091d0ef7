"""Tags: labels that a step gives its entries, by which ls, rm and gc find them."""

from __future__ import annotations

import json
import sqlite3
import warnings

import pytest

import memo as library
from memo import OptionError, Store, StoreWarning, memoize_step
from memo.store import Metadata
from tests.cli.conftest import document, memo, memo_process

LONG = tuple(f"tag number {number} ü" for number in range(200))


@pytest.fixture
def store(own_store) -> Store:
    """A store with five entries of two steps."""

    @memoize_step(tags=("nightly", "paper"), name="night")
    def night(x):
        return bytes(x)

    @memoize_step(tags=["paper"], name="day")
    def day(x):
        return bytes(x)

    @memoize_step(name="untagged")
    def untagged(x):
        return bytes(x)

    night(1), night(100_000), day(1), day(2), untagged(1)
    return Store(own_store)


def listed(*arguments: str) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (entry["origin"].rpartition("/")[2], tuple(entry["tags"]))
        for entry in document(memo("ls", *arguments, "--json"))["entries"]
    ]


def test_ls_tells_the_tags_and_lists_those_of_one(store: Store) -> None:
    night, day = ("night", ("nightly", "paper")), ("day", ("paper",))
    assert [night, night, day, day, ("untagged", ())] == listed()
    assert [night, night] == listed("--tag", "nightly")
    assert [day, day] == listed("day", "--tag", "paper")
    assert 4 == len(memo("ls", "--tag", "paper").stdout.splitlines())
    assert "tagged nightly, paper" in memo("show", next(iter(store.entries())).key).stdout


def test_rm_removes_those_of_one_tag_or_of_a_tag_and_a_step(store: Store) -> None:
    assert 2 == document(memo("rm", "--tag", "paper", "--step", "day", "--yes", "--json"))["removed"]
    result = memo("rm", "--tag", "nightly", "--yes")
    assert (0, "removed 2 entries\n") == (result.exit_code, result.stdout)
    assert [("untagged", ())] == listed()


def test_rm_asks_first(store: Store) -> None:
    assert 1 == memo("rm", "--tag", "paper").exit_code
    assert 5 == len(listed())


def test_gc_bounds_those_of_one_tag(store: Store) -> None:
    gone = document(memo("gc", "--tag", "paper", "--max-bytes", "10KB", "--yes", "--json"))["entries"]
    assert [(True, ["nightly", "paper"])] == [(entry["bytes"] > 100_000, entry["tags"]) for entry in gone]
    assert 0 == len(document(memo("gc", "--tag", "paper", "--max-bytes", "10KB", "--yes", "--json"))["entries"])
    assert 3 == len(store.surplus(max_bytes=0, tag="paper"))
    day = next(entry.origin for entry in store.entries() if entry.tags == ("paper",))
    assert (2, 2) == (len(store.evict(max_bytes=0, tag="paper", origin=day)), len(list(store.entries())))


@pytest.mark.parametrize("command", [("ls",), ("rm", "--yes"), ("gc", "--max-age", "1d", "--yes")])
def test_a_tag_that_no_entry_has_is_an_error_with_those_that_there_are(store: Store, command: tuple[str, ...]) -> None:
    result = memo(*command, "--tag", "papers")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "no entry in the store in" in result.stderr
    assert result.stderr.endswith("has the tag 'papers'; the tags that there are:\n  nightly\n  paper\n")
    assert 5 == len(listed())


def test_tags_narrow_bounds_and_do_not_go_with_keys(store: Store) -> None:
    for arguments in (("gc", "--tag", "paper", "--orphans"), ("rm", "abc", "--tag", "paper"), ("rm", "--tag", "")):
        assert 2 == memo(*arguments, "--yes").exit_code
    assert 2 == memo("rm", "--all", "--tag", "paper", "--yes").exit_code


def test_tags_that_do_not_fit_where_a_listing_looks_are_told_whole(own_store) -> None:
    store = Store(own_store)
    for number, tags in enumerate([LONG, ("a" * 900,), ('"]}',), ()]):
        metadata = Metadata(key=f"{number}" * 64, origin="p/m:f", code_digest="c", tags=tags)
        assert store.save(metadata.key, 1, metadata)
    assert [LONG, ("a" * 900,), ('"]}',), ()] == [entry.tags for entry in store.entries()]
    assert LONG == store.metadata("0" * 64).tags


def test_entries_from_before_there_were_tags_have_none(own_store, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(own_store)
    encode = store.save.__globals__["encode_metadata"]

    def before(metadata, *, result_type):
        fields = json.loads(encode(metadata, result_type=result_type))
        assert "tags" not in fields
        return json.dumps(fields).encode()

    monkeypatch.setitem(store.save.__globals__, "encode_metadata", before)
    store.save("a" * 64, 1, Metadata(key="a" * 64, origin="p/m:f"))
    assert [()] == [entry.tags for entry in store.entries()]
    assert () == store.metadata("a" * 64).tags


def test_planted_bytes_where_tags_are_looked_for_break_no_listing(store: Store, own_store) -> None:
    store.close()
    for planted in (b'{"tags":' + b"[" * 700, b'{"tags":3', b'{"tags":["\xff'):
        with sqlite3.connect(own_store / "cache.db") as database:
            (key, value) = database.execute("SELECT key, value FROM Cache WHERE tag NOTNULL").fetchone()
            start = value.index(b'{"tags":')
            end = start + len(planted)
            damaged = value[:start] + planted + value[end:]
            database.execute("UPDATE Cache SET value = ? WHERE key = ?", (damaged, key))
        database.close()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StoreWarning)  # it is damaged
            assert 5 == len(list(Store(own_store).entries()))
        with sqlite3.connect(own_store / "cache.db") as database:
            database.execute("UPDATE Cache SET value = ? WHERE key = ?", (value, key))
        database.close()


def test_tags_do_not_count_and_an_entry_has_those_of_its_run(own_store) -> None:
    def body(x):
        return x

    first = memoize_step(tags=("one",))(body)
    second = memoize_step(tags=("two",))(body)
    assert first.key(1) == second.key(1)
    first(1), second(1)
    assert [("one",)] == [entry.tags for entry in Store(own_store).entries()]
    second.recompute(1)
    assert [("two",)] == [entry.tags for entry in Store(own_store).entries()]
    library.configure(tags=("all",))
    try:
        memoize_step(body).recompute(1)
        assert [("all",)] == [entry.tags for entry in Store(own_store).entries()]
        memoize_step(tags=())(body).recompute(1)
        assert [()] == [entry.tags for entry in Store(own_store).entries()]
    finally:
        library.configure(tags=())


def test_a_project_gives_tags(tmp_path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.memo]\ntags = ["exp1", "paper"]\nverify = 0.5\n')
    lines = memo_process("config", cwd=tmp_path).stdout.splitlines()
    where = f"[tool.memo] of {tmp_path / 'pyproject.toml'}"
    assert [f"verify\t0.5\t{where}", f"tags\texp1, paper\t{where}"] == [
        line for line in lines if line.startswith(("verify", "tags"))
    ]


@pytest.mark.parametrize("value", ["nightly", ("",), ("a\nb",), (1,), 3, {"a": 1}, ("\x1b[31m",)], ids=repr)
def test_only_labels_on_one_line_are_tags(value: object) -> None:
    for take in (lambda: memoize_step(tags=value), lambda: library.configure(tags=value)):
        with pytest.raises(OptionError, match=r"tags=.*: expected a tuple of labels"):
            take()
