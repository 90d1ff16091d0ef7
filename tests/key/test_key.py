"""A key changes with everything that is in it, and with nothing else."""

from __future__ import annotations

from itertools import pairwise, permutations, product

import pytest

from memo.errors import UnhashableError
from memo.key import ArgumentRecord, Keyer, Origin, StepIdentity, key_of

CODE = StepIdentity("c0de" * 16)


class Weights:
    def __init__(self, values: object) -> None:
        self.values = values


def key(names: str, *values: object, identity: StepIdentity = CODE) -> str:
    return Keyer(identity, tuple(names.split())).key(values).key


def test_a_key_is_frozen() -> None:
    """Another one here is a major release: whoever has stored results loses them."""
    version = StepIdentity("", "2", Origin("project", "module", "train"))
    assert [
        "2a75c663116338c858420ca8bb4b5dc63dd11b601a78fc9587138c7650c96100",
        "1aac9cf58dcdf7e2b5f384dfd7a8848391c51fb09e2ba51f4d589702f5ed5603",
    ] == [key("data rate", [1, "a"], 0.5), key("data", {"a": None}, identity=version)]


def test_no_two_small_calls_share_a_key() -> None:
    atoms = [0, 1, True, None, "", "a", "ab", "b", b"a", (), ("a",), [], ["a"], {}, {"a": "b"}]
    world = {"": ()}
    world |= {f"{name}={value!r}": (name, value) for name in ("a", "b", "ab") for value in atoms}
    world |= {f"a={one!r} b={two!r}": ("a b", one, two) for one, two in product(atoms, repeat=2)}
    assert len(world) == len({key(*(call or ("",))) for call in world.values()})


def test_no_two_identities_share_a_key() -> None:
    origins = [
        None,
        *(Origin(*place) for place in permutations("abc")),
        Origin("a", "b", "c", "name"),
        Origin("ab", "c", ""),
    ]
    origins += [
        Origin("named", "a", "b"),
        Origin("a", "name", ""),
        Origin("a", "b", "c", "b"),
        Origin("b", "b", "c", "a"),
    ]
    captured = [(), (".a", "b"), (".a", ""), ("", ".a"), ("origin", "a"), ("version", "1")]
    versions = [None, "", "1", "2", "origin"]
    world = {
        StepIdentity(code, *rest) for code in ("", "c", "version") for rest in product(versions, origins, captured)
    }
    assert len(world) == len({key("a", 1, identity=identity) for identity in world})


def test_a_named_step_may_move() -> None:
    moved = [StepIdentity("", "1", Origin("project", module, "train", "training")) for module in ("one", "two")]
    assert 1 == len({key("a", 1, identity=identity) for identity in moved})


def test_the_order_of_parameters_does_not_count_but_what_they_are_given_does() -> None:
    assert key("a b", 1, 2) == key("b a", 2, 1)
    assert key("a b", 1, 2) != key("a b", 2, 1)


def test_a_key_says_what_it_is_made_of() -> None:
    made = Keyer(CODE, ("data", "rate")).key((Weights(1), 0.5))
    assert ("data", "rate") == tuple(argument.name for argument in made.arguments)
    assert (f"{__name__}.Weights", "float") == tuple(argument.type for argument in made.arguments)
    assert (ArgumentRecord("rate", "float", made.digests[1]), CODE.code_digest) == (made.arguments[1], made.code_digest)
    assert {64} == {len(made.key), *map(len, made.digests)}


def test_the_path_to_what_has_no_digest_begins_with_the_parameter() -> None:
    with pytest.raises(UnhashableError) as error:
        key("data model", 1, {"layers": [1, Weights([open])], "handle": Weights([iter(())])} | {"f": (i for i in ())})
    assert "model['f']" == error.value.path.replace('"', "'")


def test_the_code_of_an_arguments_class_counts() -> None:
    made = []
    for source in ("return 1", "return 2", "return 1"):
        namespace: dict[str, object] = {"__name__": "__main__"}
        exec(f"class Model:\n    def run(self): {source}", namespace)
        made.append(key("model", namespace["Model"]()))
    assert [False, False] == [one == two for one, two in pairwise(made)]
    assert made[0] == made[2]


@pytest.mark.parametrize("names", [(), ("b",), ("b", "a"), ("100 %", "%b", "é", "---")])
def test_a_key_is_made_of_the_names_and_digests_that_are_told(names: tuple[str, ...]) -> None:
    """From them alone :func:`key_of` finds what the call's key was under another code."""
    identity = CODE._replace(version="5 %b")
    keyer = Keyer(identity, names)
    for values in product([1, "%", [2]], repeat=len(names)):
        made = keyer.key(values)
        assert made.key == key_of(identity, [(each.name, each.digest) for each in made.arguments])


def test_keys_that_are_remembered_are_those_of_the_values() -> None:
    """Equal values of other types, and zeros of either sign, are other arguments."""
    atoms = [0, 1, True, False, 0.0, -0.0, 1.0, 1j, None, "", "1", b"1", "x" * 1000, [1], (1,), float("nan")]
    calls = list(product(atoms, repeat=2))
    keyer = Keyer(CODE, ("a", "b"))
    for _ in range(2):
        assert [key("a b", *values) for values in calls] == [keyer.key(values).key for values in calls]
    assert len(calls) == len({keyer.key(values).key for values in calls})
