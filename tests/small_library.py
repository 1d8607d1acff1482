"""A library of three small studies, written straight into the store, for tests of what reads it."""

import hashlib
from pathlib import Path

from fmatlas.library import Library
from fmatlas.library.facts import Alias, Claims, Entity, EntityLink, StudyValue
from fmatlas.library.reports import FileSeen
from fmatlas.names import fold_name
from fmatlas.schema.facts import Candidate, Evidence, Fact
from fmatlas.schema.reading import Box, Line, MetadataValue, Page, Passage, Reading, Section, Sentence

ENTITIES = (
    ("dataset:mimic-cxr", "MIMIC-CXR"),
    ("dataset:mimic-cxr-jpg", "MIMIC-CXR-JPG"),
    ("dataset:chexpert", "CheXpert"),
    ("model:chestnet", "ChestNet"),
    ("model:clip", "CLIP"),
    ("backbone:vit", "ViT"),
    ("backbone:vit-b-16", "ViT-B/16"),
    ("task:segmentation", "segmentation"),
    ("task:classification", "classification"),
    ("loss:contrastive", "contrastive"),
)
LINKS = (
    ("dataset:mimic-cxr-jpg", "dataset:mimic-cxr", "version_of"),
    ("backbone:vit-b-16", "backbone:vit", "kind_of"),
)
# File, title, year, category, arXiv id with its version; a sentence for each page; facts: field, entity,
# role, probability, number of the sentence.
PAPERS = (
    (
        "a/chestnet.pdf",
        "ChestNet: Radiographs and Their Reports",
        "2023",
        "VLFM",
        "2301.00001v2",
        (
            "We introduce ChestNet.",
            "It is pretrained on MIMIC-CXR.",
            "We test on CheXpert by ViT-B/16 features.",
        ),
        (
            ("model", "model:chestnet", "introduced", 0.97, 0),
            ("dataset", "dataset:mimic-cxr", "pretrain", 0.95, 1),
            ("dataset", "dataset:chexpert", "eval", 0.9, 2),
            ("dataset", "dataset:chexpert", "train", 0.2, 2),
            ("backbone", "backbone:vit-b-16", "vision", 0.8, 2),
            ("task", "task:classification", "", 0.7, 2),
        ),
    ),
    (
        "b/segmenter.pdf",
        "=Segmenting Everything",
        "2024",
        "VFM",
        "",
        ("Trained on MIMIC-CXR-JPG for segmentation.", "CLIP is frozen, its encoder is a ViT."),
        (
            ("base_model", "model:clip", "", 0.85, 1),
            ("dataset", "dataset:mimic-cxr-jpg", "train", 0.75, 0),
            ("backbone", "backbone:vit", "vision", 0.6, 1),
            ("task", "task:segmentation", "", 0.99, 0),
        ),
    ),
    (
        "c/plain.pdf",
        "A Plain Study",
        "2024",
        "VFM",
        "",
        ("Contrastive losses are mentioned.", "The ChestNet model is only related work."),
        (("loss", "loss:contrastive", "", 0.3, 0),),
    ),
)


def sha_of(file: str) -> str:
    """The made-up hash of a paper's bytes."""
    return hashlib.sha256(file.encode()).hexdigest()


def study_of(file: str) -> str:
    """The id of a paper's study."""
    return f"sha256:{sha_of(file)}"


def make_library(folder: Path) -> Library:
    """A library of `PAPERS`, and of one file that could not be read."""
    library = Library.create(folder)
    root = folder.parent / "papers"
    facts: list[Fact] = []
    values: list[StudyValue] = []
    for file, title, year, category, arxiv, sentences, claims in PAPERS:
        reading = _reading(title, sentences, year, arxiv)
        sha256 = sha_of(file)
        library.write_report(
            sha256,
            reading,
            [
                _candidate(reading, field, entity, place)
                for field, entity, role, p, place in claims
                if role != "train"
            ],
            reader_version="test",
            detected_by="test",
            files=[FileSeen(str(root / file), str(root), 10, 1)],
        )
        facts += [_fact(file, reading, *claim) for claim in claims]
        values.append(StudyValue(study_of(file), "category", category, 0.9, 0.5))
    library.write_failure(
        sha_of("broken"),
        "damaged",
        "the file ends in the middle",
        [FileSeen(str(root / "broken.pdf"), str(root), 3, 1)],
    )
    names = dict(ENTITIES)
    library.replace_claims(
        Claims(
            entities=[Entity(id, id.partition(":")[0], name, "vocabulary") for id, name in ENTITIES],
            aliases=[Alias(id.partition(":")[0], fold_name(name), id) for id, name in names.items()]
            + [Alias("dataset", fold_name("MIMIC Chest X-Ray"), "dataset:mimic-cxr")],
            links=[EntityLink(*link) for link in LINKS],
            facts=facts,
            values=values,
            model_version="test",
        )
    )
    return library


def _reading(title: str, sentences: tuple[str, ...], year: str, arxiv: str) -> Reading:
    """One sentence a page, all in one section."""
    text, spans = title + "\n", []
    for sentence in sentences:
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence + "\n"
    metadata = [MetadataValue("title", title, "page", 0.9), MetadataValue("year", year, "stamp", 0.9)]
    if arxiv:
        metadata.append(MetadataValue("arxiv_id", arxiv, "stamp", 0.95))
    box = Box(1, 0, 0, 100, 10)
    return Reading(
        text=text,
        body_end=len(text),
        floats_end=len(text),
        pages=tuple(Page(600, 800, image_only=False) for _ in sentences),
        lines=(Line(0, len(title), box, "title", 20, True),),
        words=(),
        sections=(Section(0, len(text), 1, "1", "Method", "method"),),
        sentences=tuple(Sentence(start, end, page, 0, "body") for page, (start, end) in enumerate(spans, 1)),
        passages=tuple(Passage(start, end, page, 0, "body") for page, (start, end) in enumerate(spans, 1)),
        metadata=tuple(metadata),
    )


def _candidate(reading: Reading, field: str, entity: str, place: int) -> Candidate:
    written = dict(ENTITIES)[entity]
    sentence = reading.sentences[place]
    at = (
        reading.text.lower().index(written.lower(), sentence.start)
        if _stands(reading, written, sentence)
        else sentence.start
    )
    return Candidate(field, fold_name(written), written, entity, ((at, at + len(written)),), {"in body": 1.0})


def _stands(reading: Reading, written: str, sentence: Sentence) -> bool:
    return written.lower() in reading.text[sentence.start : sentence.end].lower()


def _fact(file: str, reading: Reading, field: str, entity: str, role: str, p: float, place: int) -> Fact:
    sentence = reading.sentences[place]
    quote = reading.text[sentence.start : sentence.end]
    evidence = Evidence(sha_of(file), sentence.start, sentence.end, sentence.page, quote)
    return Fact(study_of(file), field, entity, role, p, 0.5, (evidence,))
