"""The role of a backbone: what it encodes, by its family's name and by what stands around it."""

import re
from collections.abc import Sequence

from fmatlas.schema.facts import Candidate

_TEXT = re.compile(
    r"bert|gpt|llama|vicuna|\bt5|flan|\bopt\b|bart\b|mpnet|qwen|mistral|gemma|\bphi\b|phi-|deberta|electra|xlnet|bloom|palm\b|"
    r"language|longformer|alpaca|claude|gemini|mixtral|falcon|word2vec|glove|clinical|text|sentence|albert|chinchilla|ernie"
)
_VISION = re.compile(
    r"resnet|resnext|densenet|efficientnet|inception|vgg|mobilenet|convnext|alexnet|vit\b|vit-|vision|swin|deit|beit|u-?net|"
    r"pointnet|i3d|slowfast|timesformer|segformer|hiera|pvt|mixer|dino|mae\b|sam\b|regnet|senet|hrnet|deeplab|fpn|gan\b|clip|"
    r"segresnet|unetr|nfnet|wrn|wide|vq|vae|stylegan|darknet|yolo|xception|conv|image|video"
)
TEXT = "modality:text"
# Data that are neither images nor text.
UNSEEN = frozenset(
    f"modality:{name}"
    for name in (
        *("audio", "code", "ecg", "eeg", "ehr", "genomics", "graph", "knowledge-graph", "molecule", "ppg"),
        *("protein-sequence", "relational-data", "robot-trajectory", "tabular", "time-series"),
    )
)


def is_seen(modality: str) -> bool:
    """Whether data of a modality are images or videos."""
    return modality not in UNSEEN and modality != TEXT


def backbone_role(candidate: Candidate, candidates: Sequence[Candidate]) -> str:
    """`vision`, `text` or `other`."""
    name = candidate.written.lower()
    if _TEXT.search(name):
        return "text"
    of = candidate.features.get
    vision = of("share vision encoder", 0.0) + 0.5 * of("adjA vision encoder", 0.0)
    text = of("share text encoder", 0.0) + 0.5 * of("adjA text encoder", 0.0)
    counts = {c.entity: len(c.places) for c in candidates if c.field == "modality"}
    signals = max(counts.get(m, 0) for m in UNSEEN)
    written = counts.get(TEXT, 0)
    pictures = max((n for m, n in counts.items() if is_seen(m)), default=0)
    if _VISION.search(name):
        return "other" if signals > 3 * max(1, pictures) else "vision"
    if text > vision and text > 0.1:
        return "text"
    if signals > pictures:
        return "other"
    return "text" if written > 2 * max(1, pictures) else "vision"
