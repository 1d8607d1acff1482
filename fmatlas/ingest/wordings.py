"""How much each wording of a label says for it, learnt from coded papers and from single places read.

`adapter` says more of parameter-efficient fine-tuning than `frozen` does. Two things are learnt:

- from whole papers, how often one with a wording has the label, as log odds drawn towards how often any
  candidate of that label is right; their sum and their strongest are numbers that a judge of few papers can
  use, where one column for each wording would be too many;
- from single places, how often a reader finds that a place with this wording, in such a section, says that
  the paper itself does it: `pretrained` in related work seldom does.

A paper's own coding must not shape the weights that its rows are judged by: learn from the other folds.
"""

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fmatlas.schema.facts import Candidate

PREFIX = "cue "
STANDS = "at "

# So many imagined papers, of which the label's usual share is right, stand behind each wording.
DRAW = 4.0
# The same for places: behind each label, each wording of a label, each part of a paper.
LABEL_DRAW, WORDING_DRAW, PLACE_DRAW = 4.0, 3.0, 10.0


@dataclass(frozen=True, slots=True)
class ReadPlaces:
    """Places of one paper that a person has read: `stated` of `read` say that the paper itself does it.

    Attributes:
        label: the entity of a closed field.
        wording: what led to it, as `closed` names it.
        place: where, as `closed.place_of` names it.
    """

    label: str
    wording: str
    place: str
    read: int
    stated: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What wordings say.

    Attributes:
        base: log odds of each label as such.
        added: by label what each of its wordings adds.
        said: by label the share of its places that state it, by wording; that of any other under ''.
        places: by field what each part of a paper adds to the log odds that a place states its label.
    """

    base: Mapping[str, float]
    added: Mapping[str, Mapping[str, float]]
    said: Mapping[str, Mapping[str, float]]
    places: Mapping[str, Mapping[str, float]]


def learn(judged: Iterable[tuple[Candidate, bool]], read: Iterable[ReadPlaces] = ()) -> Weights:
    """Weigh the wordings of closed fields.

    Args:
        judged: candidates of coded papers, and whether the paper is coded so.
        read: single places of these papers.
    """
    totals: dict[str, list[int]] = {}
    counts: dict[str, dict[str, list[int]]] = {}
    for candidate, right in judged:
        totals.setdefault(candidate.entity, [0, 0])[right] += 1
        of_label = counts.setdefault(candidate.entity, {})
        for wording in _wordings(candidate):
            of_label.setdefault(wording, [0, 0])[right] += 1
    base = {label: _odds((yes + 0.3) / (no + yes + 2.0)) for label, (no, yes) in sorted(totals.items())}
    added = {}
    for label, of_label in sorted(counts.items()):
        share = 1.0 / (1.0 + math.exp(-base[label]))
        added[label] = {
            wording: round(_odds((yes + DRAW * share) / (no + yes + DRAW)) - base[label], 4)
            for wording, (no, yes) in sorted(of_label.items())
        }
    said, places = _learn_places(read)
    return Weights({label: round(odds, 4) for label, odds in base.items()}, added, said, places)


def read_places(path: Path) -> dict[str, list[ReadPlaces]]:
    """Single places that a person has read, by file, from a sheet `file,label,wording,place,read,stated`."""
    found: dict[str, list[ReadPlaces]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            places = ReadPlaces(
                row["label"], row["wording"], row["place"], int(row["read"]), int(row["stated"])
            )
            found.setdefault(row["file"], []).append(places)
    return found


def _learn_places(
    read: Iterable[ReadPlaces],
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """`Weights.said` and `Weights.places`: each share is drawn towards that of what it belongs to."""
    everything = [0, 0]
    by_field: dict[str, list[int]] = {}
    by_label: dict[str, list[int]] = {}
    by_wording: dict[tuple[str, str], list[int]] = {}
    by_place: dict[tuple[str, str], list[int]] = {}
    for row in read:
        field = row.label.partition(":")[0]
        for count in (
            everything,
            by_field.setdefault(field, [0, 0]),
            by_label.setdefault(row.label, [0, 0]),
            by_wording.setdefault((row.label, row.wording), [0, 0]),
            by_place.setdefault((field, row.place), [0, 0]),
        ):
            count[0] += row.read
            count[1] += row.stated
    usual = _drawn(everything, 0.3, LABEL_DRAW)
    of_field = {field: _drawn(count, usual, LABEL_DRAW) for field, count in by_field.items()}
    of_label = {label: _drawn(count, usual, LABEL_DRAW) for label, count in by_label.items()}
    said = {label: {"": round(of_label[label], 4)} for label in sorted(of_label)}
    for (label, wording), count in sorted(by_wording.items()):
        said[label][wording] = round(_drawn(count, of_label[label], WORDING_DRAW), 4)
    places: dict[str, dict[str, float]] = {field: {} for field in sorted(of_field)}
    for (field, place), count in sorted(by_place.items()):
        share = of_field[field]
        places[field][place] = round(_odds(_drawn(count, share, PLACE_DRAW)) - _odds(share), 4)
    return said, places


def _drawn(count: list[int], share: float, draw: float) -> float:
    """The share of a count, drawn towards a usual one; never quite 0 or 1."""
    read, stated = count
    return min(max((stated + draw * share) / (read + draw), 0.02), 0.98)


def weigh(candidate: Candidate, weights: Weights) -> dict[str, float]:
    """What its wordings say for a candidate, as features: a label never seen has none."""
    if candidate.entity not in weights.base:
        return {}
    known = weights.added.get(candidate.entity, {})
    added = sorted((known.get(wording, 0.0) for wording in _wordings(candidate)), reverse=True)
    return {
        "wording base": weights.base[candidate.entity],
        "wording sum": round(sum(added), 4),
        "wording best": added[0] if added else 0.0,
        "wording best three": round(sum(added[:3]), 4),
        **_said(candidate, weights),
    }


def place_odds(said: Mapping[str, float], shifts: Mapping[str, float], wording: str, place: str) -> float:
    """The log odds that a place with this wording, in this part of a paper, states its label.

    Args:
        said: of the label, as in `Weights.said`.
        shifts: of its field, as in `Weights.places`.
        wording: folded.
        place: as `closed.place_of` names it.
    """
    return _odds(said.get(wording, said[""])) + shifts.get(place, 0.0)


def _said(candidate: Candidate, weights: Weights) -> dict[str, float]:
    """What a reader would find at the candidate's places, by wording alone and by wording and place."""
    shares = weights.said.get(candidate.entity)
    if shares is None:
        return {}
    shifts = weights.places.get(candidate.field, {})
    by_wording: list[float] = []
    by_place: list[float] = []
    for name, n in candidate.features.items():
        if name.startswith(STANDS):
            place, _, wording = name.removeprefix(STANDS).partition(": ")
            odds = place_odds(shares, shifts, wording, place)
            by_wording += [shares.get(wording, shares[""])] * int(n)
            by_place += [1.0 / (1.0 + math.exp(-odds))] * int(n)
    if not by_wording:
        return {}
    found: dict[str, float] = {}
    for name, all_p in (("wording", by_wording), ("place", by_place)):
        ranked = sorted(all_p, reverse=True)
        found |= {
            f"said by {name} best": round(ranked[0], 4),
            f"said by {name} second": round(ranked[1], 4) if len(ranked) > 1 else 0.0,
            f"said by {name} mean": round(sum(ranked) / len(ranked), 4),
            f"said by {name} sum": round(math.log1p(sum(ranked)), 4),
            f"said by {name} once": round(1.0 - math.prod(1.0 - p for p in ranked), 4),
        }
    return found


def compare(rows: Sequence[dict[str, float]]) -> None:
    """Add to the rows of one field of one report how what is said of each stands to the most that is said."""
    for name in ("said by wording best", "said by wording sum", "said by place best", "said by place sum"):
        most = max((row.get(name, 0.0) for row in rows), default=0.0)
        for row in rows:
            if name in row:
                row[f"{name} share"] = round(row[name] / max(most, 0.001), 4)


def _wordings(candidate: Candidate) -> list[str]:
    return [name.removeprefix(PREFIX) for name in candidate.features if name.startswith(PREFIX)]


def _odds(p: float) -> float:
    return math.log(p / (1.0 - p))
