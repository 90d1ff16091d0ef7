"""OmegaConf's configs count by what they give: entries, interpolations as they are now, types and flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests

omegaconf = pytest.importorskip("omegaconf")
OmegaConf = omegaconf.OmegaConf


@dataclass
class Training:
    rate: float = 0.1


@dataclass
class Tuning:
    rate: float = 0.1


def config(**changed: Any) -> Any:
    """Return a config with what configs have: nested entries, lists, interpolations, and what is missing."""
    model = {"rate": "${rate}", "layers": [1, "${oc.env:MEMO_TEST_LAYERS,3}"]}
    return OmegaConf.create({"rate": 1, "model": model, "missing": "???", "none": None, "same": "${model}", **changed})


def flagged(flag: str) -> Any:
    made = config()
    OmegaConf.set_readonly(made, True) if flag == "readonly" else OmegaConf.set_struct(made, True)
    return made


def test_no_two_different_configs_share_a_digest():
    assert [] == alike_in(
        {
            "config": config(),
            "an entry": config(rate=2),
            "another type": config(rate="1"),
            "not missing": config(missing=1),
            "none is missing": config(none="???"),
            "another interpolation": config(same="${rate}"),
            "what it gives, spelled out": config(same=OmegaConf.to_container(config().model, resolve=True)),
            "cannot be resolved": config(same="${nothing}"),
            "readonly": flagged("readonly"),
            "struct": flagged("struct"),
            "a part": config().model,
            "a list": config().model.layers,
            "a dict": OmegaConf.to_container(config()),
            "no entries": OmegaConf.create({}),
            "no items": OmegaConf.create([]),
            "of a class": OmegaConf.structured(Training),
            "with a value": OmegaConf.structured(Training(rate=0.2)),
            "not of a class": OmegaConf.create({"rate": 0.1}),
        }
    )


def test_copies_and_used_ones_have_the_digest():
    before, after = before_and_after(
        config(),
        lambda made: (made.model.rate, made.model.layers[1], made.same.layers),
        lambda made: OmegaConf.to_yaml(made, resolve=False),
        lambda made: list(made.items_ex(resolve=False)),
        repr,
    )
    assert before == after
    assert {before} == digests(config(), *copies(config()))
    assert 1 == len(digests(config().model, *copies(config().model)))


@pytest.mark.filterwarnings("ignore:register_new_resolver")  # the only name in 2.3, and deprecated in 2.4
def test_what_resolvers_have_given_elsewhere_does_not_count():
    OmegaConf.register_new_resolver("memo_test_count", lambda: len(met.append(0) or met), use_cache=True, replace=True)
    met: list[int] = []
    one, other = (OmegaConf.create({"count": "${memo_test_count:}", "part": {"a": 1}}) for _ in range(2))
    assert (1, 2) == (one.count, other.count)
    assert 1 == len(digests(one.part, other.part))
    assert 2 == len(digests(one, other))


def test_an_interpolation_counts_by_what_it_gives_now(monkeypatch):
    made = config()
    before = det_hash(made)
    monkeypatch.setenv("MEMO_TEST_LAYERS", "4")
    assert before != det_hash(made)
    monkeypatch.delenv("MEMO_TEST_LAYERS")
    assert before == det_hash(made)


def test_the_config_around_a_part_counts_where_an_interpolation_leads_there():
    assert 2 == len(digests(config().model, config(rate=2).model))
    assert 1 == len(digests(config().model.layers, config(rate=2).model.layers))


def test_configs_that_lead_to_themselves_have_a_digest():
    assert 1 == len(digests(*(OmegaConf.create({"a": {"up": "${a}", "self": "${a.self}"}}) for _ in range(2))))


def test_the_class_of_a_structured_config_counts():
    assert 2 == len(digests(OmegaConf.structured(Training), OmegaConf.structured(Tuning)))
