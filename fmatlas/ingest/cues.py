"""Cue words: what stands around a name and tells what it is and whether the paper uses it.

Cues are phrases of words; `*` at a word's end stands for any ending. They are looked up word by word, so the
time does not depend on how many there are.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

_WORD = re.compile(r"[a-z]+|\d+")

CUES: dict[str, str] = {
    # what a name is
    "dataset": "dataset*|data set|data sets|corpus|corpora|database*|cohort*|collection",
    "benchmark": "benchmark*|challenge|suite|leaderboard|testbed",
    "part of data": "train set|training set|test set|validation set|testing set|split*|subset*|test data|"
    "training data|"
    "training and test|train and test|training split|validation data",
    "data unit": "image*|scan*|video*|sample*|pair*|report*|patient*|subject*|stud|studies|note*|volume*|"
    "slide*|case*|"
    "record*|example*|caption*|sentence*|document*|instance*|radiograph*|signal*|recording*|clip*",
    "model": "model*|llm*|lm|vlm*|mllm*",
    "method": "method*|approach*|framework*|technique*|pipeline|strategy|scheme|paradigm|mechanism|"
    "algorithm*",
    "network": "network*|net|nets|cnn*|transformer*|architecture*|autoencoder*|unet",
    "backbone": "backbone*",
    "encoder": "encoder*|feature extractor*|encoding",
    "decoder": "decoder*|head|heads",
    "vision encoder": "image encoder*|vision encoder*|visual encoder*|vision backbone*|visual backbone*|"
    "image backbone*|"
    "video encoder*|visual feature*|image feature*|vision tower",
    "text encoder": "text encoder*|language encoder*|textual encoder*|text decoder*|language model*|"
    "large language|"
    "text feature*|text embedding*|report encoder*|llm*|tokeni*",
    "layer": "layer*|block*|module*|token*|attention|patch*|convolution*|parameter*|param*",
    "loss": "loss*|objective*|criterion|regulariz*|penalty",
    "optimizer": "optimi*|learning rate|scheduler|weight decay|momentum|epochs|batch",
    "metric": "metric*|score*|auc|auroc|accuracy|f measure|precision|recall|error|similarity|coefficient|"
    "index",
    "software": "library|toolkit|package*|software|github|implementation|code|repository|repo|tool|api|"
    "url|http*|www",
    "hardware": "gpu*|nvidia|memory|machine|cpu*|server",
    "labeler": "labeler*|labeller*|annotat*|tagger|parser|extractor*|classifier*|segmenter|detector*",
    "organisation": "hospital*|university|institute*|center|centre|grant*|society|conference|foundation",
    "task": "task*|classification|segmentation|detection|recognition|generation|retrieval|grounding|"
    "prediction|vqa",
    # what is done with it
    "pretrain": "pretrain*|pre train*|self supervis*|representation learning",
    "pretrained on": "pretrained on|pre trained on|pretraining on|pre training on|pretrain on|pre train on|"
    "pretrained using|pretrained with|pretraining data|pre training data|pretraining dataset*|"
    "pre training dataset*",
    "pretrained": "pretrained|pre trained|off the shelf|publicly available|released",
    "initialized": "initiali*|weights|checkpoint*|warm start*|start from|starting from|loaded",
    "frozen": "frozen|freez*|fixed|locked",
    "finetune": "finetun*|fine tun*|adapt*|lora|adapter*|instruction tun*",
    "finetuned on": "finetuned on|fine tuned on|finetune on|fine tune on|finetuning on|fine tuning on|"
    "adapted to",
    "train": "train*|learn*",
    "trained on": "trained on|train on|training on|trained using|trained with|learned on|training data|"
    "training set|"
    "for training|train set",
    "evaluate": "evaluat*|test*|validat*|assess*|examine|experiment*|benchmark*",
    "evaluated on": "evaluated on|evaluate on|evaluation on|tested on|test on|experiments on|results on|"
    "result on|"
    "performance on|validated on|validation on|validate on|compared on|comparison on|accuracy on|transfer to|"
    "generaliz*|generalis*|test set|for evaluation|for testing|evaluate our|assessed on|experiment on|"
    "applied to",
    "external": "external*|out of distribution|ood|unseen|held out|out of domain|generalization|downstream",
    "zero-shot": "zero shot|few shot|linear prob*|linear evaluation|one shot|k nn|knn",
    "we use": "we use|we used|we employ|we employed|we adopt|we adopted|we utilize|we utilized|"
    "we leverage|we train|"
    "we trained|we evaluate|we evaluated|we test|we tested|we conduct|we conducted|we choose|we chose|"
    "we select|"
    "we consider|we experiment|we apply|we applied|we fine|we finetune|we pretrain|we pre|we initialize|"
    "we build|"
    "we perform|we validate|we take|we start|we follow|we report|is used|are used|was used|were used|"
    "we rely|we extract|"
    "we collect|we curate|we combine|we implement|we compare",
    "we": "we",
    "our": "our|ours|this work|this paper|this study|proposed",
    "propose": "propose|proposes|introduce|introduces|present|presents|develop|develops|contribute|release",
    "we propose": "we propose|we introduce|we present|we develop|we proposed|we introduced|we presented|"
    "we developed|"
    "we describe|this paper proposes|this paper presents|this paper introduces|this work presents|"
    "we design|we release|"
    "this work introduces|this work proposes|we contribute|we devise|we study|we created|we create|we build",
    "called": "called|call|named|name|dubbed|termed|denoted|abbreviated|referred|coined|namely",
    "based on": "based on|built on|build on|builds on|built upon|builds upon|build upon|building upon|"
    "building on|"
    "extend*|extension|modif*|variant*|inspired|derived from|on top of|follow*|similar to",
    "used as": "as our|as the|as a|as an|serve*|instantiat*|consists of|composed of|comprises|equipped|"
    "employ*|adopt*",
    "compared": "compare*|comparing|comparison*|baseline*|versus|vs|against|competing|competitor*|"
    "counterpart*",
    "better": "outperform*|surpass*|state of the art|sota|superior|better than|improv*|exceed*|"
    "higher than|lower than|gain*",
    "such as": "such as|e g|including|like|for example|for instance|etc|among",
    "others": "previous*|prior|recent*|existing|related|other|et al|literature|proposed by|introduced by|"
    "authors|works",
    "source": "collected|obtained|sourced|derived|download*|acquired|contains|contain|comprises|consists|"
    "comprising|"
    "consisting|includes|publicly|available|access*|curated|constructed|annotated|labeled|labels|provided|official",
    "limits": "future|limitation*|could|would|may|might|not|without|cannot|unlike|however|instead",
    "ablation": "ablat*|effect of|impact of|replac*|remov*|w o|variant*",
    "appearing": "table|fig|figure|appendix|section|supplement*",
    "knowledge": "knowledge|ontology|graph|vocabulary|terminology|embedding*|lexicon|thesaurus",
    "image source": "imagenet|natural images|natural image",
    "author date": "19|20|2015|2016|2017|2018|2019|2020|2021|2022|2023|2024",
}

# Words that matter only directly beside a name.
BESIDE: dict[str, str] = {
    "on": "on",
    "with": "with|using|via",
    "from": "from",
    "by": "by",
    "in": "in|into|within",
    "to": "to|towards",
    "of": "of",
    "for": "for",
    "the": "the",
    "a": "a|an",
    "and": "and|or|both|plus",
    "is": "is|are|was|were|has|have|can",
    "does": "achiev*|outperform*|perform*|show*|yield*|obtain*|learn*|uses|use|improv*|reach*|"
    "significantly|consistently",
    "holds": "contains|consists|comprises|includes|provides|contain|consist|include|provide",
}

NAMES: tuple[str, ...] = (*CUES, *BESIDE)
_ALL = {**CUES, **BESIDE}


class CueIndex:
    """Where each cue stands in one text: sorted starts and ends by cue."""

    __slots__ = ("ends", "starts")

    def __init__(self, text: str, spans: Iterable[tuple[int, int]]) -> None:
        """Look up all cues in the spans of a text in lower case."""
        starts: list[list[int]] = [[] for _ in NAMES]
        ends: list[list[int]] = [[] for _ in NAMES]
        for begin, stop in spans:
            words = [*_WORD.findall(text, begin, stop), ""]
            after = [match.end() for match in _WORD.finditer(text, begin, stop)]
            for at, end in enumerate(after):
                word = words[at]
                for cue in _cues_of(word):
                    starts[cue].append(end - len(word))
                    ends[cue].append(end)
                for cue, rest in _PHRASES.get((word, words[at + 1][:2]), ()):
                    if _fits(words[at + 1 : at + 1 + len(rest)], rest):
                        starts[cue].append(end - len(word))
                        ends[cue].append(after[at + len(rest)])
        self.starts = [np.array(s, dtype=np.int64) for s in starts]
        self.ends = [np.array(e, dtype=np.int64) for e in ends]


def _fits(words: list[str], patterns: tuple[str, ...]) -> bool:
    return len(words) == len(patterns) and all(
        word.startswith(p[:-1]) if p.endswith("*") else word == p
        for word, p in zip(words, patterns, strict=True)
    )


# Cues of one word by its first two letters; of several by the first and the first two letters of the second,
# with all words after the first.
_WORDS: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
_PHRASES: dict[tuple[str, str], list[tuple[int, tuple[str, ...]]]] = {}
for _at, _name in enumerate(NAMES):
    for _phrase in _ALL[_name].split("|"):
        _first, *_rest = _phrase.split()
        if _rest:
            _PHRASES.setdefault((_first, _rest[0].rstrip("*")[:2]), []).append((_at, tuple(_rest)))
        else:
            _WORDS.setdefault(_first.rstrip("*")[:2], []).append((_at, (_first,)))


@lru_cache(maxsize=65536)
def _cues_of(word: str) -> tuple[int, ...]:
    """The cues that this word is by itself."""
    return tuple(cue for cue, pattern in _WORDS.get(word[:2], ()) if _fits([word], pattern))
