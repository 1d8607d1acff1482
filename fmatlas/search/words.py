"""Search by words: BM25 over the passages, nothing that a user types being executed.

Every word becomes a quoted phrase of its pieces, so that `MIMIC-CXR`, `MIMIC CXR` and `mimic cxr` find the
same passages, and operators of the query language are words like any other. What the user puts in double
quotes is one phrase, as written.
"""

import json
import re
import sqlite3
from collections.abc import Sequence

from fmatlas.library.words import pieces

# Words that say nothing of what is asked. They would match nearly every passage, and cost most of the time.
_EMPTY_WORDS = """
a about an and any are as at be been but by can could did do does for from had has have how i if in into is it
its me my of on or our paper papers show so such tell than that the their them then there these they this
those to us use used uses using was we were what when where which who whom whose why will with would you your
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
# Scoring a passage takes a microsecond and more.
_MOST_SCORED = 40_000
_QUOTED = re.compile(r'"([^"]*)"')
_PLAIN = re.compile(r"[^\W_]+")


def query_words(query: str) -> list[str]:
    """The words of a question that carry meaning, as written; all of them if none does.

    Example:
        >>> query_words("Which papers use nnU-Net?")
        ['nnU-Net']
    """
    words = [word for word in query.replace('"', " ").split() if pieces(word)]
    telling = [word for word in words if word.strip("?!.,;:()'").lower() not in _EMPTY]
    return telling or words


def match_phrases(query: str) -> list[str]:
    """The FTS5 phrases of a question, each of which a passage may match; empty where it has no word.

    Example:
        >>> match_phrases('SAM NEAR "prostate MRI"')
        ['written : "prostate MRI"', 'folded : "sam"', 'folded : "near"']
    """
    exact = [" ".join(_PLAIN.findall(phrase)) for phrase in _QUOTED.findall(query)]
    rest = _QUOTED.sub(" ", query) if any(exact) else query
    loose = [" ".join(pieces(word)) for word in query_words(rest)]
    phrases = [f'written : "{phrase}"' for phrase in exact if phrase]
    return list(dict.fromkeys(phrases + [f'folded : "{phrase}"' for phrase in loose]))


def rank_by_words(
    db: sqlite3.Connection, query: str, limit: int, studies: Sequence[str] | None = None
) -> list[tuple[int, float]]:
    """The best passages by BM25.

    Args:
        db: the library's database.
        query: what the user typed.
        limit: how many passages at most.
        studies: only passages of these studies; None for all.

    Returns:
        Passage ids with their scores, best first; a higher score is better.
    """
    phrases = _affordable(db, match_phrases(query))
    if not phrases:
        return []
    # The + keeps SQLite from looking every single passage of the studies up in the index, one after another.
    within = (
        "AND +rowid IN (SELECT p.id FROM passage p JOIN report r ON r.sha256 = p.report "
        "WHERE r.study IN (SELECT value FROM json_each(:studies)))"
        if studies is not None
        else ""
    )
    rows = db.execute(
        "SELECT rowid, bm25(word, 1.0, 1.0) AS distance FROM word WHERE word MATCH :expression "
        f"{within} ORDER BY distance, rowid LIMIT :limit",
        {"expression": " OR ".join(phrases), "limit": limit, "studies": json.dumps(list(studies or ()))},
    )
    return [(int(rowid), -float(distance)) for rowid, distance in rows]


def _affordable(db: sqlite3.Connection, phrases: list[str]) -> list[str]:
    """The phrases that are worth their time: rare ones first, while passages to score are not too many.

    Only questions to large libraries lose any, and those that weigh least: what stands in nearly every
    passage tells none apart. Two are kept whatever they cost.
    """
    counted = []
    for place, phrase in enumerate(phrases):
        (count,) = db.execute("SELECT count(*) FROM word WHERE word MATCH ?", (phrase,)).fetchone()
        counted.append((count, place))
    kept: list[int] = []
    total = 0
    for count, place in sorted(counted):
        if len(kept) >= 2 and total + count > _MOST_SCORED:
            break
        kept.append(place)
        total += count
    return [phrases[place] for place in sorted(kept)]
