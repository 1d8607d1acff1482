"""Passages found by words and by meaning."""

from fmatlas.search.build import Built, build
from fmatlas.search.filters import Filters, parse_filters
from fmatlas.search.search import Hit, State, search, state

__all__ = ["Built", "Filters", "Hit", "State", "build", "parse_filters", "search", "state"]
