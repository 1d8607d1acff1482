"""Invented papers for the tests of search, written straight into the store."""

from pathlib import Path

from fmatlas.library import Library
from fmatlas.library.facts import Alias, Claims, Entity, EntityLink, StudyValue
from fmatlas.library.reports import FileSeen
from fmatlas.names import fold_name
from fmatlas.schema.facts import Evidence, Fact
from fmatlas.schema.reading import MetadataValue, Page, Passage, Reading, Section, Sentence

SHARED = "Code and weights will be released upon acceptance of this paper."
# Name, title, year, category, entity of its one dataset fact, passages.
PAPERS: dict[str, tuple[str, str, str, str, tuple[str, ...]]] = {
    "prostate": (
        "Adapting SAM to the Prostate",
        "2023",
        "VFM",
        "dataset:promise12",
        (
            "We insert low-rank adapters into SAM. Few weights change. The target is the prostate in MRI.",
            "Table 1 compares Dice of nnU-Net and of our adapter on PROMISE12.",
            SHARED,
        ),
    ),
    "chest": (
        "Reports and Radiographs",
        "2021",
        "VLFM",
        "dataset:mimic-cxr-jpg",
        (
            "Chest radiographs and reports are aligned by contrastive learning. We pretrain on MIMIC-CXR.",
            "Zero-shot classification of pneumonia reaches an AUC of 0.89.",
            SHARED,
        ),
    ),
    "protein": (
        "Folding Proteins",
        "2024",
        "other",
        "dataset:pdb",
        (
            "The network predicts the structure of proteins from their amino acid sequence.",
            "Training took eleven days on 128 accelerators.",
        ),
    ),
}
NAMES = {
    "dataset:promise12": "PROMISE12",
    "dataset:mimic-cxr": "MIMIC-CXR",
    "dataset:mimic-cxr-jpg": "MIMIC-CXR-JPG",
    "dataset:pdb": "Protein Data Bank",
}


def sha_of(name: str) -> str:
    """The made-up hash of a paper's bytes."""
    return name.ljust(64, "0")


def study_of(name: str) -> str:
    """The id of a paper's study."""
    return f"sha256:{sha_of(name)}"


def make_papers(folder: Path) -> Library:
    """A library of `PAPERS`; nothing is embedded."""
    library = Library.create(folder)
    facts, values = [], []
    for name, (title, year, category, entity, passages) in PAPERS.items():
        reading = _reading(title, year, passages)
        seen = FileSeen(f"/papers/{name}.pdf", "/papers", 1, 1)
        library.write_report(sha_of(name), reading, reader_version="test", files=[seen])
        evidence = Evidence(sha_of(name), 0, len(title), 1, title)
        facts.append(Fact(study_of(name), "dataset", entity, "train", 0.9, 0.5, (evidence,)))
        values.append(StudyValue(study_of(name), "category", category, 0.9, 0.5))
    library.replace_claims(
        Claims(
            entities=[Entity(id, "dataset", name, "vocabulary") for id, name in NAMES.items()],
            aliases=[Alias("dataset", fold_name(name), id) for id, name in NAMES.items()]
            + [Alias("dataset", fold_name("PDB"), "dataset:pdb")],
            links=[EntityLink("dataset:mimic-cxr-jpg", "dataset:mimic-cxr", "version_of")],
            facts=facts,
            values=values,
            model_version="test",
        )
    )
    return library


def _reading(title: str, year: str, passages: tuple[str, ...]) -> Reading:
    """A passage a page; sentences end at `. `."""
    text, spans, sentences = title + "\n", [], []
    for page, passage in enumerate(passages, 1):
        start = len(text)
        text += passage + "\n"
        spans.append(Passage(start, start + len(passage), page, 0, "body"))
        at = start
        for part in passage.split(". "):
            end = min(at + len(part) + 1, start + len(passage))
            sentences.append(Sentence(at, end, page, 0, "body"))
            at = end + 1
    return Reading(
        text=text,
        body_end=len(text),
        floats_end=len(text),
        pages=tuple(Page(600, 800) for _ in passages),
        lines=(),
        words=(),
        sections=(Section(0, len(text), 1, "3", "Our Method", "method"),),
        sentences=tuple(sentences),
        passages=tuple(spans),
        metadata=(MetadataValue("title", title, "page", 0.9), MetadataValue("year", year, "stamp", 0.9)),
    )
