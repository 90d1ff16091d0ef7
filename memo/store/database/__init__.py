"""The database of a store: diskcache's table in SQLite, read over plain SQLite and written through diskcache.

- ``schema``: what it must look like before anybody opens it;
- ``index``: every look at it; ``disk``: every write, and the one file that knows diskcache;
- ``pulse``: whether anybody has committed since; ``patience``: how long others' locks are waited for.
"""
