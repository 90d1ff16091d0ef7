"""Subclasses of pandas' classes, columns of other libraries, and frames inside of the user's own objects."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import before_and_after, copies, digests, path_of_refusal

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")


class Measured(pd.DataFrame):
    """A subclass as pandas' guide describes it: with metadata that copies keep."""

    _metadata = ["unit"]  # noqa: RUF012 - as the guide has it

    @property
    def _constructor(self):
        return Measured


class Money(pd.api.extensions.ExtensionDtype):
    """A dtype of another library's."""

    type = float
    name = "money"

    def __init__(self, currency: str) -> None:
        self.currency = currency

    @classmethod
    def construct_array_type(cls):
        return MoneyArray


class MoneyArray(pd.api.extensions.ExtensionArray):
    """An array of it, with a cache."""

    def __init__(self, values: Any, currency: str) -> None:
        self._values = np.asarray(values, float)
        self._dtype = Money(currency)
        self._total: float | None = None

    def __getstate__(self):
        return self._values, self._dtype.currency

    def __setstate__(self, state):
        self.__init__(*state)

    @property
    def dtype(self):
        return self._dtype

    def __len__(self):
        return len(self._values)

    def __getitem__(self, item):
        return self._values[item] if isinstance(item, int) else MoneyArray(self._values[item], self._dtype.currency)

    def isna(self):
        return np.isnan(self._values)

    def copy(self):
        return MoneyArray(self._values.copy(), self._dtype.currency)

    def total(self) -> float:
        self._total = float(self._values.sum())
        return self._total


def measured(unit: str) -> Any:
    value = Measured({"a": [1, 2]})
    value.unit = unit
    return value


def test_a_subclass_counts_and_so_does_what_it_keeps():
    plain, metres = pd.DataFrame({"a": [1, 2]}), measured("m")
    assert 3 == len(digests(plain, metres, measured("s")))
    assert {det_hash(metres)} == digests(measured("m"), metres.copy(), *copies(metres))
    before, after = before_and_after(metres, lambda df: df["a"], lambda df: df.sum(), repr)
    assert before == after


def test_what_a_user_hangs_on_a_frame_counts_and_an_accessor_does_not():
    @pd.api.extensions.register_dataframe_accessor("memo_test")
    class Accessor:
        def __init__(self, df: Any) -> None:
            self.df = df

    plain, other = pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 2]})
    before, after = before_and_after(plain, lambda df: df.memo_test)
    assert before == after
    other.source = "a file"
    assert before != det_hash(other)


def test_a_column_of_another_library_is_what_its_author_pickles():
    euros = MoneyArray([1, 2], "EUR")
    assert 4 == len(digests(euros, MoneyArray([1, 3], "EUR"), MoneyArray([1, 2], "USD"), np.array([1.0, 2.0])))
    before, after = before_and_after(euros, MoneyArray.total)
    assert before == after
    assert 2 == len(digests(Money("EUR"), Money("USD")))
    assert det_hash(pd.Series(euros)) == det_hash(pd.Series(euros.copy()))
    assert det_hash(pd.Series(euros)) != det_hash(pd.Series(MoneyArray([1, 2], "USD")))


@pytest.mark.parametrize(
    "kind", ["int64[pyarrow]", "string[pyarrow]", "bool[pyarrow]", "timestamp[ns, UTC][pyarrow]", "list"]
)
def test_columns_that_arrow_keeps_count_by_type_and_value(kind):
    pa = pytest.importorskip("pyarrow")
    values: dict[str, Any] = {
        "string[pyarrow]": ["a", None, "c"],
        "bool[pyarrow]": [True, None, False],
        "list": [[1], None, []],
    }
    dtype = pd.ArrowDtype(
        {"list": pa.list_(pa.int64()), "string[pyarrow]": pa.string()}.get(kind)
        or pd.api.types.pandas_dtype(kind).pyarrow_dtype
    )
    whole = pd.array(values.get(kind, [1, None, 3]), dtype)
    chunked = whole._concat_same_type([whole[:1], whole[1:]])
    assert chunked._pa_array.num_chunks > 1
    assert {det_hash(whole)} == digests(chunked, whole[::-1][::-1], *copies(whole))
    assert det_hash(whole) != det_hash(whole[:2])
    assert det_hash(pd.Series(whole)) != det_hash(pd.Series(whole.astype(object)))
    assert det_hash(dtype) != det_hash(pd.ArrowDtype(pa.int8()))


def test_arrow_text_is_another_dtype_than_pandas_own():
    pa = pytest.importorskip("pyarrow")
    own, arrow = pd.array(["a"], "string[pyarrow]"), pd.array(["a"], pd.ArrowDtype(pa.string()))
    assert det_hash(own) != det_hash(arrow)
    assert det_hash(own.dtype) != det_hash(arrow.dtype)


def test_a_frame_inside_of_the_users_object_is_a_frame():
    class Study:
        def __init__(self, data: Any, labels: list[Any]) -> None:
            self.data = data
            self.labels = labels

    df = pd.DataFrame({"a": [1.0, 2.0]})
    study = Study(df, [df["a"], df.index])
    before, after = before_and_after(study, lambda it: it.data["a"], lambda it: it.data.loc[1])
    assert before == after == det_hash(Study(df.copy(), [df["a"].copy(), df.index]))
    assert before != det_hash(Study(df + 1, [df["a"], df.index]))


def test_groups_are_what_they_were_made_of():
    df = pd.DataFrame({"a": [1, 1, 2], "b": [1.0, 2.0, 3.0]})
    before, after = before_and_after(df.groupby("a"), lambda groups: groups.sum(), lambda groups: groups.ngroups)
    assert before == after
    assert before != det_hash(df.groupby("b"))
    for window in (df.rolling, df.expanding, df.ewm):
        before, after = before_and_after(window(2), lambda windows: windows.mean())
        assert {before} == {after, det_hash(window(2))} != {det_hash(window(1))}


def test_an_error_says_in_which_cell_the_value_is_that_has_no_digest():
    lock = threading.Lock()
    assert 'value["b"].flat[1]' == path_of_refusal(pd.DataFrame({"a": [1, 2], "b": [None, lock]}))
    assert 'value["f"][0].array.flat[1]' == path_of_refusal({"f": [pd.Series([1, lock])]})
    assert 'value.attrs["lock"]' == path_of_refusal(measured_with(lock))


def measured_with(lock: Any) -> Any:
    value = measured("m")
    value.attrs["lock"] = lock
    return value


def test_a_frame_that_is_in_its_own_attrs_has_a_digest():
    def knot() -> Any:
        value = pd.DataFrame({"a": [1]})
        value.attrs["itself"] = value
        return value

    assert det_hash(knot()) == det_hash(knot())
    assert det_hash(knot()) != det_hash(pd.DataFrame({"a": [1]}))
