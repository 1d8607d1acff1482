"""What the bundled catalogue lists of known models, for the graph's `LISTED_WITH` edges."""

from fmatlas.graph.project import Listed


def catalogue_version() -> str:
    """The version of the bundled catalogue."""
    return ""


def read_listed() -> list[Listed]:
    """Everything the catalogue lists."""
    return []
