"""Abbreviations that a paper defines: `long form (SHORT)` and `SHORT (long form)`, after Schwartz and
Hearst (2003)."""

import re

_PARENTHESIS = re.compile(r"\(([^()\n]{2,120})\)")
_SHORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-‐–/.+@&]{1,14}$")
_WORD = re.compile(r"[^\s\-‐–/(),;]+")
_LONG_BREAK = re.compile(r"[.;:,()\n\[\]]\s*(?=\S)(?!.*[.;:,()\n\[\]]\s*\S)")


def find_abbreviations(
    text: str, start: int = 0, end: int | None = None
) -> dict[str, tuple[str, tuple[int, int]]]:
    """Short forms with the long form and its span; the first definition of each counts.

    Example:
        >>> find_abbreviations("the Medical Segmentation Decathlon (MSD) has ten parts")["MSD"][0]
        'Medical Segmentation Decathlon'
    """
    found: dict[str, tuple[str, tuple[int, int]]] = {}
    for match in _PARENTHESIS.finditer(text, start, len(text) if end is None else end):
        inside = re.split(r"[;,]", match.group(1))[0].strip()
        if _is_short(inside):
            before = text[max(0, match.start() - 150) : match.start()]
            stop = max((m.end() for m in re.finditer(r"[.;:()\n\[\]]\s", before)), default=0)
            long = _long_form(inside, before[stop:].rstrip())
            if long:
                at = match.start() - 150 if match.start() > 150 else 0
                place = at + stop + before[stop:].rstrip().rfind(long)
                found.setdefault(inside, (long, (place, place + len(long))))
            continue
        # SHORT (long form)
        head = re.search(
            r"([A-Za-z0-9][A-Za-z0-9\-–]{1,11})\s*$", text[max(0, match.start() - 14) : match.start()]
        )
        if head and _is_short(head.group(1)):
            long = _long_form(head.group(1), match.group(1).strip())
            if long and long == match.group(1).strip():
                found.setdefault(head.group(1), (long, match.span(1)))
    return found


def _is_short(text: str) -> bool:
    return bool(_SHORT.match(text)) and sum(c.isupper() for c in text) >= 2 and not text.isdigit()


def _long_form(short: str, before: str) -> str:
    """The stretch of words at the end of `before` that spells the short form, or nothing."""
    letters = [c.lower() for c in short if c.isalnum()]
    if letters[-1:] == ["s"] and short.endswith("s") and len(letters) > 2:
        letters = letters[:-1]
    limit = min(len(letters) + 5, len(letters) * 2)
    words = list(_WORD.finditer(before))
    low = before.lower()
    i, at = len(letters) - 1, len(low) - 1
    while i >= 0:
        while at >= 0 and (low[at] != letters[i] or (i == 0 and at > 0 and low[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
        at -= 1
        i -= 1
    begin = at + 1
    long = before[begin:]
    count = sum(1 for word in words if word.start() >= begin)
    if not 1 < count <= limit or len(long) <= len(short) or short in long:
        return ""
    return long
