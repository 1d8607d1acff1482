"""Names by their shape: words with inner capitals, runs of capitals, digits, and runs of capitalised words.

A list of names never ends; what a name looks like does. Everything here is recall: a later step judges.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

_TOKEN = re.compile(r"[A-Za-zÀ-ÿ0-9]+(?:(?:[-‐‑–−_&+@/'’]|\.(?=\d))[A-Za-zÀ-ÿ0-9]+)*\+{0,2}|\(\d\+\d\)D")
_SIZES = frozenset(
    [
        "base",
        "tiny",
        "small",
        "large",
        "huge",
        "giant",
        "mini",
        "nano",
        "medium",
        "uncased",
        "cased",
        "xl",
        "xxl",
        "distilled",
        "plus",
        "lite",
        "light",
        "net",
    ]
)
_LOWER_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_/.][a-z0-9]+)+$")
_CONNECTORS = frozenset(["of", "for", "the", "in", "on", "de"])
_VERSION = re.compile(r"[vV]?\d+(?:\.\d+)*[a-z]?$")
_ROMAN = re.compile(r"(?:[IVX]+|[A-Z]|\d+[A-Za-z]?)$")
_NUMBERED = re.compile(
    r"(?:table|tables|figure|figures|fig|figs|section|sections|sec|eq|eqs|equation|equations|appendix|algorithm|"
    r"alg|step|stage|task|chapter|lemma|theorem|proposition|definition|page|vol|phase|case|part|group|class|line)$",
    re.IGNORECASE,
)
_DIGIT_SIGNS = str.maketrans("", "", ".-–/")
_SENTENCE_BREAK = re.compile(r"[.!?:;•]\s*$|\n\s*$|^\s*$|[\])”\"]\s*$")
# Capitalised words that open sentences or label things and never are a name by themselves.
_NEVER = frozenset(
    [
        "the",
        "a",
        "an",
        "we",
        "our",
        "in",
        "on",
        "for",
        "to",
        "this",
        "these",
        "those",
        "that",
        "it",
        "its",
        "as",
        "at",
        "by",
        "with",
        "from",
        "and",
        "or",
        "but",
        "if",
        "when",
        "while",
        "where",
        "however",
        "moreover",
        "furthermore",
        "additionally",
        "also",
        "then",
        "thus",
        "hence",
        "here",
        "there",
        "since",
        "because",
        "although",
        "though",
        "given",
        "table",
        "figure",
        "fig",
        "section",
        "sec",
        "appendix",
        "eq",
        "equation",
        "algorithm",
        "alg",
        "step",
        "stage",
        "total",
        "average",
        "mean",
        "std",
        "no",
        "yes",
        "none",
        "all",
        "both",
        "each",
        "most",
        "many",
        "some",
        "several",
        "other",
        "such",
        "first",
        "second",
        "third",
        "finally",
        "next",
        "using",
        "based",
        "following",
        "compared",
        "results",
        "method",
        "methods",
        "model",
        "models",
        "dataset",
        "datasets",
        "data",
        "task",
        "tasks",
        "training",
        "test",
        "testing",
        "train",
        "validation",
        "val",
        "input",
        "output",
        "image",
        "images",
        "text",
        "video",
        "baseline",
        "baselines",
        "ours",
        "proposed",
        "abstract",
        "introduction",
        "conclusion",
        "discussion",
        "related",
        "work",
        "works",
        "experiments",
        "experiment",
        "evaluation",
        "references",
        "background",
        "overview",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "university",
        "department",
        "institute",
        "school",
        "hospital",
        "inc",
        "ltd",
        "press",
        "journal",
        "conference",
        "proceedings",
        "workshop",
        "international",
        "arxiv",
        "preprint",
        "author",
        "authors",
        "email",
        "corresponding",
        "copyright",
        "license",
        "creative",
        "commons",
        "what",
        "which",
        "who",
        "how",
        "why",
        "note",
        "let",
        "are",
        "is",
        "was",
        "were",
        "not",
        "can",
        "may",
        "will",
        "would",
        "should",
        "could",
        "has",
        "have",
        "had",
        "left",
        "right",
        "top",
        "bottom",
        "accuracy",
        "precision",
        "recall",
        "score",
        "loss",
        "metric",
        "metrics",
    ]
)


class Token(NamedTuple):
    """A word: span, as written, and shape: `S` strong name shape, `C` capitalised, `N` number, `l`
    anything else."""

    start: int
    end: int
    text: str
    shape: str


def tokens(text: str, spans: Iterable[tuple[int, int]]) -> list[Token]:
    """All words of the spans, hyphenated ones whole, `CLIP-based` and `CT/MRI` cut to their names."""
    found: list[Token] = []
    for begin, stop in spans:
        for match in _TOKEN.finditer(text, begin, stop):
            at = match.start()
            for offset, word, kind in _parts(match.group()):
                found.append(Token(at + offset, at + offset + len(word), word, kind))
    return found


@lru_cache(maxsize=65536)
def _parts(word: str) -> tuple[tuple[int, str, str], ...]:
    """The names that a word is made of: offset, text and shape of each."""
    if word.islower() and word.isalpha():
        return ((0, word, "l"),)
    if "/" in word and all(len(p) > 1 and not p.isdigit() for p in word.split("/")):
        pieces: list[tuple[int, str, str]] = []
        start = 0
        for piece in word.split("/"):
            pieces += [(start + offset, text, kind) for offset, text, kind in _parts(piece)]
            start += len(piece) + 1
        return tuple(pieces)
    cut = len(word)
    while (hyphen := _last_hyphen(word[:cut])) > 0:
        tail = word[hyphen + 1 : cut]
        plain = tail.isalpha() and tail.islower() and len(tail) > 2 and tail not in _SIZES
        if not plain or not word[:1].isupper():
            break
        cut = hyphen
    return ((0, word[:cut], shape(word[:cut])),)


def _last_hyphen(word: str) -> int:
    return max(word.rfind(sign) for sign in "-‐‑–")


def _strong(word: str) -> bool:
    capitals = sum(c.isupper() for c in word)
    if not capitals:
        return False
    return capitals > 1 or any(c.isdigit() for c in word) or word[0].islower()


def shape(word: str) -> str:
    """`S`, `C`, `N` or `l`, see `Token`.

    Example:
        >>> [shape(w) for w in ("MIMIC-CXR", "iNat", "t5-base", "Biobank", "2021", "the")]
        ['S', 'S', 'S', 'C', 'N', 'l']
    """
    if word.isdigit():
        return "N"
    if word.translate(_DIGIT_SIGNS).isdigit():
        return "N"
    if _VERSION.match(word):
        return "N"
    if _strong(word):
        return "S" if len(word) > 1 else "l"
    if word[0].isupper():
        return "C"
    if _LOWER_NAME.match(word) and (
        any(c.isdigit() for c in word) or any(p in _SIZES for p in re.split(r"[-_/.]", word))
    ):
        return "S" if any(len(p) > 2 and p.isalpha() for p in re.split(r"[-_/.]", word)) else "l"
    if any(c.isdigit() for c in word) and sum(c.isalpha() for c in word) > 1 and word[0].isalpha():
        return "S"
    return "l"


def find_names(text: str, words: list[Token]) -> list[tuple[int, int]]:
    """Spans of all that is shaped like a name: strong words, runs of names, capitalised words inside
    sentences.

    Spans may nest: of `CLIP ViT-B/16` the run and both its names are found.
    """
    lower = Counter(word.text for word in words if word.shape == "l")
    found: list[tuple[int, int]] = []
    run: list[Token] = []
    for word in words:
        if run and (word.start - run[-1].end != 1 or text[run[-1].end] != " "):
            found.extend(_names_of_run(text, run, lower))
            run = []
        if word.shape in "SCN" or (run and (word.text in _CONNECTORS or word.text in _SIZES)):
            run.append(word)
        elif run:
            found.extend(_names_of_run(text, run, lower))
            run = []
    if run:
        found.extend(_names_of_run(text, run, lower))
    return found


def _names_of_run(text: str, run: list[Token], lower: Counter[str]) -> Iterator[tuple[int, int]]:
    opens = _opens_sentence(text, run[0].start)
    while run and (run[0].shape in "lN" or (run[0].shape == "C" and _plain(run[0], lower, opens))):
        run, opens = run[1:], False
    while run and (run[-1].shape == "l" or (run[-1].shape == "C" and run[-1].text.lower() in _NEVER)):
        run = run[:-1]
    if not run:
        return
    for at, word in enumerate(run):
        if word.shape == "S" and not _ROMAN.match(word.text):
            yield word.start, word.end
        elif word.shape == "C" and len(word.text) > 2 and word.text.lower() not in _NEVER:
            alone = len(run) == 1
            if alone or not lower[word.text.lower()]:
                yield word.start, word.end
        following = run[at + 1] if at + 1 < len(run) else None
        if following and following.shape == "N" and len(following.text) < 6 and word.shape in "SC":
            if not _NUMBERED.match(word.text):
                yield word.start, following.end
        elif (following and following.text in _SIZES and word.shape in "SC") or (
            following
            and at + 2 <= len(run) < 7
            and word.shape in "SC"
            and following.shape in "SC"
            and len(run) > 2
        ):
            yield word.start, following.end
    named = [word for word in run if word.shape != "l"]
    if len(named) >= 2 and len(run) < 9 and not _NUMBERED.match(run[0].text):
        yield run[0].start, run[-1].end
        if run[-1].shape == "N" and len(named) > 2:
            yield run[0].start, run[-2].end
    # Of a longer chain with connectors each stretch without one is a name of its own.
    if any(word.shape == "l" for word in run):
        for joined, stretch in groupby(run, key=lambda word: word.shape == "l"):
            named = list(stretch)
            if not joined and len(named) > 1:
                yield named[0].start, named[-1].end


def _plain(word: Token, lower: Counter[str], opens: bool) -> bool:
    """Whether a capitalised word in front is just a word: on the list, or known in lower case and a
    sentence's first."""
    plain = word.text.lower()
    return plain in _NEVER or (opens and lower[plain] > 0)


def _opens_sentence(text: str, start: int) -> bool:
    return bool(_SENTENCE_BREAK.search(text[max(0, start - 3) : start]))
