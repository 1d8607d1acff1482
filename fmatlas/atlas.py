"""A library with its rooms joined: what programs, the command line and the app's pages work with."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmatlas.library import Library
from fmatlas.library.lookup import find_paths
from fmatlas.library.settings import SETTINGS_FILE
from fmatlas.review import Review
from fmatlas.review.deciding import make_decisions
from fmatlas.review.evaluate import Evaluation, Score
from fmatlas.review.labels import Labels, labels_of_decisions, labels_of_sheet
from fmatlas.review.score import absent_papers, score, scores_record
from fmatlas.review.table import Table, table
from fmatlas.review.why import Opinion, Place, Seen, Why, why
from fmatlas.schema.errors import LibraryError, UsageError
from fmatlas.schema.facts import Candidate, Decision
from fmatlas.schema.vocabulary import load_vocabulary

if TYPE_CHECKING:
    import pandas

    from fmatlas.graph import Graph
    from fmatlas.ingest.asking import Outcome, Plan
    from fmatlas.ingest.learn import Learning
    from fmatlas.ingest.refresh import RefreshReport
    from fmatlas.ingest.runner import IngestReport
    from fmatlas.search import Built, Hit

__all__ = [
    "SETTINGS_FILE",
    "Atlas",
    "Evaluation",
    "Opinion",
    "Place",
    "Score",
    "Seen",
    "Table",
    "Why",
    "find_library",
    "inspect_page",
    "questions",
    "scores_record",
    "table",
]


def find_library(
    folder: str | Path | None = None,
    environment: Mapping[str, str] = os.environ,
    start: Path | None = None,
) -> Path:
    """The folder of the library that is meant.

    Args:
        folder: the one that was named, if one was.
        environment: where `FMATLAS_LIBRARY` may name one.
        start: the folder to look upward from; the working folder by default.

    Raises:
        LibraryError: there is no library there, or none is named and none lies upward.
    """
    named = folder or environment.get("FMATLAS_LIBRARY")
    if named:
        path = Path(named).expanduser()
        if not (path / SETTINGS_FILE).is_file():
            source = "" if folder else " (named by FMATLAS_LIBRARY)"
            raise LibraryError(
                f"{path}{source} is not a library: it has no {SETTINGS_FILE}. Make one: fmatlas init {path}"
            )
        return path.absolute()
    here = (start or Path.cwd()).absolute()
    for candidate in (here, *here.parents):
        if (candidate / SETTINGS_FILE).is_file():
            return candidate
    raise LibraryError(
        f"No library: neither --library nor FMATLAS_LIBRARY names one, and no folder from {here} upward "
        f"has a {SETTINGS_FILE}. Make one: fmatlas init DIR"
    )


def questions() -> list[dict[str, Any]]:
    """The named questions with their parameters, ready for JSON."""
    from fmatlas.graph import QUESTIONS

    return [
        {
            "name": question.name,
            "title": question.title,
            "description": question.description,
            "parameters": [asdict(parameter) for parameter in question.parameters],
            "columns": list(question.columns),
            "example": question.example,
        }
        for question in QUESTIONS.values()
    ]


def inspect_page(path: str | Path, page: int, picture: str | Path) -> None:
    """Draw a page of a PDF with its lines in reading order and what each was taken for, as PNG.

    Raises:
        ReadError: the PDF cannot be read.
        UsageError: it has no such page.
    """
    from fmatlas.ingest.inspect import inspect_page

    inspect_page(Path(path), page, Path(picture))


class Atlas:
    """An open library. Close it, or use it in a `with` block.

    Attributes:
        library: the store of record.

    Example:
        >>> with Atlas.open("my-library") as atlas:  # doctest: +SKIP
        ...     atlas.review.counts("dataset", role="pretrain").frame()
    """

    def __init__(self, library: Library) -> None:
        self.library = library

    @classmethod
    def open(cls, folder: str | Path | None = None, *, readonly: bool = False) -> "Atlas":
        """Open the library that `find_library` finds."""
        return cls(Library.open(find_library(folder), readonly=readonly))

    @classmethod
    def create(cls, folder: str | Path) -> "Atlas":
        """Make a library in a folder, and open it.

        Raises:
            LibraryError: the folder has one already, or cannot be written.
        """
        return cls(Library.create(Path(folder).expanduser().absolute()))

    def close(self) -> None:
        """Close the store, and the graph where one is open."""
        if "graph" in self.__dict__:
            self.graph.close()
        self.library.close()

    def __enter__(self) -> "Atlas":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """The library's folder."""
        return self.library.folder

    @cached_property
    def review(self) -> Review:
        """Counts, tables and exports, as `Table`s: `.frame()`, `.records()`, `.csv()`, `.write(path)`."""
        return Review(self.library.connection)

    def studies(self) -> "pandas.DataFrame":
        """A row for each study, a column for each field and role."""
        return self.review.studies().frame()

    def facts(self, **narrowed: Any) -> "pandas.DataFrame":
        """What the library states; narrowed by `study, field, name, role, min_confidence`."""
        return self.review.facts(**narrowed).frame()

    def suggestions(self, study: str) -> "pandas.DataFrame":
        """What is suggested for the further fields of a study, which nothing states; see `review.facts`."""
        return self.review.suggestions(study).frame()

    def why(self, study: str, field: str, name: str) -> Why:
        """Why a name is, or is not, a fact of a study."""
        return why(self.library, self._opinion, study, field, name)

    def _opinion(self, sha256: str, candidate: Candidate) -> Opinion | None:
        from fmatlas.ingest.facts import explain, judge
        from fmatlas.ingest.learnt import judges_of_library

        judges, candidates = judges_of_library(self.folder), self.library.candidates(sha256)
        for found in judge(candidates, judges):
            if (found.candidate.field, found.candidate.surface) == (candidate.field, candidate.surface):
                return Opinion(found.p, found.cut, explain(found.candidate, candidates, judges))
        return None

    def decide(self, verdict: str, study: str, field: str, name: str = "", **said: str) -> list[int]:
        """Note what a person says of a fact or a metadata value; it takes effect at once.

        Args:
            verdict: `accept`, `reject`, `add` or `correct`.
            study, field, name: as a user writes them.
            said: `person`, and where needed `role, to, to_role, quote, evidence`; see `make_decisions`.

        Returns:
            The numbers of the decisions, by which they can be undone.
        """
        decisions = make_decisions(self.library.connection, verdict, study, field, name, **said)
        with self.library.transaction():
            return [self.library.decide(decision) for decision in decisions]

    def undo(self, number: int, *, person: str) -> int:
        """Take a decision back; gives the number of the decision that does."""
        return self.library.decide(Decision(person=person, kind="fact", verdict="", undoes=number))

    def refresh(self, *, force: bool = False) -> "RefreshReport":
        """Redo whatever stage is out of date: detection, names, facts; never reads a PDF again.

        Args:
            force: redo every stage.

        Returns:
            What was done; `.summary()` says it in one line.
        """
        from fmatlas.ingest.refresh import refresh

        return refresh(self.library, force=force)

    def ingest(
        self,
        *paths: str | Path,
        workers: int | None = None,
        retry: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> "IngestReport":
        """Read PDFs, and the PDFs in folders: those that are new or changed; then refresh.

        Args:
            paths: files and folders.
            workers: how many processes read at once.
            retry: try files again that failed before.
            progress: called with how many reports are done, and of how many.

        Returns:
            What was read and what failed; `.summary()` says it in one line.
        """
        from fmatlas.ingest.runner import ingest

        return ingest(
            self.library, [Path(path) for path in paths], workers=workers, retry=retry, progress=progress
        )

    def plan_proposals(self) -> "Plan":
        """What asking the library's language model about all new reports would take; nothing is sent.

        Raises:
            UsageError: the library names no language model.
        """
        from fmatlas.ingest.asking import plan

        return plan(self.library)

    def propose(self, planned: "Plan", progress: Callable[[int, int], None] | None = None) -> "Outcome":
        """Ask the library's language model for facts, keep those whose quote is verbatim, refresh."""
        from fmatlas.ingest.asking import carry_out

        return carry_out(self.library, planned, progress)

    def remove(self, *targets: str) -> list[str]:
        """Take studies, or single files, out of the library with all that came from them; the PDFs stay.

        Returns:
            The paths that were taken out.
        """
        connection = self.library.connection
        # A file may be named twice, by itself and by its study.
        paths = dict.fromkeys(path for target in targets for path in find_paths(connection, target))
        removed = self._take_out(list(paths))
        self.refresh()
        return removed

    def _take_out(self, paths: list[str]) -> list[str]:
        with self.library.transaction() as db:
            for path in paths:
                (sha256,) = db.execute("SELECT sha256 FROM file WHERE path = ?", (path,)).fetchone()
                db.execute("DELETE FROM file WHERE path = ?", (path,))
                # The report goes with the last file that has its bytes.
                if sha256 and not db.execute("SELECT 1 FROM file WHERE sha256 = ?", (sha256,)).fetchone():
                    self.library.remove(sha256)
        return paths

    def evaluate(self, coding: str | Path, aliases: str | Path | None = None) -> Evaluation:
        """Compare what the library states with a coding sheet; see `review.score`.

        Args:
            coding: CSV with at least the columns file, field and value.
            aliases: CSV of spellings that count as the same: field, canonical, alias.
        """
        return score(self.library.connection, Path(coding), Path(aliases) if aliases else None)

    def absent_papers(self, coding: str | Path) -> list[str]:
        """The files of a coding sheet that the library has not read."""
        return absent_papers(self.library.connection, Path(coding))

    def learn(
        self,
        coding: str | Path | None = None,
        aliases: str | Path | None = None,
        *,
        decisions: bool = False,
        dry_run: bool = False,
    ) -> "Learning":
        """Correct the judges by coded papers, by decisions, or by both; keep only what is better.

        Args:
            coding, aliases: as for `evaluate`.
            decisions: learn from the library's decisions; where both say something, the decision counts.
            dry_run: measure, and write nothing.

        Returns:
            The cross-validated change of each judge, and what was kept; facts are judged anew by it.

        Raises:
            FmAtlasError: LightGBM is not installed.
            UsageError: nothing to learn from is named, the library is to be refreshed first, or too few
                papers of it have labels.
        """
        from fmatlas.ingest.correction import need_lightgbm
        from fmatlas.ingest.learn import learn

        if not coding and not decisions:
            raise UsageError("Say what to learn from: a coding sheet, --decisions, or both.")
        need_lightgbm()
        stale = self._stale()["detected"]
        if stale:
            raise UsageError(
                f"{stale} papers were searched for names by older detectors or another vocabulary: "
                "run `fmatlas refresh` first."
            )
        labels: dict[str, Labels] = {}
        if coding:
            labels = labels_of_sheet(self.library, Path(coding), Path(aliases) if aliases else None)
        for report, decided in (labels_of_decisions(self.library) if decisions else {}).items():
            labels[report] = {**labels.get(report, {}), **decided}
        return learn(self.library, labels, dry_run=dry_run)

    def forget(self) -> "RefreshReport | None":
        """Forget what was learnt: the judges that ship count again; None where nothing had been learnt."""
        from fmatlas.ingest.learn import forget

        return forget(self.library)

    def learnt_warning(self) -> str:
        """One line where what was learnt does not count any more and is to be learnt again, else empty."""
        from fmatlas.ingest.learnt import learnt_warning

        return learnt_warning(self.folder)

    @cached_property
    def graph(self) -> "Graph":
        """The facts as a graph: `.ask(name, **parameters)`, `.cypher(query)`; built at the first question."""
        from fmatlas.graph import open_graph

        return open_graph(self.library)

    def ask(self, name: str, **parameters: Any) -> Table:
        """Answer one of the named `questions`; names of entities as a user writes them."""
        from fmatlas.graph import find_question

        columns = find_question(name).columns
        return table(
            columns, ([row[column] for column in columns] for row in self.graph.ask(name, **parameters))
        )

    def cypher(self, query: str, *, limit: int | None = None) -> Table:
        """Run a Cypher query of the user's own, if it only reads; see `fmatlas.graph.cypher`."""
        rows = self.graph.cypher(query) if limit is None else self.graph.cypher(query, limit=limit)
        columns = tuple(rows[0]) if rows else ()
        return table(columns, (row.values() for row in rows))

    def search(
        self, query: str, *, limit: int = 10, filters: Iterable[str] = (), **options: Any
    ) -> "list[Hit]":
        """The passages that answer a question best.

        Args:
            query: words, a question, names; a phrase in double quotes must stand as written.
            limit: how many at most.
            filters: which studies to search, such as `year=2021-2023` or `dataset:pretrain=MIMIC-CXR`.
            options: `mode` (`both`, `words`, `vectors`) and `per_study` (at most so many hits of one study).

        Example:
            >>> atlas.search("LoRA on 3D CT", filters=["category=VLFM"])  # doctest: +SKIP
        """
        from fmatlas.search import parse_filters, search

        return search(self.library, query, limit, parse_filters(filters), **options)

    def passages_without_vector(self) -> int:
        """How many passages are found by their words only, until `embed` gives them vectors."""
        from fmatlas.search import state

        found = state(self.library)
        return found.passages - found.embedded

    def embed(self, progress: Callable[[int, int], None] | None = None, *, replace: bool = False) -> "Built":
        """Give every passage that has none its vector, so that search finds it by meaning too.

        Args:
            progress: called with (texts done, texts to do).
            replace: embed everything anew where the library was embedded with another model.
        """
        from fmatlas.search import build

        return build(self.library, progress, replace=replace)

    def report_files(self, study: str) -> list[tuple[str, Path]]:
        """The reports of a study that were read, the main one first: hash, and where its file lies."""
        rows = self.library.connection.execute(
            "SELECT sha256, min(path) FROM report JOIN file USING (sha256) WHERE study = ? "
            "AND report.status = 'read' AND file.status = 'ok' "
            "GROUP BY sha256 ORDER BY is_primary DESC, sha256",
            (study,),
        )
        return [(sha256, Path(path)) for sha256, path in rows]

    def status(self) -> dict[str, Any]:
        """What was read and what not, how much is stated (see `review.status`), and what is `stale`.

        `stale` counts reports that an older reader read (`read`), and reports whose names older detectors or
        another vocabulary found (`detected`).
        """
        return {**self.review.status(), "stale": self._stale()}

    def _stale(self) -> dict[str, int]:
        from fmatlas.ingest.reading import READER_VERSION
        from fmatlas.ingest.stamps import detected_by

        stamp = detected_by(load_vocabulary(self.library.vocabulary_folder))
        read, detected = self.library.connection.execute(
            "SELECT coalesce(sum(reader_version <> ?), 0), coalesce(sum(detected_by <> ?), 0) "
            "FROM reading JOIN report ON sha256 = report",
            (READER_VERSION, stamp),
        ).fetchone()
        return {"read": read, "detected": detected}

    def backup(self, path: str | Path) -> None:
        """Copy the library to a new folder, or to a path that ends in `.db` its store alone.

        The copy is whole even while others write; a folder opens as a library.
        """
        from fmatlas.library.backup import copy_library

        if Path(path).suffix == ".db":
            self.library.backup(path)
        else:
            copy_library(self.library, Path(path))

    def check(self) -> list[str]:
        """What is wrong with the library, one line each."""
        from fmatlas.ingest.learnt import judges_of_library

        try:
            judges_of_library(self.folder)
        except LibraryError as error:
            return [*self.library.check(), str(error)]
        return self.library.check()
