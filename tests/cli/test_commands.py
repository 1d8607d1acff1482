"""Each command on a small library: what it prints, what it leaves."""

import csv
import shutil
import sqlite3
from pathlib import Path

from tests.cli.conftest import Run
from tests.small_library import study_of

CHESTNET = study_of("a/chestnet.pdf")


def test_init_makes_a_library_and_never_over_another(run: Run, tmp_path: Path) -> None:
    assert run("init", tmp_path / "new", library=None).code == 0
    assert run("status", "--json", library=tmp_path / "new").json["studies"] == 0
    again = run("init", tmp_path / "new", library=None)
    assert again.code == 1 and "is a library already" in again.err


def test_status_tells_what_was_read_what_failed_and_why(run: Run) -> None:
    found = run("status", "--json").json
    assert (found["studies"], found["read"], found["pages"]) == (3, 3, 7)
    assert found["failed"] == [
        {"file": "broken.pdf", "reason": "damaged", "message": "the file ends in the middle"}
    ]
    assert found["facts"]["dataset"] == 3
    assert "broken.pdf: damaged: the file ends" in run("status").out


def test_facts_are_narrowed_by_any_spelling_of_a_name(run: Run) -> None:
    rows = run("facts", "--field", "datasets", "--name", "mimic cxr", "--json").json
    assert [(row["study"], row["name"], row["role"], row["page"]) for row in rows] == [
        (CHESTNET, "MIMIC-CXR", "pretrain", 2)
    ]
    assert (
        run("facts", "--study", "chestnet.pdf", "--field", "task", "--json").json[0]["name"]
        == "classification"
    )
    assert len(run("facts", "--name", "CLIP", "--json").json) == 1


def test_facts_below_their_cut_are_shown_on_demand(run: Run) -> None:
    rows = run("facts", "--field", "loss", "--min-confidence", "0.1", "--json").json
    assert [(row["name"], row["status"]) for row in rows] == [("contrastive", "unclear")]
    assert run("facts", "--field", "loss", "--json").json == []


def test_the_queue_begins_with_what_is_least_sure(run: Run) -> None:
    rows = run("facts", "--queue", "--json").json
    assert [row["name"] for row in rows[:2]] == ["ViT", "classification"]
    assert len(run("facts", "--queue", "--limit", "1", "--json").json) == 1


def test_why_shows_place_section_sentence_and_judgement(run: Run) -> None:
    answer = run("why", "ChestNet: Radio", "dataset", "mimic cxr", "--json").json
    assert answer["entity"] == "dataset:mimic-cxr" and answer["folded"] == "mimiccxr"
    place = answer["seen"][0]["places"][0]
    assert (place["page"], place["section"]) == (2, "Method")
    assert place["sentence"] == "It is pretrained on MIMIC-CXR."
    assert answer["judged"][0]["decision"] == "stated"
    assert "It is pretrained on MIMIC-CXR." in run("why", CHESTNET, "dataset", "MIMIC-CXR").out


def test_why_tells_words_that_nothing_detected_from_words_that_are_not_there(run: Run) -> None:
    standing = run("why", "plain.pdf", "model", "ChestNet", "--json").json
    assert standing["unjudged"][0]["page"] == 2 and "no detector" in standing["verdict"]
    absent = run("why", "plain.pdf", "model", "Nowhere-Net", "--json").json
    assert absent["unjudged"] == [] and "does not stand" in absent["verdict"]


def test_decisions_take_effect_at_once_are_listed_and_can_be_undone(run: Run) -> None:
    assert run("decide", "reject", "chestnet", "dataset", "CheXpert", "--person", "ada").code == 0
    assert run("facts", "--name", "CheXpert", "--field", "dataset", "--json").json == []
    assert "rejected by ada" in run("why", "chestnet", "dataset", "CheXpert").out
    listed = run("decide", "list", "--json").json
    assert [(row["person"], row["verdict"], row["role"]) for row in listed] == [("ada", "reject", "eval")]
    assert run("decide", "undo", "1", "--person", "ada").code == 0
    assert len(run("facts", "--name", "CheXpert", "--field", "dataset", "--json").json) == 1


def test_a_correction_replaces_a_name_a_role_or_a_metadata_value(run: Run) -> None:
    run("decide", "correct", "chestnet", "dataset", "CheXpert", "--to", "Pad Chest", "--person", "ada")
    run("decide", "correct", "chestnet", "dataset", "MIMIC-CXR", "--to-role", "train", "--person", "ada")
    run("decide", "correct", "chestnet", "year", "--to", "2022", "--person", "ada")
    rows = run("facts", "--study", "chestnet", "--field", "dataset", "--json").json
    assert [(row["name"], row["role"], row["origin"]) for row in rows] == [
        ("MIMIC-CXR", "train", "person"),
        ("Pad Chest", "eval", "person"),
    ]
    assert {row["year"] for row in run("stats", "year", "--json").json} == {"2022", "2024"}


def test_a_decision_that_could_mean_several_roles_asks_which(run: Run) -> None:
    ran = run("decide", "add", "chestnet", "dataset", "New Set", "--person", "ada")
    assert ran.code == 2 and "--role" in ran.err
    assert run("decide", "accept", "chestnet", "dataset", "Nothing Such", "--person", "ada").code == 2


def test_stats_count_studies_at_any_level(run: Run) -> None:
    rows = run("stats", "backbone", "--level", "0", "--json").json
    assert [(row["backbone"], row["role"], row["studies"], row["n"]) for row in rows] == [
        ("ViT", "vision", 2, 3)
    ]
    assert {row["task"] for row in run("stats", "task", "--json").json} == {"segmentation", "classification"}


def test_the_study_table_has_one_row_for_each_study(run: Run, tmp_path: Path) -> None:
    assert run("table", "--out", tmp_path / "studies.csv").code == 0
    with (tmp_path / "studies.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["file"] for row in rows] == ["a/chestnet.pdf", "b/segmenter.pdf", "c/plain.pdf"]
    assert rows[0]["dataset pretrain"] == "MIMIC-CXR" and rows[1]["title"] == "'=Segmenting Everything"


def test_export_writes_the_file_and_says_how_much(run: Run, tmp_path: Path) -> None:
    ran = run("export", "facts", "--out", tmp_path / "facts.csv")
    assert ran.code == 0 and ran.out.startswith("Wrote 19 facts")


def test_backup_is_a_whole_store_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "copy.db").code == 0
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT count(*) FROM study").fetchone()[0] == 3
    copy.close()
    assert run("backup", tmp_path / "copy.db").code == 1


def test_a_backup_is_a_library_with_all_that_was_put_into_it(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "judges.json").write_text("learnt", encoding="utf-8")
    (folder / "vocabulary").mkdir(exist_ok=True)
    (folder / "vocabulary" / "aliases.csv").write_text("mine", encoding="utf-8")
    try:
        copy = tmp_path / "copy"
        assert run("backup", copy).code == 0
        assert (copy / "judges.json").read_text(encoding="utf-8") == "learnt"
        assert (copy / "vocabulary" / "aliases.csv").read_text(encoding="utf-8") == "mine"
        assert (copy / "fmatlas.toml").exists() == (folder / "fmatlas.toml").exists()
    finally:
        (folder / "judges.json").unlink()
        shutil.rmtree(folder / "vocabulary")
    again = run("backup", copy)
    assert again.code == 1 and "exists already" in again.err
    assert not list(tmp_path.glob(".copy*"))
    for made in ("judges.json", "vocabulary/aliases.csv"):
        (copy / made).unlink()
    assert run("facts", "--json", library=copy).json == run("facts", "--json").json


def test_output_holds_no_character_that_steers_a_terminal(run: Run, folder: Path) -> None:
    with sqlite3.connect(folder / "library.db") as connection:
        connection.execute(
            "UPDATE entity SET name = 'Chex' || char(27) || '[2Jpert' WHERE id = 'dataset:chexpert'"
        )
    connection.close()
    assert "\x1b" not in run("facts", "--field", "dataset").out


def test_evaluate_compares_with_a_coding_sheet(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "coding.csv"
    sheet.write_text(
        "file,field,value,role,evidence_page,note\n"
        "chestnet.pdf,dataset,MIMIC CXR,pretrain,2,\n"
        "chestnet.pdf,dataset,PadChest,eval,3,\n"
        "chestnet.pdf,year,2023,,1,\n",
        encoding="utf-8",
    )
    scores = run("evaluate", sheet, "--json").json
    dataset = scores["fields"]["dataset"]
    assert (dataset["hits"], dataset["false_finds"], dataset["misses"]) == (1, 1, 1)
    assert scores["single"]["year"] == [1, 1] and scores["absent"] == []
    assert "missed: chestnet.pdf: dataset PadChest eval" in run("evaluate", sheet, "--lists").out
    assert run("evaluate", tmp_path / "nothing.csv").code == 2
    sheet.write_text("file,field,value\nelsewhere.pdf,task,segmentation\n", encoding="utf-8")
    assert run("evaluate", sheet, "--json").json["absent"] == ["elsewhere.pdf"]
    assert "1 of 1 coded papers are not in the library" in run("evaluate", sheet).err


def test_questions_are_listed_with_their_parameters_and_answered(run: Run) -> None:
    listed = {question["name"]: question for question in run("ask", "--list", "--json", library=None).json}
    assert "dataset" in {parameter["name"] for parameter in listed["models-by-dataset"]["parameters"]}
    rows = run("ask", "models-by-dataset", "--dataset", "mimic cxr", "--role=pretrain", "--json").json
    assert len(rows) == 1
    assert run("ask", "models-by-dataset", "MIMIC-CXR").code == 2
    assert run("ask", "no-such-question").code == 2


def test_every_question_that_needs_nothing_runs_without_parameters(run: Run) -> None:
    for question in run("ask", "--list", "--json", library=None).json:
        if not any(parameter["required"] for parameter in question["parameters"]):
            assert run("ask", question["name"], "--json").code == 0


def test_cypher_reads_and_nothing_else(run: Run) -> None:
    rows = run("cypher", "MATCH (s:Study) RETURN count(s) AS n", "--json").json
    assert rows == [{"n": 3}]
    assert run("cypher", "MATCH (s:Study) WHERE s.id = 'none' RETURN s.id AS id").out == ""
    refused = run("cypher", "MATCH (s:Study) DETACH DELETE s")
    assert refused.code == 1 and refused.err.count("\n") == 1


def test_counts_equal_those_of_the_graph_and_of_the_exported_table(run: Run, tmp_path: Path) -> None:
    counted = {
        (row["dataset"], row["role"]): row["studies"] for row in run("stats", "dataset", "--json").json
    }
    query = (
        "MATCH (s:Study)-[u:USES_DATASET]->(d:Dataset) "
        "RETURN d.name AS dataset, u.role AS role, count(DISTINCT s.id) AS studies"
    )
    asked = {(row["dataset"], row["role"]): row["studies"] for row in run("cypher", query, "--json").json}
    run("export", "facts", "--out", tmp_path / "facts.csv")
    exported: dict[tuple[str, str], int] = {}
    with (tmp_path / "facts.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["field"] == "dataset":
                key = (row["value"], row["role"])
                exported[key] = exported.get(key, 0) + 1
    assert counted == asked == exported and counted


def test_search_finds_passages_by_their_words(run: Run) -> None:
    hits = run("search", "pretrained on MIMIC-CXR", "--mode", "words", "--limit", "2", "--json").json
    assert {"study", "file", "page", "section", "text", "score", "parts"} <= set(hits[0])
    assert (hits[0]["file"], hits[0]["page"]) == ("a/chestnet.pdf", 2)
    narrowed = run("search", "MIMIC", "--mode", "words", "--filter", "year=2024", "--json").json
    assert {hit["file"] for hit in narrowed} == {"b/segmenter.pdf"}


def test_remove_takes_a_study_or_a_failed_file_out(run: Run) -> None:
    assert run("remove", "broken.pdf").code == 0
    assert run("status", "--json").json["failed"] == []
    assert run("remove", "nothing-such.pdf").code == 2


def test_doctor_is_content_with_a_whole_library_and_names_what_is_not(run: Run, folder: Path) -> None:
    checks = {check["what"]: check["ok"] for check in run("doctor", "--json").json}
    assert checks["Python"] and checks["pypdfium2"]
    (folder / "library.db").write_bytes(b"x" * 5000)
    ran = run("doctor")
    assert ran.code == 1 and "FAIL  library" in ran.out


def test_the_first_search_embeds_and_finds_by_meaning(run: Run) -> None:
    ran = run("search", "chest radiograph datasets used before fine-tuning", "--json")
    assert ran.err.startswith("Embedding 7 passages")
    assert "vector" in ran.json[0]["parts"]
    assert run("search", "chest radiograph", "--mode", "vectors", "--limit", "1").err == ""
