"""`fmatlas status`: what was read and what not, what is stale, how much is stated."""

from typing import Any

import typer

from fmatlas.cli.options import Json, open_atlas, warn
from fmatlas.cli.show import print_json, printable

STALE = {
    "read": "were read by an older reader: run `fmatlas ingest` on their folder",
    "detected": "were searched for names by older detectors or another vocabulary: run `fmatlas refresh`",
}


def status(context: typer.Context, json: Json = False) -> None:
    """Show what was read, what failed, what is stale. And how many facts there are.

    \b
    Example:
        fmatlas status
    """
    atlas = open_atlas(context)
    found = atlas.status()
    warn(atlas)
    if json:
        print_json(found)
    else:
        for line in _lines(found):
            print(printable(line))


def _lines(found: dict[str, Any]) -> list[str]:
    total = sum(found["facts"].values())
    lines = [
        (
            f"{found['studies']} studies from {found['read']} papers read ({found['pages']} pages), "
            f"{len(found['failed'])} failed, {len(found['missing'])} missing"
        ),
        f"{total} facts stated: "
        + (", ".join(f"{n} {field}" for field, n in found["facts"].items()) or "none"),
        f"{found['decisions']} decisions; "
        + ", ".join(f"revision {n} of {kind}" for kind, n in found["revisions"].items()),
    ]
    lines += [f"failed: {item['file']}: {item['reason']}: {item['message']}" for item in found["failed"]]
    lines += [f"missing: {file}" for file in found["missing"]]
    lines += [f"image-only pages: {item['file']}: {item['pages']}" for item in found["image_only"]]
    lines += [f"low coverage: {item['file']}: {item['coverage']:.2f}" for item in found["low_coverage"]]
    lines += [f"stale: {n} papers {STALE[what]}" for what, n in found["stale"].items() if n]
    return lines
