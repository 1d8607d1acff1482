"""Papers from the open network: a list of addresses, fetched with limits, and never trusted to be PDFs."""

import csv
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import fmatlas
from fmatlas.schema.errors import FetchError

CHUNK = 1 << 16
# A PDF's mark may come after some bytes of rubbish, as readers allow.
MARK, MARK_WITHIN = b"%PDF-", 1024


@dataclass(frozen=True, slots=True)
class OpenPaper:
    """A paper that anyone may fetch: its title, licence, address and number of pages."""

    title: str
    licence: str
    address: str
    pages: int

    @property
    def file(self) -> str:
        """The name it gets on disk: volume and name, as `v225-moor23a.pdf`."""
        *_, volume, _, name = urlsplit(self.address).path.split("/")
        return f"{volume}-{name}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much: seconds without a byte, seconds for a whole paper, bytes of a paper."""

    silence: float = 15.0
    whole: float = 90.0
    size: int = 60_000_000


LIMITS = Limits()


def read_list() -> list[OpenPaper]:
    """The open papers of the demo, in the order of their addresses."""
    listed = files("fmatlas.demo").joinpath("papers.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(listed.splitlines())
    return [OpenPaper(row["title"], row["licence"], row["address"], int(row["pages"])) for row in rows]


def is_reachable(address: str, wait: float = 4.0) -> bool:
    """Whether the server of an address answers at all within `wait` seconds, whatever it says."""
    answers: list[bool] = []

    def ask() -> None:
        request = urllib.request.Request(address, method="HEAD", headers=_headers())
        with suppress(OSError, ValueError):
            try:
                urllib.request.urlopen(request, timeout=wait).close()
            except urllib.error.HTTPError as error:
                error.close()
            answers.append(True)

    # Looking up a name knows no time-out, so it is left behind in a thread of its own.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(wait)
    return bool(answers)


def fetch(address: str, path: Path, limits: Limits = LIMITS) -> None:
    """Fetch a PDF; the file is there whole or not at all.

    Args:
        address: `https:` or `http:`.
        path: the file to write; its folder exists.
        limits: of time and size.

    Raises:
        FetchError: the server cannot be reached, does not have it, is too slow, sends too much, or no PDF.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise FetchError("not-there", f"{address}: only http and https addresses are fetched")
    part = path.with_suffix(".part")
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, headers=_headers()), timeout=limits.silence
        ) as answer:
            part.write_bytes(_read(answer, address, limits))
        part.replace(path)
    except urllib.error.HTTPError as error:
        with error:
            raise FetchError(
                "not-there", f"{address}: the server says {error.code} {error.reason}"
            ) from error
    except TimeoutError as error:
        raise FetchError("slow", f"{address}: no answer for {limits.silence:g} seconds") from error
    except OSError as error:
        if isinstance(error, urllib.error.URLError) and isinstance(error.reason, TimeoutError):
            raise FetchError("slow", f"{address}: no answer for {limits.silence:g} seconds") from error
        reason = getattr(error, "reason", None) or error.strerror or error
        raise FetchError("offline", f"{address}: {reason}") from error
    finally:
        part.unlink(missing_ok=True)


def _read(answer: HTTPResponse, address: str, limits: Limits) -> bytes:
    """The body of an answer, within the limits."""
    too_large = FetchError("too-large", f"{address}: more than {limits.size / 1e6:g} MB")
    promised = int(answer.headers.get("Content-Length") or 0)
    if promised > limits.size:
        raise too_large
    until = time.monotonic() + limits.whole
    body = bytearray()
    while chunk := answer.read1(CHUNK):
        body += chunk
        if len(body) > limits.size:
            raise too_large
        if len(body) >= MARK_WITHIN and MARK not in body[:MARK_WITHIN]:
            break
        if time.monotonic() > until:
            raise FetchError("slow", f"{address}: not whole after {limits.whole:g} seconds")
    if MARK not in body[:MARK_WITHIN]:
        raise FetchError("not-a-pdf", f"{address}: what came is not a PDF")
    if len(body) < promised:
        raise FetchError("offline", f"{address}: broke off after {len(body)} of {promised} bytes")
    return bytes(body)


def fetch_all(
    papers: Sequence[OpenPaper],
    folder: Path,
    say: Callable[[str], None],
    limits: Limits = LIMITS,
) -> list[Path]:
    """Fetch what is not there yet; a paper that cannot be had is said and left out.

    Args:
        papers: the list.
        folder: where to; it is made.
        say: is told a line for each paper.
        limits: of time and size, for each paper.

    Returns:
        The PDFs that are there. After three papers in a row that failed for want of a network the rest is
        not tried.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there, silent = [], 0
    for n, paper in enumerate(papers, 1):
        path = folder / paper.file
        if not path.is_file():
            if silent == 3:
                continue
            try:
                fetch(paper.address, path, limits)
                say(f"  {n:2}/{len(papers)} {paper.title} ({paper.licence}, {paper.address})")
                silent = 0
            except FetchError as error:
                say(f"  {n:2}/{len(papers)} not fetched: {error.reason}: {error}")
                silent = silent + 1 if error.reason in ("offline", "slow") else 0
                continue
        there.append(path)
    return there


def _headers() -> dict[str, str]:
    return {"User-Agent": f"fmatlas/{fmatlas.__version__}", "Accept": "application/pdf"}
