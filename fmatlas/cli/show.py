"""What commands print: JSON for programs, aligned columns for people."""

import json
import shutil
import sys
import unicodedata
from typing import Any

from fmatlas.atlas import Table

GAP = "  "


def print_json(value: Any) -> None:
    """One JSON value, as UTF-8, keys in the order given."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(table: Table, *, as_json: bool = False) -> None:
    """A table: its records as JSON, or aligned columns, cut to the width of a terminal where there is one."""
    if as_json:
        print_json(table.records())
        return
    cells = [[_cell(cell) for cell in row] for row in (table.columns, *table.rows)]
    # The last column is as long as it likes; it needs no padding.
    widths = [max(len(row[column]) for row in cells) for column in range(len(table.columns) - 1)]
    limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
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
