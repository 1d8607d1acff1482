"""Studies: a list to narrow down, and the page of one study with its facts, their sentences and decisions."""

import pandas as pd
import streamlit as st

from fmatlas.schema.fields import ENTITY_FIELDS
from fmatlas.ui import library
from fmatlas.ui.decide import decision_buttons, person_input
from fmatlas.ui.picture import page_picture
from fmatlas.ui.shown import nothing_yet, quote, safe, tags, title

# Facts below their cut are shown on demand, down to this probability.
LEAST = 0.2

table = library.studies()
if not len(table):
    title("Studies")
    nothing_yet("No paper has been read yet. Read a folder of PDFs:", "fmatlas ingest FOLDER")
    st.stop()
NAMES = library.titles()


def close() -> None:
    st.query_params.clear()


def narrowed() -> pd.DataFrame:
    """The rows of the study table that the filters leave."""
    shown = table
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Title or author has", key="words", width=300)
        categories = st.multiselect("Category", sorted(filter(None, table["category"].unique())), width=220)
        years = sorted(year for year in table["year"].unique() if str(year).isdecimal())
        if len(years) > 1:
            first, last = st.select_slider("Years", years, value=(years[0], years[-1]), width=240)
            if (first, last) != (years[0], years[-1]):
                shown = shown[shown["year"].between(first, last)]
        field = st.selectbox("States", ["anything", *ENTITY_FIELDS], key="field", width=160)
        if field != "anything":
            name = st.selectbox("Name", ["any", *library.names(field)], key=f"name {field}", width=240)
            stated = library.facts()
            stated = stated[stated["field"] == field]
            if name != "any":
                stated = stated[stated["name"] == name]
            shown = shown[shown["study"].isin(set(stated["study"]))]
    if categories:
        shown = shown[shown["category"].isin(categories)]
    for word in words.casefold().split():
        text = shown["title"].str.casefold() + " " + shown["authors"].str.casefold()
        shown = shown[text.str.contains(word, regex=False)]
    return shown


def list_page() -> None:
    title("Studies", "Narrow the list down; click a row to open a study")
    shown = narrowed()
    st.caption(f"{len(shown)} of {len(table)} studies")
    if not len(shown):
        st.info("No study is left. Take a filter away.", icon=":material/filter_alt_off:")
        return
    columns = ["title", "year", "category", "dataset train", "dataset pretrain", "task", "modality", "file"]
    chosen = st.dataframe(
        shown[["study", *columns]].reset_index(drop=True),
        hide_index=True,
        column_order=columns,
        column_config={"title": st.column_config.TextColumn(width="large")},
        on_select="rerun",
        selection_mode="single-row",
        height="content" if len(shown) < 12 else 470,
        key="list",
    )
    rows = chosen["selection"]["rows"]
    picked = st.selectbox(
        "Open a study",
        list(shown["study"]),
        index=None,
        format_func=lambda study: NAMES[study],
        placeholder="Choose by its title",
        key="open",
    )
    study = shown["study"].iloc[rows[0]] if rows else picked
    if study:
        st.query_params["study"] = study
        st.rerun()


def facts_of(study: str) -> None:
    """The facts of a study by field, each with its sentence and two buttons."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        person = person_input()
        unsure = st.toggle("Show also what stays below its cut", key="unsure")
    suggestions_of(study, person)
    stated = library.facts(LEAST if unsure else None)
    stated = stated[stated["study"] == study].reset_index(drop=True)
    if not len(stated):
        st.info("Nothing is stated of this study.", icon=":material/info:")
    for field in dict.fromkeys(stated["field"]):
        st.subheader(field.replace("_", " ").capitalize())
        for number, fact in stated[stated["field"] == field].iterrows():
            with st.container(border=True):
                left, right = st.columns([3, 2], vertical_alignment="center")
                with left:
                    labels = [(fact["role"], "")] if fact["role"] else []
                    by_person = fact["origin"] == "person"
                    labels.append(("said by a person", "person") if by_person else (fact["origin"], ""))
                    if fact["status"] == "unclear":
                        labels.append(("below its cut", "low"))
                    labels.append((f"p = {fact['p']:.2f}", ""))
                    st.html(f'<p class="fm-head">{safe(fact["name"])}</p>{tags(labels)}')
                    quote(fact["quote"], int(fact["page"]))
                with right, st.container(horizontal=True, horizontal_alignment="right"):
                    if fact["quote"]:
                        page_picture(study, int(fact["page"]), fact["quote"], f"{study} {number}")
                    decision_buttons(fact, person, f"{study} {number}")


def suggestions_of(study: str, person: str) -> None:
    """What the program suggests for the further fields, each with its sentence; nothing of it is stated."""
    found = library.suggestions(study)
    if not len(found):
        return
    with st.expander(f"Suggestions ({len(found)})"):
        st.caption("Metrics, amounts, code and the like: for a person to accept. They count as no facts.")
        for number, value in found.iterrows():
            left, right = st.columns([4, 1], vertical_alignment="center")
            by_person = value["origin"] == "person"
            labels = [(value["role"], "")] if value["role"] else []
            labels.append(("said by a person", "person") if by_person else ("suggested", "low"))
            with left:
                head = f"{value['field'].replace('_', ' ')}: {value['name']}"
                st.html(f'<p class="fm-head">{safe(head)}</p>{tags(labels)}')
                quote(value["quote"], int(value["page"]))
            with right, st.container(horizontal=True, horizontal_alignment="right"):
                if not by_person:
                    decision_buttons(dict(value), person, f"{study} suggested {number}", ("accept",))


def study_page(study: str) -> None:
    row = table[table["study"] == study].iloc[0]
    st.button("All studies", icon=":material/arrow_back:", on_click=close, key="back")
    title(NAMES[study], str(row["authors"]))
    shown = ("year", "venue", "category", "arxiv_id", "doi", "file")
    known = [f"{name.replace('_', ' ')}: {row[name]}" for name in shown if row[name]]
    st.html(f'<p class="fm-meta">{safe(" · ".join(known))}</p>')
    abstract = library.abstract(study)
    if abstract:
        with st.expander("Abstract"):
            st.html(f'<p class="fm-text">{safe(abstract)}</p>')
    facts_of(study)


asked = st.query_params.get("study", "")
if asked in NAMES:
    study_page(asked)
else:
    if asked:
        st.warning("There is no such study in this library.", icon=":material/warning:")
    list_page()
