"""Found facts against coded ones, by the counting rule of the guideline."""

from pathlib import Path

import pytest

from fmatlas.review.evaluate import Row, cohen_kappa, evaluate, read_rows
from fmatlas.review.matching import Aliases, match_values, read_aliases
from fmatlas.schema.errors import UsageError


def test_case_hyphens_spaces_and_kind_words_make_no_difference() -> None:
    match = match_values(
        "dataset", ["MIMIC-CXR", "COCO"], ["Mimic CXR dataset", "coco benchmark"], Aliases({})
    )
    assert (len(match.hits), match.extra, match.missing) == (2, (), ())


def test_digits_must_be_equal() -> None:
    match = match_values("dataset", ["ImageNet-1k"], ["ImageNet-21k"], Aliases({}))
    assert (match.hits, match.extra, match.missing) == ((), (0,), (0,))


def test_backbones_match_by_family_and_each_coded_one_once() -> None:
    match = match_values("backbone", ["ViT-B/16"], ["Vision Transformer", "ViT-L/14"], Aliases({}))
    assert len(match.hits) == 1
    assert len(match.extra) == 1


def test_an_equal_backbone_is_paired_before_one_of_the_family() -> None:
    match = match_values("backbone", ["ViT-B", "ViT-L"], ["ViT-L", "ViT"], Aliases({}))
    assert {coded: found for coded, (found,) in match.hits} == {1: 0, 0: 1}


def test_a_value_in_three_roles_counts_once_and_each_role_for_itself() -> None:
    coded = [Row("a.pdf", "dataset", "ADNI", role) for role in ("pretrain", "train", "eval")]
    found = [Row("a.pdf", "dataset", "ADNI", "eval", 0.9)]
    result = evaluate(coded, found)
    assert (result.fields["dataset"].hits, result.fields["dataset"].misses) == (1, 0)
    assert (result.with_role["dataset"].hits, result.with_role["dataset"].misses) == (1, 2)
    assert result.roles["dataset pretrain"].misses == 1


def test_a_coded_paper_without_any_found_row_counts_as_missed() -> None:
    result = evaluate([Row("a.pdf", "task", "segmentation"), Row("b.pdf", "task", "detection")], [])
    assert (result.papers, result.micro.misses, result.micro.f1) == (2, 2, 0.0)


def test_a_found_paper_that_nobody_coded_does_not_count() -> None:
    result = evaluate([Row("a.pdf", "task", "detection")], [Row("b.pdf", "task", "detection")])
    assert result.micro.false_finds == 0


def test_papers_are_the_same_whatever_folder_they_lie_in() -> None:
    result = evaluate([Row("a.pdf", "task", "detection")], [Row("x/y/a.pdf", "task", "Detection")])
    assert result.micro.hits == 1


def test_aliases_make_two_spellings_one(tmp_path: Path) -> None:
    table = tmp_path / "aliases.csv"
    table.write_text("field,canonical,alias\ndataset,COCO,MS-COCO\n", "utf-8")
    match = match_values("dataset", ["COCO"], ["MSCOCO"], read_aliases(table))
    assert len(match.hits) == 1


def test_a_long_form_with_its_short_form_matches_either() -> None:
    match = match_values("dataset", ["Medical Segmentation Decathlon (MSD)"], ["MSD"], Aliases({}))
    assert len(match.hits) == 1


def test_misses_and_false_finds_are_listed_with_their_evidence() -> None:
    result = evaluate([Row("a.pdf", "loss", "Dice")], [Row("a.pdf", "loss", "focal", "", 0.7, "a quote")])
    assert [row.value for row in result.missed] == ["Dice"]
    assert [row.evidence for row in result.false] == ["a quote"]


def test_calibration_is_perfect_where_confidence_is_the_share_that_is_right() -> None:
    coded = [Row("a.pdf", "task", "detection")]
    found = [Row("a.pdf", "task", "detection", "", 0.5), Row("a.pdf", "task", "tracking", "", 0.5)]
    assert evaluate(coded, found).ece == pytest.approx(0.0)


def test_kappa_is_one_for_equal_and_zero_for_chance_agreement() -> None:
    assert cohen_kappa([("VFM", "VFM"), ("VLFM", "VLFM")]) == 1.0
    assert cohen_kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == pytest.approx(0.0)


def test_the_interval_holds_the_score_and_repeats() -> None:
    coded = [Row(f"{i}.pdf", "task", "detection") for i in range(20)]
    found = [Row(f"{i}.pdf", "task", "detection") for i in range(0, 20, 2)]
    first, second = evaluate(coded, found), evaluate(list(reversed(coded)), found)
    low, high = first.intervals["task"]
    assert low <= first.fields["task"].f1 <= high
    assert first.intervals == second.intervals


def test_a_sheet_without_its_columns_is_refused_in_one_line(tmp_path: Path) -> None:
    table = tmp_path / "coding.csv"
    table.write_text("file,value\na.pdf,x\n", "utf-8")
    with pytest.raises(UsageError, match="field is missing"):
        read_rows(table)
