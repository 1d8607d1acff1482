"""What the named questions must answer over the made papers, on either engine."""

from dataclasses import dataclass
from typing import Any

from fmatlas.graph import Graph
from tests.graph.papers import PAPERS

_NAME_OF = {paper.study: paper.name for paper in PAPERS}


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with its parameters, and the rows that must come, in order, of some of its columns."""

    question: str
    given: dict[str, Any]
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def ask(graph: Graph, question: str, columns: tuple[str, ...], **given: Any) -> list[tuple[Any, ...]]:
    """The rows of a question, studies by the names of their papers."""
    return [
        tuple(_NAME_OF.get(row[column], row[column]) for column in columns)
        for row in graph.ask(question, **given)
    ]


ANSWERS = (
    Answer(
        "models-by-dataset",
        {"dataset": "MIMIC-CXR"},
        ("year", "study", "model", "dataset", "role", "page", "quote", "p", "origin"),
        [
            (None, "epsilon", "", "MIMIC-CXR", "pretrain", 2, "Fact 1: MIMIC-CXR.", 0.9, "machine"),
            (2022, "alpha", "AlphaNet", "MIMIC-CXR", "eval", 7, "Fact 6: MIMIC-CXR.", 0.7, "machine"),
            (2022, "alpha", "AlphaNet", "MIMIC-CXR", "pretrain", 5, "Fact 4: MIMIC-CXR.", 0.95, "machine"),
            (2022, "alpha", "AlphaNet", "MIMIC-CXR", "train", 6, "Fact 5: MIMIC-CXR.", 0.8, "machine"),
            (2023, "gamma", "", "MIMIC-CXR-JPG", "eval", 4, "Fact 3: MIMIC-CXR-JPG.", 0.9, "machine"),
            (2024, "eta", "", "MIMIC-CXR", "pretrain", 2, "Fact 1: MIMIC-CXR.", 0.9, "machine"),
        ],
    ),
    Answer(
        "models-by-dataset",
        {"dataset": "mimic chest x rays", "role": "pretrain", "year": 2022, "exact": True},
        ("study", "dataset", "role"),
        [("alpha", "MIMIC-CXR", "pretrain")],
    ),
    Answer(
        "models-by-dataset",
        {"dataset": "BraTS"},
        ("study", "model", "dataset", "role"),
        [
            ("beta", "BetaDet; BetaSeg", "BraTS 2021", "eval"),
            ("beta", "BetaDet; BetaSeg", "BraTS 2021", "train"),
            ("delta", "MedSAM", "BraTS", "train"),
        ],
    ),
    Answer(
        "models-by-dataset",
        {"dataset": 'O\'Brien "Lung" \\ 1; 100 % ü'},
        ("study", "role"),
        [("delta", "train")],
    ),
    Answer(
        "datasets-of-model",
        {"model": "AlphaNet", "role": "eval"},
        ("model", "dataset", "role", "study", "title", "year", "page"),
        [
            ("AlphaNet", "CheXpert", "eval", "alpha", "AlphaNet: Radiographs and Reports", 2022, 8),
            ("AlphaNet", "MIMIC-CXR", "eval", "alpha", "AlphaNet: Radiographs and Reports", 2022, 7),
        ],
    ),
    Answer(
        "datasets-of-model",
        {"model": "SAM"},
        ("model", "dataset", "role"),
        [("MedSAM", "BraTS", "train"), ("MedSAM", 'O\'Brien "Lung" \\ 1; 100 % ü', "train")],
    ),
    Answer("datasets-of-model", {"model": "SAM", "exact": "true"}, ("model",), []),
    Answer(
        "most-used-datasets",
        {"limit": 3},
        ("dataset", "studies", "pretrain", "train", "eval"),
        [("CheXpert", 3, 1, 0, 2), ("MIMIC-CXR", 3, 3, 1, 1), ("BraTS", 1, 0, 1, 0)],
    ),
    Answer(
        "most-used-datasets",
        {"level": "family", "category": "VFM", "since": 2023, "until": 2024, "role": "train"},
        ("dataset", "studies"),
        [("BraTS", 2), ('O\'Brien "Lung" \\ 1; 100 % ü', 1)],
    ),
    Answer(
        "backbones-by-year",
        {},
        ("year", "backbone", "studies"),
        [
            (None, "Swin", 1),
            (2022, "BERT", 1),
            (2022, "ViT", 1),
            (2023, "ViT", 2),
            (2024, "Swin", 1),
            (2024, "ViT", 1),
        ],
    ),
    Answer(
        "backbones-by-year",
        {"level": "exact", "role": "vision", "since": 2023, "until": 2023},
        ("year", "backbone", "studies"),
        [(2023, "ViT-B", 1), (2023, "ViT-B/16", 1)],
    ),
    Answer(
        "losses-by-year",
        {},
        ("year", "loss", "studies"),
        [(None, "contrastive", 1), (2022, "contrastive", 1), (2023, "Dice", 1), (2024, "Dice", 1)],
    ),
    Answer(
        "losses-by-year",
        {"level": "exact", "until": 2022},
        ("year", "loss", "studies"),
        [(2022, "InfoNCE", 1)],
    ),
    Answer(
        "strategies-by-year",
        {},
        ("year", "strategy", "studies"),
        [(2022, "contrastive learning", 1), (2023, "zero-shot transfer", 1)],
    ),
    Answer(
        "tasks-by-year",
        {"since": 2023},
        ("year", "task", "studies"),
        [(2023, "segmentation", 2), (2024, "classification", 1), (2024, "segmentation", 1)],
    ),
    Answer(
        "modalities-by-year",
        {"category": "VFM"},
        ("year", "modality", "studies"),
        [(2023, "MRI", 2), (2023, "X-ray", 1), (2024, "MRI", 1), (2024, "X-ray", 1)],
    ),
    Answer(
        "categories-by-year",
        {},
        ("year", "category", "studies"),
        [
            (None, "VLFM", 1),
            (2022, "VLFM", 1),
            (2023, "VFM", 2),
            (2024, "", 1),
            (2024, "VFM", 2),
            (2024, "other", 1),
        ],
    ),
    Answer(
        "builds-on",
        {"base": "SAM"},
        ("base", "model", "study", "year", "quote"),
        [
            ("MedSAM", "", "gamma", 2023, "Fact 1: MedSAM."),
            ("MedSAM", "MedSAM", "delta", 2024, "Fact 2: MedSAM."),
            ("SAM", "", "gamma", 2023, "Fact 0: SAM."),
            ("SAM", "BetaDet; BetaSeg", "beta", 2023, "Fact 2: SAM."),
            ("SAM", "MedSAM", "delta", 2024, "Fact 1: SAM."),
        ],
    ),
    Answer("builds-on", {"year": 2022}, ("base", "study"), [("CLIP", "alpha")]),
    Answer("most-built-on", {"level": "family"}, ("base", "studies"), [("SAM", 3), ("CLIP", 1)]),
    Answer("most-built-on", {}, ("base", "studies"), [("SAM", 3), ("MedSAM", 2), ("CLIP", 1)]),
    Answer(
        "tasks-by-modality",
        {},
        ("modality", "task", "studies"),
        [
            ("MRI", "segmentation", 3),
            ("X-ray", "classification", 2),
            ("X-ray", "segmentation", 1),
        ],
    ),
    Answer(
        "studies-by-task-and-modality",
        {"task": "segmentation", "modality": "mri"},
        ("study", "year", "category", "model", "task", "modality"),
        [
            ("gamma", 2023, "VFM", "", "segmentation", "MRI"),
            ("beta", 2023, "VFM", "BetaDet; BetaSeg", "tumour segmentation", "MRI"),
            ("delta", 2024, "VFM", "MedSAM", "segmentation", "MRI"),
        ],
    ),
    Answer(
        "studies-by-task-and-modality",
        {"task": "segmentation", "exact": True, "year": 2023},
        ("study", "modality"),
        [("gamma", "MRI; X-ray")],
    ),
    Answer(
        "co-used-datasets",
        {"dataset": "CheXpert"},
        ("dataset", "with_dataset", "studies"),
        [("CheXpert", "MIMIC-CXR", 2), ("CheXpert", "MIMIC-CXR-JPG", 1)],
    ),
    Answer(
        "co-used-datasets",
        {"role": "pretrain"},
        ("dataset", "with_dataset", "studies"),
        [("CheXpert", "MIMIC-CXR", 1)],
    ),
    Answer(
        "citations",
        {"study": "BetaSeg and BetaDet"},
        ("study", "cites", "cited_year"),
        [("delta", "beta", 2023), ("gamma", "beta", 2023), ("beta", "alpha", 2022)],
    ),
    Answer(
        "most-cited",
        {"limit": 2},
        ("study", "year", "cited_by"),
        [("alpha", 2022, 3), ("beta", 2023, 2)],
    ),
)
