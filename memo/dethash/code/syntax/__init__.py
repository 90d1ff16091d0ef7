"""What a syntax tree says, alike on every Python; and bytecode, where there is no text.

What code does by itself, as a digest and as a text:

- ``counts``: which parts of a tree count;
- ``forms``: these as canonical bytes; ``spelled``: as a text for people; ``excerpt``: the lines that are kept for that;
- ``bytecode``: the digest of code without a text, and what it does with names.

What it does with names that are not its own:

- ``expressions``: what small pieces of a tree say; ``statements``: what a module's statements assign and hand on;
- ``scope`` and ``scan``: every name that a tree reads, assigns or fills, with the scope where it does so;
- ``names``: that of one function or statement, as its ``Uses``.
"""
