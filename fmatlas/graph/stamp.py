"""What a graph was built from; it is stale as soon as any of it differs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a graph was built from.

    Attributes:
        library: id of the library.
        schema: version of the graph's schema.
        facts: the library's revision of facts.
        catalogue: version of the catalogue.
    """

    library: str
    schema: int
    facts: int
    catalogue: str
