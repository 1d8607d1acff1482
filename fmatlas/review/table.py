"""A table of results: column names and rows, to be had as records, as a data frame or as a CSV file."""

import csv
import io
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

    def frame(self) -> "pandas.DataFrame":
        """The table as a pandas data frame."""
        import pandas

        return pandas.DataFrame.from_records(list(self.rows), columns=list(self.columns))

    def csv(self) -> str:
        """The table as CSV text: LF line ends, cells that a spreadsheet would run as formulas neutralised."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_plain(cell) for cell in row] for row in self.rows)
        return out.getvalue()

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


def _plain(cell: Any) -> Any:
    """The cell as it may stand in a spreadsheet: text that looks like a formula has a quote before it."""
    if isinstance(cell, str) and _FORMULA.match(cell):
        return "'" + cell
    return "" if cell is None else cell
