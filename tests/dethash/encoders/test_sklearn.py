"""scikit-learn's estimators: hyperparameters and what was learned count; addresses, versions and counters do not."""

from __future__ import annotations

from typing import Any

import pytest

from memo.dethash import det_hash
from tests.dethash.encoders.laws import alike_in, before_and_after, copies, digests

np = pytest.importorskip("numpy")
sklearn = pytest.importorskip("sklearn")

base = pytest.importorskip("sklearn.base")
linear_model = pytest.importorskip("sklearn.linear_model")
neighbors = pytest.importorskip("sklearn.neighbors")
ensemble = pytest.importorskip("sklearn.ensemble")
pipeline = pytest.importorskip("sklearn.pipeline")
preprocessing = pytest.importorskip("sklearn.preprocessing")
text = pytest.importorskip("sklearn.feature_extraction.text")

X = np.random.default_rng(0).random((30, 3))
Y = (X[:, 0] > 0.5).astype(int)


def estimators() -> dict[str, Any]:
    """Return estimators that were not fitted; no two are the same."""
    forest = ensemble.RandomForestClassifier
    return {
        "linear": linear_model.LinearRegression(),
        "without intercept": linear_model.LinearRegression(fit_intercept=False),
        "logistic": linear_model.LogisticRegression(),
        "regularised": linear_model.LogisticRegression(C=0.5),
        "forest": forest(n_estimators=3, random_state=0),
        "other seed": forest(n_estimators=3, random_state=1),
        "jobs": forest(n_estimators=3, random_state=0, n_jobs=2),
        "generator": forest(n_estimators=3, random_state=np.random.RandomState(0)),
        "boosting": ensemble.GradientBoostingClassifier(n_estimators=3, random_state=0),
        "neighbours": neighbors.KNeighborsClassifier(algorithm="kd_tree"),
        "ball": neighbors.KNeighborsClassifier(algorithm="ball_tree"),
        "density": neighbors.KernelDensity(),
        "pipeline": pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()),
        "other pipeline": pipeline.make_pipeline(preprocessing.MinMaxScaler(), linear_model.LogisticRegression()),
        "pipeline regularised": pipeline.make_pipeline(
            preprocessing.StandardScaler(), linear_model.LogisticRegression(C=0.5)
        ),
    }


def fitted() -> dict[str, Any]:
    return {f"fitted {name}": estimator.fit(X, Y) for name, estimator in estimators().items()}


def use(estimator: Any) -> None:
    for method in ("predict", "predict_proba", "transform", "score_samples", "kneighbors"):
        if hasattr(estimator, method):
            getattr(estimator, method)(X)
    estimator.score(X, Y)
    repr(estimator)
    estimator._repr_html_()
    base.clone(estimator)


def test_no_two_different_values_share_a_digest():
    more = {"fitted to other data": linear_model.LinearRegression().fit(X + 1, Y)}
    assert [] == alike_in(estimators() | fitted() | more)


def test_equal_estimators_and_copies_have_the_digest():
    again = estimators() | fitted()
    for name, estimator in (estimators() | fitted()).items():
        assert {det_hash(estimator)} == digests(again[name], *copies(estimator)), name
    for name, estimator in estimators().items():
        assert det_hash(estimator) == det_hash(base.clone(estimator)), name


def test_using_a_fitted_estimator_does_not_count():
    """Search trees count their queries."""
    for name, estimator in fitted().items():
        before, after = before_and_after(estimator, use)
        assert before == after, name


def test_the_random_state_that_the_whole_process_shares_does_not_count():
    """An estimator that has none of its own draws from it, and some keep it."""
    network = pytest.importorskip("sklearn.neural_network")
    estimator = network.MLPClassifier((2,), max_iter=1).partial_fit(X, Y > 0, classes=[False, True])
    before, after = before_and_after(estimator, lambda _: np.random.random())
    assert before == after


def test_search_trees_count_by_their_points_and_shape():
    for cls in (neighbors.KDTree, neighbors.BallTree):
        before, after = before_and_after(cls(X), lambda tree: tree.query(X, k=2))
        assert before == after
        assert 3 == len(digests(cls(X), cls(X + 1), cls(X, leaf_size=2)))


def test_the_address_that_a_vectorizer_keeps_does_not_count():
    words = ["a bb cc", "bb dd"]
    vectorizer = text.TfidfVectorizer().fit(words)
    assert vectorizer._stop_words_id == id(None)
    moved = text.TfidfVectorizer().fit(words)
    moved._stop_words_id = 7
    assert det_hash(vectorizer) == det_hash(moved)
    assert det_hash(vectorizer) != det_hash(text.TfidfVectorizer(stop_words=["bb"]).fit(words))


class Scaled(base.BaseEstimator):
    """An estimator of the user's."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor


class Frugal(Scaled):
    """One that says itself what counts."""

    def __getstate__(self):
        return {"factor": self.factor}


class Reduced(Scaled):
    """One that is pickled in its own way."""

    def __reduce__(self):
        return Reduced, (self.factor,)


@pytest.mark.parametrize("cls", [Scaled, Frugal, Reduced])
def test_an_estimator_of_the_users_is_its_class_and_its_state(cls):
    assert 2 == len(digests(cls(1.0), cls(2.0), cls(1.0)))
    assert {det_hash(cls(1.0))} == digests(*copies(cls(1.0)))
    noted = cls(1.0)
    noted.note = "a"
    assert (det_hash(cls(1.0)) != det_hash(noted)) == (cls is Scaled)


def test_classes_are_told_apart():
    assert 3 == len(digests(Scaled(), Frugal(), Reduced()))


def test_an_estimator_inside_of_the_users_object_is_an_estimator():
    class Study:
        def __init__(self, model: Any) -> None:
            self.parts = {"model": model}

    assert det_hash(Study(linear_model.Ridge())) == det_hash(Study(linear_model.Ridge()))
    assert det_hash(Study(linear_model.Ridge())) != det_hash(Study(linear_model.Ridge(alpha=2)))


def test_a_bunch_is_its_entries():
    """Of its attributes a pickle keeps none."""
    bunch = sklearn.utils.Bunch(data=X, names=["a"])
    voting = ensemble.VotingClassifier([("a", linear_model.LogisticRegression())]).fit(X, Y)
    for value in (bunch, voting):
        assert {det_hash(value)} == digests(*copies(value))
    assert 4 == len(digests(bunch, sklearn.utils.Bunch(data=X), sklearn.utils.Bunch(data=X + 1), dict(bunch)))
