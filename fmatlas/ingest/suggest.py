"""Suggestions of the further fields for whole reports, and for a library whose own are out of date."""

import hashlib
from functools import lru_cache
from importlib import resources

from fmatlas.ingest.evidence import Quotes
from fmatlas.ingest.more import find_more
from fmatlas.library import Library
from fmatlas.library.suggestions import SuggestedValue, write_suggestions
from fmatlas.schema.reading import Reading

# What suggestions depend on besides a report: nobody has to remember to count a version up.
_MADE_BY = (
    *("ingest/more.py", "ingest/more_amounts.py", "ingest/more_code.py", "ingest/more_words.py"),
    *("ingest/readable.py", "ingest/suggest.py", "ingest/evidence.py", "names.py", "schema/data/more.csv"),
)


def suggest(library: Library, *, force: bool = False) -> bool:
    """Suggest values for all reports that have none from today's detectors.

    Args:
        library: opened for writing.
        force: suggest anew for every report.

    Returns:
        Whether any suggestion is different now.
    """
    stamp, changed = suggested_by(), False
    with library.transaction() as db:
        stale = db.execute(
            "SELECT sha256 FROM report WHERE status = 'read' AND (? OR suggested_by <> ?) ORDER BY sha256",
            (force, stamp),
        ).fetchall()
        for (report,) in stale:
            values = suggested_values(library.reading(report, words=False))
            changed |= write_suggestions(db, report, values, stamp)
        if changed:
            library.bump("facts")
    return changed


@lru_cache(maxsize=1)
def suggested_by() -> str:
    """The stamp of suggestions that are made now."""
    digest = hashlib.sha256()
    for name in _MADE_BY:
        digest.update((resources.files("fmatlas") / name).read_bytes())
    return digest.hexdigest()[:16]


def suggested_values(reading: Reading) -> list[SuggestedValue]:
    """Each suggestion for a report with the sentence, table row or line of its best place, in their order."""
    quotes = Quotes(reading)
    values = []
    for found in find_more(reading):
        for place in found.places:
            best = quotes.best("", found.field, found.role, (place,))
            if best:
                (q,) = best
                values.append(
                    SuggestedValue(found.field, found.value, found.role, q.start, q.end, q.page, q.quote)
                )
                break
    return values
