"""What a reader coded, on the candidates of a report."""

from fmatlas.review.evaluate import Row
from fmatlas.review.labelling import label_candidates
from fmatlas.review.matching import Aliases
from fmatlas.schema.facts import Candidate


def candidate(field: str, written: str, places: int = 1, entity: str = "") -> Candidate:
    spans = tuple((n, n + 1) for n in range(places))
    return Candidate(field, written.lower(), written, entity, spans, {})


def names(entity: str) -> str:
    return {"dataset:mimic-cxr": "MIMIC-CXR"}[entity]


def test_a_candidate_takes_the_roles_of_all_rows_that_name_it() -> None:
    found = [candidate("dataset", "MIMIC CXR", entity="dataset:mimic-cxr"), candidate("dataset", "CheXpert")]
    coded = [Row("a.pdf", "dataset", "MIMIC-CXR", role, 1.0) for role in ("train", "eval")]
    used = label_candidates(found, coded, Aliases({}), names)
    assert used == {("dataset", "mimic cxr"): frozenset({"train", "eval"})}


def test_a_backbone_that_no_name_equals_goes_to_its_family_where_that_is_written_most() -> None:
    found = [
        candidate("backbone", "ViT-L"),
        candidate("backbone", "ViT", 5),
        candidate("backbone", "U-Net", 9),
    ]
    used = label_candidates(found, [Row("a.pdf", "backbone", "ViT-B/16", "vision", 1.0)], Aliases({}), names)
    assert used == {("backbone", "vit"): frozenset({"vision"})}
