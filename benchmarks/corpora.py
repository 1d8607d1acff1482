"""Hand-annotated mention corpora as small readings.

Their README, beside them, says where each is from, under which licence, and which may be fitted on.
"""

import ast
import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fmatlas.ingest.sections import type_of
from fmatlas.schema.reading import MetadataValue, Page, Reading, Section, Sentence

BENCHMARKS = Path(__file__).resolve().parents[2] / "shared" / "benchmarks"
TYPES = {"Material": "Dataset", "DATASET": "Dataset", "TASK": "Task", "METHOD": "Method"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the text, its type, and for what we find how much speaks for it.

    `bare` is where it ends without the noun that says what it is: `MNIST` of `MNIST data set`.
    """

    start: int
    end: int
    type: str
    score: float = 0.0
    bare: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A paper or a sentence with its annotated mentions, and the name of a paper in its corpus."""

    reading: Reading
    gold: tuple[Mention, ...]
    name: str = ""


def joined(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Tokens as they would be printed, and the span of each: corpora part `CNN - based` and `( CNN )`."""
    text, spans = "", []
    for n, token in enumerate(tokens):
        before = tokens[n - 1] if n else ""
        tight = token in (")", "]", ",", ".", ";", ":", "-", "/", "%", "'s") or before in ("(", "[", "-", "/")
        text += token if not text or tight else " " + token
        spans.append((len(text) - len(token), len(text)))
    return text, spans


def wrapped(text: str, sentences: Iterable[tuple[int, int, int]], sections: Sequence[Section]) -> Reading:
    """A reading with sentences `(start, end, section)`; its first section's title is the paper's."""
    title = sections[0].title
    return Reading(
        text=text,
        body_end=len(text),
        floats_end=len(text),
        pages=(Page(612, 792),),
        lines=(),
        words=(),
        sections=tuple(sections),
        sentences=tuple(Sentence(start, end, 1, section, "body") for start, end, section in sentences),
        passages=(),
        floats=(),
        metadata=(MetadataValue("title", title, "test", 1.0),) if title else (),
    )


def scirex(folder: Path) -> Iterator[Text]:
    """Whole papers; the word `section :` opens a section."""
    with gzip.open(folder / "scirex" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            paper = json.loads(line)
            text, spans = joined(paper["words"])
            sections = []
            for start, end in paper["sections"]:
                said = " ".join(paper["words"][start : min(end, start + 14)])
                title = said.split("section :")[1].strip() if said.startswith("section :") else ""
                kind = type_of(" ".join(title.split()[:4])) or "other"
                sections.append(Section(spans[start][0], spans[end - 1][1] + 1, 1, "", title[:40], kind))
            sections[0] = Section(sections[0].start, sections[0].end, 1, "", text[: sections[0].end], "front")
            sentences, at = [], 0
            for start, end in paper["sentences"]:
                while at + 1 < len(paper["sections"]) and start >= paper["sections"][at][1]:
                    at += 1
                sentences.append((spans[start][0], spans[end - 1][1], at))
            gold = [
                Mention(spans[start][0], spans[end - 1][1], TYPES.get(kind, kind))
                for start, end, kind in paper["ner"]
                if end > start
            ]
            yield Text(wrapped(text, sentences, sections), tuple(gold), paper["doc_id"])


def scier(folder: Path) -> Iterator[Text]:
    """Whole papers; mentions are given by their words, one row for each occurrence."""
    papers: dict[str, list[dict]] = defaultdict(list)
    for part in ("train", "dev"):
        for line in (folder / "scier" / f"{part}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            papers[row["doc_id"]].append(row)
    for rows in papers.values():
        text, sentences, gold = "", [], []
        for row in rows:
            tokens = row["sentence"].split()
            said, spans = joined(tokens)
            taken: set[int] = set()
            for words, kind in row["ner"]:
                parts = words.split()
                for n in range(len(tokens) - len(parts) + 1):
                    if tokens[n : n + len(parts)] == parts and n not in taken:
                        taken.add(n)
                        gold.append(
                            Mention(len(text) + spans[n][0], len(text) + spans[n + len(parts) - 1][1], kind)
                        )
                        break
            sentences.append((len(text), len(text) + len(said), 0))
            text += said + "\n"
        section = Section(0, len(text), 1, "", "", "other")
        yield Text(wrapped(text, sentences, (section,)), tuple(gold))


def single(text: str, gold: Sequence[Mention]) -> Text:
    """A sentence by itself."""
    section = Section(0, len(text) + 1, 1, "", "", "other")
    return Text(wrapped(text + "\n", [(0, len(text), 0)], (section,)), tuple(gold))


def tagged(sentences: Iterable[Sequence[tuple[str, str]]]) -> Iterator[Text]:
    """Sentences of (word, tag); tags are `B-TYPE`, `I-TYPE` and `O`, or of one type without its name."""
    for sentence in sentences:
        text, spans = joined([word for word, _ in sentence])
        gold: list[Mention] = []
        for (_, tag), (start, end) in zip(sentence, spans, strict=True):
            kind = TYPES.get(tag[2:] or "DATASET", tag[2:])
            if tag.startswith("B"):
                gold.append(Mention(start, end, kind))
            elif tag.startswith("I") and gold:
                gold[-1] = Mention(gold[-1].start, end, gold[-1].type)
        yield single(text, gold)


def tdmsci(folder: Path) -> Iterator[Text]:
    """Sentences of NLP papers."""
    blocks = (folder / "tdmsci" / "train_1500_v2.conll").read_text(encoding="utf-8").split("\n\n")
    rows = [[line.split("\t") for line in block.splitlines() if line.strip()] for block in blocks]
    return tagged([(row[0], row[-1]) for row in block] for block in rows if block)


def dataset_mentions(folder: Path) -> Iterator[Text]:
    """Sentences of papers of four fields; about half have no dataset."""
    with (folder / "dataset_mentions" / "Train_set_sentences.csv").open(
        encoding="utf-8", newline=""
    ) as lines:
        for row in csv.DictReader(lines):
            labels = ast.literal_eval(row["labels"])
            yield single(
                row["text"], [Mention(a, b, "Dataset") for a, b, kind in labels if kind == "Dataset"]
            )


def dataset_mentions_easy(folder: Path) -> Iterator[Text]:
    """The easy test part of the same."""
    sentences: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with (folder / "dataset_mentions" / "Test_set_easy.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            sentences[row["Sentence #"]].append((row["Word"], row["Tag"]))
    return tagged(sentences.values())
