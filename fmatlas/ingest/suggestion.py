"""A value that a report may have for one of the further fields."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggested value with the spans of the report's text that suggest it, best first.

    `role` is `pretrain` or `train` for `data_size`, else empty.
    """

    field: str
    value: str
    places: tuple[tuple[int, int], ...]
    role: str = ""
