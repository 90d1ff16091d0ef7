"""Which version of memo this is; the distribution's is read from here."""

__version__ = "0.1.0"
