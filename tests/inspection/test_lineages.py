"""What an entry was made from and what was made from it: by the digests of results and arguments."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from memo import Store, memoize_step
from memo.inspection import Lineage, Link, lineage, products_of
from memo.step.calls.attempt import MOST_TOLD
from tests.render.reading import read


@dataclass
class Model:
    weights: list[float]


@memoize_step(name="load")
def load(path):
    return [{"x": number} for number in range(50)]


@memoize_step(name="split")
def split(rows, share):
    cut = int(len(rows) * share)
    return rows[:cut], rows[cut:]


@memoize_step(name="fit")
def fit(rows, rate):
    return Model([row["x"] * rate for row in rows])


@memoize_step(name="score")
def score(model, rows, options):
    return sum(model.weights) / len(rows)


@memoize_step(name="report")
def report(number):
    return f"score {number}"


@memoize_step(name="same")
def same(value):
    return value


@pytest.fixture
def store() -> Store:
    """The store of a pipeline that has run."""
    train, test = split(load("a.csv"), 0.5)
    report(score(fit(train, 0.25), test, {"more": [test]}))
    return Store()


def told(links: tuple[Link, ...]) -> list[tuple[object, ...]]:
    """Return links as step, argument, part and further links."""
    return [
        (link.entry.origin.rpartition("/")[2], link.argument, link.part, told(link.links)) for link in links
    ]  # fmt: skip


def of(store: Store, key: str) -> Lineage:
    found = lineage(store, key)
    assert found is not None
    return found


def parts_of_the_pipeline():
    train, test = split(load("a.csv"), 0.5)
    return train, test, fit(train, 0.25)


def test_a_result_tells_what_it_was_made_from_up_to_the_first_step(store: Store) -> None:
    _, test, model = parts_of_the_pipeline()
    found = of(store, score.key(model, test, {"more": [test]}))
    loaded = ("load", "rows", "", [])
    assert [
        ("fit", "model", "", [("split", "rows", "[0]", [loaded])]),
        ("split", "rows", "[1]", []),
    ] == told(found.sources)
    assert [True] == [link.is_known for link in found.sources[1:]], "it is told above"


def test_a_result_tells_what_was_made_from_it_down_to_the_last(store: Store) -> None:
    train, test, model = parts_of_the_pipeline()
    reported = ("report", "number", "", [])
    assert [("score", "model", "", [reported])] == told(of(store, fit.key(train, 0.25)).products)
    assert ["fit", "score"] == [step for step, *_ in told(of(store, split.key(load("a.csv"), 0.5)).products)]
    assert [] == told(of(store, report.key(score(model, test, {"more": [test]}))).products)


def test_a_container_inside_an_argument_is_followed(store: Store) -> None:
    rows = load("b.csv")
    same({"deep": [rows]})
    found = of(store, same.key({"deep": [rows]}))
    assert [("value[key 0][0]", "")] == list(dict.fromkeys((link.argument, link.part) for link in found.sources))


def test_the_list_of_what_a_generator_yields_is_followed_and_so_is_an_item(store: Store) -> None:
    @memoize_step(name="lines")
    def lines(count, width):
        for number in range(count):
            yield [count, number, bytes(width)]

    report(list(lines(3, 1))), report(list(lines(4, 1))[2]), report(list(lines(2, MOST_TOLD)))
    few, more = (of(store, lines.key(count, 1)).products for count in (3, 4))
    assert [("number", ""), ("number", "[2]")] == [(link.argument, link.part) for link in [*few, *more]]
    assert () == of(store, lines.key(2, MOST_TOLD)).products, "so many bytes are not hashed once more"


def test_values_that_anything_returns_link_nothing() -> None:
    for value in (None, True, 0, 7, "", [], {}, 1.0):
        same(value)
        report(value)
    store = Store()
    for value in (None, True, 0, 7, "", [], {}, 1.0):
        assert ((), ()) == (of(store, report.key(value)).sources, of(store, same.key(value)).products)


def test_scalars_inside_of_something_link_nothing() -> None:
    number = report(123.456)
    same([number, "x"])
    assert () == of(Store(), same.key([number, "x"])).sources


def test_a_circle_of_results_ends() -> None:
    one, two = ["one", 1], ["two", 2]

    @memoize_step(name="turned")
    def turned(value, to):
        return to

    turned(one, two), turned(two, one)
    found = of(Store(), turned.key(one, two))
    assert 2 >= sum(1 for _ in flat(found.sources))


def flat(links):
    for link in links:
        yield link
        yield from flat(link.links)


def test_everything_downstream_of_some_entries_is_found_once(store: Store) -> None:
    train, test, model = parts_of_the_pipeline()
    keys = [fit.key(train, 0.25), split.key(load("a.csv"), 0.5)]
    expected = {score.key(model, test, {"more": [test]}), report.key(score(model, test, {"more": [test]}))}
    assert expected == set(products_of(store, keys))


def test_a_lineage_is_plain_data(store: Store) -> None:
    train, _, _ = parts_of_the_pipeline()
    data = of(store, fit.key(train, 0.25)).to_dict()
    assert data == json.loads(json.dumps(data))
    assert ["sources", "products"] == list(data)[2:]


def test_an_entry_that_is_not_there_has_no_lineage(store: Store) -> None:
    assert lineage(store, "f" * 64) is None


def test_without_a_store_it_is_the_one_of_the_steps_and_a_key_may_be_short(store: Store) -> None:
    train, _, _ = parts_of_the_pipeline()
    key = fit.key(train, 0.25)
    assert of(store, key).to_dict() == lineage(key).to_dict() == lineage(key[:10]).to_dict()
    assert lineage("no-key") is None


def test_a_lineage_is_shown_as_text_and_in_a_notebook(store: Store) -> None:
    train, _, _ = parts_of_the_pipeline()
    found = of(store, fit.key(train, 0.25))
    lines = str(found).splitlines()
    assert [True, True] == [lines[0].startswith(found.entry.origin), lines[1].endswith("made from")]
    texts = read(found._repr_html_()).text
    assert [found.entry.origin, "made from"] == [texts[0], texts[3]]


def test_no_text_of_a_result_is_told() -> None:
    secret = "hunter2-the-password"
    same({secret: [secret, {secret: [1]}]})
    store = Store()
    assert secret not in json.dumps([store.metadata(key).to_dict() for key, _ in store.find_keys("", -1)])


def test_a_long_way_is_told_in_part_and_followed_to_its_end() -> None:
    from memo.inspection.lineages import MOST_LEVELS

    @memoize_step(name="next")
    def next_one(state):
        return [state[0] + 1, "state"]

    states = [[0, "state"]]
    for _ in range(MOST_LEVELS + 50):
        states.append(next_one(states[-1]))
    store = Store()
    first = of(store, next_one.key(states[0]))
    assert MOST_LEVELS + 1 == len(list(flat(first.products)))
    assert json.dumps(first.to_dict())
    assert MOST_LEVELS + 49 == len(products_of(store, [next_one.key(states[0])]))
