"""`fmatlas why`: why a name is, or is not, a fact of a study."""

import typer

from fmatlas.atlas import Why
from fmatlas.cli.options import FieldName, Json, Name, Study, open_atlas
from fmatlas.cli.show import print_json, printable


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
    lines = [
        f"{answer.title or answer.study} ({answer.study})",
        f"{answer.field} {answer.name}: {answer.verdict}",
        f"folded to {answer.folded!r}, "
        + (
            f"which names {answer.entity_name} ({answer.entity})"
            if answer.entity
            else "a name that the library does not know"
        ),
    ]
    for seen in answer.seen:
        lines.append(f"found {len(seen.places)} times in {seen.file}, mostly written {seen.written!r}:")
        lines += [
            f"  page {place.page}, {place.section or 'no section'}: {place.sentence}" for place in seen.places
        ]
        lines.append(
            "  features: " + (", ".join(f"{key} {value:g}" for key, value in seen.features.items()) or "none")
        )
    for judged in answer.judged:
        lines.append(
            f"judged{f' as {judged.role}' if judged.role else ''}: "
            f"probability {judged.p:.3f}, cut {judged.cut:.3f}, {judged.decision}"
            + (f"; page {judged.page}: {judged.quote}" if judged.quote else "")
        )
    for place in answer.unjudged:
        lines.append(f"stands on page {place.page}, {place.section or 'no section'}: {place.sentence}")
    return lines
