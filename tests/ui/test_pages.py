"""Each page shows what the library states, says what to do where there is nothing, and reads no markup."""

import subprocess
import sys
from pathlib import Path

import pytest

from fmatlas.atlas import Atlas
from fmatlas.library import Library
from fmatlas.library.suggestions import SuggestedValue, write_suggestions
from tests.conftest import ROOT
from tests.small_library import make_library, study_of
from tests.ui.conftest import Open, text_of

PAGES = ["", "studies", "ask", "search", "trends"]
CHEST = study_of("a/chestnet.pdf")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_an_empty_library_says_what_to_do(show: Open, empty: Path, page: str) -> None:
    app = show(empty, page)
    assert not app.exception
    assert "fmatlas ingest FOLDER" in text_of(app)


def test_the_overview_tells_what_was_read_and_what_not_and_why(show: Open, folder: Path) -> None:
    app = show(folder)
    assert {metric.label: metric.value for metric in app.metric} == {
        "Studies": "3",
        "Papers read": "3",
        "Failed": "1",
        "Pages": "7",
        "Facts": "9",
        "Decisions": "0",
    }
    assert "3 of 3 studies with a category and a year. 3 papers read, 1 failed." in text_of(app)
    failed = app.dataframe[-1].value
    assert failed.iloc[0].to_list() == ["broken.pdf", "damaged", "the file ends in the middle"]


def test_the_list_of_studies_is_narrowed_by_words_years_and_facts(show: Open, folder: Path) -> None:
    app = show(folder, "studies")
    assert len(app.dataframe[0].value) == 3
    app.text_input(key="words").set_value("radiographs").run()
    assert list(app.dataframe[0].value["title"]) == ["ChestNet: Radiographs and Their Reports"]
    app.text_input(key="words").set_value("").run()
    app.selectbox(key="field").set_value("dataset").run()
    app.selectbox(key="name dataset").set_value("MIMIC-CXR-JPG").run()
    assert list(app.dataframe[0].value["title"]) == ["=Segmenting Everything"]
    app.text_input(key="words").set_value("nothing like it").run()
    assert "No study is left" in text_of(app)


def test_a_study_is_opened_by_its_title_and_closed_again(show: Open, folder: Path) -> None:
    app = show(folder, "studies")
    app.selectbox(key="open").set_value(CHEST).run()
    assert "ChestNet: Radiographs and Their Reports" in text_of(app)
    assert "It is pretrained on MIMIC-CXR. (page 2)" in text_of(app)
    app.button(key="back").click().run()
    assert len(app.dataframe[0].value) == 3


def test_a_study_shows_its_facts_and_on_demand_what_stays_below_the_cut(show: Open, folder: Path) -> None:
    app = show(folder, "studies", study=CHEST)
    app.query_params["study"] = CHEST
    app.run()
    assert [part.value for part in app.subheader] == ["Model", "Backbone", "Dataset", "Task"]
    assert "below its cut" not in text_of(app)
    app.toggle(key="unsure").set_value(True).run()
    assert "below its cut" in text_of(app)


def test_a_rejection_needs_a_name_takes_effect_at_once_and_is_kept(show: Open, folder: Path) -> None:
    app = show(folder, "studies")
    app.query_params["study"] = CHEST
    app.run()
    first = next(button for button in app.button if button.key and button.key.startswith("reject "))
    assert first.disabled
    app.text_input(key="person input").set_value("Ada").run()
    first = next(button for button in app.button if button.key and button.key.startswith("reject "))
    assert not first.disabled
    first.click().run()
    assert not app.exception
    assert "We introduce ChestNet." not in text_of(app)
    with Atlas.open(folder, readonly=True) as atlas:
        (decision,) = atlas.review.decisions().records()
        assert (decision["person"], decision["verdict"], decision["field"]) == ("Ada", "reject", "model")
        assert not len(atlas.facts(study=CHEST, field="model"))


def test_suggestions_of_a_study_stand_apart_and_one_can_be_accepted(show: Open, folder: Path) -> None:
    with Library.open(folder) as library, library.transaction() as db:
        report = CHEST.removeprefix("sha256:")
        sentence = "We test on CheXpert by ViT-B/16 features."
        write_suggestions(db, report, [SuggestedValue("metric", "<b>AUROC", "", 0, 9, 3, sentence)], "test")
        library.bump("facts")
    app = show(folder, "studies")
    app.query_params["study"] = CHEST
    app.run()
    assert [part.label for part in app.expander] == ["Suggestions (1)"]
    said = text_of(app.expander[0])
    assert "metric: &lt;b&gt;AUROC" in said
    assert "We test on CheXpert by ViT-B/16 features. (page 3)" in said
    app.text_input(key="person input").set_value("Ada").run()
    app.button(key=f"accept {CHEST} suggested 0").click().run()
    assert not app.exception
    assert "said by a person" in text_of(app.expander[0])


def test_an_unknown_study_leads_back_to_the_list(show: Open, folder: Path) -> None:
    app = show(folder, "studies")
    app.query_params["study"] = "arxiv:none"
    app.run()
    assert "no such study" in text_of(app)
    assert len(app.dataframe[0].value) == 3


def test_a_question_is_answered_as_on_the_command_line(show: Open, folder: Path) -> None:
    app = show(folder, "ask")
    app.selectbox(key="question").set_value("models-by-dataset").run()
    app.selectbox(key="models-by-dataset dataset").set_value("MIMIC-CXR").run()
    assert not app.exception
    with Atlas.open(folder, readonly=True) as atlas:
        expected = atlas.ask("models-by-dataset", dataset="MIMIC-CXR").frame()
    shown = app.dataframe[0].value
    assert shown["quote"].to_list() == expected["quote"].to_list()
    assert "It is pretrained on MIMIC-CXR." in shown["quote"].to_list()


def test_every_question_can_be_opened(show: Open, folder: Path) -> None:
    app = show(folder, "ask")
    names = list(app.selectbox(key="question").options)
    assert len(names) >= 10
    for place in range(len(names)):
        app.selectbox(key="question").select_index(place).run()
        assert not app.exception, names[place]
        assert not app.error, names[place]


def test_a_graph_that_cannot_be_reached_is_explained_on_the_page(
    show: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    app = show(folder, "ask")
    assert not app.exception
    assert "bolt://127.0.0.1:1" in text_of(app)
    assert app.error


def test_a_search_marks_the_sentence_and_leads_to_the_study(show: Open, folder: Path) -> None:
    app = show(folder, "search")
    app.text_input(key="query").set_value("frozen CLIP encoder").run()
    assert not app.exception
    said = text_of(app)
    assert "<mark>CLIP is frozen, its encoder is a ViT.</mark>" in said
    assert "b/segmenter.pdf, page 2" in said
    assert "found by words only: 7 passages" in said


def test_a_search_keeps_to_its_filters(show: Open, folder: Path) -> None:
    app = show(folder, "search")
    app.text_input(key="query").set_value("ChestNet").run()
    assert "a/chestnet.pdf" in text_of(app)
    app.multiselect(key="category").set_value(["VFM"]).run()
    assert "a/chestnet.pdf" not in text_of(app)
    assert "c/plain.pdf" in text_of(app)


def test_a_question_without_a_word_is_explained(show: Open, folder: Path) -> None:
    app = show(folder, "search")
    app.text_input(key="query").set_value("?!").run()
    assert "no word to search for" in text_of(app)


def test_trends_has_its_three_plots_and_their_numbers(show: Open, folder: Path) -> None:
    app = show(folder, "trends")
    assert [part.value for part in app.subheader] == [
        "Tasks by year",
        "Datasets by role",
        "Strategies and backbones by year",
    ]
    app.button_group(key="what").set_value("vision backbones").run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3
    tasks = app.dataframe[0].value
    assert tasks[["task", "year", "studies"]].to_numpy().tolist() == [
        ["classification", "2023", 1],
        ["segmentation", "2024", 1],
    ]


def test_what_a_paper_says_is_never_read_as_markup(show: Open, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)> **bold** :smile: $x$ [l](javascript:alert(1))"
    folder = tmp_path / "library"
    with make_library(folder) as library, library.transaction() as db:
        db.execute("UPDATE metadata SET value = ? WHERE field = 'title'", (hostile,))
        db.execute("UPDATE evidence SET quote = ?", (hostile,))
        library.bump("text", "facts")
    app = show(folder, "studies")
    app.query_params["study"] = CHEST
    app.run()
    pieces = [element.proto.body for element in app.get("html")]
    shown = [piece for piece in pieces if "onerror" in piece]
    assert len(shown) > 3
    assert all("<img" not in piece and "&lt;img src=x onerror=alert(1)&gt;" in piece for piece in shown)
    marked_down = [element.value for kind in ("markdown", "caption") for element in app.get(kind)]
    assert not any("onerror" in str(value) for value in marked_down)


def test_a_folder_that_is_no_library_is_explained(show: Open, tmp_path: Path) -> None:
    app = show(tmp_path)
    assert not app.exception
    assert "fmatlas init" in text_of(app)


def test_a_change_by_another_program_is_seen_without_a_restart(show: Open, folder: Path) -> None:
    app = show(folder)
    with Library.open(folder) as library:
        library.remove(study_of("c/plain.pdf").removeprefix("sha256:"))
    app.run()
    assert {metric.label: metric.value for metric in app.metric}["Studies"] == "2"


def test_no_page_imports_torch(folder: Path) -> None:
    code = (
        "import os, sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file(sys.argv[1], default_timeout=60).run()\n"
        "for page in ('studies', 'ask', 'search', 'trends'):\n"
        "    app.switch_page(f'pages/{page}.py').run()\n"
        "    assert not app.exception\n"
        "print('torch' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "fmatlas" / "ui" / "app.py")],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"FMATLAS_LIBRARY": str(folder), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )
    assert ran.stdout.strip().endswith("False")
