"""How fast passages are embedded, and how soon a question is answered over 100,000 of them.

    python -m benchmarks.embedding [FOLDER]

FOLDER is one as `benchmarks.retrieval` takes it; by default the Cranfield abstracts, which lie outside of
the repository. All rates are taken in one run, in turns, so that what else the machine does falls on each
alike.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.retrieval import as_reading, read_collection
from fmatlas.embed import Embedder, identify
from fmatlas.library import Library
from fmatlas.library.reports import text_sha
from fmatlas.library.vectors import Vectors
from fmatlas.search import Filters, search

MODEL = "all-MiniLM-L6-v2"
PASSAGES = 160
ROUNDS = 3
MANY = 100_000
PER_REPORT = 100


def passages(folder: Path) -> list[str]:
    """Abstracts cut at a space to what a passage has: about 200 word pieces."""
    documents, *_ = read_collection(folder)
    long = [text for text in documents.values() if len(text) > 400]
    return [text[:950].rsplit(" ", 1)[0] for text in long][:PASSAGES]


def speeds(texts: list[str]) -> None:
    """Passages a second: sentence-transformers as it comes, fmatlas, the bare model on ready tensors."""
    import torch
    from sentence_transformers import SentenceTransformer

    from fmatlas.embed import model_folder

    embedder = Embedder(MODEL)
    setting = embedder.setting or embedder.probe()
    embedder = Embedder(MODEL, setting)
    theirs = SentenceTransformer(str(model_folder(MODEL)), local_files_only=True, device=setting.device)
    bare = SentenceTransformer(str(model_folder(MODEL)), local_files_only=True, device=setting.device)
    bare.to(getattr(torch, setting.dtype))
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    ready = [
        embedder._features([texts[i] for i in batch])
        for batch in (order[at : at + setting.batch] for at in range(0, len(order), setting.batch))
    ]

    def run_bare() -> None:
        with torch.inference_mode():
            for features in ready:
                moved = {
                    key: value.to(setting.device) if hasattr(value, "to") else value
                    for key, value in features.items()
                }
                bare(moved)["sentence_embedding"].float().cpu()

    runs: dict[str, Callable[[], Any]] = {
        "sentence-transformers, defaults": lambda: theirs.encode(texts),
        "fmatlas": lambda: sum(len(rows) for rows, _ in embedder.passages(texts)),
        "bare model, ready tensors": run_bare,
    }
    print(f"{len(texts)} passages, setting {setting}")
    wall: dict[str, list[float]] = {name: [] for name in runs}
    cpu: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start, busy = time.perf_counter(), time.process_time()
            run()
            wall[name].append(len(texts) / (time.perf_counter() - start))
            cpu[name].append(len(texts) / (time.process_time() - busy))
    for name in runs:
        print(
            f"{name:32} {statistics.median(wall[name]):6.1f} passages a second, "
            f"{statistics.median(cpu[name]):6.1f} a second of one core"
        )
    defaults, ours, bare_model = (statistics.median(cpu[name]) for name in runs)
    print(f"of one core: {ours / defaults:.2f} x sentence-transformers, {ours / bare_model:.2f} x bare model")


def latency(texts: list[str]) -> None:
    """Milliseconds of a whole answer, words and vectors and hits, over 100,000 made-up passages."""
    generator = np.random.default_rng(0)
    words = np.array(" ".join(texts).split())
    with tempfile.TemporaryDirectory() as temporary, Library.create(Path(temporary) / "library") as library:
        model = identify(MODEL)
        with library.transaction(), Vectors(library.folder) as vectors:
            vectors.adopt(model)
            for report in range(MANY // PER_REPORT):
                made = [" ".join(words[generator.integers(0, len(words), 150)]) for _ in range(PER_REPORT)]
                library.write_report(f"{report:064d}", as_reading(made))
                values = generator.standard_normal((PER_REPORT, model.dimension))
                values /= np.linalg.norm(values, axis=1, keepdims=True)
                vectors.add([text_sha(text) for text in made], values)
        questions = [" ".join(text.split()[at : at + 9]) for text in texts[:50] for at in (0, 20)]
        start_time = time.perf_counter()
        search(library, questions[0])
        print(f"first answer, with loading everything: {time.perf_counter() - start_time:.2f} s")
        some = Filters(studies=tuple(f"sha256:{n:064d}" for n in range(0, MANY // PER_REPORT, 50)))
        for name, filters in (("all passages", Filters()), ("20 of 1,000 studies", some)):
            for mode in ("both", "words", "vectors"):
                wall, cpu = [], []
                for question in questions:
                    begin, busy = time.perf_counter(), time.process_time()
                    search(library, question, 10, filters, mode=mode)
                    wall.append((time.perf_counter() - begin) * 1000)
                    cpu.append((time.process_time() - busy) * 1000)
                high, core = (statistics.quantiles(values, n=20)[-1] for values in (wall, cpu))
                print(
                    f"{name:20} {mode:8} median {statistics.median(wall):6.1f}, 95 % {high:6.1f} ms; "
                    f"core {statistics.median(cpu):5.1f} and {core:5.1f} ms"
                )


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/benchmarks/cranfield")
    chosen = passages(folder)
    speeds(chosen)
    latency(chosen)
