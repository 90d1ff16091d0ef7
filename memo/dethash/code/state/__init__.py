"""State: what the code itself changes while it runs. It is left out of the digest; how it began counts in its place.

A step may count its calls, remember results, open a client once. Were the present value of such a variable part of what
the step does, no call would ever hit; were it left out altogether, an edit of what it began with would be served stale.
Decision 5 says what counts instead. The files, in the order in which a walk asks them:

- ``changes``: which variables and containers a piece of code assigns or fills, by whatever name. Each function and
  class is taken apart with that as its ``rebinds``.
- ``attributes``: the same of a global instance: what the methods change that the code calls.
- ``empty``: of what is filled by another name, whether it began empty. If not, it is no memory of the code's own.
- ``tracked``: all of that together, once the walk has met all code: which bindings are state, and what counts of them:
- ``first_values``: the statements that set a variable up, as code: in its module, class or the function around;
- ``told``: the same in another process, to which the code goes by value and not all that set the variable up;
- ``cells``: in a notebook, what the cells did to it, in the order in which they ran;
- ``containers``: what a program has put in the place of a container that a module had set up;
- ``at_import``: what modules do to it while they are imported, from elsewhere;
- ``drivers``: what they do through functions that they call then, and with which statements of these.
"""
