"""The source of running code: its text as it was when the code was made, and where in there it is defined.

- ``texts``: the texts of files and cells, read when they are first seen, and kept;
- ``brought``: those of code that another process sent here, which belong to what came with them;
- ``parsing``: texts to syntax trees; ``marimo``: how a notebook of marimo runs its cells;
- ``definitions``: the tree of a function, the one that compiles to just its code; ``memory``: what was found, kept;
- ``class_definitions``: the tree of a class.
"""
