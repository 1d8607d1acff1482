"""Trends: tasks by year, datasets by role, strategies and backbones by year."""

import streamlit as st

from fmatlas.schema.fields import FIELD
from fmatlas.ui import library, plots
from fmatlas.ui.shown import nothing_yet, title

title("Trends", "How the field moved, counted in studies; a study counts once for each value it states")
status = library.status()
if not status["facts"]:
    nothing_yet("There is nothing to count yet. Read papers first:", "fmatlas ingest FOLDER")
    st.stop()

LEVELS = {"as stated": None, "broadest kinds": 0}
PLAIN = {"displayModeBar": False}


def note(covered: int) -> None:
    st.caption(
        f"n = {covered} of {status['studies']} studies. {status['read']} papers read, "
        f"{len(status['failed'])} failed."
    )


def over_years(field: str, role: str | None = None, level: int | None = None) -> None:
    counted = library.counts(field, role=role, by=("year",), level=level)
    dated = plots.with_year(counted)
    if not len(dated):
        st.info(f"No study states a {field.replace('_', ' ')} and has a year.", icon=":material/info:")
        return
    st.plotly_chart(plots.by_year(dated, field, field), config=PLAIN, key=f"{field} {role} {level}")
    stated = library.facts()
    rows = stated[(stated["field"] == field) & ((stated["role"] == role) if role else True)]
    note(rows["study"].nunique())
    with st.expander("The numbers"):
        st.dataframe(dated, hide_index=True)
        st.download_button("Download CSV", library.csv(dated), f"{field}-by-year.csv", "text/csv", key=field)


st.subheader("Tasks by year")
chosen = st.segmented_control("Count tasks", list(LEVELS), default="as stated", key="task level")
over_years("task", level=LEVELS.get(chosen or "as stated"))

st.subheader("Datasets by role")
counted = library.counts("dataset")
if len(counted):
    st.plotly_chart(plots.by_role(counted, "dataset", FIELD["dataset"].roles), config=PLAIN, key="datasets")
    stated = library.facts()
    note(stated[stated["field"] == "dataset"]["study"].nunique())
    with st.expander("The numbers"):
        st.dataframe(counted, hide_index=True)
        st.download_button("Download CSV", library.csv(counted), "datasets-by-role.csv", "text/csv")
else:
    st.info("No study states a dataset.", icon=":material/info:")

st.subheader("Strategies and backbones by year")
what = st.segmented_control(
    "Show", ["strategies", "vision backbones", "text backbones"], default="strategies", key="what"
)
if what == "vision backbones":
    over_years("backbone", "vision")
elif what == "text backbones":
    over_years("backbone", "text")
else:
    over_years("strategy")
