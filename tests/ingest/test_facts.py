"""From candidates to facts: what is stated, why, and with which quotes."""

import numpy as np
import pytest

from fmatlas.ingest.candidates import find_candidates
from fmatlas.ingest.evidence import LONGEST, Quotes
from fmatlas.ingest.facts import Judgement, category, explain, judge, stated_roles
from fmatlas.ingest.weights import Judges, from_dumps, load_judges, trees
from fmatlas.ingest.wordings import Weights
from fmatlas.schema.facts import Candidate
from fmatlas.schema.fields import CATEGORIES
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import load_vocabulary
from tests.ingest.written import written

PAPER = (
    (
        "abstract",
        "We propose QuorNet, a model for segmentation of chest X-ray images. It is trained on MIMIC-CXR.",
    ),
    (
        "method",
        (
            "QuorNet uses a ViT-B/16 encoder as its backbone. "
            "We minimise the Dice loss and the cross-entropy loss."
        ),
    ),
    (
        "experiments",
        (
            "We train QuorNet on the MIMIC-CXR dataset and evaluate it on the CheXpert dataset. "
            "The AdamW optimiser is used."
        ),
    ),
)


@pytest.fixture(scope="module")
def reading() -> Reading:
    return written(*PAPER, title="QuorNet: segmentation of chest X-rays")


def stated(reading: Reading, field: str) -> set[str]:
    found = judge(find_candidates(reading, load_vocabulary()), load_judges())
    return {j.candidate.written for j in found if j.candidate.field == field and j.stated}


def test_the_plain_facts_of_a_plain_paper_are_stated(reading: Reading) -> None:
    assert "QuorNet" in stated(reading, "model")
    assert "MIMIC-CXR" in stated(reading, "dataset")
    assert "ViT-B/16" in stated(reading, "backbone")
    assert "Dice" in stated(reading, "loss")
    assert "X-ray" in stated(reading, "modality")


def test_an_optimiser_is_no_dataset(reading: Reading) -> None:
    assert "AdamW" not in stated(reading, "dataset")


def test_every_stated_thing_with_roles_has_one(reading: Reading) -> None:
    for j in judge(find_candidates(reading, load_vocabulary()), load_judges()):
        if j.roles:
            assert stated_roles(j)


def test_probabilities_do_not_depend_on_the_order_of_candidates(reading: Reading) -> None:
    candidates = find_candidates(reading, load_vocabulary())
    assert judge(candidates, load_judges()) == judge(candidates[::-1], load_judges())


def test_the_features_that_spoke_for_a_fact_are_named(reading: Reading) -> None:
    candidates = find_candidates(reading, load_vocabulary())
    mimic = next(c for c in candidates if c.field == "dataset" and c.written == "MIMIC-CXR")
    reasons = explain(mimic, candidates, load_judges())
    assert reasons
    sizes = [abs(v) for v in reasons.values()]
    assert sizes == sorted(sizes, reverse=True)


def test_quotes_are_verbatim_and_hold_the_name(reading: Reading) -> None:
    quotes = Quotes(reading)
    for c in find_candidates(reading, load_vocabulary()):
        if c.field == "dataset":
            for quote in quotes.best("r", c.field, "train", c.places):
                assert reading.text[quote.start : quote.end] == quote.quote
                assert any(quote.start <= s and e <= quote.end for s, e in c.places)


def test_the_quote_of_a_role_is_the_sentence_that_says_so(reading: Reading) -> None:
    candidates = find_candidates(reading, load_vocabulary())
    (chexpert,) = [c for c in candidates if (c.field, c.written) == ("dataset", "CheXpert")]
    assert "evaluate" in Quotes(reading).best("r", "dataset", "eval", chexpert.places)[0].quote


def test_a_long_sentence_is_cut_around_the_name() -> None:
    long = "word " * 300 + "QuorSet " + "word " * 300
    reading = written(("data", long))
    at = reading.text.index("QuorSet")
    (quote,) = Quotes(reading).best("r", "dataset", "", [(at, at + 7)])
    assert len(quote.quote) <= LONGEST
    assert "QuorSet" in quote.quote


def test_trees_give_what_lightgbm_gives() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(0)
    table = np.round(rng.normal(size=(400, 5)), 5)
    yes = (table[:, 0] + table[:, 1] * table[:, 2] > 0).astype(float)
    model = lightgbm.train(
        {"objective": "binary", "verbose": -1, "num_threads": 1}, lightgbm.Dataset(table, yes), 20
    )
    names = [f"f{i}" for i in range(5)]
    ours = trees(from_dumps([model.dump_model()], names))
    rows = [dict(zip(names, row, strict=True)) for row in table.tolist()]
    assert np.abs(ours.judge(rows) - model.predict(table)).max() < 2e-4


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["modality:ecg"], "other"),
        (["modality:text"], "other"),
        (["modality:ct", "modality:mri"], "VFM"),
        (["modality:ct", "modality:text"], "VLFM"),
        (["modality:x-ray", "task:report-generation"], "VLFM"),
    ],
)
def test_what_a_report_sees_and_reads_settles_a_category_in_doubt(labels: list[str], expected: str) -> None:
    undecided = {
        f"category {value}": trees(
            {"features": [], "scale": 1.0, "shift": -0.4 * (value == "other"), "trees": []}
        )
        for value in CATEGORIES
    }
    judges = Judges("", undecided, {}, {}, Weights({}, {}, {}, {}))
    judgements = [
        Judgement(Candidate(label.partition(":")[0], label, label, label, ((0, 1),), {}), 0.95, 0.35)
        for label in labels
    ]
    value, p = category([], judges, judgements)
    assert value == expected
    assert p > 1 / 3
