"""How the documentation is built: ``sphinx-build -W docs docs/_build``, without a network."""

from importlib.metadata import version as version_of

project = "memo"
author = "The memo authors"
copyright = "2026, The memo authors"  # noqa: A001 - Sphinx's name for it
release = version_of("memoize-step")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
exclude_patterns = ["_build"]
# The notebook shows what `docs/run_tutorial.py` kept in it; a test compares that with a run.
nb_execution_mode = "off"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["wide-tables.css"]
html_title = f"memo {release}"

nitpicky = True
# Type variables and private names that appear in a signature have no page of their own.
nitpick_ignore_regex = [
    ("py:.*", r"(memo\..*\.)?_?[A-Z](_co)?"),
    ("py:.*", r"memo\.store\.(entries\.entry\.Entry|claims\.Claim|keeping\.Keeping|formats\.chosen\.Format)"),
    ("py:.*", r"(collections\.abc|concurrent\.futures|typing|pathlib|datetime|os)\..*"),
    ("py:.*", r"CodeManifest|Kept|StepIdentity"),  # what a step hands in; nobody else makes one
    ("py:.*", r"timedelta"),  # imported for type checkers alone
]

myst_heading_anchors = 3
napoleon_use_ivar = True  # or a field called `bytes` would be what every `bytes` refers to
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
