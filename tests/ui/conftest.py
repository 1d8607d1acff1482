"""The app over a small library, run page by page without a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import fmatlas.ui
from fmatlas.library import Library
from tests.small_library import make_library

APP = Path(fmatlas.ui.__file__).parent / "app.py"
# The first page that a fresh process shows imports pandas and plotly.
SECONDS = 60

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Every test begins with empty caches, as a freshly started server does."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of three studies and a file that failed."""
    with make_library(tmp_path / "library") as library:
        return library.folder


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A library of nothing."""
    with Library.create(tmp_path / "empty") as library:
        return library.folder


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page of the app over a library."""

    def open_page(folder: Path, page: str = "", **query: str) -> AppTest:
        monkeypatch.setenv("FMATLAS_LIBRARY", str(folder))
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if page:
            app.switch_page(f"pages/{page}.py").run()
        return app

    return open_page


def text_of(app: AppTest) -> str:
    """All that a page says, its HTML included."""
    kinds = (
        "html",
        "markdown",
        "caption",
        "info",
        "success",
        "warning",
        "error",
        "text",
        "code",
        "subheader",
    )
    parts = [
        str(element.proto.body if kind == "html" else element.value)
        for kind in kinds
        for element in app.get(kind)
    ]
    return "\n".join(parts)
