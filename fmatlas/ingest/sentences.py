"""Sentences by an abbreviation-aware splitter."""

import re

_STOP = re.compile(r"[.!?][\"'”’)\]]*(?=\s)|\n")
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        """
        fig figs eq eqs sec secs tab tabs ref refs al et e.g i.e eg ie cf vs resp approx ca no nos
        vol pp p ch chap app dr prof mr mrs ms st inc ltd co corp dept univ w.r.t i.i.d a.k.a etc
        viz dist std var max min avg est def thm lem prop algo alg sup supp suppl jan feb mar apr
        jun jul aug sep sept oct nov dec ed eds trans proc int conf symp ph.d m.d u.s u.k assoc
        equiv incl excl sect art ver jr sr extd
        """,
    )
)
_LAST_WORD = re.compile(r"[\w.&-]*$")
# After these a full stop can end a sentence all the same.
_MAY_END = frozenset(
    {"etc", "al", "co", "inc", "ltd", "u.s", "u.k", "no", "i.i.d", "w.r.t", "max", "min", "app", "ref"}
)
_OPENERS = re.compile(r"\s*[\"'“‘(\[]*([A-Z0-9Α-Ω])")
_CITATION = re.compile(r"\s*(\[[\d,;\s–-]+\]|\((?:[A-Z][\w-]+[^()]{0,60})?\d{4}[a-z]?\))")


def sentence_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences in `text[start:end]`, without the white space between them; a newline ends one
    always.

    Example:
        >>> text = "See Fig. 3 of Li et al. (2020). It works."
        >>> [text[a:b] for a, b in sentence_spans(text, 0, len(text))]
        ['See Fig. 3 of Li et al. (2020).', 'It works.']
    """
    spans: list[tuple[int, int]] = []
    begin = start
    for match in _STOP.finditer(text, start, end):
        if match[0] != "\n" and not _ends(text, match.start(), match.end(), end):
            continue
        _append(spans, text, begin, match.end())
        begin = match.end()
    _append(spans, text, begin, end)
    return spans


def _append(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    if end > begin:
        spans.append((begin, end))


def _ends(text: str, stop: int, after: int, end: int) -> bool:
    opener = _OPENERS.match(text, after, min(end, after + 8))
    if not opener:
        # A bullet or a symbol may open a sentence; a small letter or a comma never does.
        following = text[after : after + 3].strip()
        if not following:
            return True
        return following[0] in "•·–—∗*†▪◦■►" or (following[0] == "[" and after - stop == 1)
    if text[stop] != ".":
        return True
    word = _LAST_WORD.search(text, max(0, stop - 24), stop)
    last = word[0].lstrip(".") if word else ""
    low = last.casefold()
    if low in _ABBREVIATIONS:
        if low == "al" or low not in _MAY_END:
            return False
        return (
            opener[1].isalpha()
            and text[after : after + 2].strip()[:1].isupper()
            and low in ("etc", "u.s", "u.k")
        )
    # An initial: `J. Smith`, but not `vitamin C. The`.
    if len(last) == 1 and last.isalpha() and last.isupper():
        before = text[max(0, stop - 3) : stop - 1]
        return bool(before.strip()) and before[:1].islower() and _word_after(text, after) in _STARTERS
    # A numbered item at a line's start: `2. Methods`.
    return not (
        last.isdecimal() and len(last) <= 2 and (stop - len(last) == 0 or text[stop - len(last) - 1] == "\n")
    )


_STARTERS = frozenset(
    {"The", "This", "These", "We", "In", "It", "For", "However", "Our", "As", "A", "To", "Here"}
)


def _word_after(text: str, after: int) -> str:
    match = re.compile(r"\s*(\w+)").match(text, after)
    return match[1] if match else ""
