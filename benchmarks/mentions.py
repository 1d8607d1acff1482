"""Name finding on hand-annotated mention corpora: `python -m benchmarks.mentions [FOLDER]`.

The corpora (see the README beside them for origin and licence) are wrapped into small readings, and our
detectors look for names (shapes, vocabulary, abbreviations, cues) and for wordings of tasks. Nothing is
fitted but a cut on the hand-set scores that shortlist candidates: for each kind of text it is chosen on
SciREX (papers) and TDMSci (sentences), in five folds; the corpora to measure with take these cuts unchanged.
"""

import re
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpora import (
    BENCHMARKS,
    Mention,
    dataset_mentions,
    dataset_mentions_easy,
    scier,
    scirex,
    tdmsci,
)
from fmatlas.ingest.candidates import find_groups
from fmatlas.ingest.closed import find_closed
from fmatlas.ingest.features import measure
from fmatlas.ingest.lookup import lookup_of
from fmatlas.ingest.readable import readable_text
from fmatlas.ingest.scene import lay_out
from fmatlas.ingest.shortlist import WEIGHTS
from fmatlas.names import fold
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import Vocabulary, load_vocabulary

FOLDS = 5
HOW = ("exact", "noun", "overlap")
NOUNS = re.compile(
    r"\s*\b(?:(?:data|test|training|validation|development|evaluation)?[ -]?sets?|datasets?|corpus|corpora|"
    r"data|benchmarks?|databases?|collections?|challenges?|tasks?|models?|networks?|methods?|algorithms?)$",
    re.IGNORECASE,
)
CUTS = tuple(np.round(np.arange(0.0, 8.01, 0.25), 2).tolist())


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
