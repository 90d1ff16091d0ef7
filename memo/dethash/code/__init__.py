"""What code does, as one digest: its syntax trees, and the values that it reads, which may be code again.

A walk begins with a step's function. ``functions`` takes it apart: the form of its own tree, and a binding for each
name that it reads from outside; ``classes`` does so with classes. The walk goes on with what the bindings hold, until
all code is met. ``manifest`` is what comes of that, and ``guard`` tells at each call whether it still holds.

- ``source``: the text of running code, and the definition in there;
- ``syntax``: what a tree says: its form, and what it does with names;
- ``bindings``, with ``imports`` and ``attached``: the values that the names stand for;
- ``functions`` and ``classes``, with ``annotations`` and ``given``: what is in each, and counts;
- ``state``: what the code itself changes, and what of that counts;
- ``party``, with ``named`` and ``distributions``: whose code something is. The user's own is followed, and other code
  counts by its name and its package's version;
- ``reading``: what the code reads of other code besides running it, such as docstrings;
- ``manifest``, with ``registered``, ``entries`` and ``unseen``: the walk, and what explains its outcome;
- ``guard``, with ``watched`` and ``parts``: what is compared at each call;
- ``mains``: which class a name of the program's means here.
"""
