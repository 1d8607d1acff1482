"""FM Atlas: a folder of papers on foundation models becomes a searchable, citable atlas."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fmatlas.atlas import Atlas

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(folder: str | Path | None = None, *, readonly: bool = False) -> "Atlas":
    """Open a library.

    Args:
        folder: the library's folder; without it the one that the command line would take: the folder in
            `FMATLAS_LIBRARY`, else the nearest folder upward that has a `fmatlas.toml`.
        readonly: refuse every change, for use beside a running ingest.

    Returns:
        The library, with its rooms joined; close it, or use it in a `with` block.

    Raises:
        LibraryError: there is no library there.

    Example:
        >>> import fmatlas
        >>> with fmatlas.open("my-library") as atlas:  # doctest: +SKIP
        ...     atlas.facts(field="dataset", name="MIMIC-CXR")
    """
    # The atlas joins every room; a program that only asks for the version needs none of them.
    from fmatlas.atlas import Atlas

    return Atlas.open(folder, readonly=readonly)
