"""Search: passages by words and by meaning, within the studies that the filters leave."""

import streamlit as st

from fmatlas.schema.errors import FmAtlasError
from fmatlas.schema.fields import CATEGORIES, ENTITY_FIELDS
from fmatlas.ui import library
from fmatlas.ui.picture import page_picture
from fmatlas.ui.shown import heading, nothing_yet, number_of, passage, plain, title

title("Search", "Passages by words and by meaning; the sentence that answers best is marked")
if not library.status()["read"]:
    nothing_yet("No paper has been read yet. Read a folder of PDFs:", "fmatlas ingest FOLDER")
    st.stop()


KINDS = {"bm25": "words", "vector": "meaning"}


def embed() -> None:
    """Give every passage its vector, with a bar; the first time, this loads the embedding model."""
    bar = st.progress(0.0, "Loading the embedding model")

    def show(done: int, of: int) -> None:
        bar.progress(done / max(of, 1), f"{done} of {of} texts embedded")

    with library.writable() as atlas:
        atlas.embed(show)
    st.rerun()


def filters() -> list[str]:
    """What narrows the studies, as `Atlas.search` takes it."""
    chosen: list[str] = []
    with st.expander("Filters", icon=":material/filter_alt:"):
        left, middle, right = st.columns(3)
        with left:
            years = sorted({int(year) for year in library.studies()["year"] if str(year).isdecimal()})
            if len(years) > 1:
                first, last = st.select_slider("Years", years, value=(years[0], years[-1]), key="years")
                if (first, last) != (years[0], years[-1]):
                    chosen.append(f"year={first}-{last}")
        with middle:
            chosen += [f"category={name}" for name in st.multiselect("Category", CATEGORIES, key="category")]
        with right:
            field = st.selectbox("Study states", ["anything", *ENTITY_FIELDS], key="stated field")
            if field != "anything":
                names = library.names(field)
                name = st.selectbox("Name", names, index=None, format_func=plain, key=f"stated {field}")
                if name:
                    chosen.append(f"{field}={name}")
    return chosen


query = st.text_input(
    "Question", placeholder="parameter-efficient fine-tuning of SAM for prostate MRI", key="query"
)
narrowed = filters()
with st.container(horizontal=True, vertical_alignment="bottom"):
    limit = st.select_slider("Passages", [5, 10, 20, 50], value=10, key="limit", width=220)
    spread = st.toggle("At most two of a study", value=True, key="spread")
without = library.passages_without_vector()
if without:
    st.info(
        f"Without a vector, and found by words only: {number_of(without, 'passage')}. Embedding a hundred "
        "papers takes some minutes.",
        icon=":material/info:",
    )
    if st.button("Embed now", icon=":material/bolt:", key="embed"):
        embed()
if not query.strip():
    st.stop()
try:
    with st.spinner("Searching"):
        hits = library.search(query, limit, narrowed, 2 if spread else 0)
except FmAtlasError as error:
    st.error("This cannot be searched.", icon=":material/error:")
    st.text(str(error))
    st.stop()
st.caption(number_of(len(hits), "passage"))
if not hits:
    st.info("Nothing was found. Use other words, or take a filter away.", icon=":material/search_off:")
for place, hit in enumerate(hits):
    with st.container(border=True):
        parts = {name: int(rank) for name, rank in hit.parts.items() if not name.endswith("_score")}
        found = ", ".join(f"{KINDS[name]} {rank}" for name, rank in parts.items())
        where = " · ".join(filter(None, (f"{hit.file}, page {hit.page}", hit.section)))
        meta = f"{hit.year or 'no year'} · {where} · rank by {found}"
        heading(f"{place + 1}. {hit.title or hit.file}", meta)
        passage(hit.text, hit.sentence_start - hit.start, hit.sentence_end - hit.start)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                "pages/studies.py",
                label="Open the study",
                icon=":material/article:",
                query_params={"study": hit.study},
            )
            page_picture(hit.study, hit.page, hit.sentence, f"hit {place}")
