"""Bytes of a PDF to an open document, or a clear reason why not."""

import ctypes
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fmatlas.schema.errors import ReadError

MAX_BYTES = 512 * 1024 * 1024
MAX_PAGES = 2000

# FPDF_GetLastError's codes.
_PASSWORD, _SECURITY = 4, 5


@contextmanager
def open_pdf(path: Path) -> Iterator["object"]:
    """Open a PDF by pdfium and yield its document handle.

    Encrypted files are tried with the empty password; a file that pdfium cannot mend is tried once more
    through pypdf, which writes the pages that it can find anew.

    Args:
        path: a file on disk; its name is used for messages only.

    Raises:
        ReadError: `empty`, `too-large`, `not-a-pdf`, `encrypted`, `damaged` or `too-many-pages`.
    """
    import pypdfium2.raw as pdfium

    _start_pdfium()
    data = _read_bytes(path)
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        if pdfium.FPDF_GetLastError() in (_PASSWORD, _SECURITY):
            raise ReadError("encrypted", f"{path.name}: needs a password; save it without one and try again")
        data = _rewritten(path, data)
        document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not document:
            raise ReadError(
                "damaged", f"{path.name}: the PDF is damaged and cannot be opened; fetch it again"
            )
    try:
        count = pdfium.FPDF_GetPageCount(document)
        if count < 1:
            raise ReadError("damaged", f"{path.name}: the PDF has no pages; fetch it again")
        if count > MAX_PAGES:
            raise ReadError(
                "too-many-pages", f"{path.name}: {count} pages, more than {MAX_PAGES}; split it and try again"
            )
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


_started = False


def _start_pdfium() -> None:
    global _started
    if not _started:
        # Importing the package proper initialises the library, once in a process.
        import pypdfium2  # noqa: F401

        _started = True


def _read_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ReadError(
                "too-large",
                f"{path.name}: {size // 2**20} MiB, more than {MAX_BYTES // 2**20}; split it and try again",
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReadError("damaged", f"{path.name}: cannot be read: {error.strerror}") from error
    if not data.strip(b"\0 \t\r\n"):
        raise ReadError("empty", f"{path.name}: the file is empty; fetch it again")
    # Readers accept some rubbish before the header; so do we.
    if b"%PDF-" not in data[:4096]:
        raise ReadError("not-a-pdf", f"{path.name}: is not a PDF, whatever its name says; fetch it again")
    return data


def _rewritten(path: Path, data: bytes) -> bytes:
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError("encrypted", f"{path.name}: needs a password; save it without one and try again")
        writer = pypdf.PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()
    except ReadError:
        raise
    # pypdf raises whatever its parsers meet in rubbish; each of them means the same to the user.
    except Exception as error:
        raise ReadError(
            "damaged", f"{path.name}: the PDF is damaged and cannot be opened; fetch it again"
        ) from error


def info(document: object, key: str) -> str:
    """An entry of the document's information dictionary (`Title`, `CreationDate` ...), or an empty string."""
    import pypdfium2.raw as pdfium

    name = key.encode("ascii")
    size = pdfium.FPDF_GetMetaText(document, name, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetMetaText(document, name, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "ignore").strip()


def outline(document: object) -> list[tuple[int, str, int]]:
    """The document's bookmarks in order as (level from 1, title, page from 1); page 0 where none is set."""
    import pypdfium2.raw as pdfium

    entries: list[tuple[int, str, int]] = []
    seen: set[int] = set()

    def walk(bookmark: object, level: int) -> None:
        while bookmark and len(entries) < 2000 and level < 8:
            address = ctypes.addressof(bookmark.contents)  # type: ignore[attr-defined]
            if address in seen:
                return
            seen.add(address)
            size = pdfium.FPDFBookmark_GetTitle(bookmark, None, 0)
            buffer = ctypes.create_string_buffer(max(size, 2))
            pdfium.FPDFBookmark_GetTitle(bookmark, buffer, size)
            title = buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "ignore").strip()
            target = pdfium.FPDFBookmark_GetDest(document, bookmark)
            page = pdfium.FPDFDest_GetDestPageIndex(document, target) + 1 if target else 0
            entries.append((level, title, page))
            walk(pdfium.FPDFBookmark_GetFirstChild(document, bookmark), level + 1)
            bookmark = pdfium.FPDFBookmark_GetNextSibling(document, bookmark)

    walk(pdfium.FPDFBookmark_GetFirstChild(document, None), 1)
    return entries
