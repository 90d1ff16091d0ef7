"""Two manifests show the edit that lies between them, and nothing else."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from memo.dethash import CodeWatch
from memo.inspection.change import Change
from memo.inspection.difference import compare_manifests, without_repeats
from memo.inspection.kept import Source
from tests.dethash.code import hits, reruns, states
from tests.dethash.code.project import Case, before_and_after, edits

WORKER = Path(__file__).with_name("manifests.py")

CASES = {case.name: case for case in [*reruns.RERUNS, *states.RERUNS]}
#: One text of the source that two things are made of, such as an ``__init__`` and an instance that it has initialised.
TWO = {case.name for case in CASES.values() if case.old in ("self.rate = rate", "self.n = 1", "82", "n + 22")}


def differences(directory: Path, cases: list[Case]) -> dict[str, list[Change]]:
    """Return what differs in each case: of the step's code, and of the code that came with its arguments."""
    found = before_and_after(directory, cases, WORKER)
    return {name: compared(before, after) for name, (before, after) in found.items()}


def compared(before: Any, after: Any) -> list[Change]:
    assert isinstance(before, list), before
    assert isinstance(after, list), after
    found = compare(before[0], after[0], of_step=True)
    for was, now in zip(before[1:], after[1:], strict=True):
        if digest_of(was) != digest_of(now):
            found.append(Change(kind="argument", name="", before=was["value"], after=now["value"]))
        for one, other in zip(was["manifests"], now["manifests"], strict=True):
            found += compare(one, other, of_step=False)
    return without_repeats(found)


def digest_of(argument: Any) -> str:
    """Return the digest of an argument's value, in which the code that it brings counts by its name."""
    return argument["tree"][3] if argument["tree"] else argument["value"]


def compare(before: Any, after: Any, *, of_step: bool) -> list[Change]:
    kept = before["kept"] | after["kept"]

    def source_of(piece: Any) -> Source | None:
        found = kept.get(piece["source"])
        return Source(found["source"], frozenset(found["reads"])) if found else None

    return compare_manifests(before, after, source_of, of_step=of_step)


#: What is said of some of them.
SAID = {
    "body: x + 1 -> x + 2": "its own code changed (main.py)",
    "body: x, y=1 -> x, y=2": "default y of step() changed (main.py)",
    "global: RATE = 1 -> RATE = True": "global RATE, which step() reads, changed: from int to bool (main.py)",
    "module: deepest(x) + 1 -> deepest(x) + 2": "helper h() changed (helpers.py)",
    "module: LIMIT = 9 -> LIMIT = 8": "global LIMIT, which deepest() reads, changed (deeper.py)",
    "module: LR = 0.1 -> LR = 0.2": "global config.LR, which step() reads, changed (main.py)",
    "module: value = 14 -> value = 15": "import pkg.later.value, which step() reads, changed (main.py)",
    "reached: 30 -> 130": "helper registered() changed (main.py)",
    "reached: 36 -> 136": "captured variable offset of make.<locals>.adder() changed (main.py)",
    "class: 47 -> 147": "method Thing.static() changed (main.py)",
    "class: 42 -> 142": "class Point changed: x (main.py)",
    "class: Thing(Base -> Thing(dict": "class Thing changed: base class Base became builtins.dict (main.py)",
    'argument: "1" -> "2" in key(step, Pinned())': "class Pinned changed: VERSION (main.py)",
    "argument: x + 70 -> x + 170 in key(step, [lambda x: given(x)])": "helper given() changed (main.py)",
    "external: extlib-1.0 -> extlib-1.1": "package extlib changed from 1.0 to 1.1",
    "opaque: _count = 81 -> _count = 181": "global _count, which step() reads, changed (main.py)",
    "read: Be polite -> Be rude": "class Prompt changed: __doc__ (main.py)",
}

#: Edits that change what counts and not only one piece of it.
ADDED = """
REGISTRY = {}
def register(function):
    REGISTRY[function.__name__] = function
    return function
@register
def one(x): return x + 1
class Shape:
    \"\"\"Has sides.\"\"\"
    side = 1
def helper(x): return x
twice = lambda x: x * 2
def documented():
    \"\"\"Say this.\"\"\"
    return 3
def describe(): return 4
def step(x): return register, REGISTRY["one"](x), Shape, helper(twice(x)), documented(), describe()
"""
ADDITIONS = edits(
    "added", ADDED,
    ("def helper", "@register\ndef two(x): return x\ndef helper"), ("    side = 1", "    side = 1\n    edge = 2"),
    ("def helper(x): return x", "def helper(x): return more(x)\ndef more(x): return x"),
    ("twice = lambda x: x * 2", "def doubled(x): return x * 2\ntwice = doubled"),
    ("return 4", "return documented.__doc__"),
)  # fmt: skip
SAID_OF_ADDITIONS = [
    "registered code two is new",
    "class Shape changed: edge is new (main.py)",
    "helper helper() changed (main.py)",
    "global twice, which step() reads, changed: from function <lambda> to function doubled (main.py)",
    "helper describe() changed (main.py)",
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Change]]:
    return differences(tmp_path_factory.mktemp("projects"), [*CASES.values(), *ADDITIONS, *hits.HITS])


@pytest.mark.parametrize("name", CASES)
def test_an_edit_is_named_and_nothing_else(found: dict[str, list[Change]], name: str) -> None:
    assert (2 if name in TWO else 1) == len(found[name]), found[name]


def test_what_is_said_of_an_edit(found: dict[str, list[Change]]) -> None:
    assert SAID == {name: str(found[name][0]) for name in SAID}
    assert SAID_OF_ADDITIONS == [", ".join(map(str, found[case.name])) for case in ADDITIONS]


def test_where_nothing_counts_nothing_differs(found: dict[str, list[Change]]) -> None:
    assert [] == [case.name for case in hits.HITS if found[case.name]]


def test_the_source_is_shown_as_it_counts(found: dict[str, list[Change]]) -> None:
    change = found["module: LIMIT = 9 -> LIMIT = 8"][0]
    assert ("global", "LIMIT", "deepest()", ()) == (change.kind, change.name, change.reader, change.diff)
    (change,) = found["module: deepest(x) + 1 -> deepest(x) + 2"]
    assert (" def h(x):", "-    return deepest(x) + 1", "+    return deepest(x) + 2") == change.diff[1:]
    (change,) = found['class: y: "int" -> y: ClassVar']
    assert {"-    y: 'int' = field(default=43)", "+    y: ClassVar = field(default=43)"} < set(change.diff)
    assert json.loads(json.dumps(change.to_dict()))["diff"] == list(change.diff)


def test_other_code_than_before_is_one_change() -> None:
    def step(): ...

    one, other = (told(step, code) for code in ("deep", "own"))
    assert [Change(kind="option", name="code", before="deep", after="own")] == compare(one, other, of_step=True)


def test_a_function_that_had_no_source_is_said_to_be_seen_otherwise(tmp_path: Path) -> None:
    text, file, before, after = "def step(x): return x + 1\n", tmp_path / "code.py", {}, {}
    file.write_text(text)
    exec(text, before)
    exec(compile(text, str(file), "exec"), after)
    (change,) = compare(told(before["step"], "deep"), told(after["step"], "deep"), of_step=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert (
        f"its own code changed: seen as bytecode of Python {version}, now as source" == str(change).partition(" (")[0]
    )


def told(function: Any, code: str) -> dict[str, Any]:
    made = CodeWatch(function, code=code).manifest()
    return made.to_dict() | {"kept": {digest: excerpt.to_dict() for digest, excerpt in made.excerpts().items()}}
