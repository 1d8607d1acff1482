"""Learn in a library: correct its judges by labels, keep what is better, judge its reports anew."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fmatlas.ingest.learnt import forget_learnt, judges_of_library, read_learnt, write_learnt
from fmatlas.ingest.refresh import RefreshReport, refresh
from fmatlas.ingest.relearning import LabelledReport, Relearnt, relearn
from fmatlas.ingest.weights import load_judges
from fmatlas.library import Library
from fmatlas.library.places import report_files


@dataclass(frozen=True, slots=True)
class Learning:
    """What learning came to.

    Attributes:
        found: what changes on papers that were not learnt from, and what of it is kept.
        refreshed: what judging anew came to; None where nothing was written.
    """

    found: Relearnt
    refreshed: RefreshReport | None = None

    def record(self) -> dict[str, Any]:
        """All of it ready for JSON, but for the trees."""
        found = self.found
        changes = [
            {**asdict(c), "old": c.old.record(), "new": c.new.record() if c.new else None}
            for c in found.changes
        ]
        return {
            "papers": found.papers,
            "changes": changes,
            "old": found.old.record(),
            "new": found.new.record(),
            "by_paper": [asdict(paper) for paper in found.by_paper],
            "kept": list(found.corrections),
            "written": self.refreshed is not None,
        }


def learn(
    library: Library, labels: Mapping[str, Mapping[tuple[str, str, str], bool]], *, dry_run: bool = False
) -> Learning:
    """Correct the judges of a library by labels of its candidates; see `correction.need_lightgbm` first.

    Where anything is kept, it takes the place of what the library had learnt of those judges before.

    Args:
        library: opened for writing.
        labels: by the hash of a report, see `relearning.LabelledReport`.
        dry_run: write nothing.

    Raises:
        UsageError: too few papers have labels.
        LibraryError: what was learnt before is damaged.
    """
    before = read_learnt(library.folder)
    learnt = before if before and before.fits else None
    files = report_files(library.connection)
    rows = library.connection.execute("SELECT sha256, study FROM report WHERE study IS NOT NULL").fetchall()
    reports = [
        LabelledReport(sha256, study, files.get(sha256, study), labels[sha256])
        for sha256, study in rows
        if sha256 in labels
    ]
    found = relearn(
        reports,
        library.candidates,
        load_judges(),
        judges_of_library(library.folder),
        learnt.reports if learnt else frozenset(),
    )
    if dry_run or not found.corrections:
        return Learning(found)
    seen = {r.report for r in reports}
    corrections: Mapping[str, Mapping[str, Any]] = found.corrections
    if learnt and set(learnt.corrections) - set(corrections):
        corrections = {**learnt.corrections, **corrections}
        seen |= learnt.reports
    write_learnt(library.folder, corrections, seen)
    return Learning(found, refresh(library))


def forget(library: Library) -> RefreshReport | None:
    """Go back to the bundled judges; what that came to, None where nothing had been learnt."""
    return refresh(library) if forget_learnt(library.folder) else None
