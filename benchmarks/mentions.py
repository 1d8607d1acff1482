"""Name finding on hand-annotated mention corpora: `python -m benchmarks.mentions [FOLDER]`.

The corpora (see the README beside them for origin and licence) are wrapped into small readings, and our
detectors look for names (shapes, vocabulary, abbreviations, cues) and for wordings of tasks. Nothing is
fitted but a cut on the hand-set scores that shortlist candidates: for each kind of text it is chosen on
SciREX (papers) and TDMSci (sentences), in five folds; the corpora to measure with take these cuts unchanged.
"""

import ast
import csv
import gzip
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.candidates import find_groups
from fmatlas.ingest.closed import find_closed
from fmatlas.ingest.features import measure
from fmatlas.ingest.lookup import lookup_of
from fmatlas.ingest.readable import readable_text
from fmatlas.ingest.scene import lay_out
from fmatlas.ingest.sections import type_of
from fmatlas.ingest.shortlist import WEIGHTS
from fmatlas.names import fold
from fmatlas.schema.reading import MetadataValue, Page, Reading, Section, Sentence
from fmatlas.schema.vocabulary import Vocabulary, load_vocabulary

BENCHMARKS = Path(__file__).resolve().parents[2] / "shared" / "benchmarks"
FOLDS = 5
HOW = ("exact", "noun", "overlap")
NOUNS = re.compile(
    r"\s*\b(?:(?:data|test|training|validation|development|evaluation)?[ -]?sets?|datasets?|corpus|corpora|"
    r"data|benchmarks?|databases?|collections?|challenges?|tasks?|models?|networks?|methods?|algorithms?)$",
    re.IGNORECASE,
)
TYPES = {"Material": "Dataset", "DATASET": "Dataset", "TASK": "Task", "METHOD": "Method"}
CUTS = tuple(np.round(np.arange(0.0, 8.01, 0.25), 2).tolist())


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
    """A paper or a sentence with its annotated mentions."""

    reading: Reading
    gold: tuple[Mention, ...]


# the corpora -----------------------------------------------------------------------------------------------


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
            yield Text(wrapped(text, sentences, sections), tuple(gold))


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


# finding and counting --------------------------------------------------------------------------------------


def find(reading: Reading, vocabulary: Vocabulary) -> list[Mention]:
    """All names with the better of their scores as a dataset and as a method, and all wordings of tasks."""
    scene = lay_out(reading)
    folded = fold(readable_text(reading))
    groups = find_groups(scene, lookup_of(vocabulary), folded)
    found = [
        Mention(start, end, "Task", 1.0)
        for label in find_closed(reading, vocabulary, folded)
        if label.field == "task"
        for start, end in label.places
    ]
    if not groups:
        return found
    names, table = measure(scene, groups)
    scores = {}
    for field, weights in WEIGHTS.items():
        columns = [names.index(name) for name in weights]
        scores[field] = table[:, columns] @ np.array(list(weights.values()))
    # The score of an introduced model compares a name with the other names of a paper: one sentence has none.
    methods = (
        ("model", "base_model", "backbone") if len(reading.sentences) > 1 else ("base_model", "backbone")
    )
    method = np.maximum.reduce([scores[field] for field in methods])
    for group, as_data, as_method in zip(groups, scores["dataset"], method, strict=True):
        kind = "Dataset" if as_data >= as_method else "Method"
        score = float(max(as_data, as_method))
        found += [Mention(start, end, kind, score) for start, end in group.places]
    return found


def without_nouns(reading: Reading, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The same mentions, with what they end at without their noun."""
    kept = []
    for mention in mentions:
        noun = NOUNS.search(reading.text, mention.start, mention.end)
        kept.append(replace(mention, bare=noun.start() if noun else mention.end))
    return tuple(kept)


def match(gold: Sequence[Mention], found: Sequence[Mention], how: str) -> tuple[int, int, int]:
    """How many are matched, found and annotated; both sides in order of place, none inside another.

    Each found mention is paired with one annotated one at most: of equal span, of equal span but for a noun
    at the end, or overlapping.
    """
    if how != "overlap":
        end = attrgetter("bare" if how == "noun" else "end")
        same = {(m.start, end(m)) for m in gold} & {(m.start, end(m)) for m in found}
        return len(same), len(found), len(gold)
    hits = i = j = 0
    while i < len(gold) and j < len(found):
        if gold[i].start < found[j].end and found[j].start < gold[i].end:
            hits, i, j = hits + 1, i + 1, j + 1
        elif gold[i].end <= found[j].end:
            i += 1
        else:
            j += 1
    return hits, len(found), len(gold)


def of_type(mentions: Iterable[Mention], kind: str, cut: float = -1e9) -> list[Mention]:
    """The mentions of a type with at least this score, each span once, none inside a longer one."""
    spans = {(m.start, m.end): m for m in mentions if m.type == kind and m.score >= cut}
    kept: list[Mention] = []
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not kept or span[1] > kept[-1].end:
            kept.append(spans[span])
    return kept


Pairs = Sequence[tuple[Sequence[Mention], Sequence[Mention]]]


def count(pairs: Pairs, kind: str, cuts: Sequence[float]) -> NDArray[np.int64]:
    """Counts (matched, found, annotated) of one type: texts by cuts by `HOW` by counts."""
    rows = []
    for gold, found in pairs:
        mine = of_type(gold, kind)
        rows.append([[match(mine, of_type(found, kind, cut), how) for how in HOW] for cut in cuts])
    return np.array(rows)


def best_cut(counts: NDArray[np.int64]) -> int:
    """The index of the cut with the best sum of the F1 of all ways to compare."""
    sums = counts.sum(axis=0)
    return int(np.argmax((2 * sums[..., 0] / np.maximum(sums[..., 1] + sums[..., 2], 1)).sum(axis=1)))


def cross_validated(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Counts of all texts, each at the cut that is best on the other folds."""
    fold = np.arange(len(counts)) % FOLDS
    parts = [counts[fold == n][:, best_cut(counts[fold != n])] for n in range(FOLDS)]
    return np.concatenate(parts).sum(axis=0)


def reached(pairs: Pairs, kind: str) -> float:
    """Share of the annotated mentions of a type that any found name overlaps, whatever its type and score."""
    hits = total = 0
    for gold, found in pairs:
        inside = np.zeros(max((m.end for m in (*gold, *found)), default=0), dtype=bool)
        for other in found:
            inside[other.start : other.end] = True
        for mine in of_type(gold, kind):
            total += 1
            hits += bool(inside[mine.start : mine.end].any())
    return hits / max(total, 1)


def is_name(reading: Reading, mention: Mention) -> bool:
    """Whether a mention looks like a name: a capital inside a word, a digit, or two capitals."""
    text = reading.text[mention.start : mention.end]
    return bool(re.search(r"\w[A-Z]|\d|[A-Z][\w-]* [A-Z]", text))


def row(corpus: str, kind: str, counts: NDArray[np.int64], everything: float, names: float) -> str:
    """A line of the table."""
    cells = [
        f"{hits / max(found, 1):.2f} / {hits / max(gold, 1):.2f} / **{2 * hits / max(found + gold, 1):.2f}**"
        for hits, found, gold in counts
    ]
    return f"| {corpus} | {kind} | {counts[0][2]} | {' | '.join(cells)} | {everything:.2f} | {names:.2f} |"


def main(folder: Path) -> None:
    """Print the table."""
    vocabulary = load_vocabulary()
    print("| corpus | type | annotated | exact P/R/F1 | but for a noun | overlap | reached | names reached |")
    print("| --- | --- | ---: | --- | --- | --- | ---: | ---: |")
    cuts: dict[tuple[str, str], float] = {}
    for corpus, read, like, kinds in (
        ("SciREX", scirex, "", ("Dataset", "Method", "Task")),
        ("SciER", scier, "SciREX", ("Dataset", "Method", "Task")),
        ("TDMSci", tdmsci, "", ("Dataset", "Task")),
        ("dataset mentions", dataset_mentions, "TDMSci", ("Dataset",)),
        ("dataset mentions, easy test", dataset_mentions_easy, "TDMSci", ("Dataset",)),
    ):
        begin = time.process_time()
        texts = list(read(folder))
        pairs = [
            (without_nouns(t.reading, t.gold), without_nouns(t.reading, find(t.reading, vocabulary)))
            for t in texts
        ]
        named = [
            (tuple(m for m in text.gold if is_name(text.reading, m)), found)
            for text, (_, found) in zip(texts, pairs, strict=True)
        ]
        for kind in kinds:
            if like:
                counts = count(pairs, kind, (cuts[like, kind],)).sum(axis=0)[0]
            else:
                at_cuts = count(pairs, kind, CUTS if kind != "Task" else (0.0,))
                cuts[corpus, kind] = CUTS[best_cut(at_cuts)]
                counts = cross_validated(at_cuts)
            print(row(corpus, kind, counts, reached(pairs, kind), reached(named, kind)), flush=True)
        print(f"{corpus}: {len(texts)} texts, {time.process_time() - begin:.0f} s", file=sys.stderr)
    chosen = [f"{corpus} {kind} {cut:g}" for (corpus, kind), cut in cuts.items() if kind != "Task"]
    print(f"Cuts: {', '.join(chosen)}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else BENCHMARKS)
