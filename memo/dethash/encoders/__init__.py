"""One file for each library; it is imported when the first value of its library arrives."""

from __future__ import annotations

from memo.dethash.encoders import builtins_ as builtins_
from memo.dethash.encoders import code_ as code_
from memo.dethash.registry import register_lazy

_HERE = "memo.dethash.encoders."

# The standard library, by the top-level module that a class says it is from.
for _library, _file in {
    "_contextvars": "stdlib_references",
    "_ctypes": "stdlib_ctypes",
    "_io": "stdlib_buffers",
    "_struct": "stdlib_buffers",
    "_weakrefset": "stdlib_references",
    "ast": "stdlib_ast",
    "annotationlib": "stdlib_typing",
    "array": "stdlib_buffers",
    "builtins": "stdlib_exceptions",
    "collections": "stdlib_collections",
    "configparser": "stdlib_configparser",
    "datetime": "stdlib_time",
    "decimal": "stdlib_numbers",
    "enum": "stdlib_enum",
    "fractions": "stdlib_numbers",
    "ipaddress": "stdlib_net",
    "logging": "stdlib_logging",
    "mmap": "stdlib_buffers",
    "pathlib": "stdlib_text",
    "random": "stdlib_random",
    "re": "stdlib_text",
    "types": "stdlib_typing",
    "typing": "stdlib_typing",
    "unittest": "stdlib_mock",
    "uuid": "stdlib_net",
    "weakref": "stdlib_references",
    "zoneinfo": "stdlib_zoneinfo",
}.items():
    register_lazy(_library, _HERE + _file)
# Optional libraries, by the top-level module that their classes say they are from.
for _library, _files in {
    "PIL": ("pil_",),
    "_wrappers": ("wrapt_",),  # wrapt's, as its classes written in C have it
    "dask": ("dask_",),
    "networkx": ("networkx_",),
    "numba": ("numba_",),
    "numpy": ("numpy_", "numpy_random"),
    "omegaconf": ("omegaconf_",),
    "pandas": ("pandas_", "pandas_arrays", "pandas_scalars"),
    "polars": ("polars_",),
    "pyarrow": ("pyarrow_", "pyarrow_types"),
    "pydantic": ("pydantic_",),
    "scipy": ("scipy_",),
    "sklearn": ("sklearn_",),
    "torch": ("torch_",),
    "wrapt": ("wrapt_",),
    "xarray": ("xarray_",),
}.items():
    for _file in _files:
        register_lazy(_library, _HERE + _file)
