"""What commands print: JSON for programs, aligned columns for people."""

import json
import shutil
import sys
import unicodedata
from typing import Any

from fmatlas.atlas import Table

GAP = "  "
# A column on a terminal; the last one has what is left.
WIDEST = 40


def print_json(value: Any) -> None:
    """One JSON value, as UTF-8, keys in the order given."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(table: Table, *, as_json: bool = False) -> None:
    """A table: its records as JSON, or aligned columns, cut to the width of a terminal where there is one."""
    if as_json:
        print_json(table.records())
        return
    if not table.columns:
        return
    limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    cells = [[_cell(cell) for cell in row] for row in (table.columns, *table.rows)]
    for row in cells if limit else ():
        row[:-1] = [cell if len(cell) <= WIDEST else cell[: WIDEST - 1] + "…" for cell in row[:-1]]
    # The last column is as long as it likes; it needs no padding.
    widths = [max(len(row[column]) for row in cells) for column in range(len(table.columns) - 1)]
    for row in cells:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print(GAP.join([*padded, row[-1]]).rstrip()[:limit])


def printable(text: str) -> str:
    """Text without characters that steer a terminal: a PDF or a file name may hold any.

    Example:
        >>> printable("two\\nlines")
        'two\\\\nlines'
    """
    return "".join(
        character
        if unicodedata.category(character)[0] != "C"
        else character.encode("unicode_escape").decode()
        for character in text
    )


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return printable("" if value is None else " ".join(str(value).split(" ")))
