"""The plots: bars in a palette that everyone can tell apart, names escaped, numbers at hand."""

import html
from typing import TYPE_CHECKING

import pandas as pd

from fmatlas.ui.shown import PALETTE, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

# More are left out of a plot by year: no eye tells more colours apart.
SERIES = 7
# Signs in the bars beside the colours, for print and for eyes without them.
_PATTERNS = ("", "/", "\\", ".", "x", "-", "+", "")


def label(text: str, width: int = 34) -> str:
    """A name for a plot, which would read it as HTML otherwise; long ones are cut."""
    line = plain(text)
    return html.escape(line if len(line) <= width else line[: width - 1] + "…")


def with_year(counted: pd.DataFrame) -> pd.DataFrame:
    """The rows whose `year` is one."""
    return counted[counted["year"].astype(str).str.fullmatch(r"\d{4}").astype(bool)]


def most_frequent(counted: pd.DataFrame, name: str, limit: int = SERIES) -> list[str]:
    """The values with most studies in all, most first."""
    totals = counted.groupby(name)["studies"].sum()
    return sorted(totals.index, key=lambda value: (-int(totals[value]), value))[:limit]


def by_year(counted: pd.DataFrame, name: str, what: str) -> "go.Figure":
    """Studies by year, a colour for each of the most frequent values.

    Args:
        counted: columns `name`, `year`, `studies`; one row for each pair.
        name: the column of the values.
        what: the title of the values' legend.
    """
    import plotly.graph_objects as go

    shown = with_year(counted)
    first = most_frequent(shown, name)
    years = [str(year) for year in range(int(shown["year"].min()), int(shown["year"].max()) + 1)]
    figure = go.Figure()
    for place, value in enumerate(first):
        rows = shown[shown[name] == value].groupby("year")["studies"].sum()
        figure.add_bar(
            x=years,
            y=[int(rows.get(year, 0)) for year in years],
            name=label(value, 26),
            marker={"color": PALETTE[place], "pattern": {"shape": _PATTERNS[place], "fgopacity": 0.35}},
            hovertemplate=f"{label(value)}, %{{x}}: %{{y}} studies<extra></extra>",
        )
    figure.update_layout(barmode="group" if len(first) > 1 else "stack", legend_title_text=html.escape(what))
    return _finish(figure, "year", "studies", int(shown["studies"].max()))


def stacked_by_year(counted: pd.DataFrame, name: str, what: str) -> "go.Figure":
    """As `by_year`, for values of which a study has one: the bars add up to the studies of a year."""
    figure = by_year(counted, name, what)
    figure.update_layout(barmode="stack")
    return figure


def by_role(counted: pd.DataFrame, name: str, roles: tuple[str, ...], limit: int = 15) -> "go.Figure":
    """Studies for each of the most frequent values, a bar for each role."""
    import plotly.graph_objects as go

    first = list(reversed(most_frequent(counted, name, limit)))
    figure = go.Figure()
    for place, role in enumerate(roles):
        rows = counted[counted["role"] == role].set_index(name)["studies"]
        figure.add_bar(
            y=[label(value) for value in first],
            x=[int(rows.get(value, 0)) for value in first],
            orientation="h",
            name=role,
            marker={"color": PALETTE[place], "pattern": {"shape": _PATTERNS[place], "fgopacity": 0.35}},
            hovertemplate=f"%{{y}}, {role}: %{{x}} studies<extra></extra>",
        )
    figure.update_layout(barmode="stack", height=max(300, 70 + 26 * len(first)), legend_traceorder="normal")
    return _finish(figure, "studies, by role", "", int(counted["studies"].max()))


def _finish(figure: "go.Figure", across: str, up: str, most: int) -> "go.Figure":
    # Half a study is none: small counts get a line for each whole number.
    whole = {"rangemode": "tozero", "tickformat": "d", **({"dtick": 1} if most <= 8 else {})}
    figure.update_layout(
        template="plotly_white",
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        legend={"orientation": "h", "yanchor": "top", "y": -0.16, "x": 0, "title": {"side": "top"}},
        font={"size": 13, "color": "#1d2b2e"},
        bargap=0.25,
        dragmode=False,
    )
    figure.update_xaxes(title_text=html.escape(across), fixedrange=True, automargin=True)
    figure.update_yaxes(title_text=html.escape(up), fixedrange=True, automargin=True)
    if up == "studies":
        figure.update_xaxes(type="category")
        figure.update_yaxes(**whole)
    else:
        figure.update_xaxes(**whole)
    return figure
