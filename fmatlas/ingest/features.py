"""What is seen around all places of a name, as numbers.

Distances are in characters that are no citation, so that a name and its noun stay neighbours across
`MIMIC-CXR [12] dataset`. A name in a run (`A, B and C datasets`) shares the cues at both ends of the run.
"""

import math
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.cues import CUES, NAMES
from fmatlas.ingest.groups import Group
from fmatlas.ingest.scene import HEADS, KINDS, Scene
from fmatlas.names import backbone_family, comparison_key, fold_name
from fmatlas.schema.reading import SECTION_TYPES

BESIDE_GAP = 3
NEAR_GAP = 45
FAR = 10**6
_JOIN = re.compile(r"\s*(?:,|;|/|&|\+|and|or|vs\.?|,\s*and|,\s*or|\t)?\s*(?:the\s*)?$")
_BRACKETED = re.compile(r"\s*\([^()\n]{1,40}\)")
_MODELISH = re.compile(
    r"net|former|bert|gpt|clip|vit\b|vit-|mae|llama|llm|sam\b|gan|diff|rnn|lstm|gru|cnn|mamba|dino|seg|flow|t5|encoder|"
    r"gen|learn|prompt|adapt|mix|align|med-|fusion|-v\d|b/\d\d"
)
_DATAISH = re.compile(
    r"bench|vqa|qa\b|mnist|data|cxr|mimic|-?\d+k\b|\b(?:19|20)\d\d\b|challenge|corpus|cohort|biobank|bank|"
    r"tcga|isic|"
    r"brats|coco|imagenet|chest|x-?ray|set\b|-\d+$|physionet|ct-|-ct|mri|ecg|ptb|atlas"
)
_FAMILIES = re.compile(
    r"resnet|resnext|densenet|efficientnet|inception|vgg|mobilenet|convnext|alexnet|wrn|nfnet|vit|"
    r"vision ?transformer|swin|"
    r"deit|beit|u-?net|bert|gpt|llama|vicuna|\bt5|opt|mamba|lstm|gru|cnn|transformer|pointnet|i3d|r3d|c3d|slowfast|"
    r"timesformer|"
    r"segformer|vae|gan|mlp|tcn|perceiver|performer|longformer|clip|hiera|pvt|mixer|mpnet|bart|qwen|mistral|gemma|"
    r"phi|unetr|dpt|"
    r"regnet|senet|hrnet|deeplab|fpn|r\(2"
)
_LONG_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "data",
        re.compile(
            r"dataset|data|database|corpus|challenge|benchmark|cohort|study|repository|initiative|bank|archive|"
            r"set|segmentation|project|collection|consortium|decathlon|program",
            re.I,
        ),
    ),
    (
        "model",
        re.compile(
            r"model|network|transformer|autoencoder|encoder|pre-?training|framework|learning|training|former|representation|assistant|net|forest|machine|regression|adaptation|distillation|generat|prompt|alignment|contrastive",
            re.I,
        ),
    ),
    (
        "metric",
        re.compile(
            r"score|error|accuracy|rate|precision|recall|curve|coefficient|index|distance|similarity|deviation|ratio",
            re.I,
        ),
    ),
    ("loss", re.compile(r"loss|objective|divergence|estimation|entropy", re.I)),
    (
        "imaging",
        re.compile(
            r"tomography|imaging|image|radiograph|gram|record|resonance|unit|disease|cancer|patient", re.I
        ),
    ),
    (
        "part",
        re.compile(
            r"module|block|layer|attention|head|token|convolution|perceptron|unit|mechanism|optimi|descent|normali",
            re.I,
        ),
    ),
)
_RANKED = (
    *(
        "adjA dataset",
        "adjB dataset",
        "sent trained on",
        "sent evaluated on",
        "adjA backbone",
        "adjA encoder",
    ),
    *("sent we propose", "sent pretrained", "adjA model"),
)


def _bits(values: NDArray[np.int32], n: int) -> NDArray[np.float64]:
    return ((values[:, None] >> np.arange(n)) & 1).astype(np.float64)


def measure(scene: Scene, groups: list[Group]) -> tuple[list[str], NDArray[np.float64]]:
    """A row of numbers for each group.

    Returns:
        The names of the columns, and an array of groups by columns; the same columns for every report.
    """
    sizes = np.array([len(g.places) for g in groups])
    at = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    starts = np.array([p[0] for g in groups for p in g.places], dtype=np.int64)
    ends = np.array([p[1] for g in groups for p in g.places], dtype=np.int64)
    owner = np.repeat(np.arange(len(groups)), sizes)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.add.reduceat(values, at, axis=0)

    columns: dict[str, NDArray[np.float64]] = {}
    n = sizes.astype(np.float64)
    row = np.clip(np.searchsorted(scene.starts, starts, "right") - 1, 0, len(scene.starts) - 1)
    section, kind, page, head = scene.section[row], scene.kind[row], scene.page[row], scene.head[row]
    lows, highs = scene.starts[row], np.maximum(scene.ends[row], ends)
    # counts and where
    columns["count"] = np.log1p(n)
    columns["count share"] = n / n.max()
    columns["count rank"] = np.log1p(_rank(n))
    one_hot = np.eye(len(SECTION_TYPES))[section]
    by_section = total(one_hot)
    for i, name in enumerate(SECTION_TYPES):
        if name != "references":
            columns[f"in {name}"] = by_section[:, i] / n
    columns["n abstract"] = by_section[:, SECTION_TYPES.index("abstract")]
    own = [SECTION_TYPES.index(s) for s in ("method", "data", "experiments", "results")]
    columns["n own"] = np.log1p(by_section[:, own].sum(axis=1))
    columns["section types"] = (by_section > 0).sum(axis=1).astype(np.float64)
    by_kind = total(np.eye(len(KINDS))[kind])
    for i, name in enumerate(KINDS):
        columns[f"kind {name}"] = by_kind[:, i] / n
        columns[f"n kind {name}"] = np.log1p(by_kind[:, i])
    by_head = total(_bits(head, len(HEADS)))
    for i, name in enumerate(HEADS):
        columns[f"head {name}"] = by_head[:, i] / n
        columns[f"n head {name}"] = np.log1p(by_head[:, i])
    body = max(1, scene.reading.body_end)
    inside = starts < body
    columns["first"] = np.minimum.reduceat(np.where(inside, starts / body, 1.2), at)
    columns["last"] = np.maximum.reduceat(np.where(inside, starts / body, -0.1), at)
    columns["page one"] = total((page == 1).astype(np.float64)) / n
    # Places are in order, so a sentence is new where it differs from that of the place before.
    new = np.append(True, row[1:] != row[:-1])
    new[at] = True
    columns["sentences"] = np.log1p(total(new.astype(np.float64)))
    columns["place length"] = np.log1p(highs - lows)[at] if len(at) else n
    # runs
    chain_start, chain_end, chain_size, chain_of = _chains(scene, starts, ends)
    columns["chain max"] = np.maximum.reduceat(chain_size, at)
    columns["chain share"] = total((chain_size >= 3).astype(np.float64)) / n
    kinds = np.array(
        [
            [float(t in g.hits and g.hits[t].match != "cue") for t in ("dataset", "model", "backbone")]
            for g in groups
        ]
    )
    in_chain = np.zeros((int(chain_of.max(initial=0)) + 1, 3))
    np.add.at(in_chain, chain_of, kinds[owner])
    others = (in_chain[chain_of] - kinds[owner]) / np.maximum(1.0, chain_size - 1)[:, None]
    for i, name in enumerate(("dataset", "model", "backbone")):
        columns[f"chain {name}"] = np.maximum.reduceat(np.where(chain_size > 1, others[:, i], 0.0), at)
    # A run of which most are known datasets makes datasets of the rest.
    with_own = in_chain[chain_of] / chain_size[:, None]
    for i, name in enumerate(("dataset", "model", "backbone")):
        columns[f"run {name}"] = np.maximum.reduceat(np.where(chain_size > 2, with_own[:, i], 0.0), at)
        columns[f"run n {name}"] = np.log1p(np.maximum.reduceat(in_chain[chain_of][:, i], at))
    # cues
    begins, stops = np.stack([starts, chain_start]), np.stack([ends, chain_end])
    depths = scene.depth[begins], scene.depth[stops]
    for i, name in enumerate(NAMES):
        before, beside_before = _before(scene, i, begins, depths[0], lows)
        after, beside_after = _after(scene, i, stops, depths[1], highs)
        seen = (
            *(beside_before <= BESIDE_GAP, beside_after <= BESIDE_GAP),
            *(before <= NEAR_GAP, after <= NEAR_GAP, (before < FAR) | (after < FAR)),
        )
        sums = total(np.stack(seen, axis=1).astype(np.float64))
        columns[f"adjB {name}"] = np.log1p(sums[:, 0])
        columns[f"adjA {name}"] = np.log1p(sums[:, 1])
        if name in CUES:
            columns[f"nearB {name}"] = sums[:, 2] / n
            columns[f"nearA {name}"] = sums[:, 3] / n
            columns[f"sent {name}"] = np.log1p(sums[:, 4])
            columns[f"share {name}"] = sums[:, 4] / n
    # signs beside
    text = scene.reading.text
    signs = np.array(
        [
            _signs(text[max(0, s - 2) : s], text[e : e + 2])
            for s, e in zip(starts.tolist(), ends.tolist(), strict=True)
        ],
        dtype=np.float64,
    )
    by_sign = total(signs)
    for i, name in enumerate(("(", ":", "-", "after (", ")", "'s", "after -", "cell end")):
        columns[f"sign {name}"] = by_sign[:, i] / n
    j = np.minimum(np.searchsorted(scene.cited, ends), max(0, len(scene.cited) - 1))
    cited = (
        (scene.cited[j] >= ends) & (scene.cited[j] - ends <= 2)
        if len(scene.cited)
        else np.zeros(len(ends), dtype=bool)
    )
    columns["cited share"] = total(cited.astype(np.float64)) / n
    columns["cited"] = np.log1p(total(cited.astype(np.float64)))
    _tables(scene, starts, ends, kind, lows, columns, total, n)
    _shapes(groups, columns)
    _relations(groups, n, columns)
    _title(scene, groups, columns)
    _definitions(scene, groups, columns)
    for name in _RANKED:
        values = columns[name]
        columns[f"rank {name}"] = np.log1p(_rank(values))
        columns[f"rel {name}"] = values / values.max() if values.max() > 0 else values
    _together(columns, groups, owner, row, n, total)
    _paper(scene, columns, len(groups))
    names = list(columns)
    return names, np.stack([columns[c] for c in names], axis=1)


@lru_cache(maxsize=65536)
def _signs(before: str, after: str) -> tuple[bool, ...]:
    """Which signs stand beside a place, from the two characters before and after it."""
    return (
        after.lstrip()[:1] == "(",
        after[:1] == ":",
        after[:1] != "" and after[:1] in "-‐‑–",
        before.rstrip()[-1:] == "(",
        after[:1] == ")",
        after[:1] != "" and after[:1] in "'’",
        before[-1:] != "" and before[-1:] in "-‐‑–/",
        after[:1] != "" and after[:1] in "\t\n",
    )


def _before(scene, cue, points, depths, lows):  # type: ignore[no-untyped-def]
    """How far before each point the last such cue of its sentence ends; `FAR` where there is none."""
    starts, ends = scene.cues.starts[cue], scene.cues.ends[cue]
    if not len(starts):
        return np.full(points.shape, FAR)
    j = np.searchsorted(ends, points, "right") - 1
    return np.where((j >= 0) & (starts[j] >= lows), depths - scene.depth[ends[j]], FAR)


def _after(scene, cue, points, depths, highs):  # type: ignore[no-untyped-def]
    """How far after each point the next such cue of its sentence begins; `FAR` where there is none."""
    starts, ends = scene.cues.starts[cue], scene.cues.ends[cue]
    if not len(starts):
        return np.full(points.shape, FAR)
    j = np.minimum(np.searchsorted(starts, points), len(starts) - 1)
    return np.where((starts[j] >= points) & (ends[j] <= highs), scene.depth[starts[j]] - depths, FAR)


def _rank(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many groups have more."""
    ordered = np.sort(values)
    return (len(values) - np.searchsorted(ordered, values, "right")).astype(np.float64)


def _chains(
    scene: Scene, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """For each place the span, the size and the number of the run of names that it stands in."""
    text = scene.masked
    spans = sorted(set(zip(starts.tolist(), ends.tolist(), strict=True)), key=lambda s: (s[0], -s[1]))
    outer: list[tuple[int, int]] = []
    for span in spans:
        if not outer or span[0] >= outer[-1][1]:
            outer.append(span)
    chain: list[int] = []
    bounds: list[list[int]] = []
    for i, (start, end) in enumerate(outer):
        joined = False
        if i:
            gap = text[outer[i - 1][1] : start]
            if len(gap) < 160:
                gap = _BRACKETED.sub("", gap)
                joined = (
                    len(gap.strip()) < 12 and "\n" not in gap and gap.strip() != "" and bool(_JOIN.match(gap))
                )
                joined = joined or gap == "\t"
        if joined:
            bounds[-1][1] = end
            bounds[-1][2] += 1
        else:
            bounds.append([start, end, 1])
        chain.append(len(bounds) - 1)
    begins = np.array([s for s, _ in outer], dtype=np.int64)
    at = np.maximum(np.searchsorted(begins, starts, "right") - 1, 0)
    number = np.array(chain, dtype=np.int64)[at]
    table = np.array(bounds, dtype=np.int64)[number]
    single = table[:, 2] == 1
    first = np.where(single, starts, np.minimum(table[:, 0], starts))
    last = np.where(single, ends, np.maximum(table[:, 1], ends))
    return first, last, table[:, 2].astype(np.float64), number


def _tables(scene, starts, ends, kind, lows, columns, total, n) -> None:  # type: ignore[no-untyped-def]
    """Cells: first of the row, alone in the cell, rows with and without figures, rows marked as the
    paper's own."""
    text, lower = scene.reading.text, scene.lower
    table = KINDS.index("table")
    seen = np.zeros((len(starts), 5))
    for p in np.flatnonzero(kind == table).tolist():
        s, e, low = int(starts[p]), int(ends[p]), int(lows[p])
        line_end = text.find("\n", e)
        line_end = line_end if 0 <= line_end < e + 600 else min(len(text), e + 600)
        before, after = text[low:s], text[e:line_end]
        seen[p, 0] = "\t" not in before
        seen[p, 1] = (before == "" or before[-1:] == "\t") and (after == "" or after[:1] == "\t")
        digits = sum(c.isdigit() for c in after)
        seen[p, 2] = digits > 3
        seen[p, 3] = digits == 0
        seen[p, 4] = "ours" in lower[low:line_end] or "our " in lower[low:line_end]
    sums = total(seen)
    for i, name in enumerate(("first", "alone", "figures", "no figures", "ours")):
        columns[f"cell {name}"] = np.log1p(sums[:, i])
        columns[f"cell {name} share"] = sums[:, i] / n


def _shapes(groups: list[Group], columns: dict[str, NDArray[np.float64]]) -> None:
    rows = []
    for group in groups:
        written = group.written()
        low = written.lower()
        vocabulary = [group.hits.get(t) for t in ("dataset", "model", "backbone")]
        rows.append(
            {
                "length": len(written),
                "words": written.count(" ") + 1,
                "capitals": sum(c.isupper() for c in written) / len(written),
                "n digits": sum(c.isdigit() for c in written),
                "ends in digit": written[-1].isdigit(),
                "hyphen": "-" in written or "–" in written,
                "slash": "/" in written,
                "all capitals": written.isupper(),
                "plain word": written.isalpha() and written[1:].islower(),
                "modelish": bool(_MODELISH.search(low)),
                "dataish": bool(_DATAISH.search(low)),
                "family": bool(_FAMILIES.search(low)),
                "forms": len(group.forms),
                "year": bool(re.search(r"(?:19|20)\d\d|\d\d$", written)),
                "size": bool(
                    re.search(
                        r"(?:^|[-/ ])(?:base|large|small|tiny|huge|[bslthg]|\d+b|\d{2,3})(?:$|[-/ ])", low
                    )
                ),
                **{
                    f"known {t}{suffix}": float(hit is not None and test(hit))
                    for t, hit in zip(("dataset", "model", "backbone"), vocabulary, strict=True)
                    for suffix, test in (
                        ("", lambda h: h.match != "cue"),
                        (" cue", lambda h: h.match == "cue"),
                        (" shared", lambda h: h.ambiguous),
                    )
                },
                "long": bool(group.long),
                **{
                    f"long {name}": bool(group.long and pattern.search(group.long.split()[-1]))
                    for name, pattern in _LONG_HEADS
                },
                **{
                    f"name {name}": bool(written.count(" ") and pattern.search(written.split()[-1]))
                    for name, pattern in _LONG_HEADS
                },
            }
        )
    for name in rows[0]:
        columns[name] = np.array([float(r[name]) for r in rows])


def _relations(groups: list[Group], n: NDArray[np.float64], columns: dict[str, NDArray[np.float64]]) -> None:
    """Names that begin with or contain another: versions, parts and parents."""
    keys = [g.key for g in groups]
    index = {key: i for i, key in enumerate(keys)}
    parent = np.zeros(len(keys))
    children = np.zeros(len(keys))
    child_count = np.zeros(len(keys))
    tail = np.zeros(len(keys))
    for i, key in enumerate(keys):
        best = ""
        for cut in range(len(key) - 1, 2, -1):
            if key[:cut] in index:
                best = key[:cut]
                break
        if best:
            j = index[best]
            parent[i] = n[j]
            children[j] += 1
            child_count[j] = max(child_count[j], n[i])
        for cut in range(1, len(key) - 2):
            if key[cut:] in index:
                tail[i] = n[index[key[cut:]]]
                break
    columns["parent count"] = np.log1p(parent)
    columns["parent ratio"] = n / (n + parent)
    columns["children"] = np.log1p(children)
    columns["child ratio"] = child_count / (n + child_count)
    columns["tail count"] = np.log1p(tail)
    families: dict[str, float] = {}
    family = [backbone_family(g.written()) for g in groups]
    for name, count in zip(family, n, strict=True):
        families[name] = families.get(name, 0.0) + count
    columns["family count"] = np.log1p(np.array([families[f] for f in family]))
    columns["family share"] = np.array([c / families[f] for f, c in zip(family, n, strict=True)])


def _title(scene: Scene, groups: list[Group], columns: dict[str, NDArray[np.float64]]) -> None:
    title = scene.title
    folded = fold_name(title)
    colon = fold_name(title.split(":")[0]) if ":" in title else ""
    inside = np.array([float(g.key in folded) for g in groups])
    columns["in title"] = inside
    columns["opens title"] = np.array(
        [float(bool(colon) and g.key == comparison_key(title.split(":")[0])) for g in groups]
    )
    columns["before colon"] = np.array([float(bool(colon) and g.key in colon) for g in groups])
    known = np.array([float(bool(g.hits)) for g in groups])
    columns["in title known"] = inside * known


def _definitions(scene: Scene, groups: list[Group], columns: dict[str, NDArray[np.float64]]) -> None:
    """Strong patterns of naming: `we propose X`, `called X`, `X, a ...`."""
    masked = scene.masked
    rows = np.zeros((len(groups), 4))
    for i, group in enumerate(groups):
        for start, end in group.places:
            before = scene.lower[max(0, start - 110) : start]
            dot = max(before.rfind(". "), before.rfind("\n"))
            before = before[dot + 1 :]
            after = masked[end : end + 40].lstrip()
            if _PROPOSE.search(before):
                rows[i, 0] += 1
            if _CALLED.search(before):
                rows[i, 1] += 1
            if after.startswith(
                (", a ", ", an ", ", the first", ", our ", " is a ", "is a ", "is an ", ", which")
            ):
                rows[i, 2] += 1
            if _PROPOSE_FAR.search(before):
                rows[i, 3] += 1
    for i, name in enumerate(("propose X", "called X", "X, a", "propose far")):
        columns[name] = np.log1p(rows[:, i])
        columns[f"rel {name}"] = rows[:, i] / max(1.0, rows[:, i].max())


_PROPOSE = re.compile(
    r"(?:we|paper|work|study|article)\s+(?:\w+\s+)?(?:propose|introduce|present|develop|design|release|describe|name|call|term|dub)\w*\s+(?:\w+\s+)?(?:the\s+|a\s+|an\s+|our\s+)?[\"“‘']?$"
)
_PROPOSE_FAR = re.compile(
    r"(?:we|paper|work|study|article)\s+(?:\w+\s+)?(?:propose|introduce|present|develop|design|release|describe)"
    r"\w*\b.{0,90}$"
)
_CALLED = re.compile(
    r"(?:called|named|dubbed|termed|call|name|coined|denoted(?: as| by)?|referred to as"
    r"|refer to (?:it|this|our|the)[\w\s]{0,30} as"
    r"|namely|abbreviated as|propose)\s+(?:as\s+)?(?:the\s+|our\s+)?[\"“‘']?$"
)


def _together(columns, groups, owner, row, n, total) -> None:  # type: ignore[no-untyped-def]
    """How often a name shares a sentence with what is most likely the paper's own name."""
    score = (
        3 * columns["opens title"]
        + 2 * columns["before colon"]
        + columns["in title"]
        + 2 * columns["propose X"]
        + columns["called X"]
        + columns["count share"]
        + 0.5 * np.minimum(columns["n abstract"], 3)
        - 2 * columns["cited"]
        - 2 * columns["known dataset"]
        - columns["known model"]
        - 2 * columns["known backbone"]
    )
    best = int(np.argmax(score))
    rows = set(row[owner == best].tolist())
    shared = np.array([float(r in rows) for r in row.tolist()])
    columns["own score"] = score
    columns["own rank"] = np.log1p(_rank(score))
    columns["own best"] = np.full(len(groups), score[best])
    columns["with own"] = np.log1p(total(shared))
    columns["with own share"] = total(shared) / n


def _paper(scene: Scene, columns: dict[str, NDArray[np.float64]], size: int) -> None:
    """The kind of paper: how often each cue stands in the whole and in the abstract."""
    words = max(1.0, len(scene.lower) / 6000.0)
    abstract = (scene.section == SECTION_TYPES.index("abstract")) & (scene.kind == 0)
    spans = list(zip(scene.starts[abstract].tolist(), scene.ends[abstract].tolist(), strict=True))
    first, last = (min(s for s, _ in spans), max(e for _, e in spans)) if spans else (0, 2500)
    for i, name in enumerate(NAMES):
        if name in CUES:
            starts = scene.cues.starts[i]
            columns[f"paper {name}"] = np.full(size, math.log1p(len(starts) / words))
            inside = np.searchsorted(starts, last) - np.searchsorted(starts, first)
            columns[f"abstract {name}"] = np.full(size, float(inside))
    columns["paper pages"] = np.full(size, float(len(scene.reading.pages)))
    columns["paper names"] = np.full(size, math.log1p(size))
