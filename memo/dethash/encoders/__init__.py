"""One file for each library; a third-party one is imported when the first value of its library arrives."""

from __future__ import annotations

from memo.dethash.encoders import builtins_ as builtins_
from memo.dethash.encoders import code_ as code_
