"""Any Python object to a deterministic digest: the foundation layer.

A value becomes a *node*: a tag, what is written of it, and its children. Nodes become bytes, and bytes a digest.

- ``digest``: where it begins; ``walk``: through a value of any depth and shape;
- ``registry`` and ``encoders``, with ``plans``: how each class's values are taken apart; ``node``: what comes of it;
- ``instances``, with ``reduced``: values of classes that nobody registered; ``unordered``: dicts and sets;
- ``custom``, with ``replacing``, ``selves`` and ``growth``: where a class has its own say; ``file``: files by content;
- ``columns``, with ``weights``: nodes to bytes, a column at a time; ``tiny`` and ``spine``: the same for small values;
- ``cycles``, on ``graphs``: values that contain themselves; ``hashing``: BLAKE3;
- ``resources``, ``lookups`` and ``paths``: what has no digest, and where it is; ``attribute``: asking without a risk;
- ``parts``: what a value is made of, told later; ``code``: what code does, and ``watch``: that, asked again and again;
- ``opaque`` and ``visible``: what code reaches and cannot be hashed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memo.dethash import encoders as encoders
from memo.dethash.code.reading import reading
from memo.dethash.columns import FORMAT_VERSION
from memo.dethash.custom import CustomDetHash, DetHashFromInitParams, DetHashWithVersion
from memo.dethash.digest import ValueDigest, atom_digest, det_hash, value_digest
from memo.dethash.file import File
from memo.dethash.parts import is_scalar, parts_of, results_in
from memo.dethash.registry import register_det_hash
from memo.dethash.watch import (
    CodeWatch,
    changed_names,
    class_digest,
    class_manifest,
    keep_sources,
    party_of,
    sources_of_main,
)

if TYPE_CHECKING:
    from memo.dethash.code.manifest import CodeManifest as CodeManifest  # loaded when a step is called

__all__ = [
    "FORMAT_VERSION",
    "CodeWatch",
    "CustomDetHash",
    "DetHashFromInitParams",
    "DetHashWithVersion",
    "File",
    "ValueDigest",
    "atom_digest",
    "changed_names",
    "class_digest",
    "class_manifest",
    "det_hash",
    "is_scalar",
    "keep_sources",
    "parts_of",
    "party_of",
    "reading",
    "register_det_hash",
    "results_in",
    "sources_of_main",
    "value_digest",
]
