"""The exported facts: a contract."""

import csv
import io
from pathlib import Path

from fmatlas.library import Library
from fmatlas.library.reports import FileSeen
from fmatlas.review.deciding import make_decisions
from fmatlas.review.export import COLUMNS, export_facts
from tests.small_library import sha_of, study_of

GOLDEN = Path(__file__).parent / "golden" / "facts.csv"


def rows_of(library: Library, min_confidence: float | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export_facts(library.connection, min_confidence).csv())))


def test_the_export_is_as_it_was_pinned(library: Library) -> None:
    text = export_facts(library.connection).csv()
    for letter, file in (("A", "a/chestnet.pdf"), ("B", "b/segmenter.pdf"), ("C", "c/plain.pdf")):
        text = text.replace(study_of(file), letter)
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_the_file_has_no_byte_order_mark_and_unix_line_ends(library: Library, tmp_path: Path) -> None:
    export_facts(library.connection).write(tmp_path / "facts.csv")
    content = (tmp_path / "facts.csv").read_bytes()
    assert content.startswith(b"file,field,") and b"\r" not in content
    assert content.decode("utf-8").splitlines()[0] == ",".join(COLUMNS)


def test_a_minimum_confidence_brings_facts_below_their_cut_and_drops_unsure_ones(library: Library) -> None:
    low = {(row["value"], row["role"]): row["status"] for row in rows_of(library, 0.1)}
    assert low["CheXpert", "train"] == "unclear" and low["CheXpert", "eval"] == "reported"
    high = {(row["value"], row["role"]) for row in rows_of(library, 0.9) if row["field"] == "dataset"}
    assert high == {("CheXpert", "eval"), ("MIMIC-CXR", "pretrain")}


def test_what_a_person_rejected_is_never_exported_and_what_they_added_is_theirs(library: Library) -> None:
    for verdict, field, name, role in (
        ("reject", "dataset", "CheXpert", "eval"),
        ("add", "dataset", "Our Cohort", "train"),
    ):
        for decision in make_decisions(
            library.connection, verdict, "a/chestnet.pdf", field, name, role=role, person="ada"
        ):
            library.decide(decision)
    rows = {(row["value"], row["role"]): row for row in rows_of(library, 0.0)}
    assert ("CheXpert", "eval") not in rows
    added = rows["Our Cohort", "train"]
    assert (added["origin"], added["confidence"], added["note"]) == ("person", "1.0000", "decided by ada")
    assert added["file"] == "a/chestnet.pdf"


def test_a_report_under_two_names_has_one_row_for_each_fact_under_the_first_name(library: Library) -> None:
    before = len(rows_of(library))
    root = library.connection.execute("SELECT root FROM file LIMIT 1").fetchone()[0]
    library.write_file(FileSeen(f"{root}/a/a copy.pdf", root, 10, 1), sha_of("a/chestnet.pdf"))
    rows = rows_of(library)
    assert len(rows) == before
    assert {row["file"] for row in rows if row["study"] == study_of("a/chestnet.pdf")} == {"a/a copy.pdf"}


def test_a_file_that_is_gone_gives_way_to_one_that_is_there(library: Library) -> None:
    root = library.connection.execute("SELECT root FROM file LIMIT 1").fetchone()[0]
    library.write_file(FileSeen(f"{root}/a/0.pdf", root, 10, 1, "missing"), sha_of("a/chestnet.pdf"))
    assert "a/0.pdf" not in {row["file"] for row in rows_of(library)}


def test_what_only_the_file_name_says_is_not_exported(library: Library) -> None:
    library.connection.execute(
        "INSERT INTO metadata (report, field, value, source, p) "
        "VALUES (?, 'arxiv_id', '2401.00009', 'file name', 0.3)",
        (sha_of("c/plain.pdf"),),
    )
    assert "2401.00009" not in {row["value"] for row in rows_of(library)}
