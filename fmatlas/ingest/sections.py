"""Sections: the stretches between headings, each with a type by its wording or its parent's."""

import re
from dataclasses import dataclass

from fmatlas.ingest.headings import closed_up, split_number
from fmatlas.schema.reading import Section

# Tried in this order: what names a place in the paper surely comes before words that occur anywhere.
_WORDINGS = {
    "references": r"^(references|bibliography|literature cited|references and notes)\b",
    "abstract": r"^(abstract|highlights)\b|^summary$",
    "acknowledgements": r"acknowledg|^funding|author contribution|competing interest|conflicts? of interest|"
    r"credit authorship|^declarations?|(data|code) availab|ethic|institutional review|reproducibility",
    "appendix": r"^(appendi|supplement|supporting information|additional (results|details|experiments))",
    "related work": r"related works?|previous works?|prior works?|literature|state of the art|^background",
    "introduction": r"^introduction|^motivation|^overview$",
    "discussion": r"discussion|limitation|broader impact|future work|societal",
    "conclusion": r"conclu|^closing|^summary",
    "data": r"^(the )?(data ?sets?|data|materials|cohorts?|study population|patients|participants|subjects|"
    r"data (collection|acquisition|sources?|description|preparation|curation|pre-?processing))\b|"
    r"data ?sets?$|"
    r"^data and|\bcohort",
    "results": r"\bresults?\b|findings|ablation|comparison (with|to|of)|performance|analys[ie]s",
    "experiments": r"experiment|evaluation|implementation|training (details|set-?up|procedure)|set-?up|"
    r"settings?|baselines?|metrics|hyper-?parameter|protocol|benchmark",
    "method": r"method|approach|architecture|framework|model|network|pre-?training|training|learning|loss|"
    r"objective|preliminar|problem (statement|formulation|definition)|encoder|decoder|algorithm|module|"
    r"attention|formulation|system|pipeline|design|theory|notation|proposed",
}
_TYPES = {kind: re.compile(pattern, re.I) for kind, pattern in _WORDINGS.items()}
# Types whose subsections are of the same type, whatever their wording.
_HOLD = frozenset({"references", "related work", "introduction", "appendix", "acknowledgements"})


@dataclass(slots=True)
class Heading:
    """A heading's span, title and level in the text; `size` and `bold` as printed.

    `type` says what starts here where no heading is printed (an abstract, the text after it).
    """

    start: int
    end: int
    title: str
    size: float
    bold: bool
    level: int
    type: str = ""


def type_of(title: str) -> str:
    """The type that a heading's wording says, or an empty string.

    Example:
        >>> type_of("Related Work"), type_of("Materials and Methods"), type_of("Ablation study")
        ('related work', 'method', 'results')
    """
    clean = title.strip(" .:").replace("’", "'")
    if re.match(r"^materials? and methods?", clean, re.I):
        return "method"
    for kind, pattern in _TYPES.items():
        if pattern.search(clean):
            return kind
    return ""


def find_sections(headings: list[Heading], body_end: int) -> list[Section]:
    """Sections of the body stream `0..body_end`; what stands before the first heading is of type `front`.

    A heading without a type of its own inherits its parent's; subsections of related work, appendices and
    the like keep the parent's type whatever they are called.
    """
    levels = _levels(headings)
    sections: list[Section] = []
    first = headings[0].start if headings else body_end
    if first > 0 or not headings:
        sections.append(Section(0, first, 1, "", "", "front"))
    stack: list[tuple[int, str]] = []
    after_references = False
    for at, (heading, level) in enumerate(zip(headings, levels, strict=True)):
        end = headings[at + 1].start if at + 1 < len(headings) else body_end
        number, title = split_number(closed_up(heading.title))
        while stack and stack[-1][0] >= level:
            stack.pop()
        parent = stack[-1][1] if stack else ""
        own = heading.type or type_of(title)
        if re.match(r"(appendix|supplement|annex)", number, re.I):
            own = "appendix"
        if number and own == "abstract":
            own = "conclusion"
        if parent in _HOLD and not heading.type:
            kind = parent
        elif own and not (own == "method" and parent in ("experiments", "results", "data", "discussion")):
            kind = own
        else:
            kind = parent if parent != "abstract" else "other"
            kind = kind or "other"
        if after_references and kind not in ("references", "acknowledgements"):
            kind = "appendix"
        after_references = after_references or kind == "references"
        stack.append((level, kind))
        sections.append(Section(heading.start, end, level, number, title.strip(), kind))
    return sections


def _levels(headings: list[Heading]) -> list[int]:
    """Level by number; an unnumbered heading has that of the numbered or well-known headings in its style."""
    numbered = [h for h in headings if h.level]
    styles: dict[tuple[float, bool], int] = {}
    for h in headings:
        style = (round(h.size * 2) / 2, h.bold)
        if h.level:
            styles[style] = min(styles.get(style, 9), h.level)
    top = {"abstract", "introduction", "conclusion", "references", "acknowledgements"}
    if not numbered:
        for h in headings:
            if type_of(split_number(h.title)[1]) in top:
                styles[round(h.size * 2) / 2, h.bold] = 1
    largest = max((s[0] for s in styles), default=0.0)
    out: list[int] = []
    for h in headings:
        style = (round(h.size * 2) / 2, h.bold)
        if h.type:
            out.append(1)
        elif h.level:
            out.append(h.level)
        elif type_of(split_number(h.title)[1]) in top:
            out.append(1)
        elif style in styles:
            out.append(styles[style])
        else:
            out.append(1 if style[0] >= largest else 2)
    return out
