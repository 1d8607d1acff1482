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
# `nnU-Net` and `mRNA` open sentences too.
_OPENERS = re.compile(r"\s*[\"'“‘(\[]*([A-Z0-9Α-Ω]|[a-z]{1,3}[A-Z])")
_CITATION = re.compile(r"\s*\[\d[\d,;\s–-]*\](?=\s+[A-Z]|\s*$)")


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
        stop = match.end()
        # A citation printed after the full stop belongs to the sentence before it.
        if match[0] != "\n" and (cited := _CITATION.match(text, stop, end)):
            stop = cited.end()
        _append(spans, text, begin, stop)
        begin = stop
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
        if low in ("u.s", "u.k"):
            return _word_after(text, after) in _STARTERS
        return low == "etc" and opener[1].isalpha()
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
