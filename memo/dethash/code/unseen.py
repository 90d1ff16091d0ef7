"""What code reads and no name leads to: files, the environment, the clock, random numbers that it is not given.

None of it counts; it is known by the names of what asks for it, so that an explanation can list it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from memo.dethash.attribute import attribute
from memo.dethash.code.bindings import Look, look_in_function
from memo.dethash.code.functions import analyse
from memo.dethash.code.party import party_of_module
from memo.dethash.code.syntax.names import Chain
from memo.dethash.code.syntax.scan import MADE
from memo.dethash.opaque import Opaque
from memo.dethash.plans import ATOMS

Path = tuple[str, ...]

#: What the reason says, by kind.
_REASONS = {
    "clock": "read it outside, and pass the time",
    "code": "what a text that is made at run time leads to: name it in depends_on=",
    "database": "read it outside, and pass what you read",
    "environment": "read it outside, and pass what you read",
    "file": "pass its content, or name it in depends_on=(memo.File(path),)",
    "input": "read it outside, and pass what you read",
    "network": "read it outside, and pass what you read",
    "process": "pass what it prints or returns",
    "random numbers": "pass a seed, or a generator, whose state counts",
}
BY_MODULE = {
    "builtins": {"__import__": "code", "exec": "code", "input": "input", "open": "file"},
    "datetime.date": {"today": "clock"},
    "datetime.datetime": dict.fromkeys(("now", "today", "utcnow"), "clock"),
    "getpass": {"getuser": "environment", "getpass": "input"},
    "glob": dict.fromkeys(("glob", "iglob"), "file"),
    "http.client": dict.fromkeys(("HTTPConnection", "HTTPSConnection"), "network"),
    "importlib": {"import_module": "code"},
    "io": dict.fromkeys(("open", "open_code", "FileIO"), "file"),
    "locale": dict.fromkeys(("getlocale", "localeconv", "getdefaultlocale"), "environment"),
    "os": {
        **dict.fromkeys(("environ", "environb", "getenv", "getenvb"), "environment"),
        **dict.fromkeys(("getcwd", "getpid", "getppid", "getuid", "getlogin", "uname", "cpu_count"), "environment"),
        **dict.fromkeys(("listdir", "scandir", "walk", "stat", "lstat", "open", "readlink", "access"), "file"),
        **dict.fromkeys(("popen", "system"), "process"),
        "urandom": "random numbers",
    },
    "os.path": dict.fromkeys(
        ("exists", "getatime", "getctime", "getmtime", "getsize", "isdir", "isfile", "lexists"), "file"
    ),
    "platform": dict.fromkeys(("machine", "node", "platform", "release", "system", "uname", "version"), "environment"),
    "socket": dict.fromkeys(("create_connection", "gethostbyname", "socket"), "network")
    | {"gethostname": "environment"},
    "sqlite3": {"connect": "database"},
    "subprocess": dict.fromkeys(
        ("Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput", "run"), "process"
    ),
    "sys": {"argv": "environment", "platform": "environment", "stdin": "input"},
    "time": dict.fromkeys(
        ("ctime", "gmtime", "localtime", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
         "process_time", "process_time_ns", "strftime", "time", "time_ns"), "clock"
    ),
    "urllib.request": dict.fromkeys(("Request", "urlopen", "urlretrieve"), "network"),
    "uuid": {"getnode": "environment", **dict.fromkeys(("uuid1", "uuid4"), "random numbers")},
}  # fmt: skip
#: Modules of functions that draw from a generator which all code shares, and what is none of these functions.
DRAWING = {
    "numpy.random": frozenset({
        "BitGenerator", "Generator", "MT19937", "PCG64", "PCG64DXSM", "Philox", "RandomState", "SFC64", "SeedSequence",
        "default_rng", "seed", "set_state",
    }),
    "random": frozenset({"Random", "seed", "setstate"}),
    "secrets": frozenset({"compare_digest"}),
}  # fmt: skip
#: Libraries that ask others, and functions by which installed packages read files.
_NETWORK = frozenset({"aiohttp", "httpx", "requests", "urllib3"})
_READERS = frozenset({"fromfile", "genfromtxt", "imread", "load", "loadtxt", "memmap"})
#: Methods by which a path, whose class is not known, reads a file.
_PATH_METHODS = frozenset({"iterdir", "read_bytes", "read_text"})


def unseen(functions: Iterable[FunctionType]) -> set[Opaque]:
    """Return what *functions* read and no name leads to."""
    functions = list(functions)
    own = {function.__name__ for function in functions}
    known = _known_objects()
    found: set[Opaque] = set()
    for function in functions:
        analysis, look = analyse(function), look_in_function(function)
        for name in analysis.names & _PATH_METHODS - own:
            found.add(_opaque(f".{name}", "file"))
        for chain in analysis.uses.reads:
            found |= set(_of_chain(chain, look, known))
    return found


def _of_chain(chain: Chain, look: Look, known: dict[int, Path]) -> Iterator[Opaque]:
    if isinstance(chain.root, str) and chain.root.startswith(MADE):
        yield _opaque("a name that is made at run time", "code")
        return
    path = _path_of(chain, look, known)
    for end in range(2, len(path) + 1):
        kind = _kind_of(".".join(path[: end - 1]), path[end - 1])
        if kind is not None:
            yield _opaque(".".join(path[:end]).removeprefix("builtins."), kind)
            return


def _kind_of(holder: str, name: str) -> str | None:
    kind = BY_MODULE.get(holder, {}).get(name)
    if kind is not None:
        return kind
    if holder in DRAWING:
        return None if name in DRAWING[holder] or name.startswith("_") else "random numbers"
    top = holder.partition(".")[0]
    if top in _NETWORK:
        return "network"
    reads = name in _READERS or name.startswith("read_")
    return "file" if reads and top not in sys.stdlib_module_names and party_of_module(top).kind == "third" else None


def _path_of(chain: Chain, look: Look, known: dict[int, Path]) -> Path:
    """Return the module that *chain* begins in, and the names that lead on; nothing if there is no such module."""
    root = chain.root
    if not isinstance(root, str):
        names = (*root.module.split("."), *((root.name,) if root.name else ()))
        return () if root.level else (*names, *chain.attributes)
    found = look(root)
    if found is None:
        return ("builtins", root)
    value = found[0]
    path = _name_of_module(value) if isinstance(value, ModuleType) else known.get(id(value)) or _of_package(value)
    return (*path, *chain.attributes)


def _name_of_module(module: ModuleType) -> Path:
    return ("os", "path") if module.__name__ in ("posixpath", "ntpath") else tuple(module.__name__.split("."))


def _of_package(value: object) -> Path:
    """Return where a function of a package is, as it says itself."""
    if not isinstance(value, type | FunctionType | BuiltinFunctionType):
        return ()
    module = attribute(value, "__module__")
    return (*module.split("."), value.__name__) if isinstance(module, str) else ()


def _known_objects() -> dict[int, Path]:
    """Return what is known by itself, where it has been imported from its module, and where it is."""
    known: dict[int, Path] = {}
    for name in [*BY_MODULE, *DRAWING]:
        path = tuple(name.split("."))
        holder: Any = sys.modules.get(name)
        if holder is None:  # a class
            holder = attribute(sys.modules.get(path[0]), path[-1])
            known[id(holder)] = path  # or None, which is an atom
        for member in BY_MODULE.get(name, vars(holder) if name in DRAWING and holder is not None else ()):
            value = attribute(holder, member)
            if type(value) not in ATOMS:  # a text or number may be anywhere
                known[id(value)] = (*path, member)
    return known


def _opaque(label: str, kind: str) -> Opaque:
    return Opaque(label, kind, _REASONS[kind])
