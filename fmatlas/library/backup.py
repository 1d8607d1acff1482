"""A copy of a whole library: what persons and papers put there, and the vectors, which take long to make."""

import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from fmatlas.library.settings import LEARNT_FILE, SETTINGS_FILE, VOCABULARY_FOLDER
from fmatlas.library.store import DATABASE_FILE, Library
from fmatlas.library.vectors import VECTORS_FILE, Vectors
from fmatlas.schema.errors import LibraryError

# Beside the databases: the settings, what was learnt, and the user's own vocabulary. All else is made again.
_BESIDE = (SETTINGS_FILE, LEARNT_FILE, VOCABULARY_FOLDER)


def copy_library(library: Library, to: Path) -> None:
    """Copy a library to a new folder, which opens as a library; whole, even while others write.

    Raises:
        LibraryError: there is such a folder already, or it cannot be written.
    """
    folder, to = library.folder, to.absolute()
    if to.exists():
        raise LibraryError(f"{to} exists already; name a new folder for the backup.")
    try:
        # Beside the backup, so that it is moved there in one step.
        with TemporaryDirectory(prefix=f".{to.name}-", dir=to.parent) as beside:
            draft = Path(beside) / to.name
            draft.mkdir()
            library.backup(draft / DATABASE_FILE)
            if (folder / VECTORS_FILE).exists():
                with Vectors(folder, readonly=True) as vectors:
                    vectors.backup(draft / VECTORS_FILE)
            for name in _BESIDE:
                if (folder / name).is_dir():
                    shutil.copytree(folder / name, draft / name)
                elif (folder / name).exists():
                    shutil.copy2(folder / name, draft / name)
            draft.replace(to)
    except (OSError, sqlite3.Error, shutil.Error) as error:
        raise LibraryError(f"The backup cannot be written to {to}: {error}.") from None
