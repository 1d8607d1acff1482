"""An ingest reads what is new, leaves what is known, and gives every file that fails its reason."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fmatlas import schema
from fmatlas.ingest.refresh import refresh
from fmatlas.ingest.runner import IngestReport, ingest
from fmatlas.library import Library
from fmatlas.schema.errors import FmAtlasError, UsageError
from fmatlas.schema.facts import Decision
from tests.ingest.made import make_encrypted, make_folder, make_pdf

MISBEHAVE = "tests.ingest.made:misbehave"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    return folder


def content(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """Every row of what a library holds, but for where files lie and what counts its changes."""
    db = library.connection
    skip = {"file", "revision", "meta", "word_data", "word_idx", "sqlite_sequence"}
    names = [
        row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    return {
        name: sorted(map(tuple, db.execute(f"SELECT * FROM {name}")), key=repr)
        for name in names
        if name not in skip
    }


def revisions(library: Library) -> tuple[int, int]:
    return library.revision("text"), library.revision("facts")


def reasons(report: IngestReport) -> dict[str, str]:
    return {Path(failure.file).name: failure.reason for failure in report.failed}


def test_every_bad_file_gets_its_reason_and_every_good_one_is_a_study(library: Library, papers: Path) -> None:
    good = make_pdf(papers / "good.pdf", 1)
    shutil.copy(good, papers / "same again.PDF")
    make_pdf(papers / "line\nbreak \U0001f600.pdf", 2)
    (papers / "truncated.pdf").write_bytes(good.read_bytes()[:700])
    (papers / "text.pdf").write_text("This is no PDF at all, only text with an ending.")
    (papers / "empty.pdf").touch()
    make_encrypted(papers / "locked.pdf")
    (papers / "notes.txt").write_text("not looked at")
    report = ingest(library, [papers], workers=2)
    assert reasons(report) == {
        "truncated.pdf": "damaged",
        "text.pdf": "not-a-pdf",
        "empty.pdf": "empty",
        "locked.pdf": "encrypted",
    }
    assert all(failure.message for failure in report.failed)
    assert (report.found, len(report.read), report.pages) == (7, 2, 2)
    assert len(library.studies()) == 2
    assert library.check() == []


def test_ingesting_twice_changes_nothing(library: Library, papers: Path) -> None:
    make_pdf(papers / "a.pdf", 1)
    (papers / "bad.pdf").write_text("no PDF")
    ingest(library, [papers], workers=1)
    before, counts = content(library), revisions(library)
    report = ingest(library, [papers], workers=1, reader="no.such.module:reader")
    assert (report.read, report.unchanged, reasons(report)) == ((), 2, {"bad.pdf": "not-a-pdf"})
    assert (content(library), revisions(library)) == (before, counts)


def test_names_and_facts_are_made_anew_only_where_something_has_changed(
    library: Library, papers: Path
) -> None:
    make_pdf(papers / "a.pdf", 1)
    assert ingest(library, [papers], workers=1).refreshed is not None
    assert ingest(library, [papers], workers=1).refreshed is None
    library.decide(Decision("ada", "field", "accept", library.studies()[0], "title", value="Another"))
    assert ingest(library, [papers], workers=1).refreshed is not None
    own = library.folder / "vocabulary"
    own.mkdir()
    header = (Path(schema.__file__).parent / "data" / "entities.csv").read_text("utf-8").splitlines()[0]
    (own / "entities.csv").write_text(f"{header}\ndataset:ours,Our Cohort,a user\n", "utf-8")
    assert ingest(library, [papers], workers=1).refreshed is not None


def test_workers_order_and_names_of_files_do_not_matter(tmp_path: Path) -> None:
    one = make_folder(tmp_path / "one", 4)
    two = tmp_path / "two" / "deeper"
    two.mkdir(parents=True)
    for n, path in enumerate(sorted(one.iterdir(), reverse=True)):
        shutil.copy(path, two / f"{n} renamed.pdf")
    with Library.create(tmp_path / "l1") as first, Library.create(tmp_path / "l2") as second:
        ingest(first, [one], workers=1)
        ingest(second, [two / "1 renamed.pdf"], workers=1)
        ingest(second, [tmp_path / "two"], workers=2)
        assert content(first) == content(second)
        assert len(first.studies()) == 4


def test_a_changed_file_takes_the_place_of_its_old_content(library: Library, papers: Path) -> None:
    make_pdf(papers / "a.pdf", 1)
    make_pdf(papers / "b.pdf", 2)
    ingest(library, [papers], workers=1)
    old = library.studies()
    make_pdf(papers / "b.pdf", 3)
    report = ingest(library, [papers], workers=1)
    assert len(report.read) == 1
    assert len(library.studies()) == 2
    assert library.check() == []
    # Whoever decided on the old content decided on this paper.
    assert {library.find_study(key) for key in old} == set(library.studies())


def test_a_decision_survives_a_new_version_of_its_paper(library: Library, papers: Path) -> None:
    path = make_pdf(papers / "a.pdf", 1)
    ingest(library, [papers], workers=1)
    wrong = library.facts("dataset")[0]
    library.decide(
        Decision("ada", "fact", "reject", wrong.study, wrong.field, entity=wrong.entity, role=wrong.role)
    )
    others = {(fact.field, fact.entity, fact.role) for fact in library.facts()}
    make_pdf(path, 1, pages=2)
    ingest(library, [papers], workers=1)
    assert library.studies() != [wrong.study]
    stated = {(fact.field, fact.entity, fact.role) for fact in library.facts()}
    assert stated & others
    assert (wrong.field, wrong.entity, wrong.role) not in stated
    row = library.connection.execute("SELECT verdict, person FROM ruling").fetchone()
    assert tuple(row) == ("reject", "ada")


def test_a_library_that_lost_a_paper_equals_one_that_never_had_it(tmp_path: Path) -> None:
    papers = make_folder(tmp_path / "papers", 3)
    with Library.create(tmp_path / "l1") as grown, Library.create(tmp_path / "l2") as small:
        ingest(grown, [papers], workers=1)
        gone = grown.connection.execute(
            "SELECT sha256 FROM file WHERE path = ?", (str(papers / "paper-1.pdf"),)
        ).fetchone()[0]
        grown.remove(gone)
        refresh(grown)
        (papers / "paper-1.pdf").unlink()
        ingest(small, [papers], workers=1)
        assert content(grown) == content(small)
        assert grown.check() == []


def test_a_moved_file_is_known_by_its_bytes(library: Library, papers: Path) -> None:
    path = make_pdf(papers / "a.pdf", 1)
    ingest(library, [papers], workers=1)
    path.rename(papers / "z.pdf")
    report = ingest(library, [papers], workers=1)
    assert (report.read, report.missing) == ((), (str(papers / "a.pdf"),))
    assert len(library.studies()) == 1


def test_a_vanished_file_keeps_its_study_and_is_known_again(library: Library, papers: Path) -> None:
    path = make_pdf(papers / "a.pdf", 1)
    ingest(library, [papers], workers=1)
    path.rename(papers.parent / "aside.pdf")
    assert ingest(library, [path], workers=1).missing == (str(path),)
    assert len(library.studies()) == 1
    (papers.parent / "aside.pdf").rename(path)
    report = ingest(library, [papers], workers=1)
    assert (report.read, report.missing, report.failed) == ((), (), ())


def test_a_file_that_vanishes_during_the_run_is_named(library: Library, papers: Path) -> None:
    for n in range(3):
        make_pdf(papers / f"{n}.pdf", n)

    def vanish(done: int, total: int) -> None:
        if done == 1:
            (papers / "2.pdf").unlink()

    report = ingest(library, [papers], workers=1, progress=vanish)
    assert (len(report.read), reasons(report)) == (2, {"2.pdf": "vanished"})
    assert library.check() == []


def test_a_file_that_changes_during_the_run_is_read_by_the_next(library: Library, papers: Path) -> None:
    for n in range(2):
        make_pdf(papers / f"{n}.pdf", n)

    def change(done: int, total: int) -> None:
        if done == 1:
            make_pdf(papers / "1.pdf", 7)

    assert reasons(ingest(library, [papers], workers=1, progress=change)) == {"1.pdf": "changed"}
    report = ingest(library, [papers], workers=1)
    assert (len(report.read), report.failed, len(library.studies())) == (1, (), 2)


def test_what_failed_is_read_again_on_request_or_when_it_has_changed(library: Library, papers: Path) -> None:
    (papers / "a.pdf").write_text("bug")
    assert reasons(ingest(library, [papers], workers=1, reader=MISBEHAVE)) == {"a.pdf": "reader-error"}
    assert ingest(library, [papers], workers=1).unchanged == 1
    assert reasons(ingest(library, [papers], workers=1, retry=True)) == {"a.pdf": "not-a-pdf"}
    make_pdf(papers / "a.pdf", 1)
    assert ingest(library, [papers], workers=1).failed == ()
    assert library.check() == []


def test_a_worker_that_dies_takes_one_report_with_it(library: Library, papers: Path) -> None:
    for name in ("crash", "killed", "eat", "bug", "print"):
        (papers / f"{name}.pdf").write_text(name)
    for n in range(4):
        (papers / f"good {n}.pdf").write_text(f"A good paper, number {n}")
    report = ingest(library, [papers], workers=2, reader=MISBEHAVE)
    assert reasons(report) == {
        "crash.pdf": "crashed",
        "killed.pdf": "out-of-memory",
        "eat.pdf": "out-of-memory",
        "bug.pdf": "reader-error",
    }
    assert len(report.read) == 5
    assert library.check() == []
    messages = {Path(failure.file).stem: failure.message for failure in report.failed}
    assert "SIGSEGV" in messages["crash"]
    assert "RuntimeError: a bug" in messages["bug"]


def test_a_worker_that_hangs_is_ended_in_time(library: Library, papers: Path) -> None:
    library.settings = replace(library.settings, seconds_per_report=3)
    (papers / "hang.pdf").write_text("hang")
    (papers / "good.pdf").write_text("A good paper")
    report = ingest(library, [papers], workers=1, reader=MISBEHAVE)
    assert (reasons(report), len(report.read)) == ({"hang.pdf": "timed-out"}, 1)


def test_a_worker_that_cannot_start_is_no_papers_fault(library: Library, papers: Path) -> None:
    make_pdf(papers / "a.pdf", 1)
    with pytest.raises(FmAtlasError, match="no_such_module"):
        ingest(library, [papers], workers=1, reader="no_such_module:read")
    assert library.connection.execute("SELECT count(*) FROM report").fetchone()[0] == 0
    assert len(ingest(library, [papers], workers=1).read) == 1


def test_no_worker_ever_imports_torch_or_other_heavy_things(library: Library, papers: Path) -> None:
    make_pdf(papers / "a.pdf", 1)
    (failure,) = ingest(library, [papers], workers=1, reader="tests.ingest.made:name_modules").failed
    assert (failure.reason, json.loads(failure.message)) == ("modules", [])


def test_links_fifos_and_folders_named_pdf_do_no_harm(library: Library, papers: Path) -> None:
    target = make_pdf(papers.parent / "outside.pdf", 1)
    (papers / "link.pdf").symlink_to(target)
    (papers / "nothing.pdf").symlink_to(papers / "nowhere")
    (papers / "round").symlink_to(papers)
    os.mkfifo(papers / "fifo.pdf")
    (papers / "folder.pdf").mkdir()
    make_pdf(papers / "folder.pdf" / "inside.pdf", 2)
    (papers / ".hidden.pdf").write_text("left alone")
    report = ingest(library, [papers], workers=1)
    assert reasons(report) == {"nothing.pdf": "vanished", "fifo.pdf": "not-a-file"}
    assert len(report.read) == 2


def test_a_name_that_is_no_text_is_refused_by_name(library: Library, papers: Path) -> None:
    source = make_pdf(papers / "a.pdf", 1)
    try:
        os.rename(os.fsencode(source), os.fsencode(papers) + b"/bad \xff.pdf")  # noqa: PTH104
    except OSError:
        pytest.skip("this file system has only names that are text")
    (failure,) = ingest(library, [papers], workers=1).failed
    assert (failure.reason, failure.file.endswith("bad \\udcff.pdf")) == ("bad-name", True)


def test_a_path_that_never_was_is_an_error(library: Library, papers: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        ingest(library, [papers / "nowhere.pdf"])
    (papers / "notes.txt").write_text("x")
    with pytest.raises(UsageError, match="no PDF by its name"):
        ingest(library, [papers / "notes.txt"])


def test_a_file_belongs_to_the_topmost_folder_that_was_ingested(library: Library, papers: Path) -> None:
    (papers / "sub").mkdir()
    path = make_pdf(papers / "sub" / "a.pdf", 1)
    for paths in ([path], [papers], [path.parent], [path]):
        ingest(library, paths, workers=1)
    assert library.connection.execute("SELECT root FROM file").fetchone()[0] == str(papers)


def test_an_arxiv_id_in_a_file_name_is_only_a_weak_hint(library: Library, papers: Path) -> None:
    path = make_pdf(papers / "2301.00001v2.pdf", 1)
    ingest(library, [papers], workers=1)
    (study,) = library.studies()
    assert study.startswith("sha256:")
    row = library.connection.execute("SELECT value, p FROM metadata WHERE source = 'file name'").fetchone()
    assert tuple(row) == ("2301.00001v2", 0.3)
    path.rename(papers / "renamed.pdf")
    ingest(library, [papers], workers=1)
    assert library.metadata(study).get("arxiv_id") == "2301.00001v2", "the missing file still tells"
