"""Folding, finding and comparing names, by property where a property is what counts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmatlas.names import Match, Matcher, backbone_family, comparison_key, fold, whole_word

HYPHENS = ["-", "‐", "‑", "–", "−", "\u00ad", " ", ""]
NAMES = [
    "ViT-B/16",
    "nnU-Net",
    "MIMIC-CXR",
    "SA-1B",
    "BraTS 2021",
    "CLIP",
    "UNet++",
    "M&Ms",
    "R(2+1)D",
    "Swin-T",
]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
sentences = st.lists(st.sampled_from(["we", "train", "the", "sample", "of", "2,048", "(Fig. 3)", "x", "ﬁne"]))


@given(texts)
def test_every_folded_character_comes_from_the_place_that_its_offset_names(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.cased) == len(folded.offsets)
    assert list(folded.offsets) == sorted(folded.offsets)
    for char, at in zip(folded.cased, folded.offsets, strict=True):
        assert char in unicodedata.normalize("NFKC", text[at].replace("×", "x"))


@given(texts)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(
    st.sampled_from(NAMES), sentences, sentences, st.sampled_from(HYPHENS), st.sampled_from(["", "s", "."])
)
def test_a_name_is_found_in_any_text_with_any_hyphen_and_case(
    name: str, before: list[str], after: list[str], hyphen: str, tail: str
) -> None:
    written = name.replace("-", hyphen).swapcase()
    tail = tail if name[-1].isalpha() else tail.replace("s", "")
    text = " ".join([*before, written + tail, *after])
    start = len(" ".join(before)) + bool(before)
    assert Match(start, start + len(written), name) in Matcher([(n, n, False) for n in NAMES]).find(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a sample of MedSAM", []),
        ("SAM, SAM's, (SAM) and SAMs", ["SAM", "SAM", "SAM", "SAM"]),
        ("pretrained on COCO2017.", ["COCO"]),
        ("CT2Rep and CT scans", ["CT"]),
        ("the nnUNet, nn-UNet and nnU‑Net", ["nnUNet", "nn-UNet", "nnU‑Net"]),
        ("a U-Net", ["U-Net"]),
        ("MIMIC\nCXR", []),
        ("MIMIC\tCXR", []),
        ("on SA-1B.", ["SA-1B"]),
        ("eﬃcient COCO", ["COCO"]),
    ],
)
def test_names_stand_at_word_borders_only(text: str, found: list[str]) -> None:
    names = ["SAM", "COCO", "CT", "nnU-Net", "U-Net", "MIMIC-CXR", "SA-1B"]
    assert [text[m.start : m.end] for m in Matcher([(n, n, False) for n in names]).find(text)] == found


def test_the_longest_of_overlapping_names_wins() -> None:
    names = ["CXR", "MIMIC-CXR", "MIMIC-CXR-JPG", "JPG images"]
    found = Matcher([(n, n, False) for n in names]).find("MIMIC-CXR-JPG images, MIMIC-CXR and CXR")
    assert [m.key for m in found] == ["MIMIC-CXR-JPG", "MIMIC-CXR", "CXR"]


def test_a_name_at_the_end_of_a_text_is_found_once() -> None:
    matcher = Matcher([(name, name, False) for name in ["masked model", "masked modelling of images", "CXR"]])
    for text in ["masked model", "masked models", "CXR"]:
        assert len(matcher.find_all(text)) == 1


@given(
    st.lists(st.sampled_from(["ab", "abab", "ababab", "b1", "1", "a", "s", "-", " "]), max_size=9).map(
        "".join
    )
)
def test_a_name_is_found_wherever_looking_at_every_place_finds_it(text: str) -> None:
    names = ["ab", "b1", "bab", "abababab", "abababab1", "ababababa", "abababababab"]
    folded = fold(text)
    there = [
        (start, end, name)
        for start in folded.starts
        for end in range(start + 1, len(folded.text) + 1)
        for name in names
        if folded.text[start:end] == name
        and (
            folded.ends[end]
            or (folded.text[end : end + 1] == "s" and folded.ends[end + 1] and name[-1] == "b")
        )
    ]
    found = Matcher([(name, name, False) for name in names]).find_all(folded)
    assert found == [(*folded.span(start, end), name) for start, end, name in there]


def test_names_inside_longer_ones_are_found_on_request() -> None:
    matcher = Matcher([(name, name, False) for name in ["CXR", "MIMIC-CXR"]])
    assert [m.key for m in matcher.find_all("MIMIC-CXR")] == ["MIMIC-CXR", "CXR"]


def test_an_exact_name_must_have_its_case() -> None:
    matcher = Matcher([("DRIVE", "drive", True), ("MoCo v3", "moco", True)])
    text = "to drive on DRIVE with MoCo-v3, not Drive or MOCO v3"
    assert [text[m.start : m.end] for m in matcher.find(text)] == ["DRIVE", "MoCo-v3"]


def test_a_name_with_two_keys_is_found_under_both() -> None:
    found = Matcher([("BERT", "model", True), ("BERT", "backbone", False)]).find("BERT")
    assert [m.key for m in found] == ["model", "backbone"]


def test_what_is_joined_to_a_name_can_be_seen() -> None:
    text = "than CLIP-ViL (CLIP)."
    assert [
        text[slice(*whole_word(text, m.start, m.end))] for m in Matcher([("CLIP", 0, True)]).find(text)
    ] == [
        "CLIP-ViL",
        "CLIP",
    ]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("ViT-B/16", "ViT", True),
        ("ViT-B/16", "ViT-L/14", True),
        ("ResNet50", "ResNet-101", True),
        ("Swin-T", "Swin Transformer", True),
        ("BERT-base", "BERT", True),
        ("EfficientNet-B0", "EfficientNet", True),
        ("3D U-Net", "UNet", True),
        ("nnU-Net", "U-Net", False),
        ("ResNet", "ResNeXt", False),
        ("C3D", "CNN", False),
    ],
)
def test_backbones_of_one_family_have_one_key(a: str, b: str, same: bool) -> None:
    assert (backbone_family(a) == backbone_family(b)) is same


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("MIMIC CXR", "mimic-cxr dataset", True),
        ("BraTS challenge", "BraTS", True),
        ("Segment Anything Model", "segment anything", True),
        ("ImageNet-1k", "ImageNet-21k", False),
        ("BraTS 2020", "BraTS 2021", False),
    ],
)
def test_names_compare_as_the_coding_guideline_says(a: str, b: str, same: bool) -> None:
    assert (comparison_key(a) == comparison_key(b)) is same


def test_a_name_made_of_kind_words_only_keeps_them() -> None:
    assert comparison_key("Universal Model") == "universal"
    assert comparison_key("benchmark") == "benchmark"
