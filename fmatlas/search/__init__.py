"""Passages found by words and by meaning."""

from fmatlas.search.building import Built, build
from fmatlas.search.filters import Filters, parse_filters
from fmatlas.search.hits import Hit, State, search, state

__all__ = ["Built", "Filters", "Hit", "State", "build", "parse_filters", "search", "state"]
