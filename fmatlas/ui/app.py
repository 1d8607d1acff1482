"""The app's frame: it opens the library, says what is wrong if anything is, and routes to the pages."""

from pathlib import Path

import streamlit as st

from fmatlas.schema.errors import FmAtlasError
from fmatlas.ui.library import library_name
from fmatlas.ui.shown import style

# A file of our own: a named icon would be fetched from a server elsewhere.
ICON = Path(__file__).parent / "icon.svg"

st.set_page_config(page_title="FM Atlas", page_icon=ICON, layout="wide")
style()
pages = [
    st.Page("pages/overview.py", title="Overview", icon=":material/dashboard:", default=True),
    st.Page("pages/studies.py", title="Studies", icon=":material/article:"),
    st.Page("pages/ask.py", title="Ask", icon=":material/hub:"),
    st.Page("pages/search.py", title="Search", icon=":material/search:"),
    st.Page("pages/trends.py", title="Trends", icon=":material/trending_up:"),
]
page = st.navigation(pages, position="hidden")
# Streamlit's own bar folds into a drawer on a phone, and stays open over the page that was chosen.
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="navigation"):
    st.image(ICON, width=30)
    st.html('<span class="fm-brand">FM Atlas</span>', width="content")
    for entry in pages:
        st.page_link(entry, width="content")
try:
    library_name()
    page.run()
except FmAtlasError as error:
    # Explained by its text; what it says may hold a file's name, so it is shown as text and not as markup.
    st.error("This did not work.", icon=":material/error:")
    st.text(str(error))
