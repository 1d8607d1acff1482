"""Names and facts follow the reports, and nothing else."""

from pathlib import Path

from fmatlas.ingest.refresh import refresh
from fmatlas.library import Library


def test_a_refresh_that_finds_nothing_new_changes_nothing(example_library: Path) -> None:
    with Library.open(example_library) as library:
        refresh(library)
        before, facts = library.revision("facts"), library.facts()
        assert not refresh(library).changed
        again = refresh(library, force=True)
        assert again.detected == len(library.connection.execute("SELECT 1 FROM reading").fetchall())
        assert library.facts() == facts
        assert library.revision("facts") == before


def test_every_fact_of_the_machine_has_a_quote_that_is_verbatim(example_library: Path) -> None:
    with Library.open(example_library) as library:
        rows = library.connection.execute(
            "SELECT f.study, f.field, f.entity, f.role, v.report, v.start, v.end, v.quote FROM fact f "
            "LEFT JOIN evidence v ON v.study = f.study AND v.field = f.field AND v.entity = f.entity "
            "AND v.role = f.role"
        ).fetchall()
        assert rows
        for row in rows:
            assert row["quote"]
            assert library.text(row["report"])[row["start"] : row["end"]] == row["quote"]


def test_every_study_has_a_category(example_library: Path) -> None:
    with Library.open(example_library) as library:
        assert library.studies()
        for study in library.studies():
            assert library.metadata(study)["category"] in {"VFM", "VLFM", "other"}


def test_the_invented_papers_give_their_models_and_datasets(example_library: Path) -> None:
    with Library.open(example_library) as library:
        assert len({fact.study for fact in library.facts("model")}) >= len(library.studies()) // 3
        assert len({fact.study for fact in library.facts("dataset")}) >= len(library.studies()) // 3
