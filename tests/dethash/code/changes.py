"""Changes that are made to a loaded module between two calls, and the functions that read what is changed."""

from __future__ import annotations

from dataclasses import dataclass, field

MODULES = {
    "guardedhelpers.py": "RATE = 1\nOTHER = 2\nNOTES = {}\ndef note(x): NOTES[x] = x\ndef helper(x): return x\nclass Kept:\n    size = 1\n    def run(self): return 1\n",
    "guardedpkg/__init__.py": "",
    "guardedpkg/config.py": "from guardedhelpers import NOTES\nRATE = 1\n",
    "guarded.py": """
import array, collections, enum, functools, guardedhelpers, guardedpkg.config, wrapt
from dataclasses import dataclass
from memo import CustomDetHash, memoize_step
RATE = 1
LIST = [1, [2, 3]]
DICT = {"a": {"b": [1]}, "f": abs}
SET = {1, 2}
TUPLE = ([1], {"k": {1}})
ARRAY, BYTES = array.array("d", [1, 2]), bytearray(b"ab")
DEQUE, ORDERED = collections.deque([1]), collections.OrderedDict(a=1, b=2)
DEFAULTS, COUNTS = collections.defaultdict(list, a=[1]), collections.Counter(a=1)
@wrapt.decorator
def doubled(wrapped, instance, args, kwargs): return wrapped(*args) * 2
@doubled
def proxied(x): return x
def reads_proxied(x): return proxied(x)
class Plain:
    size = 1
    table = {"a": [1]}
    def __init__(self): self.a, self.b = [1], 2
    def method(self): return self.size
    @property
    def half(self): return self.size / 2
    @staticmethod
    def static(): return 1
    @classmethod
    def of_class(cls): return 1
class Sub(Plain): pass
class Slotted:
    __slots__ = ("v", "w")
    def __init__(self): self.v = [1]
@dataclass
class Data:
    x: int = 1
    y: object = None
class Custom(CustomDetHash):
    def __init__(self): self.seen, self.unseen = [1], 1
    def det_hash_object(self): return self.seen
class Stated:
    def __init__(self): self.a, self.b = 1, 2
    def __getstate__(self): return {"a": self.a}
class Words(dict): pass
class Row(tuple): pass
class Lazy:
    @functools.cached_property
    def value(self): return helper(1)
    @functools.singledispatchmethod
    def turn(self, x): return 1
    def base(self, x, d=None, e=None): return x
    half = functools.partialmethod(base, d=[1])
    def run(self): return 1
class Pinned:
    VERSION = "1"
    def run(self): return 1
class Color(enum.Enum):
    RED = [1]
class Meta(type):
    def extra(cls): return 1
class Made(metaclass=Meta): pass
PLAIN, SLOTTED, DATA, CUSTOM, STATED, WORDS, PINNED = Plain(), Slotted(), Data(1, [1]), Custom(), Stated(), Words(a=1), Pinned()
ROW = Row([[1]])
NESTED = {"c": Plain(), "t": (1, [2], {"k": Plain()})}
BOUND = PLAIN.method
def helper(x, d=1, *, k=2): return x + RATE
def other(x, d=1, *, k=2): return x * 77
def middle(x): return helper(x)
FUNCTIONS = {"f": helper, "g": [middle]}
PARTIAL = functools.partial(helper, [1], d=2)
class OwnPartial(functools.partial): pass
OWN_PARTIAL = OwnPartial(helper, 1, d=2)
def make():
    n, data = 1, [1]
    def get(): return n, data
    def put(value):
        nonlocal n
        n = value
    return get, put, data
GET, PUT, CELL_DATA = make()
@functools.lru_cache
def cached(x): return x + CACHED_RATE
CACHED_RATE = 1
@functools.singledispatch
def dispatched(x): return 1
def wrap(function):
    @functools.wraps(function)
    def wrapper(*args): return function(*args)
    return wrapper
@wrap
def wrapped(x): return x
@memoize_step
def inner(x): return x + INNER_RATE
INNER_RATE = 1
@memoize_step(version="1")
def versioned(x): return x
def make_versioned(n):
    @memoize_step(version="1")
    def closed(x): return n
    return closed
CLOSED = make_versioned([1])
DEPENDENCY = [1]
@memoize_step(depends_on=(DEPENDENCY,))
def dependent(x): return x
PROXY_OF = {"a": [1]}
import types
PROXY = types.MappingProxyType(PROXY_OF)
SPACE = types.SimpleNamespace(a=[1])
def reads_rate(): return RATE
def reads_list(): return LIST
def reads_dict(): return DICT
def reads_set(): return SET
def reads_tuple(): return TUPLE
def reads_array(): return ARRAY
def reads_bytes(): return BYTES
def reads_deque(): return DEQUE
def reads_ordered(): return ORDERED
def reads_defaults(): return DEFAULTS
def reads_counts(): return COUNTS
def reads_plain(): return PLAIN
def reads_attribute(): return PLAIN.a
def reads_slotted(): return SLOTTED
def reads_data(): return DATA
def reads_custom(): return CUSTOM
def reads_stated(): return STATED
def reads_words(): return WORDS
def reads_row(): return ROW
def reads_lazy(): return Lazy().run()
LAZY = Lazy()
def reads_cached_property(): return LAZY.value
def reads_pinned(): return PINNED.run() + Pinned().run()
def reads_color(): return Color.RED
def reads_made(): return Made()
def reads_nested(): return NESTED
def reads_bound(): return BOUND()
def reads_middle(): return middle(1)
def reads_functions(): return FUNCTIONS["f"](1)
def reads_partial(): return PARTIAL()
def reads_own_partial(): return OWN_PARTIAL()
def reads_closure(): return GET()
def reads_cached(): return cached(1)
def reads_dispatched(): return dispatched(1)
def reads_wrapped(): return wrapped(1)
def reads_inner(): return inner(1)
def reads_versioned(): return versioned(1)
def reads_closed(): return CLOSED(1)
def reads_dependent(): return dependent(1)
def reads_proxy(): return PROXY
def reads_space(): return SPACE
def reads_class(): return Plain().method()
def reads_subclass(): return Sub().method()
def reads_builtin(): return len([1])
def reads_missing(): return NOT_THERE
def reads_helper_in_module(): return guardedhelpers.RATE + guardedhelpers.helper(1)
def reads_class_in_module(): return guardedhelpers.Kept().run()
def reads_module(name): return getattr(guardedhelpers, name)
def reads_package(): return guardedpkg.config.RATE
def imports():
    import guardedhelpers
    return guardedhelpers.RATE
def imports_from():
    from guardedhelpers import helper
    return helper(1)
def has_defaults(x, a=[1], *, b={"k": [1]}): return x
def has_none(x): return x + RATE
CALLS, MEMO, COUNT, CLIENT = [], {}, 0, None
def appends(x): CALLS.append(x)
def fills(x): MEMO[x] = x
def counts(x):
    global COUNT
    COUNT += 1
def connects(x):
    global CLIENT
    if CLIENT is None: CLIENT = object()
    return CLIENT
def counts_on_itself(x): counts_on_itself.calls = x
def fills_default(x, memo={}): memo[x] = x
class Counter:
    calls, seen = 0, []
    def count(self, x): Counter.calls += 1; self.seen.append(x)
def counts_in_class(x): Counter().count(x)
def make_counting():
    total = 0
    def counting(x):
        nonlocal total
        total += x
    return counting
counting = make_counting()
def counts_in_cell(x): counting(x)
def fills_through_helper(x): appends(x); fills(x)
KNOWN, SEEN, ROWS, SHARED = {}, {}, [], {}
def remember(known, x): known[x] = x
def pass_on(known, x): remember(known, x=x)
def fills_by_local_name(x):
    known = KNOWN
    if x in known: return known[x]
    known[x] = x
def fills_through_parameter(x): pass_on(known=SEEN, x=x)
def fills_by_bound_method(x):
    add = ROWS.append
    add(x)
def fills_what_it_imports(x):
    guardedhelpers.note(x)
    return len(guardedhelpers.NOTES) + len(guardedpkg.config.NOTES)
class Part:
    total = 0
    rows = []
    def __init__(self): self.n, self.cache, self.__log = 0, {}, []
    def count(self, x):
        type(self).total += 1
        self.__class__.rows.append(x)
        self.n += 1
    def look_up(self, x):
        cache = self.cache
        if x not in cache: cache[x] = x
        remember(self.cache, x)
        self.__log.append(x)
class Whole:
    def __init__(self): self.part, self.other = Part(), Part()
    def run(self, x):
        self.other.n += 1
        return self.part.count(x), self.part.look_up(x)
WHOLE = Whole()
def fills_in_part(x): WHOLE.run(x)
class Derived(Part): pass
def fills_in_derived_class(x): Derived().count(x)
""",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What a function reads, and a statement that changes something.

    Attributes:
        reads: the function, as an expression in the module's names.
        does: the statement; ``project`` is the module.
        options: how the function is watched.
    """

    reads: str
    does: str
    options: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([f"{self.reads}: {self.does}", *map("{0[0]}={0[1]}".format, self.options.items())])


CHANGES = [
    *(Change(reads, does) for reads, does in [
        ("reads_proxied", "proxied._self_rate = 2"), ("reads_proxied", "proxied.__wrapped__ = abs"),
        ("reads_proxied", "proxied.__wrapped__.__code__ = (lambda x: x + 1).__code__"),
        ("reads_rate", "project.RATE = 2"), ("reads_rate", "project.RATE = True"), ("reads_rate", "del project.RATE"),
        ("reads_list", "LIST.append(4)"), ("reads_list", "LIST[1].append(4)"), ("reads_list", "LIST[0] = 9"),
        ("reads_list", "LIST.reverse()"), ("reads_list", "LIST[1][0] = 2.0"),
        ("reads_dict", "DICT['a']['b'].append(2)"), ("reads_dict", "DICT['a'].update(c=1)"), ("reads_dict", "DICT.pop('a')"),
        ("reads_dict", "DICT.update(f=len)"),
        ("reads_set", "SET.add(3)"), ("reads_set", "SET.discard(1)"),
        ("reads_tuple", "TUPLE[0].append(2)"), ("reads_tuple", "TUPLE[1]['k'].add(2)"),
        ("reads_array", "ARRAY.append(3)"), ("reads_array", "ARRAY[0] = 5"), ("reads_bytes", "BYTES[0] = 1"),
        ("reads_deque", "DEQUE.append(2)"), ("reads_deque", "DEQUE[0] = 2"), ("reads_ordered", "ORDERED['b'] = 3"), ("reads_ordered", "ORDERED.move_to_end('a')"),
        ("reads_defaults", "DEFAULTS['a'].append(2)"), ("reads_defaults", "DEFAULTS.default_factory = dict"),
        ("reads_counts", "COUNTS.update(b=1)"),
        ("reads_plain", "PLAIN.b = 3"), ("reads_plain", "PLAIN.a.append(2)"), ("reads_plain", "PLAIN.c = 1"), ("reads_plain", "del PLAIN.a"),
        ("reads_plain", "PLAIN.__class__ = Sub"), ("reads_plain", "Plain.method = lambda self: 5"),
        ("reads_attribute", "PLAIN.a = [2]"), ("reads_attribute", "PLAIN.a.append(2)"),
        ("reads_slotted", "SLOTTED.v = 3"), ("reads_slotted", "SLOTTED.v.append(3)"), ("reads_slotted", "SLOTTED.w = 3"),
        ("reads_data", "DATA.x = 3"), ("reads_data", "DATA.y.append(3)"),
        ("reads_custom", "CUSTOM.seen.append(3)"), ("reads_stated", "STATED.a = 3"),
        ("reads_words", "WORDS['b'] = 3"), ("reads_words", "WORDS.note = 3"),
        ("reads_row", "ROW.note = 3"), ("reads_row", "ROW[0].append(3)"), ("reads_row", "project.ROW = Row([[2]])"),
        ("reads_cached_property", "LAZY.note = 5"), ("reads_cached_property", "project.RATE = 5"),
        ("reads_lazy", "project.RATE = 5"), ("reads_lazy", "Lazy.__dict__['value'].func = other"),
        ("reads_lazy", "Lazy.__dict__['turn'].register(int, lambda self, x: 5)"),
        ("reads_lazy", "Lazy.__dict__['half'].keywords['d'].append(5)"),
        ("reads_lazy", "Lazy.__dict__['half'].keywords.update(e=5)"),
        ("reads_pinned", "Pinned.VERSION = '2'"), ("reads_pinned", "del Pinned.VERSION"),
        ("reads_color", "Color.RED.value.append(2)"), ("reads_made", "Meta.extra = lambda cls: 5"),
        ("reads_nested", "NESTED['c'].b = 3"), ("reads_nested", "NESTED['t'][1].append(3)"), ("reads_nested", "NESTED['t'][2]['k'].b = 3"),
        ("reads_bound", "PLAIN.a.append(3)"), ("reads_bound", "Plain.size = 3"),
        ("reads_middle", "helper.__code__ = other.__code__"), ("reads_middle", "helper.__defaults__ = (8,)"),
        ("reads_middle", "helper.__defaults__ = None"), ("reads_middle", "helper.__kwdefaults__ = {'k': 8}"),
        ("reads_middle", "helper.__kwdefaults__['k'] = 8"), ("reads_middle", "helper.note = 8"), ("reads_middle", "project.helper = other"),
        ("reads_middle", "project.middle = lambda x: x"),
        ("reads_functions", "FUNCTIONS['f'] = other"), ("reads_functions", "FUNCTIONS['g'].append(other)"),
        ("reads_functions", "project.RATE = 5"),
        ("reads_partial", "PARTIAL.keywords.update(d=5)"), ("reads_partial", "PARTIAL.args[0].append(5)"),
        ("reads_partial", "PARTIAL.__setstate__((other, PARTIAL.args, PARTIAL.keywords, {}))"), ("reads_own_partial", "OWN_PARTIAL.keywords.update(d=5)"),
        ("reads_closure", "PUT(5)"), ("reads_closure", "CELL_DATA.append(5)"), ("reads_closure", "GET.__closure__[1].cell_contents = 5"),
        ("reads_cached", "project.CACHED_RATE = 5"), ("reads_dispatched", "dispatched.register(int, lambda x: 5)"),
        ("reads_wrapped", "wrapped.__closure__[0].cell_contents = other"),
        ("reads_inner", "project.INNER_RATE = 5"), ("reads_inner", "inner.VERSION = '1'"), ("reads_inner", "project.inner = other"),
        ("reads_inner", "inner.__wrapped__.__code__ = versioned.__wrapped__.__code__"),
        ("reads_versioned", "project.versioned = memoize_step(version='2')(versioned.__wrapped__)"),
        ("reads_dependent", "DEPENDENCY.append(2)"), ("reads_closed", "CLOSED.__wrapped__.__closure__[0].cell_contents.append(2)"),
        ("reads_proxy", "PROXY_OF['a'].append(2)"), ("reads_proxy", "PROXY_OF.update(b=2)"),
        ("reads_space", "SPACE.a.append(2)"), ("reads_space", "SPACE.b = 2"),
        ("reads_class", "Plain.size = 2"), ("reads_class", "Plain.method = lambda self: 5"), ("reads_class", "Plain.more = 2"),
        ("reads_class", "del Plain.half"), ("reads_class", "Plain.half = property(lambda self: 1)"),
        ("reads_class", "Plain.static = staticmethod(lambda: 2)"), ("reads_class", "Plain.table['a'].append(2)"),
        ("reads_subclass", "Plain.size = 2"), ("reads_subclass", "Sub.size = 2"),
        ("reads_subclass", "Sub.__bases__ = (Plain, type('Mixin', (), {'more': 1}))"),
        ("reads_builtin", "project.len = lambda values: 7"), ("reads_missing", "project.NOT_THERE = 1"),
        ("reads_helper_in_module", "guardedhelpers.RATE = 5"), ("reads_helper_in_module", "guardedhelpers.helper = other"),
        ("reads_helper_in_module", "project.guardedhelpers = types.SimpleNamespace(RATE=1, helper=other)"),
        ("reads_class_in_module", "guardedhelpers.Kept.size = 5"), ("reads_class_in_module", "guardedhelpers.Kept = Plain"),
        ("reads_module", "guardedhelpers.OTHER = 5"), ("reads_module", "guardedhelpers.NEW = 5"), ("reads_module", "del guardedhelpers.OTHER"),
        ("reads_package", "guardedpkg.config.RATE = 5"), ("reads_package", "guardedpkg.config = types.SimpleNamespace(RATE=5)"),
        ("imports", "guardedhelpers.RATE = 5"), ("imports", "sys.modules['guardedhelpers'] = types.ModuleType('guardedhelpers')"),
        ("imports_from", "guardedhelpers.helper = other"),
        ("has_defaults", "has_defaults.__defaults__[0].append(5)"), ("has_defaults", "has_defaults.__kwdefaults__['b']['k'].append(5)"),
        ("has_defaults", "has_defaults.__kwdefaults__['b'] = 5"),
    ]),
    Change("has_defaults", "has_defaults.__defaults__ = (5,)", {"code": "own"}),
    Change("has_defaults", "has_defaults.__defaults__[0].append(5)", {"code": "own"}),
    Change("has_none", "has_none.__code__ = (lambda x: x).__code__", {"code": "own"}),
]  # fmt: skip

NO_CHANGES = [
    *(Change(reads, does) for reads, does in [
        ("reads_attribute", "PLAIN.b = 3"), ("reads_attribute", "project.PLAIN = Sub()"), ("reads_custom", "CUSTOM.unseen = 3"), ("reads_stated", "STATED.b = 3"),
        ("reads_helper_in_module", "guardedhelpers.OTHER = 5"), ("reads_helper_in_module", "guardedhelpers.NEW = 5"),
        ("reads_rate", "project.NEW = 5"), ("reads_rate", "project.RATE = 1"), ("reads_list", "project.LIST = [1, [2, 3]]"),
        ("reads_cached_property", "LAZY.value"), ("reads_module", "guardedhelpers.__warningregistry__ = {}"),
        ("reads_pinned", "Pinned.run = lambda self: 5"), ("reads_cached", "cached(1)"), ("reads_middle", "helper.__doc__ = 'new'"),
        ("reads_versioned", "versioned.__wrapped__.__code__ = helper.__code__"), ("reads_dict", "DICT['a'] = {'b': [1]}"),
        ("reads_class", "Sub.size = 5"), ("reads_space", "SPACE.a = [1]"), ("imports", "guardedhelpers.OTHER = 5"),
    ]),
    Change("has_none", "project.RATE = 5", {"code": "own"}),
    Change("has_none", "has_none.__code__ = (lambda x: x).__code__", {"code": "off"}),
]  # fmt: skip

#: Functions that change what they themselves read.
STATES = [
    "appends", "fills", "counts", "connects", "counts_on_itself", "fills_default", "counts_in_class", "counts_in_cell",
    "fills_through_helper", "fills_by_local_name", "fills_through_parameter", "fills_by_bound_method",
    "fills_what_it_imports", "fills_in_part", "fills_in_derived_class",
]  # fmt: skip
