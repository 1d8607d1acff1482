"""The supervisor of worker processes: one report each at a time, under a limit of time and memory.

A worker that crashes, hangs or eats memory is killed and replaced; its report gets the reason, no other is
touched.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fmatlas.ingest.frames import take_frame
from fmatlas.ingest.worker import Job
from fmatlas.schema.errors import FmAtlasError

# A worker is replaced after so many reports: what native code leaks goes with it.
REPORTS_PER_WORKER = 60
_TICK = 0.2
_SECONDS_TO_START = 120
_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from fmatlas.ingest.worker import main; main()"
)

Frame = tuple[dict[str, Any], list[bytes]]


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    path: str = ""
    deadline: float = 0.0
    ready: bool = False
    done: int = 0
    peak: int = 0
    killed: str = ""
    buffer: bytearray = field(default_factory=bytearray)


def read_all(
    paths: Sequence[str], workers: int, job: Job, seconds: float
) -> Generator[tuple[str, Frame], None, None]:
    """Read files in worker processes, and give each with its frame as soon as it is done.

    The frame of a failure has a `reason` and a `message` in its header and no blobs. Closing the iterator
    kills the workers.

    Args:
        paths: the files, in the order in which they are begun.
        workers: how many processes read at once.
        job: what each is told.
        seconds: how long one report may take.

    Raises:
        FmAtlasError: a worker cannot start; the message says why.
    """
    waiting = list(reversed(paths))
    crew: list[_Worker] = []
    selector = selectors.DefaultSelector()
    try:
        while waiting or any(worker.path for worker in crew):
            while waiting and sum(bool(worker.path) for worker in crew) < workers:
                worker = next((worker for worker in crew if not worker.path), None)
                if worker is None:
                    worker = _start(job)
                    crew.append(worker)
                    selector.register(worker.process.stdout, selectors.EVENT_READ, worker)  # type: ignore[arg-type]
                _give(worker, waiting.pop(), seconds)
            for key, _ in selector.select(_TICK):
                worker = key.data
                chunk = os.read(key.fd, 1 << 20)
                worker.buffer += chunk
                frame = take_frame(worker.buffer)
                ended = not chunk
                if frame is not None and not worker.ready:
                    _welcome(worker, frame, seconds)
                    frame = take_frame(worker.buffer)
                if frame is None and ended and worker.path:
                    frame = (_obituary(worker, job), [])
                if frame is not None:
                    path, worker.path = worker.path, ""
                    worker.done += 1
                    ended = ended or worker.done >= REPORTS_PER_WORKER
                    if ended:
                        _end(worker, crew, selector)
                    yield path, frame
                elif ended:
                    _end(worker, crew, selector)
            _watch(crew, job)
    finally:
        for worker in list(crew):
            _end(worker, crew, selector)
        selector.close()


def _start(job: Job) -> _Worker:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    search = json.dumps([str(Path(entry).absolute()) for entry in sys.path if entry])
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _START, search, job.to_json()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    return _Worker(process)


def _give(worker: _Worker, path: str, seconds: float) -> None:
    worker.path = path
    worker.peak = 0
    worker.deadline = time.monotonic() + (seconds if worker.ready else _SECONDS_TO_START)
    # A worker that has died meanwhile is found at its output's end, as one that died of this report.
    with suppress(BrokenPipeError):
        assert worker.process.stdin is not None
        worker.process.stdin.write(json.dumps(path).encode() + b"\n")
        worker.process.stdin.flush()


def _welcome(worker: _Worker, frame: Frame, seconds: float) -> None:
    """Take a new worker's first frame: its first report's time begins, or it cannot work at all."""
    if "fatal" in frame[0]:
        raise FmAtlasError(frame[0]["fatal"])
    worker.ready = True
    worker.deadline = time.monotonic() + seconds


def _watch(crew: Sequence[_Worker], job: Job) -> None:
    """Kill whoever is over its time or its memory."""
    now = time.monotonic()
    for worker in crew:
        if not worker.path or worker.killed:
            continue
        worker.peak = max(worker.peak, resident_megabytes(worker.process.pid))
        if job.megabytes and worker.peak > job.megabytes:
            worker.killed = "out-of-memory"
        elif now > worker.deadline:
            worker.killed = "timed-out"
        if worker.killed:
            worker.process.kill()


def resident_megabytes(pid: int) -> int:
    """The memory that a process holds, 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") >> 20
    except (OSError, ValueError, IndexError):
        return 0


def _obituary(worker: _Worker, job: Job) -> dict[str, str]:
    """Why a worker died over its report.

    Raises:
        FmAtlasError: it died before it had begun, which is no report's fault.
    """
    code = worker.process.wait()
    if not worker.ready:
        raise FmAtlasError(f"A reading process cannot start (it ended with {code}); is there memory for it?")
    reason = worker.killed
    # A SIGKILL that is not ours is the system's, short of memory; native code aborts when it gets none.
    if not reason and (code == -signal.SIGKILL or (job.megabytes and worker.peak > 0.75 * job.megabytes)):
        reason = "out-of-memory"
    if reason == "out-of-memory":
        return {
            "reason": reason,
            "message": "Reading it takes more memory than a worker may have; raise megabytes_per_worker in "
            "fmatlas.toml, or use fewer workers.",
        }
    if reason == "timed-out":
        return {
            "reason": reason,
            "message": "Reading it takes too long; raise seconds_per_report in fmatlas.toml and retry.",
        }
    try:
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    except ValueError:
        name = f"signal {-code}"
    return {"reason": "crashed", "message": f"The reader crashed on it ({name}); the file may be damaged."}


def _end(worker: _Worker, crew: list[_Worker], selector: selectors.BaseSelector) -> None:
    selector.unregister(worker.process.stdout)  # type: ignore[arg-type]
    crew.remove(worker)
    for pipe in (worker.process.stdin, worker.process.stdout):
        with suppress(OSError):
            pipe.close()  # type: ignore[union-attr]
    worker.process.kill()
    worker.process.wait()
