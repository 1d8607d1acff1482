"""The bundled catalogue is there, read-only, and every row says where it is from."""

import sqlite3

import pytest

from fmatlas.schema.catalogue import PATH, listed_datasets, listed_models
from fmatlas.schema.vocabulary import load_vocabulary


def test_every_listed_thing_has_a_source() -> None:
    assert len(listed_models()) > 2000
    assert len(listed_datasets()) > 5000
    assert all(row.source for row in [*listed_models(), *listed_datasets()])


def test_a_listed_thing_leads_to_the_vocabulary_and_back() -> None:
    entities = load_vocabulary().entities
    assert all(row.entity in entities for row in [*listed_models(), *listed_datasets()] if row.entity)
    found = listed_models("model:medsam")
    assert "2304.12306" in {row.arxiv_id for row in found}
    assert "X-ray" in {modality for row in listed_datasets("dataset:mimic-cxr") for modality in row.modality}


def test_derived_cells_are_told_from_stated_ones() -> None:
    assert any(row.derived for row in listed_models())
    assert any(not row.derived for row in listed_models())


def test_the_catalogue_is_small_and_whole() -> None:
    assert PATH.stat().st_size < 3_000_000
    connection = sqlite3.connect(f"{PATH.as_uri()}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM model")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
