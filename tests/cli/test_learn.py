"""`fmatlas learn`: what is learnt from papers and decisions, kept, used and forgotten."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fmatlas.atlas import Atlas
from fmatlas.cli import main
from fmatlas.library import Library
from tests.cli.conftest import Ran

pytest.importorskip("lightgbm")

Command = Callable[..., Ran]
Facts = dict[tuple[str, ...], float]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command on a library."""

    def run(library: Path, *arguments: object) -> Ran:
        code = main(["--library", str(library), *map(str, arguments)])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture(scope="module")
def learnt_once(examples_read_once: Path, examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the invented papers that has learnt from their sheet. Never write to it."""
    library = shutil.copytree(examples_read_once, tmp_path_factory.mktemp("learnt") / "library")
    assert main(["--library", str(library), "learn", str(examples / "coding.csv")]) == 0
    return library


@pytest.fixture
def learnt(learnt_once: Path, tmp_path: Path) -> Path:
    """The same library, which the test may write to."""
    return shutil.copytree(learnt_once, tmp_path / "learnt-library")


def facts(library: Path) -> Facts:
    """What a library states, with probabilities."""
    with Library.open(library, readonly=True) as opened:
        return {(f.study, f.field, f.entity, f.role): f.p for f in opened.facts()}


def test_learning_from_a_sheet_takes_over_the_habits_of_who_coded_it(
    command: Command, examples_read_once: Path, examples: Path, tmp_path: Path
) -> None:
    habit = "strategy,full fine-tuning"
    rows = (examples / "coding.csv").read_text(encoding="utf-8").splitlines()
    coding = tmp_path / "coding.csv"
    coding.write_text("\n".join(row for row in rows if habit not in row) + "\n", encoding="utf-8")
    library = shutil.copytree(examples_read_once, tmp_path / "library")
    assert command(library, "learn", coding).code == 0
    with Atlas.open(examples_read_once, readonly=True) as atlas:
        before = atlas.evaluate(coding)
    with Atlas.open(library, readonly=True) as atlas:
        after = atlas.evaluate(coding)

    put_right = {(row.file, row.value) for row in before.false} - {(r.file, r.value) for r in after.false}
    assert sum(value == "full fine-tuning" for _, value in put_right) >= 3
    assert after.micro.f1 > before.micro.f1


def test_a_dry_run_tells_field_by_field_and_changes_nothing(
    command: Command, example_library: Path, examples: Path
) -> None:
    before = facts(example_library)
    ran = command(example_library, "learn", examples / "coding.csv", "--dry-run")
    assert ran.code == 0
    assert "nothing is written" in ran.out
    assert {"dataset", "task", "loss", "all"} <= {line.split(" ")[0] for line in ran.out.splitlines()}
    assert not (example_library / "judges.json").exists()
    assert facts(example_library) == before


def test_the_same_sheet_gives_the_same_bytes_and_nothing_new(
    command: Command, learnt: Path, examples: Path
) -> None:
    first, before = (learnt / "judges.json").read_bytes(), facts(learnt)
    ran = command(learnt, "learn", examples / "coding.csv", "--json")
    assert ran.code == 0 and ran.json["written"]
    assert (learnt / "judges.json").read_bytes() == first
    assert facts(learnt) == before


def test_what_was_learnt_survives_reading_and_refreshing_again(
    command: Command, learnt: Path, examples: Path
) -> None:
    before = facts(learnt)
    assert command(learnt, "ingest", examples, "--workers", 1, "--no-progress").code == 0
    ran = command(learnt, "refresh", "--force", "--no-vectors")
    assert (ran.code, ran.err) == (0, "")
    assert facts(learnt) == before


def test_forgetting_brings_the_facts_back_that_were(
    command: Command, learnt: Path, examples_read_once: Path
) -> None:
    assert facts(learnt) != facts(examples_read_once)
    ran = command(learnt, "learn", "--forget")
    assert ran.code == 0 and ran.out.startswith("What was learnt is forgotten.")
    assert facts(learnt) == facts(examples_read_once)
    assert "nothing to forget" in command(learnt, "learn", "--forget").out


def test_why_explains_by_what_was_learnt(command: Command, learnt: Path) -> None:
    study, _, entity, _ = next(key for key in facts(learnt) if key[1] == "task")
    answer = command(learnt, "why", study, "task", entity.partition(":")[2].replace("-", " "), "--json").json
    assert (
        answer["judged"][0]["p"]
        == answer["seen"][0]["opinion"]["p"]
        == facts(learnt)[study, "task", entity, ""]
    )


def test_what_was_learnt_on_other_judges_is_left_out_with_a_warning(
    command: Command, learnt: Path, examples_read_once: Path
) -> None:
    path = learnt / "judges.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["built_on"]["judges"] = "of another version"
    path.write_text(json.dumps(data), encoding="utf-8")
    ran = command(learnt, "refresh", "--no-vectors")
    assert ran.code == 0 and "Run `fmatlas learn` again" in ran.err
    assert facts(learnt) == facts(examples_read_once)
    assert "Run `fmatlas learn` again" in command(learnt, "status").err


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: "no JSON",
        lambda data: json.dumps({**data, "corrections": {"dataset": {"scale": "much"}}}),
        # A fork that leads to itself would be walked for ever.
        lambda data: json.dumps(data).replace(", 1, ", ", 0, "),
        lambda data: json.dumps(
            {**data, "corrections": {"no such judge": {"features": [], "scale": 1, "shift": 0, "trees": []}}}
        ),
    ],
    ids=["no JSON", "not complete", "a circle", "another judge"],
)
def test_a_spoilt_file_is_named_in_one_line_and_can_be_forgotten(
    command: Command, learnt: Path, examples_read_once: Path, spoil: Callable[[dict[str, object]], str]
) -> None:
    path = learnt / "judges.json"
    path.write_text(spoil(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    ran = command(learnt, "refresh", "--no-vectors")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1 and str(path) in ran.err and "fmatlas learn --forget" in ran.err
    with Atlas.open(learnt, readonly=True) as atlas:
        assert str(path) in "".join(atlas.check())
    assert command(learnt, "learn", "--forget").code == 0
    assert facts(learnt) == facts(examples_read_once)


def test_learning_of_one_field_keeps_what_was_learnt_of_the_others(
    command: Command, learnt: Path, examples: Path, tmp_path: Path
) -> None:
    before = json.loads((learnt / "judges.json").read_text(encoding="utf-8"))
    header, *rows = (examples / "coding.csv").read_text(encoding="utf-8").splitlines()
    coding = tmp_path / "losses.csv"
    coding.write_text("\n".join([header, *(row for row in rows if ",loss," in row)]), encoding="utf-8")
    ran = command(learnt, "learn", coding, "--json")
    assert (ran.json["kept"], ran.json["written"]) == (["loss"], True)
    after = json.loads((learnt / "judges.json").read_text(encoding="utf-8"))
    assert len(before["corrections"]) > 3
    assert {**after["corrections"], "loss": 0} == {**before["corrections"], "loss": 0}
    assert after["reports"] == before["reports"]


def test_decisions_are_labels_and_go_before_the_sheet(
    command: Command, example_library: Path, examples: Path
) -> None:
    with Atlas.open(example_library) as atlas:
        for fact in atlas.library.facts("modality"):
            atlas.decide("accept", fact.study, "modality", fact.name, person="ada")
        decided = len(atlas.library.facts("modality"))
    alone = command(example_library, "learn", "--decisions", "--dry-run", "--json").json
    (change,) = alone["changes"]
    assert (change["judge"], change["labels"], change["old"]["hits"]) == ("modality", decided, decided)
    both = command(
        example_library, "learn", examples / "coding.csv", "--decisions", "--dry-run", "--json"
    ).json
    modality = next(change for change in both["changes"] if change["judge"] == "modality")
    assert modality["labels"] > decided and modality["old"]["false_finds"] == 0


def test_where_nothing_is_better_nothing_is_written(command: Command, example_library: Path) -> None:
    with Atlas.open(example_library) as atlas:
        for fact in atlas.library.facts("model"):
            atlas.decide("accept", fact.study, "model", fact.name, person="ada")
    before = facts(example_library)
    # Nobody said of any name that it is wrong: that would only teach to say yes.
    ran = command(example_library, "learn", "--decisions")
    assert ran.code == 0 and "no: too few labels" in ran.out
    assert "the old weights stay, and nothing is written" in ran.out
    assert not (example_library / "judges.json").exists()
    assert facts(example_library) == before


def test_without_lightgbm_one_line_says_how_to_get_it(
    command: Command, example_library: Path, examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    ran = command(example_library, "learn", examples / "coding.csv")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1 and 'pip install "fmatlas[fit]"' in ran.err


def test_what_cannot_be_learnt_from_is_refused(
    command: Command, example_library: Path, tmp_path: Path
) -> None:
    coding = tmp_path / "few.csv"
    coding.write_text("file,field,value\nretipaint.pdf,dataset,EyePACS\n", encoding="utf-8")
    for arguments, said in (
        ((), "Say what to learn from"),
        (("--forget", "--decisions"), "--forget stands alone"),
        ((coding,), "at least 5 papers"),
        ((tmp_path / "none.csv",), "none.csv"),
    ):
        ran = command(example_library, "learn", *arguments)
        assert ran.code == 2 and said in ran.err and len(ran.err.splitlines()) == 1


def test_names_found_by_older_detectors_teach_nothing(
    command: Command, example_library: Path, examples: Path
) -> None:
    with Library.open(example_library) as library, library.transaction() as db:
        db.execute("UPDATE report SET detected_by = 'older'")
    ran = command(example_library, "learn", examples / "coding.csv")
    assert ran.code == 2 and "run `fmatlas refresh` first" in ran.err
