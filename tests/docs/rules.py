"""The rules on the page "What makes a step run again", each with an edit that shows it."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A line of the page, and its proof: a project, and what is edited between two runs in two processes."""

    what: str
    runs: bool
    old: str
    new: str
    call: str = "step(1)"


#: Each file after a line ``## name``; what is before the first one is ``main.py``. ``RAN`` is what the test looks at.
CODE = '''
import functools
import logging
import threading
import config
import outside
import shapes
from helpers import apply, help_out, plugin
from memo import memoize_step
from shapes import Shape

RAN = []
LOCK = threading.Lock()
LOG = logging.getLogger("one")
RATE = 3
TABLE = {"scale": [1, 2]}
WORDS = {"one", "two", "three"}
memo = {}
count = 0

def unrelated(x):
    return x + 1

def doubled(function):
    @functools.wraps(function)
    def wrapper(x):
        return function(x) * 2
    return wrapper

@doubled
def decorated(x):
    return x + 10

def documented():
    """Read by a step."""

@memoize_step
def explain(x):
    RAN.append(x)
    return documented.__doc__

def offset(by):
    def add(x):
        return x + by
    return add

add = offset(7)

@memoize_step
def inner(x):
    return x + 20

@memoize_step(version="1")
def pinned(x):
    return x + 30

@memoize_step
def step(x, y=2):
    """Work."""
    RAN.append(x)
    global count
    count += 1
    memo[x] = x
    LOG.info("working")  # A comment.
    with LOCK:
        total: int = help_out(x) + config.LR + config.Options.DEPTH + RATE + TABLE["scale"][0] + len(WORDS) + y
    return total, decorated(x), add(x), inner(x), pinned(x), plugin("double")(x), outside.mean([x])

@memoize_step
def draw(shape):
    RAN.append(shape)
    return shape.area()

@memoize_step(ignore=("verbose",))
def quiet(x, verbose=False):
    RAN.append(x)
    return x

class Model:
    def __init__(self, weight):
        self.weight = weight

    def square(self, x):
        return x * x

    @memoize_step
    def predict(self, x):
        RAN.append(x)
        return self.square(x) * self.weight

@memoize_step
def call(function, x):
    RAN.append(x)
    return function(x)
## pyproject.toml
[project]
name = "rules"
## config.py
LR = 0.1
OTHER = 5
class Options:
    DEPTH = 4
    WIDTH = 6
## helpers.py
from deeper import limit
PLUGINS = {}
def register(function):
    PLUGINS[function.__name__] = function
    return function
@register
def double(x):
    return x * 2
def plugin(name):
    return PLUGINS[name]
def help_out(x):
    return limit(x) + 1
def unused(x):
    return x
def apply(x):
    return x - 1
## deeper.py
def limit(x):
    return min(x, 100)
## shapes.py
import dataclasses
import enum
class Base:
    def unit(self):
        return 1
class Color(enum.Enum):
    RED = 1
@dataclasses.dataclass
class Shape(Base):
    """A shape."""
    width: int = 4
    color: Color = Color.RED
    def area(self):
        return self.width * self.unit()
## site-packages/outside.py
def mean(values):
    return sum(values) / len(values)
## site-packages/outside-1.0.dist-info/RECORD
outside.py,sha256=aaa,10
'''

RULES = [
    Rule("The body of the step", True, "+ len(WORDS) + y", "- len(WORDS) + y"),
    Rule("A constant in it, `1` to `True` too", True, 'TABLE["scale"][0]', 'TABLE["scale"][False]'),
    Rule("A default of a parameter", True, "y=2", "y=3"),
    Rule("A helper", True, "limit(x) + 1", "limit(x) + 2"),
    Rule("A helper of a helper in another module", True, "min(x, 100)", "min(x, 99)"),
    Rule("A global that the step reads", True, "RATE = 3", "RATE = 4"),
    Rule("Something inside a global container", True, "[1, 2]", "[9, 2]"),
    Rule("An attribute of an imported module that the step reads", True, "LR = 0.1", "LR = 0.2"),
    Rule("A setting that the step reads from a class of settings", True, "DEPTH = 4", "DEPTH = 5"),
    Rule("A value that a closure captured", True, "offset(7)", "offset(8)"),
    Rule("A decorator of a helper", True, "function(x) * 2", "function(x) * 3"),
    Rule("The function under that decorator", True, "x + 10", "x + 11"),
    Rule("A function that is reached through a registry", True, "return x * 2", "return x * 4"),
    Rule("A docstring that the code reads", True, "Read by a step.", "Read by two steps.", "explain(1)"),
    Rule("Another step that this one calls", True, "x + 20", "x + 21"),
    Rule("The version of another step that this one calls", True, 'version="1"', 'version="2"'),
    Rule("The version of an installed package that the code uses", True, "outside-1.0", "outside-1.1"),
    Rule("A method of an argument's class", True, "self.width * self.unit()", "self.width + self.unit()", "draw(Shape())"),
    Rule("A base class of an argument's class", True, "return 1\n", "return 2\n", "draw(Shape())"),
    Rule("A field of an argument's dataclass", True, "width: int = 4", "width: float = 4", "draw(Shape())"),
    Rule("The value of an enumeration member in an argument", True, "RED = 1", "RED = 2", "draw(Shape())"),
    Rule("The state of `self`", True, "self.weight = weight", "self.weight = -weight", "Model(2).predict(1)"),
    Rule("A sibling method", True, "x * x", "x ** 3", "Model(2).predict(1)"),
    Rule("A function that is passed as an argument", True, "x - 1", "x - 2", "call(apply, 1)"),
    Rule("A comment", False, "  # A comment.", ""),
    Rule("Formatting", False, "[1, 2]", "[\n    1,\n    2,\n]"),
    Rule("A docstring that nothing reads", False, '"""Work."""', '"""Work hard."""'),
    Rule("The annotation of a variable or parameter of a function", False, "total: int =", "total: float ="),
    Rule("The order of a set", False, '{"one", "two", "three"}', '{"three", "one", "two"}'),
    Rule("An unrelated function", False, "return x + 1\n", "return x + 2\n"),
    Rule("An unused helper in a helper's module", False, "def unused(x):\n    return x", "def unused(x):\n    return -x"),
    Rule("Another attribute of an imported module", False, "OTHER = 5", "OTHER = 6"),
    Rule("Another setting in a class of settings", False, "WIDTH = 6", "WIDTH = 7"),
    Rule("The body of a function with a version", False, "x + 30", "x + 31"),
    Rule("A counter or memo that the code itself fills", False, "count = 0\n", "count = 0  # from here on\n", "(step(1), step(1))"),
    Rule("A logger or lock", False, 'getLogger("one")', 'getLogger("two")'),
    Rule("An argument named in *ignore*", False, "verbose=False", "verbose=False", "quiet(1, verbose=EDITED)"),
    Rule("The docstring of an argument's class", False, "A shape.", "Any shape.", "draw(Shape())"),
    Rule("The module that an argument's class is in", False, "from shapes import Shape", "from moved import Shape", "draw(Shape())"),
    Rule("The directory, the hash seed, the Python version", False, "RATE = 3", "RATE = 3"),
]  # fmt: skip
