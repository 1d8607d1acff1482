"""Learning from labelled reports of a library."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from fmatlas.ingest.relearning import LabelledReport, Relearnt, relearn
from fmatlas.ingest.weights import Judges, load_judges
from fmatlas.library import Library
from fmatlas.review.labels import labels_of_sheet

pytest.importorskip("lightgbm")


@pytest.fixture(scope="module")
def library(examples_read_once: Path) -> Iterator[Library]:
    with Library.open(examples_read_once, readonly=True) as library:
        yield library


@pytest.fixture(scope="module")
def reports(library: Library, examples: Path) -> list[LabelledReport]:
    """Reports of ten studies, labelled in the closed fields only."""
    labels = labels_of_sheet(library, examples / "coding.csv")
    study_of = dict(map(tuple, library.connection.execute("SELECT sha256, study FROM report")))
    return [
        LabelledReport(
            report,
            study_of[report],
            f"{number}.pdf",
            {key: right for key, right in labels[report].items() if key[0] in ("task", "loss")},
        )
        for number, report in enumerate(sorted(labels)[:10])
    ]


def learn(
    library: Library,
    reports: Sequence[LabelledReport],
    present: Judges | None = None,
    seen: frozenset[str] = frozenset(),
) -> Relearnt:
    return relearn(reports, library.candidates, load_judges(), present or load_judges(), seen)


def test_the_order_of_reports_plays_no_part(library: Library, reports: list[LabelledReport]) -> None:
    assert learn(library, reports) == learn(library, reports[::-1])


def test_only_what_has_labels_is_learnt(library: Library, reports: list[LabelledReport]) -> None:
    assert [change.judge for change in learn(library, reports).changes] == ["task", "loss"]


def test_with_few_papers_trees_are_not_grown(library: Library, reports: list[LabelledReport]) -> None:
    found = learn(library, reports[:9])
    assert found.papers == 9
    assert all(not correction["trees"] for correction in found.corrections.values())
    assert {change.kept for change in found.changes} <= {"odds", ""}


def test_reports_of_one_study_are_one_paper(library: Library, reports: list[LabelledReport]) -> None:
    again = replace(reports[0], study=reports[1].study)
    assert learn(library, [*reports[1:7], again]).papers == 6


def test_present_judges_are_compared_with_only_on_what_they_have_not_learnt_from(
    library: Library, reports: list[LabelledReport]
) -> None:
    # Judges that know nothing: every label has the odds that its field begins with.
    bundled = load_judges()
    dull = replace(bundled, trees={name: replace(tree, scale=0.0) for name, tree in bundled.trees.items()})
    plain = learn(library, reports).old
    assert learn(library, reports, dull).old.loss > plain.loss
    assert learn(library, reports, dull, frozenset(r.report for r in reports)).old == plain
