"""Tables as records, frames and CSV."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmatlas.review.table import Table, table


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(cell: str) -> None:
    (row,) = list(csv.reader(io.StringIO(table(["value"], [[cell]]).csv(), newline="")))[1:]
    assert row == ["'" + cell]


@pytest.mark.parametrize("cell", [-1, -0.5, "ViT-B/16", "a=b", "1-2"])
def test_numbers_and_plain_text_stay_as_they_are(cell: object) -> None:
    assert table(["value"], [[cell]]).csv() == f"value\n{cell}\n"


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2
    )
)
def test_any_text_comes_back_from_the_file(cells: list[str]) -> None:
    text = table(["x", "y"], [cells]).csv()
    (row,) = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [
        back if back == cell else back.removeprefix("'") for back, cell in zip(row, cells, strict=True)
    ] == cells


def test_quotes_line_ends_and_commas_survive(tmp_path: Path) -> None:
    rows = (('a "quoted" word', "two\nlines, a comma"),)
    Table(("x", "y"), rows).write(tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as stream:
        assert tuple(map(tuple, csv.reader(stream)))[1:] == rows


def test_a_file_name_that_is_no_text_is_spelled_out(tmp_path: Path) -> None:
    Table(("file",), (("bad\udcff.pdf",),)).write(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "file\nbad\\udcff.pdf\n"


def test_the_frame_has_the_columns_also_of_an_empty_table() -> None:
    frame = Table(("a", "b"), ()).frame()
    assert list(frame.columns) == ["a", "b"] and len(frame) == 0
    assert Table(("a", "b"), ((1, 2),)).only("b").head(1).records() == [{"b": 2}]
