"""What ``step.explain()`` says where the step is: of hits, of all kinds of steps, and nothing of what it is given."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from memo import File, Format, Store, UnhashableError, disabled, memoize_step, refreshing

SECRET = "hunter2-the-password"
RATE = 2


def helper(x):
    return x * RATE


@memoize_step
def step(x, y=1):
    return helper(x) + y


def holding(text):
    return lambda: text


class Broken:
    fails = False

    def __getstate__(self):
        return {"a": 1}

    def __setstate__(self, state):
        if Broken.fails:
            raise RuntimeError("no")


def test_a_stored_call_says_when_it_was_made_and_what_it_saves() -> None:
    step(1)
    told = step.explain(1)
    assert (True, "", step.key(1)) == (told.is_stored, told.why, told.call.key)
    assert told.entry is not None
    text = str(told)
    assert ["├── stored", "│   ├── made 0 s ago ("] == [text.splitlines()[1], text.splitlines()[2][:22]]
    assert ", Python " in text
    assert "a hit saves " in text


def test_the_key_is_told_part_by_part() -> None:
    data = step.explain(1, y=2).to_dict()
    functions = {entry["name"]: entry for entry in data["code"]["entries"]}
    assert ["step", "helper"] == list(functions)
    assert {"source"} == {entry["seen"] for entry in functions.values()}
    assert {"helper": "code", "y=": "value"} == {
        label: read["seen"] for label, read in functions["step"]["reads"].items()
    }
    assert ("int", "value") == tuple(functions["helper"]["reads"]["RATE"][name] for name in ("type", "seen"))
    assert [("x", "int"), ("y", "int")] == [(each["name"], each["type"]) for each in data["arguments"]]
    assert ["binding", "code", "argument x", "argument y", "lookup"] == list(data["seconds"])
    assert data == json.loads(json.dumps(data))


def test_asking_runs_and_stores_nothing(own_store: Path) -> None:
    calls = []

    @memoize_step
    def counted(x):
        calls.append(x)

    assert not counted.explain(1).is_stored
    assert ([], False) == (calls, own_store.exists())


def test_what_cannot_be_called_or_hashed_is_said_as_by_key() -> None:
    with pytest.raises(TypeError, match=r"step\(\) missing 1 required positional argument: 'x'"):
        step.explain()
    with pytest.raises(UnhashableError, match=r"cannot hash x\[0\]"):
        step.explain([object()])


def test_what_is_opaque_is_listed_with_its_reason() -> None:
    filled = {}
    log = logging.getLogger("x")

    @memoize_step
    def counting(x):
        filled[x] = x
        log.info("x")

    told = counting.explain(1)
    assert {("filled", "dict"), ("log", "logging.Logger")} == {
        (each["label"], each["type_name"]) for each in told.code["opaque"]
    }
    assert "opaque: read, and no part of the key" in str(told)


def test_methods_coroutines_and_generators_are_explained() -> None:
    class Model:
        def __init__(self, bias):
            self.bias = bias

        @memoize_step
        def fit(self, x):
            return x + self.bias

    @memoize_step
    async def fetch(x):
        return x

    @memoize_step
    def rows(x):
        yield x

    Model(1).fit(2), asyncio.run(fetch(1)), list(rows(1))
    assert [True] * 3 == [Model(1).fit.explain(2).is_stored, fetch.explain(1).is_stored, rows.explain(1).is_stored]
    assert "argument self.bias changed" == Model(2).fit.explain(2).why
    assert ["argument x changed"] * 2 == [fetch.explain(2).why, rows.explain(2).why]


def test_a_parameter_that_does_not_count_is_said_to_be_none_of_the_key() -> None:
    @memoize_step(version="1", skip_defaults={"beta": 0})
    def fit(x, beta=0):
        return x

    fit(1)
    told = fit.explain(1)
    assert [("x", True), ("beta", False)] == [(each.name, each.counts) for each in told.call.arguments]
    assert 'version "1" stands for the code' in str(told)
    assert "argument beta changed" == fit.explain(1, 2).why


def test_a_call_that_will_run_plainly_is_said_to_do_so() -> None:
    @memoize_step
    def fit(x):
        return x

    fit(1)
    with disabled():
        told = fit.explain(1)
    assert (False, "memo is disabled here: the function runs plainly") == (told.is_stored, told.why)
    assert fit.explain(1).is_stored


def test_a_call_that_was_told_to_run_says_so_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    from memo.inspection import explain_last

    @memoize_step
    def told(x):
        return x

    with caplog.at_level(logging.INFO, "memo"):
        told(1), told.recompute(1)
        with refreshing(told):
            told(1)
    said = "it was told to run, whatever is stored"
    assert [said] * 2 == [line.split(" ran: ")[1].split(";")[0] for line in caplog.messages[1:]]
    assert said == explain_last(Store(), told.info().origin).why


def test_a_result_that_cannot_be_decoded_is_the_reason(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    @memoize_step(ignore=("value",))
    def step(value):
        return value

    monkeypatch.setattr(Broken, "fails", False)  # and back again
    step(Broken())
    Broken.fails = True
    with caplog.at_level(logging.INFO, "memo"), pytest.warns(match="cannot be read"):
        step(Broken())
    assert " ran: its entry could not be decoded; it took " in caplog.messages[-1]


class Lines(Format):
    name = "lines"

    def write(self, value, file):
        file.write(str(value).encode())

    def read(self, file):
        return int(file.read())


def test_a_format_that_is_not_known_any_more_is_the_reason() -> None:
    def step(x):
        return x

    memoize_step(format=Lines(), name="spelled")(step)(1)
    told = memoize_step(name="spelled")(step).explain(1)
    said = "its entry cannot be read: its format 'lines' is unknown here: give the step the format= that wrote it"
    assert (False, said, ()) == (told.is_stored, told.why, told.changes)


def test_no_text_of_an_argument_is_on_disk_in_the_log_or_in_what_is_said(
    own_store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = SimpleNamespace(**{SECRET: SECRET})
    values = [SECRET, {SECRET: 1}, hidden, [{SECRET}], holding(SECRET), {"k": {SECRET: [SECRET]}}]

    @memoize_step
    def login(value, **more):
        return 1

    said = []
    with caplog.at_level(logging.INFO, "memo"):
        for value in values:
            said.append(login.explain(value))
            login(value, **{SECRET: SECRET})
            said += [login.explain(value, **{SECRET: SECRET}), login.explain(value, **{SECRET: "else"})]
    login.info()
    Store.shared().close()
    for told in said:
        assert SECRET not in str(told) + told._repr_html_() + json.dumps(told.to_dict())
    assert SECRET not in caplog.text
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in own_store.rglob("*") if path.is_file())


def test_a_name_drives_neither_a_terminal_nor_a_notebook() -> None:
    evil = "\x1b[2J<script>alert(1)</script>"

    def named(x):
        return x

    named.__code__ = named.__code__.replace(co_qualname=evil, co_name=evil)

    @memoize_step
    def calls(x):
        return named(x)

    told = calls.explain(1)
    assert any(entry["name"] == evil for entry in told.code["entries"])
    assert str(told).replace("\n", "").isprintable()
    assert "<script>" not in told._repr_html_()
    assert "&lt;script&gt;" in told._repr_html_()


def test_nobody_pays_for_a_reason_that_nobody_reads() -> None:
    """Nothing of what explains is even loaded where the logger is silent."""
    program = "import sys; from memo import memoize_step\n@memoize_step\ndef f(x): return x\nf([1]); f([1]); f([2])"
    check = f"{program}\nassert not any(name.startswith('memo.inspection') for name in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)


def test_a_manifest_and_the_lines_of_each_piece_of_code_are_stored_once(own_store: Path) -> None:
    step(1), step(2), step(3)
    store = Store.shared()
    rows = [name for name, _ in store._storage.items("manifest:")]
    told = step.explain(1)
    sources = [entry["source"] for entry in told.code["entries"]]
    assert sorted([told.call.code_digest, *sources]) == sorted(rows)
    assert "def helper(x):\n    return x * RATE" == store.manifest(sources[1])["source"]


def test_the_arguments_are_told_as_they_were_before_the_run() -> None:
    @memoize_step
    def drain(rows):
        rows.clear()

    drain([[1], [2]])
    assert "argument rows[1][0] changed" == drain.explain([[1], [3]]).why


@pytest.mark.parametrize(
    "broken",
    ["memo.key.given.parts_of", "memo.step.calls.attempt.results_in", "memo.inspection.reason_to_run",
     "memo.dethash.code.manifest.CodeManifest.to_dict", "memo.dethash.code.manifest.Details"],
)  # fmt: skip
def test_what_only_explains_neither_fails_a_call_nor_loses_its_result(
    broken: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_):
        raise RuntimeError("strange")

    monkeypatch.setattr(broken, fails)
    calls = []

    @memoize_step
    def counted(rows):
        calls.append(rows)
        return [rows]

    with caplog.at_level(logging.DEBUG, "memo"):
        assert [[[1]]] * 2 == [counted([1]), counted([1])]
    assert [[1]] == calls
    assert "memo could not take note of a call" in caplog.text or "memo cannot describe the code" in caplog.text


def test_results_that_were_removed_one_by_one_are_said_to_be_removed() -> None:
    @memoize_step
    def step(x):
        return x

    step(1), step(2)
    step.invalidate(1), step.invalidate(2)
    assert step.explain(3).why.startswith("the step's results were removed on ")


def test_what_it_depends_on_is_told_by_its_place() -> None:
    @memoize_step(depends_on=(logging.getLogger, 3))
    def step(x):
        return x

    told = str(step.explain(1))
    assert "depends_on[0]: " in told
    assert "depends_on[1]: int, by value" in told


def test_what_the_code_of_an_argument_reads_past_its_names_is_listed_with_it() -> None:
    @memoize_step
    def step(function):
        return function

    told = step.explain(lambda name: [*open(name)]).to_dict()  # noqa: SIM115, PTH123
    (code,) = told["arguments"][0]["code"]
    assert ["open"] == [each["label"] for each in code["opaque"]]
    assert [] == told["code"]["opaque"]


def test_a_file_that_the_code_reads_is_seen_by_its_content(tmp_path: Path) -> None:
    rates = File(tmp_path / "rates.csv")
    rates.path.write_text("1")

    @memoize_step
    def rated(x):
        return rates, x

    rated(1)
    rates.path.write_text("2")
    told = rated.explain(1)
    assert "captured variable rates of " in told.why
    assert "content" == told.code["entries"][0]["reads"]["rates"]["seen"]
