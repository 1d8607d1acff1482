"""What users mean by the name of a field or a role."""

import pytest

from fmatlas.schema.errors import UsageError
from fmatlas.schema.fields import FIELD, find_field, find_role


def test_fields_are_found_in_any_spelling() -> None:
    names = ("Losses", "base-model", "modalities", "Study type")
    assert [find_field(name).name for name in names] == ["loss", "base_model", "modality", "study_type"]


def test_unknown_fields_and_roles_are_refused_with_the_choices() -> None:
    with pytest.raises(UsageError, match="backbone"):
        find_field("spine")
    with pytest.raises(UsageError, match="pretrain, train, eval"):
        find_role("testing", FIELD["dataset"])
    with pytest.raises(UsageError, match="introduced, vision, text, other, pretrain, train, eval"):
        find_role("testing")
