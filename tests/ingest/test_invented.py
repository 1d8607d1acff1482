"""The invented papers that the judges are fitted on are whole, and say what their coding says."""

from pathlib import Path

from fmatlas.schema.fields import CATEGORIES, FIELD
from scripts.invented import invented_papers

ROLES = {
    "model": {"introduced"},
    "backbone": {"vision", "text", "other"},
    "dataset": {"pretrain", "train", "eval"},
}

PAPER = """title: Two Cells
category: VFM
model,"Cell, the Net",introduced
===
# Two Cells
A. Author
## Abstract
We count cells. It works.
## 2.1 Data
Table 1: Sets used.
| Set | Cells |
| BBBC021 | 30 |
Figure 1 shows the counts.
Figure 1: Counts by set.
"""


def test_every_invented_paper_is_whole_and_states_the_names_of_its_coding() -> None:
    papers = list(invented_papers())
    assert len(papers) > 200
    for reading, rows in papers:
        file, text = rows[0].file, reading.text.lower()
        assert {row.field for row in rows} <= set(FIELD), file
        assert next(row.value for row in rows if row.field == "category") in CATEGORIES, file
        assert all(row.role in ROLES.get(row.field, {""}) for row in rows), file
        named = [row.value for row in rows if row.field in ("model", "base_model", "backbone", "dataset")]
        assert not [name for name in named if name.lower() not in text], file
        assert any(found.rows for found in reading.floats), file
        assert len(reading.sections) > 5 and reading.sections[0].type == "front", file


def test_a_paper_is_read_as_if_it_had_been_printed(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(PAPER, encoding="utf-8")
    [(reading, rows)] = invented_papers(tmp_path)
    assert [(row.field, row.value, row.role) for row in rows] == [
        ("title", "Two Cells", ""),
        ("category", "VFM", ""),
        ("model", "Cell, the Net", "introduced"),
    ]
    said = {kind: [reading.text[s.start : s.end] for s in reading.sentences if s.kind == kind]
            for kind in ("body", "caption", "table")}  # fmt: skip
    assert said["body"] == ["A. Author", "We count cells.", "It works.", "Figure 1 shows the counts."]
    assert said["caption"] == ["Table 1: Sets used.", "Figure 1: Counts by set."]
    assert said["table"] == ["Set\tCells", "BBBC021\t30"]
    assert [(s.type, s.number, s.level) for s in reading.sections] == [
        ("front", "", 1), ("abstract", "", 1), ("data", "2.1", 2),
    ]  # fmt: skip
    table, figure = reading.floats
    assert [[reading.text[c.start : c.end] for c in row] for row in table.rows] == [
        ["Set", "Cells"],
        ["BBBC021", "30"],
    ]
    assert [c.header for c in table.rows[0]] == [True, True] and not figure.rows
    assert reading.text[table.caption_start : table.caption_end] == "Table 1: Sets used."
