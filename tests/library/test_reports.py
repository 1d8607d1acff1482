"""Reports are written whole, replaced whole and removed without an orphan."""

import pytest

from fmatlas.library import Library
from fmatlas.library.facts import Claims
from fmatlas.library.words import folded_words
from fmatlas.schema.errors import LibraryError
from fmatlas.schema.facts import Decision
from tests.library.conftest import FIRST, SECOND, candidate, claims, complaints, dump, make_reading, seen


def rows_naming(library: Library, sha256: str) -> list[str]:
    """The tables in which any column of any row names a report."""
    db = library.connection
    found = []
    for (table,) in db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    ).fetchall():
        for row in db.execute(f"SELECT * FROM {table}"):
            if any(sha256 in str(value) for value in row):
                found.append(table)
    return found


def find(library: Library, query: str) -> int:
    return library.connection.execute("SELECT count(*) FROM word WHERE word MATCH ?", (query,)).fetchone()[0]


def test_writing_the_same_report_twice_changes_only_the_revision(filled: Library) -> None:
    before = dump(filled)
    filled.write_report(
        FIRST, make_reading(), [candidate()], reader_version="1", detected_by="1", files=[seen()]
    )
    filled.replace_claims(claims(filled))
    after = dump(filled)
    for table in ("revision", "word_data", "word_idx"):
        del before[table], after[table]
    assert after == before


def test_ids_of_passages_do_not_depend_on_order(library: Library) -> None:
    library.write_report(FIRST, make_reading(), files=[seen()])
    library.write_report(SECOND, make_reading("Another"), files=[seen("/papers/b.pdf")])
    ids = [p.id for p in library.passages()]
    library.remove(FIRST)
    library.remove(SECOND)
    library.write_report(SECOND, make_reading("Another"), files=[seen("/papers/b.pdf")])
    library.write_report(FIRST, make_reading(), files=[seen()])
    assert [p.id for p in library.passages()] == ids
    assert len(set(ids)) == 2


def test_what_is_removed_is_in_no_table(filled: Library) -> None:
    filled.decide(
        Decision("ada", "fact", "reject", filled.studies()[0], "dataset", "mimiccxr", role="pretrain")
    )
    assert "evidence" in rows_naming(filled, FIRST)
    filled.remove(FIRST)
    filled.replace_claims(Claims())
    # What a person said is never deleted; it takes effect again if the report comes back.
    assert rows_naming(filled, FIRST) == ["decision"]
    assert complaints(filled) == []
    assert filled.studies() == []


def test_removing_leaves_the_other_reports_as_they_are(filled: Library) -> None:
    before = dump(filled)
    filled.write_report(SECOND, make_reading("Another"), [candidate()], files=[seen("/papers/b.pdf")])
    filled.remove(SECOND)
    after = dump(filled)
    for table in ("revision", "word_data", "word_idx"):
        del before[table], after[table]
    assert after == before


def test_removing_what_is_not_there_is_an_error(library: Library) -> None:
    with pytest.raises(LibraryError, match="no report"):
        library.remove(FIRST)


def test_a_failure_takes_the_place_of_an_earlier_reading(filled: Library) -> None:
    filled.write_failure(FIRST, "damaged", "It ends too early.", [seen()])
    assert filled.studies() == []
    assert complaints(filled) == []
    row = filled.connection.execute("SELECT status, reason, message FROM report").fetchone()
    assert tuple(row) == ("failed", "damaged", "It ends too early.")
    with pytest.raises(LibraryError, match="no text"):
        filled.reading(FIRST)


def test_one_report_in_two_files_goes_with_the_last_of_them(filled: Library) -> None:
    filled.write_file(seen("/papers/copy.pdf"), FIRST)
    filled.write_report(SECOND, make_reading("Another"), files=[seen("/papers/copy.pdf")])
    assert len(filled.studies()) == 2
    filled.write_file(seen(), SECOND)
    assert filled.studies() == [f"sha256:{SECOND}"]
    assert complaints(filled) == []


def test_a_file_that_cannot_be_had_keeps_what_was_read(filled: Library) -> None:
    filled.write_file(seen(), None)
    assert filled.connection.execute("SELECT sha256 FROM file").fetchone()[0] == FIRST


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("on MIMIC-CXR here", 'folded : "mimic cxr"'),
        ("on MIMIC CXR here", 'folded : "mimic cxr"'),
        ("on mimic‑cxr here", 'folded : "mimic cxr"'),
        ("an nnUNet baseline", 'folded : "nn u net"'),
        ("an nnU-Net baseline", 'folded : "nn u net"'),
        ("an nnU-Net baseline", "folded : nnunet"),
        ("on MS-COCO too", "folded : mscoco"),
        ("on COCO2017 too", 'folded : "coco 2017"'),
        ("an über naïve method", "written : uber"),
    ],
)
def test_a_name_is_found_however_it_is_written(library: Library, text: str, query: str) -> None:
    library.write_report(FIRST, make_reading(sentence=text), files=[seen()])
    assert find(library, query) == 1


def test_a_name_is_not_found_inside_another_word() -> None:
    assert "sam" not in folded_words("a sample of MedSAM2 users").split()[:3]


def test_words_go_with_their_passage(filled: Library) -> None:
    assert find(filled, "pretrain") == 1
    filled.write_report(FIRST, make_reading(sentence="Nothing of the kind."), files=[seen()])
    assert (find(filled, "pretrain"), find(filled, "nothing")) == (0, 1)
