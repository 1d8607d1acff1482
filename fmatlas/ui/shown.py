"""How things are shown: what comes out of papers is always escaped, never read as markup."""

import html
import unicodedata
from collections.abc import Iterable

import streamlit as st

# A palette that people with any of the common colour blindnesses can tell apart (Okabe and Ito 2008).
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#5b6770")

_STYLE = """<style>
header[data-testid="stHeader"] { background: transparent; height: 2rem; min-height: 0; }
.block-container { padding-top: 1.6rem; padding-bottom: 3rem; max-width: 1320px; }
.st-key-navigation { border-bottom: 1px solid #dbe3e3; padding-bottom: 0.5rem; margin-bottom: 0.4rem; }
.fm-brand { font-weight: 680; font-size: 1.1rem; margin-right: 0.8rem; white-space: nowrap; }
.fm-title { font-size: 1.9rem; font-weight: 650; line-height: 1.2; letter-spacing: -0.01em; margin: 0; }
.fm-lead { color: #56666a; margin: 0.25rem 0 0.4rem; }
.fm-head { font-size: 1.02rem; font-weight: 620; line-height: 1.35; margin: 0; overflow-wrap: anywhere; }
.fm-meta { color: #56666a; font-size: 0.86rem; margin: 0.15rem 0 0; overflow-wrap: anywhere; }
.fm-text { margin: 0.45rem 0 0; line-height: 1.55; overflow-wrap: anywhere; }
.fm-quote { color: #33454a; font-size: 0.9rem; line-height: 1.45; margin: 0.2rem 0 0;
  padding-left: 0.7rem; border-left: 3px solid #b9d3d3; overflow-wrap: anywhere; }
.fm-text mark, .fm-quote mark { background: #ffe9a8; color: inherit; padding: 0.05em 0.1em;
  border-radius: 3px; }
.fm-tag { display: inline-block; font-size: 0.78rem; background: #e6f0f0; color: #0a565c;
  border-radius: 999px; padding: 0.05rem 0.55rem; margin: 0.15rem 0.3rem 0.2rem 0; }
.fm-tag.low { background: #fbeed3; color: #7a5200; }
.fm-tag.person { background: #dfeee2; color: #1f5b31; }
@media (max-width: 640px) {
  .block-container { padding: 1.6rem 0.9rem 2rem; }
  .fm-title { font-size: 1.5rem; }
}
</style>"""


def style() -> None:
    """Put the app's style sheet on the page."""
    st.html(_STYLE)


def plain(text: str) -> str:
    """Text of a paper on one line, without characters that steer what stands around them."""
    steering = {"Cc", "Cf", "Cs", "Co"}
    visible = "".join(" " if unicodedata.category(char) in steering else char for char in text)
    return " ".join(visible.split())


def safe(text: str) -> str:
    """Text of a paper as HTML that shows exactly it."""
    return html.escape(plain(text), quote=True)


def title(text: str, lead: str = "") -> None:
    """The heading of a page, and a line below it."""
    st.html(
        f'<h1 class="fm-title">{safe(text)}</h1>' + (f'<p class="fm-lead">{safe(lead)}</p>' if lead else "")
    )


def heading(text: str, meta: str = "") -> None:
    """A smaller heading, of a study or a hit, and what is to be known of it."""
    line = f'<p class="fm-meta">{safe(meta)}</p>' if meta else ""
    st.html(f'<p class="fm-head" role="heading" aria-level="2">{safe(text)}</p>{line}')


def marked(text: str, start: int, end: int) -> str:
    """A text with `text[start:end]` marked, as HTML."""
    before, inside, after = text[:start], text[start:end], text[end:]
    gap = " " if before[-1:].isspace() or inside[:1].isspace() else ""
    rest = " " if after[:1].isspace() or inside[-1:].isspace() else ""
    return f"{safe(before)}{gap}<mark>{safe(inside)}</mark>{rest}{safe(after)}"


def passage(text: str, start: int, end: int) -> None:
    """A passage with its answering sentence marked."""
    st.html(f'<p class="fm-text">{marked(text, start, end)}</p>')


def quote(text: str, page: int) -> None:
    """The sentence behind a fact, with its page."""
    if text:
        where = f" (page {page})" if page else ""
        st.html(f'<p class="fm-quote">{safe(text)}{where}</p>')
    else:
        st.html('<p class="fm-quote">No sentence: a person added this.</p>')


def tags(labels: Iterable[tuple[str, str]]) -> str:
    """Small labels (text, kind) as HTML."""
    return "".join(f'<span class="fm-tag {kind}">{safe(text)}</span>' for text, kind in labels)


def number_of(count: int, what: str, several: str = "") -> str:
    """A number and its noun.

    Example:
        >>> number_of(1, "file"), number_of(2, "study", "studies")
        ('1 file', '2 studies')
    """
    return f"{count:,} {what if count == 1 else several or what + 's'}"


def nothing_yet(what: str, command: str) -> None:
    """What to do where there is nothing to show."""
    st.info(what, icon=":material/info:")
    st.code(command, language="shell")
