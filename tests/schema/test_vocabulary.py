"""The bundled vocabulary holds what the coding sheet lists, and a user's files extend it."""

import csv
import re
from pathlib import Path

import pytest

from fmatlas.names import Matcher, fold_name
from fmatlas.schema.errors import VocabularyError
from fmatlas.schema.vocabulary import LINK_KINDS, MATCHES, TYPES, Traits, Vocabulary, load_vocabulary

CLOSED = ("task", "loss", "modality", "strategy")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def names_of(vocabulary: Vocabulary, type: str) -> set[str]:
    return {entity.name for entity in vocabulary.of_type(type)}


@pytest.mark.corpus
@pytest.mark.parametrize("field", CLOSED)
def test_every_value_that_the_coding_sheet_lists_is_a_node(
    vocabulary: Vocabulary, corpus: Path, field: str
) -> None:
    row = next(
        line for line in (corpus / "CODING.md").read_text().splitlines() if line.startswith(f"| `{field}` |")
    )
    listed = set(re.findall(r"`([^`]+)`", row.split("|")[2]))
    assert len(listed) > 15
    assert listed <= names_of(vocabulary, field)


@pytest.mark.parametrize(
    ("field", "labels"),
    [
        (
            "task",
            ["segmentation", "report generation", "visual question answering", "regression", "prognosis"],
        ),
        ("loss", ["contrastive", "Dice", "masked image modelling", "KoLeo", "preference", "MSE"]),
        ("modality", ["CT", "3D point cloud", "histopathology", "EHR", "natural image", "text"]),
        (
            "strategy",
            ["full fine-tuning", "promptable segmentation", "in-context learning", "linear probing"],
        ),
    ],
)
def test_the_labels_of_closed_fields_are_nodes(vocabulary: Vocabulary, field: str, labels: list[str]) -> None:
    assert set(labels) <= names_of(vocabulary, field)


def test_every_part_is_of_a_known_kind(vocabulary: Vocabulary) -> None:
    assert {entity.type for entity in vocabulary.entities.values()} == set(TYPES)
    assert {alias.match for alias in vocabulary.aliases} == set(MATCHES)
    assert {link.kind for link in vocabulary.links} == set(LINK_KINDS)


def test_every_entity_has_a_source_and_its_own_name_as_alias(vocabulary: Vocabulary) -> None:
    written = {(alias.surface, alias.entity) for alias in vocabulary.aliases}
    assert all(entity.source for entity in vocabulary.entities.values())
    assert all((entity.name, entity.id) in written for entity in vocabulary.entities.values())


def test_no_written_form_names_two_entities_of_one_type(vocabulary: Vocabulary) -> None:
    owners: dict[tuple[str, str], str] = {}
    for alias in vocabulary.aliases:
        assert owners.setdefault((alias.type, fold_name(alias.surface)), alias.entity) == alias.entity


def test_sizes_lead_to_their_family_and_versions_to_their_dataset(vocabulary: Vocabulary) -> None:
    assert vocabulary.entities[vocabulary.root("backbone:vit-b-16")].name == "ViT"
    assert vocabulary.entities[vocabulary.root("backbone:resnet-50")].name == "ResNet"
    ups = {(link.child, link.parent): link.kind for link in vocabulary.links}
    assert ups["dataset:brats-2021", "dataset:brats"] == "version_of"
    assert ups["dataset:mimic-cxr-jpg", "dataset:mimic-cxr"] == "derived_from"


def test_no_tree_bites_its_tail(vocabulary: Vocabulary) -> None:
    for start in vocabulary.parents:
        seen, at = set(), [start]
        while at:
            entity = at.pop()
            at += [link.parent for link in vocabulary.parents.get(entity, ())]
            assert (start not in seen) or entity != start
            seen.add(entity)


def test_ordinary_words_need_a_cue_and_acronyms_their_case(vocabulary: Vocabulary) -> None:
    match = {(alias.type, alias.surface): alias.match for alias in vocabulary.aliases}
    assert match["dataset", "WORD"] == "cue"
    assert match["dataset", "Flowers"] == "cue"
    assert match["dataset", "DRIVE"] == "exact"
    assert match["dataset", "MIMIC-CXR"] == "any case"


def test_every_name_is_found_where_it_stands_alone(vocabulary: Vocabulary) -> None:
    for type in TYPES:
        aliases = [alias for alias in vocabulary.aliases if alias.type == type]
        matcher = Matcher([(alias.surface, alias.entity, alias.match != "any case") for alias in aliases])
        for alias in aliases:
            found = matcher.find(f"It is ({alias.surface}), which")
            assert alias.entity in [match.key for match in found], alias


def test_a_users_rows_extend_and_override(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "entities.csv").write_text(
        "id,name,source\ndataset:our-cohort,Our Cohort,us\ndataset:mimic-cxr,MIMIC chest films,us\n"
    )
    (tmp_path / "aliases.csv").write_text("surface,entity,match\nOC-1,dataset:our-cohort,exact\n")
    (tmp_path / "links.csv").write_text(
        "child,parent,kind\ndataset:our-cohort,dataset:mimic-cxr,derived_from\n"
    )
    mine = load_vocabulary(tmp_path)
    assert mine.version != vocabulary.version
    assert mine.entities["dataset:mimic-cxr"].name == "MIMIC chest films"
    assert len(mine.entities) == len(vocabulary.entities) + 1
    assert mine.parents["dataset:our-cohort"][0].parent == "dataset:mimic-cxr"
    assert {a.surface for a in mine.aliases if a.entity == "dataset:our-cohort"} == {"OC-1", "Our Cohort"}


def test_a_user_may_say_what_is_known_of_a_name(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "traits.csv").write_text(
        "entity,kind,use,year,words\nmodel:clip,network,0,,medical vision\n", "utf-8"
    )
    traits = load_vocabulary(tmp_path).traits
    assert traits["model:clip"] == Traits("network", 0, 0, ("medical", "vision"))
    assert len(traits) == len(vocabulary.traits)


def test_what_is_known_is_known_of_entities(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.traits) <= set(vocabulary.entities)
    assert {entity.partition(":")[0] for entity in vocabulary.traits} == {"model", "dataset", "backbone"}
    assert all(t.year == 0 or 1900 < t.year < 2100 for t in vocabulary.traits.values())


def test_a_changed_user_file_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "entities.csv"
    file.write_text("id,name,source\ndataset:a-one,A One,us\n")
    first = load_vocabulary(tmp_path)
    file.write_text("id,name,source\ndataset:a-one,A Second Name,us\n")
    assert load_vocabulary(tmp_path).version != first.version


def test_a_folder_without_files_changes_nothing(tmp_path: Path, vocabulary: Vocabulary) -> None:
    assert load_vocabulary(tmp_path) is vocabulary
    assert load_vocabulary(tmp_path / "missing") is vocabulary


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("entities.csv", "id,name,source\ndataset:x,X,us\nthing:y,Y,us\n", "line 3: id is 'thing:y'"),
        ("entities.csv", "id,name\n", "line 1: the columns are 'id,name'"),
        ("entities.csv", "id,name,source\ndataset:x\n", "line 2: 1 cells"),
        ("entities.csv", "id,name,source\ndataset:x,,us\n", "line 2: id and name must not be empty"),
        ("traits.csv", "entity,kind,use,year,words\nmodel:no,tool,1,,\n", "line 2: no entity 'model:no'"),
        ("traits.csv", "entity,kind,use,year,words\nmodel:clip,tool,9,,\n", "line 2: use is '9'"),
        ("traits.csv", "entity,kind,use,year,words\nmodel:clip,tool,1,new,\n", "line 2: year is 'new'"),
        (
            "aliases.csv",
            "surface,entity,match\nX,dataset:nowhere,exact\n",
            "line 2: no entity 'dataset:nowhere'",
        ),
        ("aliases.csv", "surface,entity,match\nX,dataset:mimic-cxr,often\n", "line 2: match is 'often'"),
        (
            "links.csv",
            "child,parent,kind\ndataset:mimic-cxr,dataset:x,kind_of\n",
            "line 2: no entity 'dataset:x'",
        ),
        ("cues.csv", "entity,cue,kind\nloss:dice,dice overlap,maybe\n", "line 2: kind is 'maybe'"),
        ("cues.csv", "entity,cue,kind\nloss:dice,(dice,regex\n", "line 2: not a regular expression"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, file: str, text: str, says: str) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(VocabularyError, match=f"{file}, {says}".replace("(", r"\(")):
        load_vocabulary(tmp_path)


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "entities.csv").write_bytes(b"id,name,source\ndataset:x,K\xf6ln,us\n")
    with pytest.raises(VocabularyError, match="line 2: not UTF-8"):
        load_vocabulary(tmp_path)


def test_a_cell_may_hold_a_comma_and_a_quote(tmp_path: Path) -> None:
    with (tmp_path / "entities.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "name", "source"), ("dataset:x", 'X, the "first"', "us")])
    assert load_vocabulary(tmp_path).entities["dataset:x"].name == 'X, the "first"'
