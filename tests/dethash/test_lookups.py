"""An instance whose class has no hash is refused by its path, as what else has no digest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from memo import File
from memo.dethash import det_hash, value_digest
from memo.errors import UnhashableError


class EqualByName(type):  # noqa: PLW1641 - on purpose
    """A metaclass that takes the hash of its classes away."""

    def __eq__(cls, other: object) -> bool:
        return isinstance(other, type) and cls.__name__ == other.__name__


class FailingHash(type):
    """A metaclass whose classes cannot be asked for a hash."""

    def __hash__(cls) -> int:
        raise RuntimeError("not now")


@pytest.mark.parametrize("meta", [EqualByName, FailingHash])
@pytest.mark.parametrize(
    ("wrap", "path"),
    [
        (lambda value: value, "features"),
        (lambda value: [1, (value,)], "features[1][0]"),
        (lambda value: {"a": [value] * 1000}, "features['a'][0]"),
        (lambda value: SimpleNamespace(inner=SimpleNamespace(last=value)), "features.inner.last"),
        (lambda value: [list(range(100_000)), {1: value}], "features[1][1]"),
    ],
)
def test_an_instance_whose_class_has_no_hash_is_refused_by_its_path(
    meta: type, wrap: Callable[[object], object], path: str
) -> None:
    value = meta("Odd", (), {})()
    for ask in (partial(value_digest, name="features"), det_hash):
        with pytest.raises(UnhashableError, match=r"add __hash__ = type\.__hash__") as error:
            ask(wrap(value))
        where = path if ask is not det_hash else path.replace("features", "value")
        assert (where, f"{__name__}.Odd") == (error.value.path, error.value.type_name)


def test_an_error_that_has_nothing_to_do_with_classes_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        det_hash([File(tmp_path / "missing")])
