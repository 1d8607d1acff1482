"""The demo's report: what was read and how fast, what was found, three questions with their sentences."""

import textwrap
from itertools import islice
from typing import Any

from fmatlas.atlas import Atlas

ROWS = 4
# A question: the field it is about, and its words around the name that most studies state. The report asks
# the first three that the library can answer.
ASKED = 3
QUESTIONS = (
    ("dataset", "Which studies use {}, and what for?"),
    ("base_model", "Which studies build on {}?"),
    ("strategy", "Which studies are trained by {}?"),
    ("backbone", "Which studies have {} as a backbone?"),
    ("modality", "Which studies are about {}?"),
)


def speed(pages: int, seconds: float) -> str:
    """How fast papers were read, in words.

    Example:
        >>> speed(120, 4.0)
        '120 pages in 4.0 s, 30.0 pages a second'
    """
    if not pages:
        return "nothing new to read"
    return f"{pages} pages in {seconds:.1f} s, {pages / seconds:.1f} pages a second"


def report(atlas: Atlas, read: str) -> list[str]:
    """The report, a line at a time.

    Args:
        atlas: the library of the demo.
        read: how this run's reading went, as `speed` says it.
    """
    status = atlas.status()
    fields = ", ".join(f"{n} {field.replace('_', ' ')}" for field, n in status["facts"].items())
    total = f"Facts: {sum(status['facts'].values())} in {_studies(status['studies'])}"
    lines = [
        f"Papers: {status['read']} read ({status['pages']} pages), {len(status['failed'])} failed; {read}.",
        *(f"  failed: {lost['file']}: {lost['reason']}: {lost['message']}" for lost in status["failed"]),
        f"{total}: {fields}." if fields else f"{total}.",
    ]
    facts = atlas.review.facts().records()
    answers = (
        answer([fact for fact in facts if fact["field"] == field], words) for field, words in QUESTIONS
    )
    return lines + [line for told in islice(filter(None, answers), ASKED) for line in told]


def answer(facts: list[dict[str, Any]], question: str) -> list[str]:
    """A question about the name that most studies state: its studies, the first of them with a sentence.

    Args:
        facts: those of one field, as `Atlas.review.facts` gives them.
        question: its words, with `{}` for the name.
    """
    by_name: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for fact in facts:
        by_name.setdefault(fact["name"], {}).setdefault(fact["study"], []).append(fact)
    if not by_name:
        return []
    name = min(by_name, key=lambda name: (-len(by_name[name]), name))
    studies = list(by_name[name].values())
    lines = ["", f"{question.format(name)} ({_studies(len(studies))})"]
    for first, *more in studies[:ROWS]:
        roles = ", ".join(filter(None, (fact["role"] for fact in (first, *more))))
        lines.append(f"  {first['title'] or first['study']}" + (f": {roles}" if roles else ""))
        quote = f'p. {first["page"]}: "{first["quote"]}"'
        lines += textwrap.wrap(
            quote, 100, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False
        )
    if len(studies) > ROWS:
        lines.append(f"  ... and {len(studies) - ROWS} more")
    return lines


def _studies(n: int) -> str:
    return f"{n} {'study' if n == 1 else 'studies'}"
