"""Ask: the named questions with pickers for what they need, and their answers as a table."""

from typing import Any

import streamlit as st

from fmatlas.schema.errors import FmAtlasError
from fmatlas.ui import library
from fmatlas.ui.shown import nothing_yet, number_of, plain, title

title("Ask", "Questions to the graph of studies, models, datasets, tasks, losses and strategies")
if not library.status()["facts"]:
    nothing_yet("There are no facts to ask about yet. Read papers first:", "fmatlas ingest FOLDER")
    st.stop()

QUESTIONS = {question["name"]: question for question in library.question_list()}
# What narrows nothing.
ANY = ""


def pick(parameter: dict[str, Any], key: str) -> Any:
    """A widget for a parameter, by its type; empty where the user picks nothing."""
    label = parameter["name"].replace("_", " ").capitalize() + (" (needed)" if parameter["required"] else "")
    help_text, default = parameter["description"], parameter["default"]
    if parameter["type"] == "name":
        names = library.names_of_type(parameter["entity"])
        return st.selectbox(
            label,
            names,
            index=0 if parameter["required"] and names else None,
            placeholder="any",
            format_func=plain,
            accept_new_options=True,
            help=help_text,
            key=key,
        )
    if parameter["type"] == "choice":
        choices = [choice for choice in parameter["choices"] if choice]
        return st.selectbox(
            label,
            choices,
            index=choices.index(default) if default in choices else None,
            placeholder="any",
            help=help_text,
            key=key,
        )
    if parameter["type"] == "study":
        titles = library.titles()
        return st.selectbox(
            label,
            list(titles),
            index=0 if parameter["required"] and titles else None,
            placeholder="any",
            format_func=lambda study: titles.get(study, study),
            help=help_text,
            key=key,
        )
    if parameter["type"] == "flag":
        return st.checkbox(label, value=bool(default), help=help_text, key=key)
    return st.number_input(
        label, value=int(default) or None, min_value=0, step=1, placeholder="any", help=help_text, key=key
    )


name = st.selectbox(
    "Question", list(QUESTIONS), format_func=lambda name: QUESTIONS[name]["title"], key="question"
)
question = QUESTIONS[name]
st.caption(question["description"])
values: dict[str, Any] = {}
if question["parameters"]:
    columns = st.columns(min(4, len(question["parameters"])))
    for place, parameter in enumerate(question["parameters"]):
        with columns[place % len(columns)]:
            value = pick(parameter, f"{name} {parameter['name']}")
        if value not in (None, ANY):
            values[parameter["name"]] = value
try:
    answer = library.ask(name, values)
except FmAtlasError as error:
    st.error("The question cannot be answered like this.", icon=":material/error:")
    st.text(str(error))
    st.stop()
shown = answer.frame()
st.caption(number_of(len(shown), "row"))
if not len(shown):
    st.info("No study states this. Take a choice away, or ask another question.", icon=":material/info:")
else:
    titled = "title" in shown.columns
    order = [column for column in shown.columns if not (titled and column == "study")]
    st.dataframe(shown, hide_index=True, column_order=order, height="content" if len(shown) < 15 else 520)
    st.download_button(
        "Download CSV", answer.csv(), f"{name}.csv", "text/csv", icon=":material/download:", key="csv"
    )
