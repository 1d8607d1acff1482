"""`fmatlas why`: why a name is, or is not, a fact of a study."""

import typer

from fmatlas.atlas import Place, Seen, Why
from fmatlas.cli.options import FieldName, Json, Name, Study, open_atlas
from fmatlas.cli.show import print_json, printable

STRONGEST = 8


def why(context: typer.Context, study: Study, field: FieldName, name: Name, json: Json = False) -> None:
    """Tell why a name is or is not a fact. Where it stands, its features, probability, cut, decision.

    \b
    Example:
        fmatlas why paper.pdf dataset MIMIC-CXR
    """
    answer = open_atlas(context).why(study, field, name)
    if json:
        print_json(answer.record())
    else:
        for line in _lines(answer):
            print(printable(line))


def _lines(answer: Why) -> list[str]:
    known = f"names {answer.entity_name} ({answer.entity})" if answer.entity else "no name that is known here"
    lines = [
        f"{answer.title or answer.study} ({answer.study})",
        f"{answer.field} {answer.name}: {answer.verdict}",
    ]
    for value in answer.values:
        chosen = "chosen" if value.chosen else "other "
        sure = f", probability {value.p:.3f}" if value.p is not None else ""
        quote = f": {value.quote}" if value.quote else ""
        lines.append(f"{chosen}  {value.value}: from {value.source}, page {value.page}{sure}{quote}")
    if not answer.values:
        lines.append(f"folded to {answer.folded!r}: {known}")
    for seen in answer.seen:
        lines.append(f"found in {seen.file}, mostly written {seen.written!r}; places: {len(seen.places)}")
        lines += [f"  {_place(place)}" for place in seen.places]
        lines += _opinion(seen)
    for judged in answer.judged:
        role = f" as {judged.role}" if judged.role else ""
        quote = f"; page {judged.page}: {judged.quote}" if judged.quote else ""
        lines.append(
            f"judged{role}: probability {judged.p:.3f}, cut {judged.cut:.3f}, {judged.decision}{quote}"
        )
    return lines + [f"stands on {_place(place)}" for place in answer.unjudged]


def _opinion(seen: Seen) -> list[str]:
    """What the extractor thinks of a candidate; the strongest features, each with its value and weight."""
    if seen.opinion is None:
        return []
    strongest = list(seen.opinion.weights.items())[:STRONGEST]
    said = [f"{name} = {seen.features.get(name, 0.0):g} ({weight:+.2f})" for name, weight in strongest]
    judged = f"  used with probability {seen.opinion.p:.3f}, cut {seen.opinion.cut:.3f}"
    return [f"{judged}; strongest of {len(seen.opinion.weights)} features: {', '.join(said)}"]


def _place(place: Place) -> str:
    return f"page {place.page}, {place.section or 'no section'}: {place.sentence}"
