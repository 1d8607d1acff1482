"""The store of record: one SQLite file in a library folder, and what may be asked of it."""

from fmatlas.library.store import Library

__all__ = ["Library"]
