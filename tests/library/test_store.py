"""A library is made, opened, upgraded, refused, copied and checked."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fmatlas.library import Library
from fmatlas.library.settings import Settings, read_settings, write_settings
from fmatlas.schema.errors import LibraryError
from fmatlas.schema.fields import FIELDS
from tests.library.conftest import FIRST, SECOND, complaints, dump, make_reading, seen


def test_a_new_library_has_every_field_and_nothing_else(library: Library) -> None:
    names = {row["name"] for row in library.connection.execute("SELECT name FROM field WHERE builtin = 1")}
    assert names == {field.name for field in FIELDS}
    assert (library.studies(), library.facts(), library.revision("text"), library.check()) == ([], [], 0, [])


def test_a_library_is_durable_and_guards_its_keys(library: Library) -> None:
    pragma = {
        name: library.connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous")
    }
    assert pragma == {"journal_mode": "wal", "synchronous": 2}
    with pytest.raises(sqlite3.IntegrityError):
        library.connection.execute("INSERT INTO study_key VALUES ('doi:10.1/x', 'no such study')")


def test_a_second_library_in_the_same_folder_is_refused(library: Library) -> None:
    with pytest.raises(LibraryError, match="is a library already"):
        Library.create(library.folder)


def test_a_folder_without_settings_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="fmatlas init"):
        Library.open(tmp_path)


def test_a_library_of_a_newer_program_is_left_alone(library: Library) -> None:
    library.connection.execute("PRAGMA user_version = 99")
    library.close()
    for readonly in (False, True):
        with pytest.raises(LibraryError, match="newer fmatlas"):
            Library.open(library.folder, readonly=readonly)


def test_a_file_that_is_no_database_is_named(library: Library) -> None:
    library.close()
    (library.folder / "library.db").write_bytes(b"no database at all, but longer than a header" * 50)
    with pytest.raises(LibraryError, match="damaged"):
        Library.open(library.folder)


def test_a_failed_transaction_leaves_no_trace(library: Library) -> None:
    before = dump(library)
    with pytest.raises(ZeroDivisionError), library.transaction():
        library.write_report(FIRST, make_reading(), files=[seen()])
        raise ZeroDivisionError
    assert dump(library) == before


def test_a_full_disk_is_told_and_keeps_the_library_whole(filled: Library) -> None:
    before = dump(filled)
    pages = filled.connection.execute("PRAGMA page_count").fetchone()[0]
    filled.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(LibraryError, match="disk is full"):
        filled.write_report(
            SECOND, make_reading(sentence="Much to say. " * 9999), files=[seen("/papers/b.pdf")]
        )
    assert dump(filled) == before
    assert complaints(filled) == []


def test_readonly_reads_everything_and_writes_nothing(filled: Library) -> None:
    with Library.open(filled.folder, readonly=True) as reader:
        assert dump(reader) == dump(filled)
        with pytest.raises(LibraryError):
            reader.remove(FIRST)


def test_readonly_may_be_used_by_other_threads(filled: Library) -> None:
    found: list[int] = []
    with Library.open(filled.folder, readonly=True) as reader:
        thread = threading.Thread(target=lambda: found.append(len(reader.facts())))
        thread.start()
        thread.join()
    assert found == [1]


def test_readonly_opens_where_nothing_can_be_written(filled: Library) -> None:
    filled.close()
    filled.folder.chmod(0o555)
    try:
        with Library.open(filled.folder, readonly=True) as reader:
            assert len(reader.facts()) == 1
    finally:
        filled.folder.chmod(0o755)


def test_a_moved_library_is_the_same_library(filled: Library, tmp_path: Path) -> None:
    before = dump(filled)
    filled.close()
    moved = filled.folder.rename(tmp_path / "elsewhere")
    with Library.open(moved) as library:
        assert dump(library) == before


def test_a_backup_is_a_whole_library(filled: Library, tmp_path: Path) -> None:
    filled.backup(tmp_path / "backup.db")
    folder = tmp_path / "restored"
    Library.create(folder).close()
    (tmp_path / "backup.db").replace(folder / "library.db")
    with Library.open(folder) as restored:
        assert dump(restored) == dump(filled)


def test_a_backup_never_overwrites(filled: Library, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(LibraryError, match="exists already"):
        filled.backup(tmp_path / "precious")
    assert (tmp_path / "precious").read_text() == "mine"


def test_two_processes_may_open_a_new_library_at_once(tmp_path: Path) -> None:
    write_settings(tmp_path, Settings())
    code = f"from fmatlas.library import Library; Library.open({str(tmp_path)!r}).close()"
    runs = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(3)]
    assert [run.communicate()[1] for run in runs] == [b""] * 3
    with Library.open(tmp_path) as library:
        assert library.check() == []


def test_settings_survive_a_round_trip(tmp_path: Path) -> None:
    settings = Settings(name='a "b" \\ ü\n', embedding_model="some/model", seconds_per_report=5)
    write_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nonsense", "cannot be read"),
        ("color = 1", "no setting `color`"),
        ("seconds_per_report = '5'", "type int"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "fmatlas.toml").write_text(text)
    with pytest.raises(LibraryError, match=complaint):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        ("DELETE FROM word", "cannot be found by their words"),
        ("UPDATE evidence SET quote = 'We never said this.'", "not verbatim"),
        ("UPDATE evidence SET start = start + 1", "not verbatim"),
        ("UPDATE passage SET text = 'x'", "not verbatim"),
        ("DELETE FROM evidence", "have no evidence"),
        ("DELETE FROM file", "belong to nothing"),
        ("UPDATE report SET is_primary = 0", "exactly one primary"),
        ("DELETE FROM study_key", "named by one of their own keys"),
        ("INSERT INTO word (rowid, written) VALUES (7, 'x')", "`word` belong to nothing"),
        ("DELETE FROM word_data WHERE id > 10", "word index is damaged"),
    ],
)
def test_doctor_names_what_is_broken(filled: Library, damage: str, complaint: str) -> None:
    assert complaints(filled) == []
    filled.connection.execute("PRAGMA foreign_keys = OFF")
    filled.connection.execute(damage)
    assert any(complaint in line for line in complaints(filled)), complaints(filled)


def test_an_imported_record_wins_over_what_was_read(filled: Library) -> None:
    [study] = filled.studies()
    filled.connection.execute(
        "INSERT INTO metadata (report, field, value, source, p) "
        "VALUES (?, 'title', 'As Indexed', 'record', 0.5)",
        (FIRST,),
    )
    assert filled.metadata(study)["title"] == "As Indexed"


def test_doctor_names_a_file_that_is_gone(filled: Library) -> None:
    assert any("/papers/a.pdf" in line for line in filled.check())
