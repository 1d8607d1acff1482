"""Statistics, tables, coding and agreement, exports: everything that is counted or printed of a library."""

import sqlite3
from typing import Any

from fmatlas.review.counts import counts
from fmatlas.review.deciding import decisions
from fmatlas.review.export import export_facts
from fmatlas.review.facts import facts, queue, studies, suggested_facts
from fmatlas.review.status import status
from fmatlas.review.table import Table


class Review:
    """What may be counted and printed of one library; every answer is a `Table` or ready for JSON.

    The functions behind these methods have the full documentation.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def facts(self, **narrowed: Any) -> Table:
        """What the library states; narrowed by `study, field, name, role, min_confidence`."""
        return facts(self._connection, **narrowed)

    def suggestions(self, study: str) -> Table:
        """What is suggested for the further fields of a study, and what persons said of them."""
        return suggested_facts(self._connection, study)

    def queue(self, **narrowed: Any) -> Table:
        """What a person should look at, most pressing first; narrowed by `study, field`."""
        return queue(self._connection, **narrowed)

    def studies(self, *, suggested: bool = False) -> Table:
        """The study table; with columns for what is only suggested where that is asked for."""
        return studies(self._connection, suggested=suggested)

    def counts(self, name: str, **options: Any) -> Table:
        """Number of studies for each value of `name`; options are `role, level, by`."""
        return counts(self._connection, name, **options)

    def export_facts(self, min_confidence: float | None = None) -> Table:
        """The facts in the columns and spellings of the coding sheet."""
        return export_facts(self._connection, min_confidence)

    def decisions(self) -> Table:
        """Every decision ever made, in order."""
        return decisions(self._connection)

    def status(self) -> dict[str, Any]:
        """What was read and what not, and how much is stated."""
        return status(self._connection)
