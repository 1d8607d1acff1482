"""The vector of a question in NumPy, without torch, whose import takes longer than any answer.

Only for what most small embedding models are: a BERT encoder, pooled by mean or first token. Passages are
embedded by `fmatlas.embed`; a test holds that both give the same vector for a text. For any other model the
caller falls back to `fmatlas.embed`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

_MODULES = {"Transformer", "Pooling", "Normalize"}


class Encoder:
    """A BERT encoder; make one with `light_encoder`.

    Args:
        folder: the model's files.
        config: its `config.json`.
        length: the most word pieces of a text that are read.
        pooling: `mean` or `cls`.
        prompt: what the model wants before a question.
    """

    def __init__(
        self, folder: Path, config: Mapping[str, Any], length: int, pooling: str, prompt: str
    ) -> None:
        from safetensors.numpy import load_file
        from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(length)
        weights = load_file(folder / "model.safetensors")
        self._weights: dict[str, Array] = {
            name.removeprefix("bert."): value.astype(np.float32, copy=False)
            for name, value in weights.items()
            if value.dtype.kind == "f"
        }
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config.get("layer_norm_eps", 1e-12))
        self._pooling = pooling
        self._prompt = prompt
        self._threads = ThreadpoolController()

    def query(self, text: str) -> Array:
        """The vector of a question, of unit length, [dimension]."""
        # Matrices of a dozen rows: threads would spend more time waiting for each other than computing.
        with self._threads.limit(limits=1, user_api="blas"):
            return self._vector(text)

    def _vector(self, text: str) -> Array:
        pieces = self._tokenizer.encode(self._prompt + text)
        ids = np.asarray(pieces.ids)
        hidden = (
            self._weights["embeddings.word_embeddings.weight"][ids]
            + self._weights["embeddings.position_embeddings.weight"][: len(ids)]
            + self._weights["embeddings.token_type_embeddings.weight"][np.asarray(pieces.type_ids)]
        )
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        for layer in range(self._layers):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        pooled = hidden.mean(axis=0) if self._pooling == "mean" else hidden[0]
        return np.asarray(pooled / max(float(np.linalg.norm(pooled)), 1e-12), dtype=np.float32)

    def _layer(self, hidden: Array, name: str) -> Array:
        count, width = hidden.shape
        size = width // self._heads
        query, key, value = (
            self._dense(hidden, f"{name}.attention.self.{part}")
            .reshape(count, self._heads, size)
            .swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = query @ key.swapaxes(1, 2) / np.float32(size**0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ value).swapaxes(0, 1).reshape(count, width)
        hidden = self._norm(
            hidden + self._dense(mixed, f"{name}.attention.output.dense"),
            f"{name}.attention.output.LayerNorm",
        )
        inner = _gelu(self._dense(hidden, f"{name}.intermediate.dense"))
        return self._norm(hidden + self._dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _dense(self, values: Array, name: str) -> Array:
        return values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, values: Array, name: str) -> Array:
        values = values - values.mean(axis=-1, keepdims=True)
        values = values / np.sqrt((values**2).mean(axis=-1, keepdims=True) + np.float32(self._epsilon))
        return values * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def light_encoder(folder: Path) -> Encoder | None:
    """The encoder of a model's folder, or None where the model is of another make."""
    try:
        config = _json(folder / "config.json")
        modules = {str(module["type"]).rsplit(".", 1)[-1] for module in _json(folder / "modules.json")}
        pooling = _pooling(_json(next(folder.glob("*_Pooling/config.json"))))
        plain = (
            config["model_type"] == "bert"
            and config["hidden_act"] == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
            and modules <= _MODULES
        )
        if not plain or not pooling or not (folder / "tokenizer.json").exists():
            return None
        limit = _optional(folder / "sentence_bert_config.json").get("max_seq_length")
        length = int(limit or config["max_position_embeddings"])
        return Encoder(
            folder, config, length, pooling, _prompt(_optional(folder / "config_sentence_transformers.json"))
        )
    except (OSError, StopIteration, KeyError, TypeError, ValueError):
        return None


def _pooling(config: Mapping[str, Any]) -> str:
    """`mean` or `cls`, or empty for any other pooling, or one that leaves the prompt out."""
    if not config.get("include_prompt", True):
        return ""
    if "pooling_mode" in config:
        return config["pooling_mode"] if config["pooling_mode"] in ("mean", "cls") else ""
    chosen = sorted(key for key, value in config.items() if key.startswith("pooling_mode_") and value is True)
    return {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}.get("".join(chosen), "")


def _prompt(config: Mapping[str, Any]) -> str:
    prompts = config.get("prompts") or {}
    return str(prompts.get("query", prompts.get(config.get("default_prompt_name"), "")) or "")


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _optional(path: Path) -> Mapping[str, Any]:
    return _json(path) if path.exists() else {}


def _gelu(values: Array) -> Array:
    """x * Phi(x), with the error function of Abramowitz and Stegun 7.1.26, right to 1.5e-7."""
    scaled = np.abs(values) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * scaled)
    series = np.zeros_like(t)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + np.float32(factor)) * t
    erf = np.copysign(1 - series * np.exp(-scaled * scaled), values)
    return np.asarray(values * np.float32(0.5) * (1 + erf), dtype=np.float32)
