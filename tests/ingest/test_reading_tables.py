"""Captions and tables: which rows belong to a table, and its cells."""

from pathlib import Path

import pytest

from fmatlas.ingest.captions import label_of
from fmatlas.ingest.reading import read_report
from fmatlas.schema.reading import Float, Reading
from tests.ingest.reading_made import Paper, check, kinds

GRID = (
    ("Model", "Dice", "IoU"),
    ("U-Net", "0.81", "0.70"),
    ("Big Net", "0.85 ± 0.02", "0.74"),
    ("Ours", "0.90", "0.82"),
)


def grid(made: Paper, top: float, ruled: bool) -> float:
    for row, cells in enumerate(GRID):
        for x, cell in zip((100, 220, 330), cells, strict=True):
            made.text(x, top + 14 * row, cell, 9)
    bottom = top + 14 * (len(GRID) - 1)
    if ruled:
        for y in (top - 11, top + 4, bottom + 5):
            made.rule(95, 400, y)
    return bottom


def table_of(reading: Reading) -> Float:
    check(reading)
    (table,) = [item for item in reading.floats if item.kind == "table"]
    return table


def cells(reading: Reading, table: Float) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(reading.text[c.start : c.end] for c in row) for row in table.rows)


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("above", [True, False])
def test_rows_and_cells_are_found_with_and_without_rules(tmp_path: Path, ruled: bool, above: bool) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.prose(72, 80, 460, 12)
    caption = "Table 3: Results of the models on the test set."
    if above:
        made.text(95, 260, caption, 9)
    bottom = grid(made, 285, ruled)
    if not above:
        made.text(95, bottom + 24, caption, 9)
    made.prose(72, bottom + 70, 460, 20, seed=5)
    reading = read_report(made.save())
    table = table_of(reading)
    assert table.label == "Table 3"
    assert cells(reading, table) == GRID
    assert "U-Net" not in reading.text[: reading.body_end]


def test_the_cells_of_a_table_in_small_print_stand_in_rows(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.prose(72, 80, 460, 12)
    made.text(95, 260, "Table 1: Results of the models.", 9)
    for row in range(4):
        for column, x in enumerate((100, 180, 260, 340)):
            made.text(x, 284 + 9 * row, f"{row}.{column}", 6)
    for y in (276, 287, 314):
        made.rule(95, 400, y)
    made.prose(72, 360, 460, 20)
    table = table_of(read_report(made.save()))
    assert [len(row) for row in table.rows] == [4, 4, 4, 4]


def test_header_cells_are_marked(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(95, 100, "Table 1: Results of the models.", 9)
    bottom = grid(made, 130, True)
    made.prose(72, bottom + 50, 460, 20)
    table = table_of(read_report(made.save()))
    assert [[cell.header for cell in row] for row in table.rows] == [
        [True, True, True],
        [True, False, False],
        [True, False, False],
        [True, False, False],
    ]


def test_cells_lie_where_they_are_printed(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(95, 100, "Table 1: Results of the models.", 9)
    bottom = grid(made, 130, True)
    made.prose(72, bottom + 50, 460, 20)
    table = table_of(read_report(made.save()))
    for row, y in zip(table.rows, (130, 144, 158, 172), strict=True):
        for cell, x in zip(row, (100, 220, 330), strict=True):
            assert abs(cell.box.x0 - x) < 2
            assert cell.box.y0 < y < cell.box.y1


def test_each_row_of_a_table_is_a_sentence_with_tabs(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(95, 100, "Table 1: Results of the models.", 9)
    bottom = grid(made, 130, True)
    made.prose(72, bottom + 50, 460, 20)
    reading = read_report(made.save())
    rows = [reading.text[s.start : s.end] for s in reading.sentences if s.kind == "table"]
    assert rows == ["\t".join(row) for row in GRID]
    passages = [reading.text[p.start : p.end] for p in reading.passages if p.kind == "table"]
    assert passages == ["\n".join(rows)]


def test_two_tables_one_under_the_other_keep_their_rows(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    y = 100.0
    for number in (1, 2):
        made.text(95, y, f"Table {number}: Results of the models in setting {number}.", 9)
        y = grid(made, y + 24, True) + 26
    made.prose(72, y + 30, 460, 20)
    reading = read_report(made.save())
    check(reading)
    assert [(f.label, cells(reading, f)) for f in reading.floats] == [("Table 1", GRID), ("Table 2", GRID)]


def test_a_sentence_that_starts_with_a_figure_is_no_caption(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.lines(
        72,
        100,
        [
            "The encoder is drawn in the next figure of this paper. The loss, which is shown in",
            "Figure 2. It falls",
        ],
    )
    made.prose(72, 124, 460, 10)
    reading = read_report(made.save())
    check(reading)
    assert not kinds(reading, "caption")


def test_a_caption_of_several_lines_ends_where_the_text_begins(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(72, 100, "Figure 1: The first line of the caption of this figure which goes on and", 9)
    made.text(72, 111, "ends in its second line.", 9)
    made.prose(72, 140, 460, 20)
    reading = read_report(made.save())
    check(reading)
    (figure,) = reading.floats
    caption = reading.text[figure.caption_start : figure.caption_end]
    assert caption.startswith("Figure 1: The first") and caption.endswith("second line.")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Table 1: Results", ("Table 1", "table", True)),
        ("TABLE II", ("TABLE II", "table", True)),
        ("Fig. 3. Overview", ("Fig. 3", "figure", True)),
        ("Figure 4 | A map", ("Figure 4", "figure", True)),
        ("Extended Data Fig. 2 | More", ("Extended Data Fig. 2", "figure", True)),
        ("Table S1. More results", ("Table S1", "table", True)),
        ("Figure A.2: More", ("Figure A.2", "figure", True)),
        ("Algorithm 1 Training", ("Algorithm 1", "algorithm", False)),
        ("Figures are shown", None),
        ("Tableau 1: x", None),
    ],
)
def test_labels_of_many_styles(text: str, label: tuple[str, str, bool] | None) -> None:
    assert label_of(text) == label
