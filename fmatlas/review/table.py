"""A table of results: column names and rows, to be had as records, as a data frame or as a CSV file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

# What a spreadsheet would run as a formula: these characters (or their full-width forms) first in a cell,
# also after spaces, and a tab or a line break as the first character.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
_SPECIAL = re.compile(r'[",\r\n]')


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; every row has one cell for each column.

    Example:
        >>> Table(("task", "studies"), (("segmentation", 12),)).records()
        [{'task': 'segmentation', 'studies': 12}]
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """Every row as a dictionary."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def head(self, limit: int | None) -> "Table":
        """The first rows, at most `limit`; all of them where there is no limit."""
        return Table(self.columns, self.rows[:limit])

    def only(self, *columns: str) -> "Table":
        """The table with these columns, in this order."""
        places = [self.columns.index(column) for column in columns]
        return Table(columns, tuple(tuple(row[place] for place in places) for row in self.rows))

    def frame(self) -> "pandas.DataFrame":
        """The table as a pandas data frame."""
        import pandas

        return pandas.DataFrame.from_records(list(self.rows), columns=list(self.columns))

    def csv(self) -> str:
        """The table as CSV text: LF line ends, cells that a spreadsheet would run as formulas neutralised."""
        return "".join(",".join(map(_quoted, row)) + "\n" for row in (self.columns, *self.rows))

    def write(self, path: Path) -> None:
        """Write the table to a CSV file: UTF-8 without a byte order mark.

        Raises:
            OSError: the file cannot be written.
        """
        # A file name may hold bytes that are no UTF-8; they are spelled out rather than lost.
        path.write_bytes(self.csv().encode("utf-8", errors="backslashreplace"))


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Table:
    """A table of any iterables."""
    return Table(tuple(columns), tuple(tuple(row) for row in rows))


def _quoted(cell: Any) -> str:
    """The cell as it stands in a CSV file (RFC 4180); text that looks like a formula has a `'` before it.

    Python's own writer leaves a lone carriage return unquoted, which readers take for the end of the row.
    """
    text = "" if cell is None else str(cell)
    if isinstance(cell, str) and _FORMULA.match(cell):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text
