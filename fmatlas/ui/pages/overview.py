"""Overview: how much was read, what could not be and why, and how the studies spread over the years."""

import pandas as pd
import streamlit as st

from fmatlas.schema.fields import FIELD
from fmatlas.ui import library, plots
from fmatlas.ui.shown import nothing_yet, number_of, plain, title

status = library.status()
title(library.library_name(), "What was read, what it states, and what to look at")

if not status["files"]:
    nothing_yet("This library is empty. Read a folder of PDFs into it:", "fmatlas ingest FOLDER")
    st.stop()

failed, missing = status["failed"], status["missing"]
with st.container(horizontal=True):
    for label, value, hint in (
        ("Studies", status["studies"], "Reports that belong together, such as preprint and journal, are one"),
        ("Papers read", status["read"], f"of {status['files']} files"),
        ("Failed", len(failed), "Each is listed below with its reason."),
        ("Pages", status["pages"], "of all papers read"),
        ("Facts", sum(status["facts"].values()), f"stated; {status['judged']} were judged"),
        ("Decisions", status["decisions"], "what people accepted, rejected or added"),
    ):
        st.metric(label, f"{value:,}", help=hint, border=True, width=165)

categories = library.counts("category", by=("year",))
left, right = st.columns([3, 2], gap="large")
with left:
    st.subheader("Category by year")
    dated = plots.with_year(categories)
    if len(dated):
        figure = plots.stacked_by_year(dated, "category", "category")
        st.plotly_chart(figure, config={"displayModeBar": False}, key="category")
        shown = int(dated["studies"].sum())
        st.caption(
            f"{shown} of {status['studies']} studies with a category and a year. "
            f"{status['read']} papers read, {len(failed)} failed."
        )
    else:
        st.info("No study has both a category and a year yet.", icon=":material/info:")
with right:
    st.subheader("Facts by field")
    if status["facts"]:
        rows = [(name.replace("_", " "), count, FIELD[name].level) for name, count in status["facts"].items()]
        frame = pd.DataFrame(rows, columns=["field", "facts", "level"])
        most = int(frame["facts"].max())
        st.dataframe(
            frame[["field", "facts"]],
            hide_index=True,
            column_config={
                "facts": st.column_config.ProgressColumn(
                    "facts stated", format="%d", min_value=0, max_value=most
                )
            },
        )
    else:
        nothing_yet("Nothing is stated yet. Names and facts are found by:", "fmatlas refresh")

st.subheader("What to look at")
if failed:
    with st.expander(
        f"{number_of(len(failed), 'file')} could not be read",
        icon=":material/error:",
        expanded=len(failed) <= 10,
    ):
        rows = [(plain(row["file"]), row["reason"], plain(row["message"])) for row in failed]
        st.dataframe(pd.DataFrame(rows, columns=["file", "reason", "what it means"]), hide_index=True)
for found, what, icon in (
    (missing, "no longer where they were", ":material/folder_off:"),
    (status["image_only"], "with pages that are pictures without text", ":material/image:"),
    (status["low_coverage"], "of which less than 90% of the print was placed", ":material/rule:"),
):
    if found:
        with st.expander(f"{number_of(len(found), 'file')} {what}", icon=icon):
            entries = [entry if isinstance(entry, dict) else {"file": entry} for entry in found]
            st.dataframe(pd.DataFrame(entries), hide_index=True)
if not failed and not missing and not status["image_only"] and not status["low_coverage"]:
    st.success("Every file was read whole.", icon=":material/check_circle:")
