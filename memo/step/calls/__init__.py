"""One call of a step: how it is looked up, run and kept, whatever kind of function it is.

- ``attempt``: the call itself; ``telling``: what its run leaves beside the result; ``log``: the line that is logged;
- ``drivers``: what runs it, with ``coroutines`` and ``generators`` for these kinds of functions;
- ``replay``, on ``replay_hooks``: what a run showed is shown again;
- ``verifying``: some hits are computed again.
"""
