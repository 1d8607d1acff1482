"""Small readings and libraries, made in code."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fmatlas.library import Library
from fmatlas.library.facts import Alias, Claims, Entity
from fmatlas.library.reports import FileSeen
from fmatlas.schema.facts import Candidate, Evidence, Fact
from fmatlas.schema.reading import (
    Box,
    Cell,
    Float,
    Line,
    MetadataValue,
    Page,
    Passage,
    Reading,
    Reference,
    Section,
    Sentence,
    Word,
)

SENTENCE = "We pretrain on MIMIC-CXR and compare with nnU-Net."
FIRST, SECOND = "a" * 64, "b" * 64


def make_reading(title: str = "A title", sentence: str = SENTENCE, **metadata: str) -> Reading:
    """A report of one page with every kind of layer in it."""
    text = f"{title}\n{sentence}\n"
    start, end = len(title) + 1, len(text) - 1
    return Reading(
        text=text,
        body_end=len(text),
        floats_end=len(text),
        pages=(Page(595.28, 841.89), Page(10, 20.5, True)),
        lines=(Line(0, len(title), Box(1, 72.1, 80.25, 300.3, 92), "title", 14.35, True),),
        words=(Word(start, start + 2, Box(1, 0.1 + 0.2, 1e-9, 12345.678, 4)),),
        sections=(Section(0, len(text), 1, "", title, "front"),),
        sentences=(Sentence(start, end, 1, 0, "body"),),
        passages=(Passage(start, end, 1, 0, "body"),),
        floats=(
            Float(
                "table", "Table 1", 0, 3, Box(1, 1, 2, 3, 4.5), 0, ((Cell(0, 1, Box(1, 1, 2, 3, 4), True),),)
            ),
            Float("figure", "Fig. 1", 0, 3, Box(1, 1, 2, 3, 4), 0),
        ),
        references=(Reference(0, 3, "[1]", "T", "A. B", "2020", "2001.00001", ""),),
        metadata=tuple(
            MetadataValue(field, value, "test", 0.9) for field, value in {"title": title, **metadata}.items()
        ),
        coverage=0.987,
        notes=("a note with ümlaut",),
    )


def candidate(surface: str = "mimiccxr", written: str = "MIMIC-CXR") -> Candidate:
    """A dataset that was found."""
    return Candidate(
        "dataset", surface, written, "dataset:mimic-cxr", ((23, 32),), {"count": 1.0, "cue": 0.5}
    )


def seen(path: str = "/papers/a.pdf") -> FileSeen:
    """A file as it was found."""
    return FileSeen(path, "/papers", 10, 1)


def claims(library: Library, *, name: str = "MIMIC-CXR", p: float = 0.9) -> Claims:
    """That every study of the library pretrains on one dataset, with its sentence."""
    facts = []
    for row in library.connection.execute(
        "SELECT study, sha256 FROM report WHERE is_primary = 1 ORDER BY sha256"
    ):
        text = library.text(row["sha256"])
        start = text.index("\n") + 1
        quote = Evidence(row["sha256"], start, len(text) - 1, 1, text[start:-1])
        facts.append(Fact(row["study"], "dataset", "dataset:mimic-cxr", "pretrain", p, 0.5, (quote,)))
    return Claims(
        entities=(Entity("dataset:mimic-cxr", "dataset", name, "vocabulary"),),
        aliases=(Alias("dataset", "mimiccxr", "dataset:mimic-cxr"),),
        facts=facts,
        model_version="1",
    )


def dump(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, to compare two states of a library."""
    db = library.connection
    names = [
        row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    return {name: sorted(map(tuple, db.execute(f"SELECT * FROM {name}")), key=repr) for name in names}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A new library."""
    with Library.create(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def filled(library: Library) -> Library:
    """A library of one report with one fact."""
    library.write_report(
        FIRST, make_reading(), [candidate()], reader_version="1", detected_by="1", files=[seen()]
    )
    library.replace_claims(claims(library))
    return library


Check = Callable[[Library], list[str]]


def complaints(library: Library) -> list[str]:
    """What doctor says, but for the made-up files, which lie nowhere."""
    return [line for line in library.check() if not line.startswith("The file")]
