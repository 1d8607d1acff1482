"""A library: one folder, one SQLite file, one object that opens it."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from fmatlas.library import check, facts, ledger, lookup, migrate, reports
from fmatlas.library.connect import connect, connect_readonly, explain
from fmatlas.library.facts import Claims
from fmatlas.library.layers import candidate_row, unpack_rows
from fmatlas.library.reports import FileSeen, StoredPassage
from fmatlas.library.settings import (
    SETTINGS_FILE,
    VOCABULARY_FOLDER,
    Settings,
    read_settings,
    write_settings,
)
from fmatlas.schema.errors import LibraryError
from fmatlas.schema.facts import Candidate, Decision, StatedFact
from fmatlas.schema.reading import Reading

DATABASE_FILE = "library.db"


class Library:
    """An open library. Close it, or use it in a `with`.

    Attributes:
        folder: where it lies.
        settings: what its `fmatlas.toml` says.
        connection: the database; rows by column name, foreign keys on, no transaction open between calls.
        readonly: whether it may be written to.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, Library.create(Path(folder) / "atlas") as library:
        ...     library.revision("facts")
        0
    """

    def __init__(
        self, folder: Path, settings: Settings, connection: sqlite3.Connection, readonly: bool
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.connection = connection
        self.readonly = readonly

    @property
    def vocabulary_folder(self) -> Path:
        """Where the user's own vocabulary lies, if there is one."""
        return self.folder / VOCABULARY_FOLDER

    @classmethod
    def create(cls, folder: Path | str) -> "Library":
        """Make a library in a folder, which is made where there is none; its other files stay as they are.

        Raises:
            LibraryError: there is a library already, or nothing can be written there.
        """
        folder = Path(folder).absolute()
        if (folder / SETTINGS_FILE).exists():
            raise LibraryError(f"{folder} is a library already; open it, or choose another folder.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_settings(folder, Settings())
        except OSError as error:
            raise LibraryError(f"No library can be made in {folder}: {error.strerror}.") from None
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path | str, *, readonly: bool = False) -> "Library":
        """Open the library in a folder, its tables brought to this program's version.

        Args:
            folder: one with a `fmatlas.toml`.
            readonly: no statement can change it; may be shared between threads.

        Raises:
            LibraryError: no library there, a damaged or newer one, or one that another process holds.
        """
        folder = Path(folder).absolute()
        settings = read_settings(folder)
        path = folder / DATABASE_FILE
        connection = None
        try:
            if readonly and path.exists():
                connection = connect_readonly(path)
                migrate.check_version(connection, str(path))
                if migrate.version_of(connection) < migrate.migrations()[-1][0]:
                    connection.close()
                    cls.open(folder).close()
                    connection = connect_readonly(path)
            elif readonly:
                cls.open(folder).close()
                connection = connect_readonly(path)
            else:
                connection = connect(path)
                migrate.migrate(connection, str(path))
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            raise LibraryError(explain(path, error)) from None
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        return cls(folder, settings, connection, readonly)

    def close(self) -> None:
        """Close the database; closing twice does no harm."""
        self.connection.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # transactions and revisions ------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: what is done inside is committed at the end, or undone by an exception.

        One inside another belongs to it.

        Raises:
            LibraryError: another process has been writing for more than half a minute, or the disk is full.
        """
        if self.connection.in_transaction:
            yield self.connection
            return
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                self.connection.rollback()
                raise
        except sqlite3.OperationalError as error:
            raise LibraryError(explain(self.folder / DATABASE_FILE, error)) from error

    def revision(self, kind: str) -> int:
        """How often a kind has changed: `text` (reports, passages) or `facts` (facts, decisions, records)."""
        row = self.connection.execute("SELECT n FROM revision WHERE kind = ?", (kind,)).fetchone()
        return int(row["n"])

    def bump(self, *kinds: str) -> None:
        """Count a change of these kinds; derived stores see that they are behind."""
        for kind in kinds:
            self.connection.execute("UPDATE revision SET n = n + 1 WHERE kind = ?", (kind,))

    def meta(self, key: str) -> str:
        """A note of the library about itself, such as what made its facts; empty if there is none."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row["value"] if row else ""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a note of the library about itself."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                (key, value),
            )

    # reports -------------------------------------------------------------------------------------------

    def write_report(
        self,
        sha256: str,
        reading: Reading,
        candidates: Iterable[Candidate] = (),
        *,
        reader_version: str = "",
        detected_by: str = "",
        files: Sequence[FileSeen] = (),
        packed: tuple[bytes, bytes, bytes] | None = None,
    ) -> None:
        """Put a whole report in the place of whatever the library had of it, in one transaction.

        Args:
            sha256: the hash of its bytes.
            reading: what was read.
            candidates: the names found in it.
            reader_version: what read it.
            detected_by: the versions of detectors and vocabulary that found the candidates.
            files: where its bytes lie.
            packed: layers, words and rows of candidates, where a worker has packed them already.
        """
        with self.transaction() as db:
            reports.write_report(db, sha256, reading, reader_version, packed[:2] if packed else None)
            rows = unpack_rows(packed[2]) if packed else map(candidate_row, candidates)
            reports.write_candidates(db, sha256, rows, detected_by)
            for seen in files:
                reports.write_file(db, seen, sha256)
            self.bump("text", "facts")

    def write_candidates(self, sha256: str, candidates: Iterable[Candidate], detected_by: str) -> None:
        """Replace a report's candidates, in one transaction."""
        with self.transaction() as db:
            reports.write_candidates(db, sha256, map(candidate_row, candidates), detected_by)

    def write_failure(self, sha256: str, reason: str, message: str, files: Sequence[FileSeen] = ()) -> None:
        """Note that a report cannot be read, and why, in one transaction."""
        with self.transaction() as db:
            reports.write_failure(db, sha256, reason, message)
            for seen in files:
                reports.write_file(db, seen, sha256)
            self.bump("text", "facts")

    def write_file(self, seen: FileSeen, sha256: str | None) -> None:
        """Note where the bytes of a known report lie, or that a file has none to be had (`sha256` None)."""
        with self.transaction() as db:
            before = db.execute("SELECT count(*) FROM report").fetchone()[0]
            reports.write_file(db, seen, sha256)
            if db.execute("SELECT count(*) FROM report").fetchone()[0] != before:
                self.bump("text", "facts")

    def remove(self, sha256: str) -> None:
        """Take a report out with all that came from it; decisions stay. Refresh afterwards.

        Raises:
            LibraryError: there is no such report.
        """
        with self.transaction() as db:
            if not db.execute("SELECT 1 FROM report WHERE sha256 = ?", (sha256,)).fetchone():
                raise LibraryError(
                    f"There is no report {sha256[:12]} in the library; `fmatlas status` lists them."
                )
            reports.remove_report(db, sha256)
            self.bump("text", "facts")

    def reading(self, sha256: str, *, words: bool = True) -> Reading:
        """What was read of a report; without its word layer (`words=False`) in a fifth of the time.

        Raises:
            LibraryError: the report is unknown or could not be read.
        """
        return reports.read_reading(self.connection, sha256, words)

    def text(self, sha256: str) -> str:
        """The text of a report, which all offsets point into; empty if the library has none."""
        row = self.connection.execute("SELECT text FROM reading WHERE report = ?", (sha256,)).fetchone()
        return row["text"] if row else ""

    def candidates(self, sha256: str) -> list[Candidate]:
        """The candidates of a report, by field and surface."""
        return reports.read_candidates(self.connection, sha256)

    def passages(self, report: str | None = None) -> Iterator[StoredPassage]:
        """All passages, or those of one report, by report and place."""
        return reports.read_passages(self.connection, report)

    # studies and facts ---------------------------------------------------------------------------------

    def studies(self) -> list[str]:
        """The ids of all studies, in order."""
        return [row["id"] for row in self.connection.execute("SELECT id FROM study ORDER BY id")]

    def find_study(self, text: str) -> str:
        """The id of the study that a user names; see `library.lookup`.

        Raises:
            UsageError: no study or several.
        """
        return lookup.find_study(self.connection, text)

    def metadata(self, study: str) -> dict[str, str]:
        """The one value of each metadata field of a study; a person's before the program's."""
        rows = self.connection.execute(
            "SELECT field, value FROM study_metadata WHERE study = ? ORDER BY field", (study,)
        )
        return {row["field"]: row["value"] for row in rows}

    def facts(self, field: str | None = None, study: str | None = None) -> list[StatedFact]:
        """What the library states, after decisions; by study, field, name and role."""
        return facts.stated_facts(self.connection, field, study)

    def replace_claims(self, claims: Claims) -> bool:
        """Make entities, facts, evidence, rulings and citations exactly these, in one transaction.

        Only differences are written, and `facts` is bumped only where there are any. Rulings that are not
        given are made from the decisions.

        Returns:
            Whether anything changed.
        """
        with self.transaction() as db:
            if claims.rulings is None:
                claims = ledger.with_rulings(db, claims)
            changed = facts.replace_claims(db, claims)
            if changed:
                self.bump("facts")
        return changed

    # decisions -----------------------------------------------------------------------------------------

    def decide(self, decision: Decision) -> int:
        """Append what a person said, and let it take effect; see `library.decisions` for how it is written.

        Merges, splits and study decisions take effect with the next refresh.

        Returns:
            The number of the decision, by which it can be undone.

        Raises:
            UsageError: it could never be resolved; the message says why.
        """
        with self.transaction() as db:
            seq = ledger.append(db, decision)
            self.bump("facts")
        return seq

    def decisions(self) -> list[Decision]:
        """Every decision ever made, in order; `decisions.in_force` leaves out what was taken back."""
        return ledger.read_decisions(self.connection)

    # keeping -------------------------------------------------------------------------------------------

    def backup(self, path: Path | str) -> None:
        """Copy the database to a new file, whole and consistent even while others write.

        Raises:
            LibraryError: the file exists already or cannot be written.
        """
        path = Path(path).absolute()
        if path.exists():
            raise LibraryError(f"{path} exists already; name a new file for the backup.")
        draft = path.with_name(path.name + ".part")
        try:
            draft.unlink(missing_ok=True)
            target = sqlite3.connect(draft)
            try:
                self.connection.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
            finally:
                target.close()
            draft.replace(path)
        except (OSError, sqlite3.Error) as error:
            draft.unlink(missing_ok=True)
            raise LibraryError(f"The backup cannot be written to {path}: {error}.") from None

    def check(self) -> list[str]:
        """What is wrong with the library, one line each; nothing is changed. An empty list is good news."""
        return check.check(self.connection)
