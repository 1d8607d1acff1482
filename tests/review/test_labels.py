"""What coding sheets and decisions say of candidates."""

from pathlib import Path

import pytest

from fmatlas.library import Library
from fmatlas.review.deciding import make_decisions
from fmatlas.review.labels import labels_of_decisions, labels_of_sheet
from fmatlas.schema.errors import UsageError
from tests.small_library import sha_of

CHESTNET, SEGMENTER = sha_of("a/chestnet.pdf"), sha_of("b/segmenter.pdf")


def sheet(folder: Path, *rows: str) -> Path:
    path = folder / "coding.csv"
    path.write_text("\n".join(["file,field,value,role", *rows]) + "\n", encoding="utf-8")
    return path


def decide(library: Library, verdict: str, study: str, field: str, name: str, **said: str) -> None:
    for decision in make_decisions(library.connection, verdict, study, field, name, person="ada", **said):
        library.decide(decision)


def test_a_sheet_labels_every_candidate_of_the_fields_it_codes(library: Library, tmp_path: Path) -> None:
    labels = labels_of_sheet(library, sheet(tmp_path, "chestnet.pdf,dataset,mimic cxr,pretrain"))
    assert labels == {
        CHESTNET: {
            ("dataset", "mimiccxr", ""): True,
            ("dataset", "mimiccxr", "pretrain"): True,
            ("dataset", "mimiccxr", "train"): False,
            ("dataset", "mimiccxr", "eval"): False,
            ("dataset", "chexpert", ""): False,
        }
    }


def test_a_paper_of_which_only_the_title_is_coded_uses_nothing(library: Library, tmp_path: Path) -> None:
    coding = sheet(tmp_path, "chestnet.pdf,task,detection,", "x/segmenter.pdf,title,Segmenting,")
    assert labels_of_sheet(library, coding)[SEGMENTER] == {("task", "segmentation", ""): False}


def test_a_coded_dataset_without_a_role_says_nothing_of_roles(library: Library, tmp_path: Path) -> None:
    labels = labels_of_sheet(library, sheet(tmp_path, "chestnet.pdf,dataset,CheXpert,"))[CHESTNET]
    assert {role for _, surface, role in labels if surface == "chexpert"} == {""}


def test_a_sheet_without_any_paper_of_the_library_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none of its papers is in the library"):
        labels_of_sheet(library, sheet(tmp_path, "other.pdf,dataset,CheXpert,eval"))


def test_decisions_label_just_what_was_decided(library: Library) -> None:
    assert labels_of_decisions(library) == {}
    decide(library, "accept", "chestnet.pdf", "dataset", "MIMIC-CXR")
    decide(library, "reject", "chestnet.pdf", "task", "classification")
    assert labels_of_decisions(library) == {
        CHESTNET: {
            ("dataset", "mimiccxr", ""): True,
            ("dataset", "mimiccxr", "pretrain"): True,
            ("task", "classification", ""): False,
        }
    }


def test_a_rejected_role_says_that_a_thing_is_unused_only_where_no_role_is_left(library: Library) -> None:
    decide(library, "add", "chestnet.pdf", "dataset", "CheXpert", role="train")
    decide(library, "reject", "chestnet.pdf", "dataset", "CheXpert", role="eval")
    assert labels_of_decisions(library)[CHESTNET] == {
        ("dataset", "chexpert", ""): True,
        ("dataset", "chexpert", "train"): True,
        ("dataset", "chexpert", "eval"): False,
    }
    decide(library, "reject", "chestnet.pdf", "dataset", "CheXpert", role="train")
    assert labels_of_decisions(library)[CHESTNET]["dataset", "chexpert", ""] is False


def test_a_corrected_name_is_wrong_and_the_right_one_is_right(library: Library) -> None:
    decide(library, "correct", "chestnet.pdf", "dataset", "MIMIC-CXR", to="CheXpert", role="pretrain")
    labels = labels_of_decisions(library)[CHESTNET]
    assert labels["dataset", "mimiccxr", ""] is False
    assert labels["dataset", "chexpert", "pretrain"] is True


def test_what_was_taken_back_is_no_label(library: Library) -> None:
    decide(library, "reject", "chestnet.pdf", "task", "classification")
    (decision,) = library.decisions()
    library.decide(type(decision)(person="ada", kind="fact", verdict="", undoes=decision.seq))
    assert labels_of_decisions(library) == {}
