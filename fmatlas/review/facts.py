"""Facts and studies as tables: what the library states, what waits for a person, one row for each study."""

import sqlite3

from fmatlas.library.lookup import find_study, need_entities
from fmatlas.library.places import report_files, study_files
from fmatlas.names import fold_name
from fmatlas.review.suggestions import suggestions
from fmatlas.review.table import Table, table
from fmatlas.schema.fields import FIELDS, entity_type, find_field, find_role

FIELD_ORDER = {field.name: n for n, field in enumerate(FIELDS)}

# A machine fact this near to its cut, on either side, is worth a look.
NEAR = 0.25

_COLUMNS = ("study", "title", "file", "field", "name", "role", "p", "status", "origin", "page", "quote")

# Everything judged and not rejected; `fact_now` where it is stated, `unclear` where it stays below its cut.
_JUDGED = """
SELECT study, field, entity, name, role, p, status, origin, page, quote, report FROM fact_now
UNION ALL
SELECT f.study, f.field, f.entity, e.name, f.role, f.p, 'unclear', 'machine',
       coalesce(v.page, 0), coalesce(v.quote, ''), coalesce(v.report, '')
FROM fact f JOIN entity e ON e.id = f.entity
LEFT JOIN ruling r ON r.study = f.study AND r.field = f.field AND r.entity = f.entity
     AND r.role = f.role AND r.conflict = 0
LEFT JOIN evidence v ON v.study = f.study AND v.field = f.field AND v.entity = f.entity
     AND v.role = f.role AND v.rank = 0
WHERE r.verdict IS NULL AND f.p < f.cut
"""


def judged(connection: sqlite3.Connection, min_confidence: float | None = None) -> list[sqlite3.Row]:
    """The facts of the library in a total order.

    Args:
        min_confidence: without it, what the library states; with it, every fact that no person rejected
            with at least this probability, whatever its cut; those below their cut have the status `unclear`.

    Returns:
        Rows of `study, field, entity, name, role, p, status, origin, page, quote, report`.
    """
    if min_confidence is None:
        rows = connection.execute(
            "SELECT study, field, entity, name, role, p, status, origin, page, quote, report FROM fact_now"
        ).fetchall()
    else:
        rows = connection.execute(f"SELECT * FROM ({_JUDGED}) WHERE p >= ?", (min_confidence,)).fetchall()
    return sorted(rows, key=_order)


def _order(row: sqlite3.Row) -> tuple[str, int, str, str, str]:
    return row["study"], FIELD_ORDER[row["field"]], row["name"], row["role"], row["entity"]


def facts(
    connection: sqlite3.Connection,
    *,
    study: str | None = None,
    field: str | None = None,
    name: str | None = None,
    role: str | None = None,
    min_confidence: float | None = None,
) -> Table:
    """What the library states, narrowed by study, field, name and role as a user writes them.

    Of a further field, which nothing is stated of, what is suggested; then `p` is empty.

    Raises:
        UsageError: one of the names is unknown.
    """
    wanted_study = find_study(connection, study) if study else None
    wanted_field = find_field(field) if field else None
    wanted_role = find_role(role, wanted_field) if role else None
    if wanted_field and wanted_field.level == "more":
        return suggested_facts(connection, wanted_study, wanted_field.name, name, wanted_role)
    kind = entity_type(wanted_field.name) if wanted_field else ""
    entities = need_entities(connection, kind, name) if name else None
    titles = dict(connection.execute("SELECT study, value FROM study_metadata WHERE field = 'title'"))
    files, reports = study_files(connection), report_files(connection)
    rows = [
        row
        for row in judged(connection, min_confidence)
        if (wanted_study is None or row["study"] == wanted_study)
        and (wanted_field is None or row["field"] == wanted_field.name)
        and (wanted_role is None or row["role"] == wanted_role)
        and (entities is None or row["entity"] in entities)
    ]
    return table(
        _COLUMNS,
        (
            (
                row["study"],
                titles.get(row["study"], ""),
                reports.get(row["report"], files.get(row["study"], "")),
                *(row[column] for column in _COLUMNS[3:]),
            )
            for row in rows
        ),
    )


def suggested_facts(
    connection: sqlite3.Connection,
    study: str | None = None,
    field: str | None = None,
    name: str | None = None,
    role: str | None = None,
) -> Table:
    """The values of further fields as rows of `facts`, narrowed by id of study, field, name and role.

    Their status is `suggested` and `p` empty, or `reported` and 1 where a person gave the value.
    """
    titles = dict(connection.execute("SELECT study, value FROM study_metadata WHERE field = 'title'"))
    files, reports = study_files(connection), report_files(connection)
    return table(
        _COLUMNS,
        (
            (
                *(item.study, titles.get(item.study, "")),
                reports.get(item.report, files.get(item.study, "")),
                *(item.field, item.value, item.role, 1.0 if item.origin == "person" else None),
                *(item.status, item.origin, item.page, item.quote),
            )
            for item in suggestions(connection, study, field)
            if (name is None or fold_name(item.value) == fold_name(name)) and role in (None, item.role)
        ),
    )


def queue(connection: sqlite3.Connection, *, study: str | None = None, field: str | None = None) -> Table:
    """The facts that a person should look at, most pressing first.

    First decisions that contradict each other after a merge, then decisions whose quote is gone from the
    report, then machine facts that nobody decided, by how near their probability lies to the cut.
    """
    wanted_study = find_study(connection, study) if study else None
    wanted_field = find_field(field).name if field else None
    rows = connection.execute(
        """
        SELECT f.study, f.field, e.name, f.role, f.p, f.cut, coalesce(v.page, 0) AS page,
               coalesce(v.quote, '') AS quote, 'near the cut' AS why, 2 AS rank, abs(f.p - f.cut) AS far
        FROM fact f JOIN entity e ON e.id = f.entity
        LEFT JOIN ruling r ON r.study = f.study AND r.field = f.field AND r.entity = f.entity
             AND r.role = f.role AND r.conflict = 0
        LEFT JOIN evidence v ON v.study = f.study AND v.field = f.field AND v.entity = f.entity
             AND v.role = f.role AND v.rank = 0
        WHERE r.verdict IS NULL AND abs(f.p - f.cut) < ?
        UNION ALL
        SELECT r.study, r.field, e.name, r.role, 1.0, 1.0, r.page, r.quote,
               CASE WHEN r.conflict THEN 'decisions disagree' ELSE 'quote is gone' END,
               CASE WHEN r.conflict THEN 0 ELSE 1 END, 0.0
        FROM ruling r JOIN entity e ON e.id = r.entity WHERE r.conflict OR r.recheck
        """,
        (NEAR,),
    ).fetchall()
    chosen = [
        row
        for row in sorted(rows, key=lambda row: (row["rank"], row["far"], *_place(row)))
        if wanted_study in (None, row["study"]) and wanted_field in (None, row["field"])
    ]
    files = study_files(connection)
    columns = ("field", "name", "role", "p", "cut", "why", "page", "quote")
    return table(
        ("study", "file", *columns),
        ((row["study"], files.get(row["study"], ""), *(row[column] for column in columns)) for row in chosen),
    )


def _place(row: sqlite3.Row) -> tuple[str, int, str, str]:
    return row["study"], FIELD_ORDER[row["field"]], row["name"], row["role"]


def studies(connection: sqlite3.Connection, *, suggested: bool = False) -> Table:
    """The study table: a row for each study, a column for each field and role, values parted by `; `.

    Args:
        suggested: a column for each further field too, with what is suggested or a person said.
    """
    metadata: dict[tuple[str, str], str] = {
        (row["study"], row["field"]): row["value"]
        for row in connection.execute("SELECT study, field, value FROM study_metadata")
    }
    values: dict[tuple[str, str], list[str]] = {}
    for row in judged(connection):
        column = f"{row['field']} {row['role']}".strip()
        values.setdefault((row["study"], column), []).append(row["name"])
    for item in suggestions(connection) if suggested else ():
        column = f"{item.field} {item.role}".strip()
        values.setdefault((item.study, column), []).append(item.value)
    singles = [field.name for field in FIELDS if field.kind == "metadata" and field.name != "abstract"]
    many_columns = [
        f"{field.name} {role}".strip()
        for field in FIELDS
        if field.kind == "entity" or (suggested and field.kind == "value")
        for role in (*field.roles, *(() if field.roles else ("",)))
    ]
    files = study_files(connection)
    ids = [row[0] for row in connection.execute("SELECT id FROM study")]
    rows = [
        (
            study,
            files.get(study, ""),
            *(metadata.get((study, name), "") for name in singles),
            *("; ".join(dict.fromkeys(values.get((study, column), ()))) for column in many_columns),
        )
        for study in sorted(ids, key=lambda study: (files.get(study, ""), study))
    ]
    return table(("study", "file", *singles, *many_columns), rows)
