"""Encoders of scikit-learn: an estimator is its class's name and its attributes, those it learned included."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Bunch

from memo.dethash.instances import call_user, encode_instance, overrides_protocol, state_reader
from memo.dethash.node import Node
from memo.dethash.registry import encoder, in_place_of
from memo.dethash.unordered import entries

#: An address that text vectorizers keep, and the version that a pickle is marked with.
_NOT_STATE = frozenset({"_stop_words_id", "_sklearn_version"})
#: What an estimator without a random state of its own shares with the whole process.
_GLOBAL = np.random.mtrand._rand  # noqa: SLF001  no other way
#: Where in a search tree's state the counters are that each query changes: trims, leaves, splits, calls.
_COUNTERS = slice(7, 11)


@encoder(BaseEstimator, whole=True)
def encode_estimator(estimator: Any) -> Node:
    """Encode an estimator, transformer or pipeline."""
    cls = type(estimator)
    if overrides_protocol(cls, BaseEstimator):
        return encode_instance(estimator)
    state = call_user("__getstate__", state_reader(cls, BaseEstimator), estimator)
    if isinstance(state, dict):
        state = {name: part for name, part in state.items() if name not in _NOT_STATE and part is not _GLOBAL}
    return Node(("estimator", cls), (state,), labels=(".",))


@encoder(Bunch, whole=True)
def encode_bunch(bunch: Any) -> Node:
    """Encode the entries of what data sets and ensembles come in; its attributes are lost when it is pickled."""
    return Node(("subclass", type(bunch), "entries of a dict"), (entries(dict.items(bunch)),), labels=("",))


# By name, for their modules take long to import and few need them.
@in_place_of("sklearn.neighbors._kd_tree.BinaryTree32")
@in_place_of("sklearn.neighbors._kd_tree.BinaryTree64")
@in_place_of("sklearn.neighbors._ball_tree.BinaryTree32")
@in_place_of("sklearn.neighbors._ball_tree.BinaryTree64")
def search_tree(tree: Any) -> object:
    """Return what a search tree is made of, without how often it was searched."""
    state = list(tree.__getstate__())
    del state[_COUNTERS]
    return state
