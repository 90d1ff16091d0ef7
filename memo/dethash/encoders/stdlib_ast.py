"""The encoder of syntax trees."""

from __future__ import annotations

import ast

from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(ast.AST, whole=True)
def encode_tree(value: ast.AST) -> Node:
    """Encode a syntax tree's fields and positions; no type parameters are the same as none, as before Python 3.12."""
    fields = dict(vars(value))
    if fields.get("type_params") == []:
        del fields["type_params"]
    return Node(("ast", type(value)), (fields,), labels=(".",))
