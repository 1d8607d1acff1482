"""What the judges are fitted on: papers of the field, and papers of another kind."""

from dataclasses import replace

import pytest

from fmatlas.ingest.bag import count_words
from fmatlas.ingest.candidates import find_unread
from fmatlas.ingest.facts import judge
from fmatlas.ingest.learning import CodedPaper, fit, judges_of, read_by
from fmatlas.ingest.learning_said import match, read_mentions
from fmatlas.ingest.mentions import look, prints_of
from fmatlas.ingest.said import SAID
from fmatlas.ingest.scene import lay_out
from fmatlas.review.evaluate import read_rows
from fmatlas.schema.fields import FIELD
from fmatlas.schema.vocabulary import load_vocabulary
from tests.conftest import ROOT
from tests.ingest.written import written

NAMES = ("CheXpert", "Zorblax", "QuorSet-7", "PlumeSet-9", "VarnBench-3", "BraTS 2021")


def coded(name: str) -> CodedPaper:
    text = f"We train our ViT-B on the {name} dataset. We evaluate on the {name} dataset. Others use COCO."
    scene = lay_out(written(("experiments", text)))
    found = find_unread(scene, load_vocabulary())
    data = next(c for c in found if c.field == "dataset" and c.written.startswith(name.split()[0]))
    mentions = look(scene, found)
    places = zip(mentions.surfaces, prints_of(scene, mentions), strict=True)
    said = {place: "TE" if place[0] == data.surface else "R" for place in places}
    return CodedPaper(
        found,
        {("dataset", data.surface): frozenset({"train", "eval"})},
        "VFM",
        mentions=mentions,
        read_mentions=match(scene, found, said),
        words=count_words(scene),
    )


@pytest.fixture(scope="module")
def papers() -> list[CodedPaper]:
    return [coded(name) for name in NAMES] * 2


def test_papers_of_another_kind_do_not_say_how_common_things_are(papers: list[CodedPaper]) -> None:
    other = replace(papers[0], weight=0.25, fields=frozenset({"dataset"}))
    alone, _ = fit(papers)
    both, _ = fit([*papers, other])
    assert both["papers"] == alone["papers"] == len(papers)
    assert both["priors"] == alone["priors"]
    assert both["wordings"] == alone["wordings"]


def test_the_same_papers_give_the_same_judges(papers: list[CodedPaper]) -> None:
    (first, readers), (second, again) = fit(papers), fit(papers)
    assert first == second
    assert readers.mentions is not None and again.mentions is not None
    assert readers.mentions.weights.tolist() == again.mentions.weights.tolist()
    assert readers.bag.weights.tolist() == again.bag.weights.tolist()


def test_a_fit_judges_the_papers_that_a_reader_has_read(papers: list[CodedPaper]) -> None:
    data, readers = fit(papers)
    judged = judge(read_by(readers, papers[0]).candidates, judges_of(data))
    assert {j.candidate.field for j in judged} >= {"dataset", "backbone"}
    assert all(0.0 <= j.p <= 1.0 for j in judged)


def test_papers_without_read_mentions_are_fitted_without_a_reader(papers: list[CodedPaper]) -> None:
    unread = [replace(paper, mentions=None, read_mentions=None) for paper in papers]
    _, readers = fit(unread)
    assert readers.mentions is None
    assert not any(f.startswith("said ") for c in read_by(readers, unread[0]).candidates for f in c.features)


def test_the_sheets_that_ship_hold_known_letters_and_fields_and_no_text() -> None:
    letters = set("".join(SAID.values()))
    read = read_mentions(ROOT / "scripts" / "mentions.csv")
    assert all(set(said) <= letters and said for of_paper in read.values() for said in of_paper.values())
    assert max(len(name) for of_paper in read.values() for name, _ in of_paper) < 100
    rows = read_rows(ROOT / "scripts" / "scirex.csv")
    assert {row.field for row in rows} <= set(FIELD)
    assert max(len(row.value) for row in rows) < 120
