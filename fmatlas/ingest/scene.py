"""A report laid out for looking around a name: scope, sentences as arrays, citations masked, cues indexed.

Built once for a report; everything asked of it afterwards is a search in sorted arrays.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.cues import CueIndex
from fmatlas.schema.reading import SECTION_TYPES, Reading

KINDS = ("body", "caption", "table", "footnote", "heading")

_CITATION = re.compile(
    r"\[\s*\d+(?:\s*[,;–\-]\s*\d+)*\s*\]"
    r"|\((?:[^()\n]{0,300}?\b(?:19|20)\d\d[a-z]?\b[^()\n]{0,60})\)"
    r"|\[[A-Z][^\[\]\n]{0,200}?\b(?:19|20)\d\d[a-z]?\]"
    r"|\b[A-Z][\w’'\-]+(?: (?:et al\.?|(?:and|&) [A-Z][\w’'\-]+))?,? ?[\[(](?:19|20)\d\d[a-z]?[\])]"
    r"|\b[A-Z][\w’'\-]+ et al\.?(?: ?[\[(][\d,\s]+[\])])?"
)
_DATE_ONLY = re.compile(r"\(\s*[^()]{0,30}\b(?:19|20)\d\d\s*\)$")
_HEAD_CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("data", re.compile(r"data|corpora|corpus|benchmark|cohort|material", re.I)),
    ("setup", re.compile(r"implement|setup|setting|training|details|optimi|hyper", re.I)),
    ("baseline", re.compile(r"baseline|compar|state.of.the.art|competing", re.I)),
    ("pretrain", re.compile(r"pre-?\s?train|self-?\s?superv|representation", re.I)),
    ("transfer", re.compile(r"fine-?\s?tun|downstream|transfer|adapt|zero|few-shot|linear", re.I)),
    ("ablation", re.compile(r"ablation|analys|effect|impact|robust|qualitative", re.I)),
    (
        "model",
        re.compile(r"model|architect|backbone|encoder|decoder|network|method|approach|framework", re.I),
    ),
    ("results", re.compile(r"result|evaluat|experiment|performance", re.I)),
    ("loss", re.compile(r"loss|objective", re.I)),
)
HEADS: tuple[str, ...] = tuple(name for name, _ in _HEAD_CUES)
_OUTSIDE = frozenset({"references"})


@dataclass(frozen=True, slots=True)
class Scene:
    """One report, ready to be looked at.

    Attributes:
        reading: the report.
        masked: its text with citations blanked, character by character.
        lower: the same in lower case.
        spans: the scope: body without reference lists, floats; no furniture.
        depth: for each offset the number of characters before it that are no citation: distances are taken
        in it.
        starts, ends: the sentences, headings and rows in order of place.
        section: index in `SECTION_TYPES` of each; `kind` index in `KINDS`; `page`; `head` bits of `HEADS`.
        cited: offsets at which a citation begins.
        cues: where cue words stand.
    """

    reading: Reading
    masked: str
    lower: str
    spans: tuple[tuple[int, int], ...]
    depth: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    section: NDArray[np.int8]
    kind: NDArray[np.int8]
    page: NDArray[np.int32]
    head: NDArray[np.int32]
    cited: NDArray[np.int64]
    cues: CueIndex
    title: str


def lay_out(reading: Reading) -> Scene:
    """Prepare a report for finding candidates."""
    text = reading.text
    spans = _scope(reading)
    counted = np.ones(len(text) + 1, dtype=np.int32)
    pieces: list[str] = []
    cited: list[int] = []
    done = 0
    for begin, stop in spans:
        for match in _CITATION.finditer(text, begin, stop):
            start, end = match.span()
            if _DATE_ONLY.match(match.group()) and not re.search(r"[A-Za-z]{3}", match.group()):
                continue
            pieces += [text[done:start], " " * (end - start)]
            counted[start:end] = 0
            cited.append(start)
            done = end
    pieces.append(text[done:])
    masked = "".join(pieces)
    lower = masked.lower()
    if len(lower) != len(masked):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in masked)
    depth = np.concatenate([[0], np.cumsum(counted)]).astype(np.int32)
    rows = _sentences(reading, spans)
    return Scene(
        reading=reading,
        masked=masked,
        lower=lower,
        spans=spans,
        depth=depth,
        starts=np.array([r[0] for r in rows], dtype=np.int64),
        ends=np.array([r[1] for r in rows], dtype=np.int64),
        section=np.array([r[2] for r in rows], dtype=np.int8),
        kind=np.array([r[3] for r in rows], dtype=np.int8),
        page=np.array([r[4] for r in rows], dtype=np.int32),
        head=np.array([r[5] for r in rows], dtype=np.int32),
        cited=np.array(cited, dtype=np.int64),
        cues=CueIndex(lower, spans),
        title=surest(reading, "title"),
    )


def surest(reading: Reading, field: str) -> str:
    """The likeliest value that was read of a metadata field; empty where there is none."""
    values = sorted(
        (-value.p, value.source, value.value) for value in reading.metadata if value.field == field
    )
    return values[0][2] if values else ""


def _scope(reading: Reading) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    at = 0
    for section in reading.sections:
        if section.type in _OUTSIDE:
            if section.start > at:
                spans.append((at, section.start))
            at = section.end
    if reading.body_end > at:
        spans.append((at, reading.body_end))
    if reading.floats_end > reading.body_end:
        spans.append((reading.body_end, reading.floats_end))
    return tuple(spans)


def _sentences(
    reading: Reading, spans: tuple[tuple[int, int], ...]
) -> list[tuple[int, int, int, int, int, int]]:
    """Sentences of the scope in order; what no sentence covers (title, headings, figure text) line by
    line."""
    types = [SECTION_TYPES.index(s.type) if s.type in SECTION_TYPES else 0 for s in reading.sections]
    heads = [_head_bits(s.title) for s in reading.sections]
    rows: list[tuple[int, int, int, int, int, int]] = []
    ordered = sorted(reading.sentences, key=lambda s: (s.start, s.end))
    i = 0
    for begin, stop in spans:
        at, page = begin, 1
        section = 0
        while i < len(ordered) and ordered[i].start < begin:
            i += 1
        while i < len(ordered) and ordered[i].start < stop:
            sentence = ordered[i]
            section = sentence.section
            kind = KINDS.index(sentence.kind)
            if sentence.start > at:
                rows.extend(
                    _gap(reading.text, at, sentence.start, types[section] if types else 0, sentence.page)
                )
            if sentence.end > at:
                rows.append(
                    (
                        max(at, sentence.start),
                        sentence.end,
                        types[section] if types else 0,
                        kind,
                        sentence.page,
                        heads[section] if heads else 0,
                    )
                )
                at = sentence.end
            page = sentence.page
            i += 1
        if at < stop:
            rows.extend(_gap(reading.text, at, stop, types[section] if types else 0, page))
    return rows


def _gap(
    text: str, start: int, end: int, section: int, page: int
) -> list[tuple[int, int, int, int, int, int]]:
    rows = []
    for line in re.finditer(r"[^\n]*[^\s][^\n]*", text[start:end]):
        rows.append((start + line.start(), start + line.end(), section, KINDS.index("heading"), page, 0))
    return rows


def _head_bits(title: str) -> int:
    return sum(1 << i for i, (_, pattern) in enumerate(_HEAD_CUES) if pattern.search(title))
