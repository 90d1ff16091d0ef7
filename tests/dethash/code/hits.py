"""Edits that cannot change a result: each must give the same key. All of them also move the project elsewhere."""

from __future__ import annotations

from tests.dethash.code.project import edits

PROJECT = '''
import logging
import threading
import config
import helpers
from helpers import used
from models import Model
LOG = logging.getLogger(__name__)
LOCK = threading.Lock()
WORDS = {"a", "b", "c"}
# A comment.
def unrelated(x):
    return x + 1
@helpers.twice
def decorated(x):
    return x * 3
def step(x: int, y: "list[str]" = ()) -> int:
    """Say what."""
    total: int = used(x)  # why
    if x in {1, 2, 3}:
        total += config.LR
    def inner(a: int) -> int:
        """Inner."""
        return a + len(WORDS)
    with LOCK:
        LOG.info("a %s" "b", x)
    return inner(total) + decorated(x) + helpers.CONSTANT
## helpers.py
"""The helpers."""
CONSTANT = 5
def used(x):
    """Help."""
    return x + 2
def unused(x):
    return x + 3
def twice(function):
    def wrapper(x):
        return function(function(x))
    return wrapper
## config.py
LR = 0.1
OTHER = 1
## models.py
class Model:
    """A model."""
    size = 1
    def __init__(self, n):
        self.n = n
    def run(self, x: int):
        """Run."""
        return x + self.n
    def walk(self):
        return 7
'''

STATE = """
import logging
_cache = {}
_client = None
_count = 0
_history = []
class Stats:
    calls = 0
class Client:
    _memo = {}
    _calls = 0
    def get(self):
        self._memo[1] = 1
        Client._more = 1
        self.count()
        return 1
    @classmethod
    def count(cls): cls._calls += 1
class Store:
    rows = []
def remember(x):
    _cache[x] = x
    _history.append(x)
    remember.calls = 1
def make():
    seen = 0
    def counting(x):
        nonlocal seen
        seen += 1
        return x
    return counting
counting = make()
def step(x, memo={}):
    global _client, _count
    if _client is None:
        _client = Client()
    _count += 1
    Stats.calls += 1
    memo[x] = 1
    Store.rows.append(x)
    remember(x)
    return counting(x) + _client.get()
# after
"""

LATE = """
import sys
def step(x):
    import late
    from latepkg import thing
    import extlib
    from extlib import mean
    import json.tool
    return late.value, thing.value, extlib.mean(x), mean(x), json.tool
# after
## late.py
value = 1
## latepkg/__init__.py
## latepkg/thing.py
value = 2
## site-packages/extlib.py
def mean(x): return x
## site-packages/extlib-1.0.dist-info/RECORD
extlib.py,sha256=aaa,10
"""

MOVED = """
import dataclasses
import enum
from there import step, Point, Color
## there.py
import dataclasses
import enum
from functools import lru_cache
RATE = 2
@lru_cache
def helper(x): return x * RATE
class Color(enum.Enum):
    RED = 1
@dataclasses.dataclass
class Point:
    x: int = 1
    def norm(self): return helper(self.x)
ORIGIN = Point(0)
def step(p): return p.norm() + ORIGIN.norm()
"""

PINNED = """
class Model:
    VERSION = "1"
    def run(self): return 1
def step(x): return Model().run()
"""

EXTERNAL = """
import extlib
def step(x): return extlib.mean(x)
## site-packages/extlib.py
def mean(x): return x
def other(x): return x
## site-packages/extlib-1.0.dist-info/RECORD
extlib.py,sha256=aaa,10
## site-packages/other-1.0.dist-info/RECORD
other.py,sha256=aaa,10
"""

HITS = [
    *edits(
        "project", PROJECT,
        ("# A comment.", "# Another comment.\n\n\n"), ("# A comment.\n", ""), ("  # why", ""), ("Say what", "Say that"),
        ('    """Say what."""\n', ""), ("(x: int,", "(x,"), ('-> int:\n    """Say', '-> float:\n    """Say'), ("total: int", "total"), ('"list[str]"', "list"),
        ("{1, 2, 3}", "{3, 1, 2}"), ('"a", "b", "c"', '"c", "a", "b"'), ('"a %s" "b"', '"a %sb"'), ("(a: int) -> int", "(a)"),
        ("Inner.", "Outer."), ("return x * 3\n", "return (x *\n            3)\n"), ("return x + 1\n", "return x + 11\n"),
        ("x + 3", "x + 33"), ("OTHER = 1", "OTHER = 2"), ("OTHER = 1", "OTHER = 1\nMORE = 2"), ("Help.", "Helps."),
        ("The helpers", "Some helpers"), ("LR = 0.1", "LR = 1e-1"), ("CONSTANT = 5", "CONSTANT = 2 + 3"),
        ("A model", "Another model", "key(step, Model(1))"), ("Run.", "Ran.", "key(step, Model(1))"),
        ('x: int):\n        """Run', 'x):\n        """Run', "key(step, Model(1))"),
        ("    size = 1\n    def", "    size = 1\n\n    # The constructor.\n    def", "key(step, Model(1))"),
        ("    def walk(self):\n        return 7\n", "", "key(step)"),
        ('class Model:\n    """A model."""\n    size = 1\n', "class Model:\n    size = 1\n", "key(step, Model)"),
    ),
    *edits(
        "state", STATE,
        ("# after", "step(1)"), ("# after", "step(1); step(2)"), ("# after", "globals()['_client'] = 3"), ("_history = []", "_history: list[int] = []"),
    ),
    *edits("late", LATE, ("import sys", "import sys, late, latepkg.thing, extlib"), ("# after", "import json.tool, extlib; step(1)")),
    *edits(
        "moved", MOVED,
        ("from there import step, Point, Color\n## there.py", "", "key(step, Point(2), Color.RED, Point)"),
        ("from there import step, Point, Color\n## there.py", "from deep.down import step, Point, Color\n## deep/__init__.py\n## deep/down.py", "key(step, [Point(2)], Color.RED)"),
    ),
    *edits("pinned", PINNED, ("return 1", "return 2"), ("return 1", "return 2", "key(step, Model())")),
    *edits("external", EXTERNAL, ("def other(x): return x", "def other(x): return 1"), ("other-1.0", "other-1.1")),
]  # fmt: skip
