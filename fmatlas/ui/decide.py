"""Accept and reject: what a named person says of a fact, appended to the library at once."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from fmatlas.schema.errors import FmAtlasError
from fmatlas.ui.library import writable


def person_input() -> str:
    """Who decides; asked once in a session."""
    # A widget's own key is dropped when another page is shown; this one lasts.
    name = st.text_input(
        "Your name, for decisions", value=st.session_state.get("person", ""), key="person input", width=260
    )
    st.session_state["person"] = name.strip()
    return name.strip()


def decision_buttons(
    fact: Mapping[str, Any], person: str, key: str, verdicts: tuple[str, ...] = ("accept", "reject")
) -> None:
    """Buttons to accept and to reject a fact, or one of the two; they wait for a name."""
    hint = None if person else "Give your name first: a decision is always somebody's."
    icons = {"accept": ":material/check:", "reject": ":material/close:"}
    for verdict in verdicts:
        st.button(
            verdict.capitalize(),
            icon=icons[verdict],
            key=f"{verdict} {key}",
            disabled=not person,
            help=hint,
            on_click=_decide,
            args=(verdict, dict(fact), person),
        )


def _decide(verdict: str, fact: Mapping[str, Any], person: str) -> None:
    try:
        with writable() as atlas:
            atlas.decide(
                verdict,
                fact["study"],
                fact["field"],
                fact["name"],
                role=fact["role"],
                person=person,
                quote=fact["quote"],
            )
    except FmAtlasError as error:
        st.toast(str(error).replace("[", "(").replace("`", "'"), icon=":material/error:")
        return
    done = {"accept": "accepted", "reject": "rejected"}[verdict]
    st.toast(f"Fact {done}. `fmatlas decide undo` takes it back.", icon=":material/check:")
