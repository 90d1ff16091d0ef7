"""What a notebook shows of a step, of ``step.info()`` and of a store: true, escaped, and nothing is run for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from memo import Store, memoize_step
from memo.render import human_bytes
from tests.render.reading import EVIL, SHOWN, read

COUNTS = ["Entries", "Size", "Hits", "Runs", "Saved"]
calls: list[object] = []


@memoize_step
def step(x, y=1):
    """Add two numbers.

    And more.
    """
    calls.append(x)
    return x + y


@memoize_step(version="2", ignore=("verbose",), skip_defaults={"beta": "secret"}, expire=3600, name="pinned")
def pinned(x, beta="secret", verbose=False):
    return x


class Model:
    @memoize_step
    def fit(self, x):
        return x


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    calls.clear()


def test_a_step_shows_its_counts_and_its_newest_results(own_store: Path) -> None:
    step(1), step(1), step(2)
    reader = read(step._repr_html_())
    info = step.info()
    assert ["step", info.origin, "Add two numbers."] == [text for text in reader.text if text.strip()][:3]
    assert [COUNTS, ["2", human_bytes(info.bytes), "1", "2"]] == [reader.rows[0], reader.rows[1][:4]]
    assert [["Key", "Result", "Took", "Age"], step.key(2)[:8], step.key(1)[:8]] == [
        reader.rows[2], reader.rows[3][0], reader.rows[4][0],
    ]  # fmt: skip
    assert "int as plain" == reader.rows[3][1]
    assert f"in {own_store}" in reader.text
    assert [1, 2] == calls


def test_the_counts_alone_are_what_info_shows() -> None:
    step(1), step(1)
    reader = read(step.info()._repr_html_())
    assert [COUNTS, ["1", "1", "1"]] == [reader.rows[0], [reader.rows[1][0], *reader.rows[1][2:4]]]
    assert 2 == len(reader.rows)


def test_what_the_decorator_was_told_is_shown_without_values_of_arguments() -> None:
    text = read(pinned._repr_html_()).text
    assert 'version="2", ignore=("verbose",), skip_defaults=("beta",), name="pinned", expire=3600' in text
    assert not any("secret" in each for each in text)
    assert not any("=" in each for each in read(step._repr_html_()).text)


def test_a_method_is_shown_like_any_step() -> None:
    Model().fit(1)
    assert Model().fit._repr_html_() == Model.fit._repr_html_()
    assert "1" == read(Model.fit._repr_html_()).rows[1][0]


def test_looking_at_a_step_or_a_store_runs_and_makes_nothing(own_store: Path) -> None:
    html = [step._repr_html_(), step.info()._repr_html_(), Store()._repr_html_()]
    assert [["0", "0 B", "0", "0", "0 s"]] * 2 == [read(each).rows[1] for each in html[:2]]
    assert "not made yet: the first result makes it" in read(html[2]).text
    assert ([], False) == (calls, own_store.exists())


def test_a_store_shows_its_steps_the_largest_first_and_their_sum(own_store: Path) -> None:
    step(1), step(1), pinned("x" * 2000)
    reader = read(Store(own_store)._repr_html_())
    size = step.info().bytes + pinned.info().bytes
    assert ["Step", *COUNTS] == reader.rows[0]
    origins = [pinned.info().origin, step.info().origin, "total"]
    assert origins == [row[0] for row in reader.rows[1:]]
    assert ["2", human_bytes(size), "1", "2"] == reader.rows[3][1:5]
    assert str(own_store) in reader.text


def test_a_store_with_many_steps_says_how_many_more_there_are(own_store: Path) -> None:
    from memo.store import Metadata

    store = Store(own_store)
    for number in range(23):
        key = f"{number:064}"
        store.save(key, bytes(number), Metadata(key=key, origin=f"p/m:f{number:02}"))
    reader = read(store._repr_html_())
    assert ["p/m:f22", "p/m:f03", "total"] == [reader.rows[place][0] for place in (1, 20, 21)]
    assert ["23", "and 3 steps that take less: memo stats lists them"] == [reader.rows[21][1], reader.text[-1]]


def test_a_store_that_was_emptied_says_so(own_store: Path) -> None:
    step(1)
    store = Store(own_store)
    store.clear()
    Store.shared(own_store)._ledger.forget()
    assert "nothing is stored in it yet" in read(store._repr_html_()).text


def test_whatever_names_and_sentences_hold_is_text(tmp_path: Path) -> None:
    def named(x):
        return x

    named.__doc__ = EVIL * 1000
    named.__qualname__ = EVIL
    store = Store(tmp_path / "<b>&'\"")
    decorated = memoize_step(version=EVIL, store=store)(named)
    decorated(1)
    assert SHOWN in "".join(read(decorated._repr_html_()).text)
    assert any(SHOWN in row[0] for row in read(store._repr_html_()).rows)
    assert 8000 > len(decorated._repr_html_())
    assert str(store.directory) in read(store._repr_html_()).text


def test_a_store_that_cannot_be_read_is_shown_with_a_warning(own_store: Path) -> None:
    own_store.mkdir()
    (own_store / "cache.db").write_bytes(b"no database" * 1000)
    store = Store(own_store)
    with pytest.warns(match="has a database that is damaged"):
        assert "store" in read(store._repr_html_()).text
