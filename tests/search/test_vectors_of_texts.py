"""Passages by torch, questions by NumPy: both give the vectors that sentence-transformers gives."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fmatlas.embed import Embedder, Setting, identify, model_folder
from fmatlas.schema.errors import SearchError
from fmatlas.search.encoder import light_encoder
from tests.conftest import ROOT

MODEL = "all-MiniLM-L6-v2"
TEXTS = [
    "Foundation models for medical image segmentation.",
    "LoRA",
    "Which datasets were used to pretrain vision-language models of chest radiographs, and by whom? " * 9,
    "Überprüfung der Größe: naïve café, 医学图像, ∑ x² ≤ 3.",
    "",
]


def vectors(embedder: Embedder, texts: list[str]) -> np.ndarray:
    values = np.zeros((len(texts), embedder.model.dimension), dtype=np.float32)
    for rows, found in embedder.passages(texts):
        values[rows] = found
    return values


def test_batches_give_each_text_its_own_vector(embedder: Embedder) -> None:
    embedder._apply(Setting("cpu", "float32", 2))
    together = vectors(embedder, TEXTS)
    alone = np.concatenate([vectors(embedder, [text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_the_vectors_are_those_of_sentence_transformers(embedder: Embedder) -> None:
    embedder._apply(Setting("cpu", "float32", 16))
    theirs = embedder._net.encode(TEXTS, normalize_embeddings=True)
    assert np.allclose(vectors(embedder, TEXTS), theirs, atol=1e-5)


def test_a_question_in_numpy_has_the_vector_that_torch_gives(embedder: Embedder) -> None:
    embedder._apply(Setting("cpu", "float32", 16))
    light = light_encoder(model_folder(MODEL))
    assert light is not None
    for text in TEXTS:
        assert float(light.query(text) @ embedder.query(text)) > 0.99999


def test_the_probe_takes_no_setting_that_changes_what_is_near(embedder: Embedder) -> None:
    embedder._apply(Setting("cpu", "float32", 16))
    exact = vectors(embedder, TEXTS)
    embedder._apply(embedder.probe())
    assert (exact * vectors(embedder, TEXTS)).sum(axis=1).min() > 0.999


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}),
    ],
)
def test_a_model_of_another_make_is_left_to_torch(
    tmp_path: Path, file: str, change: dict[str, object]
) -> None:
    folder = shutil.copytree(model_folder(MODEL), tmp_path / "model")
    config = json.loads((folder / file).read_text())
    (folder / file).write_text(json.dumps(config | change))
    assert light_encoder(folder) is None


def test_a_model_that_pools_its_first_token_is_read_right(tmp_path: Path) -> None:
    folder = shutil.copytree(model_folder(MODEL), tmp_path / "model")
    pooling = folder / "1_Pooling" / "config.json"
    swapped = {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}
    pooling.write_text(json.dumps(json.loads(pooling.read_text()) | swapped))
    light = light_encoder(folder)
    assert light is not None
    torch_side = Embedder(str(folder), Setting("cpu", "float32", 16))
    for text in TEXTS[:2]:
        assert float(light.query(text) @ torch_side.query(text)) > 0.99999


def test_the_revision_follows_the_files_and_not_the_folder(tmp_path: Path) -> None:
    copy = shutil.copytree(model_folder(MODEL), tmp_path / "copy")
    assert identify(str(copy)).revision == identify(MODEL).revision
    changed = shutil.copytree(copy, tmp_path / "changed")
    weights = changed / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    assert identify(str(changed)).revision != identify(MODEL).revision
    assert identify(MODEL).dimension == 384


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SearchError, match=r"modules\.json"):
        identify(str(tmp_path))


def test_a_search_with_the_packaged_model_imports_no_torch(embedded_once: Path) -> None:
    code = (
        "import sys; from fmatlas.library import Library; from fmatlas.search import search\n"
        "with Library.open(sys.argv[1], readonly=True) as library:\n"
        "    assert search(library, 'x-ray reports')[0].parts['vector']\n"
        "print('torch' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(embedded_once)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ran.stdout.strip() == "False"
