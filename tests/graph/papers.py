"""Made papers for tests of the graph: eight studies that have all of its edges, and a way to write others."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fmatlas.library import Library
from fmatlas.library.facts import Alias, Citation, Claims, Entity, EntityLink, StudyValue
from fmatlas.library.reports import FileSeen
from fmatlas.names import fold_name
from fmatlas.schema.facts import Evidence, Fact
from fmatlas.schema.reading import MetadataValue, Page, Reading, Section

CUT = 0.5


@dataclass(frozen=True, slots=True)
class Paper:
    """A made paper; `facts` are (field, entity, role, probability), `cites` are names of other papers."""

    name: str
    title: str
    year: str
    category: str
    facts: tuple[tuple[str, str, str, float], ...] = ()
    cites: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()

    @property
    def study(self) -> str:
        return f"sha256:{self.sha256}"


NAMES = {
    "dataset:mimic-cxr": "MIMIC-CXR",
    "dataset:mimic-cxr-jpg": "MIMIC-CXR-JPG",
    "dataset:chexpert": "CheXpert",
    "dataset:brats-2021": "BraTS 2021",
    "dataset:brats": "BraTS",
    "dataset:o-brien": 'O\'Brien "Lung" \\ 1; 100 % ü',
    "model:alpha": "AlphaNet",
    "model:beta-1": "BetaSeg",
    "model:beta-2": "BetaDet",
    "model:sam": "SAM",
    "model:medsam": "MedSAM",
    "model:clip": "CLIP",
    "backbone:vit-b-16": "ViT-B/16",
    "backbone:vit-b": "ViT-B",
    "backbone:vit": "ViT",
    "backbone:swin": "Swin",
    "backbone:bert": "BERT",
    "task:segmentation": "segmentation",
    "task:tumour-segmentation": "tumour segmentation",
    "task:classification": "classification",
    "loss:contrastive": "contrastive",
    "loss:infonce": "InfoNCE",
    "loss:dice": "Dice",
    "modality:mri": "MRI",
    "modality:x-ray": "X-ray",
    "strategy:contrastive-learning": "contrastive learning",
    "strategy:zero-shot-transfer": "zero-shot transfer",
}
LINKS = (
    ("dataset:mimic-cxr-jpg", "dataset:mimic-cxr", "derived_from"),
    ("dataset:brats-2021", "dataset:brats", "version_of"),
    ("backbone:vit-b-16", "backbone:vit-b", "kind_of"),
    ("backbone:vit-b", "backbone:vit", "kind_of"),
    ("task:tumour-segmentation", "task:segmentation", "kind_of"),
    ("loss:infonce", "loss:contrastive", "kind_of"),
    ("model:medsam", "model:sam", "kind_of"),
)

ALPHA = Paper(
    "alpha",
    "AlphaNet: Radiographs and Reports",
    "2022",
    "VLFM",
    (
        ("model", "model:alpha", "introduced", 0.99),
        ("base_model", "model:clip", "", 0.9),
        ("backbone", "backbone:vit-b-16", "vision", 0.9),
        ("backbone", "backbone:bert", "text", 0.9),
        # The same dataset in three roles: three facts, three edges.
        ("dataset", "dataset:mimic-cxr", "pretrain", 0.95),
        ("dataset", "dataset:mimic-cxr", "train", 0.8),
        ("dataset", "dataset:mimic-cxr", "eval", 0.7),
        ("dataset", "dataset:chexpert", "eval", 0.9),
        # Below its cut: not stated.
        ("dataset", "dataset:chexpert", "train", 0.3),
        ("task", "task:classification", "", 0.9),
        ("loss", "loss:infonce", "", 0.9),
        ("modality", "modality:x-ray", "", 0.9),
        ("strategy", "strategy:contrastive-learning", "", 0.9),
    ),
)
BETA = Paper(
    "beta",
    "BetaSeg and BetaDet",
    "2023",
    "VFM",
    (
        # Two models: no derived edges.
        ("model", "model:beta-1", "introduced", 0.9),
        ("model", "model:beta-2", "introduced", 0.9),
        ("base_model", "model:sam", "", 0.9),
        ("backbone", "backbone:vit-b", "vision", 0.9),
        ("dataset", "dataset:brats-2021", "train", 0.9),
        ("dataset", "dataset:brats-2021", "eval", 0.9),
        ("task", "task:tumour-segmentation", "", 0.9),
        ("loss", "loss:dice", "", 0.9),
        ("modality", "modality:mri", "", 0.9),
    ),
    ("alpha",),
)
GAMMA = Paper(
    "gamma",
    "A Benchmark Without a Model",
    "2023",
    "VFM",
    (
        ("base_model", "model:sam", "", 0.9),
        ("base_model", "model:medsam", "", 0.9),
        ("backbone", "backbone:vit-b-16", "vision", 0.9),
        ("dataset", "dataset:mimic-cxr-jpg", "eval", 0.9),
        ("dataset", "dataset:chexpert", "eval", 0.9),
        ("task", "task:segmentation", "", 0.9),
        ("modality", "modality:mri", "", 0.9),
        ("modality", "modality:x-ray", "", 0.9),
        ("strategy", "strategy:zero-shot-transfer", "", 0.9),
    ),
    ("alpha", "beta"),
)
DELTA = Paper(
    "delta",
    "MedSAM: Segment Anything",
    "2024",
    "VFM",
    (
        ("model", "model:medsam", "introduced", 0.9),
        ("base_model", "model:sam", "", 0.9),
        ("base_model", "model:medsam", "", 0.6),
        ("backbone", "backbone:vit-b", "vision", 0.9),
        ("dataset", "dataset:brats", "train", 0.9),
        ("dataset", "dataset:o-brien", "train", 0.9),
        ("task", "task:segmentation", "", 0.9),
        ("loss", "loss:dice", "", 0.9),
        ("modality", "modality:mri", "", 0.9),
    ),
    ("beta", "delta"),
)
EPSILON = Paper(
    "epsilon",
    "Contrastive Losses, Year Not Known",
    "",
    "VLFM",
    (
        ("loss", "loss:contrastive", "", 0.9),
        ("dataset", "dataset:mimic-cxr", "pretrain", 0.9),
        ("backbone", "backbone:swin", "vision", 0.9),
    ),
)
ZETA = Paper("zeta", "Nothing Is Stated Here", "2024", "other", (("loss", "loss:dice", "", 0.1),), ("alpha",))
ETA = Paper(
    "eta",
    "Swin for Radiographs",
    "2024",
    "VFM",
    (
        ("backbone", "backbone:swin", "vision", 0.9),
        ("dataset", "dataset:mimic-cxr", "pretrain", 0.9),
        ("dataset", "dataset:chexpert", "pretrain", 0.9),
        ("task", "task:classification", "", 0.9),
        ("modality", "modality:x-ray", "", 0.9),
    ),
)
THETA = Paper("theta", "Titel mit Ümläuten, “quotes” and a ; -- $x", "2024", "", ())

PAPERS = (ALPHA, BETA, GAMMA, DELTA, EPSILON, ZETA, ETA, THETA)


def make_library(
    folder: Path,
    papers: Sequence[Paper] = PAPERS,
    names: dict[str, str] | None = None,
    links: Sequence[tuple[str, str, str]] = LINKS,
) -> Library:
    """A library of made papers, written straight into the store."""
    library = Library.create(folder)
    write_papers(library, papers, NAMES if names is None else names, links)
    return library


def write_papers(
    library: Library,
    papers: Sequence[Paper],
    names: dict[str, str],
    links: Sequence[tuple[str, str, str]] = (),
) -> None:
    """Write papers into a library; its facts become those of exactly these papers."""
    with library.transaction():
        for paper in papers:
            library.write_report(
                paper.sha256,
                _reading(paper, names),
                reader_version="made",
                files=[FileSeen(f"/papers/{paper.name}.pdf", "/papers", 1, 1)],
            )
        library.replace_claims(
            Claims(
                entities=[Entity(id, id.partition(":")[0], name, "vocabulary") for id, name in names.items()],
                aliases=[Alias("dataset", fold_name("MIMIC Chest X-Rays"), "dataset:mimic-cxr")]
                if "dataset:mimic-cxr" in names
                else [],
                links=[EntityLink(*link) for link in links],
                facts=[_fact(paper, place, names) for paper in papers for place in range(len(paper.facts))],
                values=[
                    StudyValue(paper.study, "category", paper.category, 0.9, CUT)
                    for paper in papers
                    if paper.category
                ],
                citations=[
                    Citation(paper.sha256, n, Paper(cited, "", "", "").study)
                    for paper in papers
                    for n, cited in enumerate(paper.cites)
                ],
                model_version="made",
            )
        )


def _metadata(paper: Paper) -> list[MetadataValue]:
    metadata = [MetadataValue("title", paper.title, "page", 0.9)]
    if paper.year:
        metadata.append(MetadataValue("year", paper.year, "stamp", 0.9))
    return metadata


def _sentences(paper: Paper, names: dict[str, str]) -> list[str]:
    return [f"Fact {n}: {names[entity]}." for n, (_, entity, _, _) in enumerate(paper.facts)]


def _reading(paper: Paper, names: dict[str, str]) -> Reading:
    text = "\n".join([paper.title, *_sentences(paper, names)]) + "\n"
    pages = tuple(Page(600, 800) for _ in range(len(paper.facts) + 1))
    sections = (Section(0, len(text), 1, "1", "Method", "method"),)
    metadata = tuple(_metadata(paper))
    return Reading(text, len(text), len(text), pages, (), (), sections, (), (), metadata=metadata)


def _fact(paper: Paper, place: int, names: dict[str, str]) -> Fact:
    """The fact of that place; its sentence stands on the page of the same number, counted from 1."""
    sentences = _sentences(paper, names)
    start = len(paper.title) + 1 + sum(len(sentence) + 1 for sentence in sentences[:place])
    field, entity, role, p = paper.facts[place]
    quote = sentences[place]
    evidence = Evidence(paper.sha256, start, start + len(quote), place + 1, quote)
    return Fact(paper.study, field, entity, role, p, CUT, (evidence,))
