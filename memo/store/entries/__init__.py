"""Entries: their bytes and what these say, whether they lie in a row or in a file.

- ``entry``: the layout; ``seal`` and ``secret``: what vouches for it;
- ``metadata``: what is known of a result besides its value; ``expiry``: when it is too old;
- ``opening``: from a row or a file to verified bytes, and from those to a value.
"""
