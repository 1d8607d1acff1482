"""Wordings are weighed by what papers that have them are coded as."""

from pathlib import Path

import pytest

from fmatlas.ingest.wordings import ReadPlaces, Weights, compare, learn, read_places, weigh
from fmatlas.schema.facts import Candidate


def candidate(label: str, *wordings: str) -> Candidate:
    field = label.partition(":")[0]
    return Candidate(field, label, label, label, ((0, 1),), {f"cue {wording}": 1.0 for wording in wordings})


def weights_of_adapters() -> Weights:
    label = "strategy:peft"
    right = [(candidate(label, "adapter", "frozen"), True)] * 8
    wrong = [(candidate(label, "frozen"), False)] * 12
    return learn([*right, *wrong])


def test_a_wording_of_right_candidates_weighs_more_than_one_of_all() -> None:
    added = weights_of_adapters().added["strategy:peft"]
    assert added["adapter"] > 1.0
    assert abs(added["frozen"]) < 0.1


def test_a_candidate_is_weighed_by_its_wordings() -> None:
    weights = weights_of_adapters()
    strong = weigh(candidate("strategy:peft", "adapter", "frozen"), weights)
    weak = weigh(candidate("strategy:peft", "frozen"), weights)
    assert strong["wording best"] > weak["wording best"]
    assert strong["wording sum"] > weak["wording sum"]
    assert strong["wording base"] == weak["wording base"]


def test_a_wording_never_seen_says_nothing_and_a_label_never_seen_has_no_weights() -> None:
    weights = weights_of_adapters()
    assert weigh(candidate("strategy:peft", "unheard of"), weights)["wording sum"] == 0.0
    assert weigh(candidate("strategy:other", "adapter"), weights) == {}


def test_one_right_paper_is_not_taken_for_certainty() -> None:
    once = learn([(candidate("loss:x", "rare"), True), *[(candidate("loss:x", "common"), False)] * 30])
    often = learn(
        [*[(candidate("loss:x", "rare"), True)] * 6, *[(candidate("loss:x", "common"), False)] * 30]
    )
    assert once.added["loss:x"]["rare"] < often.added["loss:x"]["rare"]


def test_the_order_of_papers_changes_nothing() -> None:
    judged = [
        (candidate("loss:x", "a", "b"), True),
        (candidate("loss:x", "b"), False),
        (candidate("loss:y", "c"), True),
    ]
    assert learn(judged) == learn(reversed(judged))


PEFT = "strategy:peft"


def standing(*places: str) -> Candidate:
    """A candidate with one place for each `SECTION: WORDING`."""
    return Candidate("strategy", PEFT, PEFT, PEFT, ((0, 1),), {f"at {place}": 1.0 for place in places})


@pytest.fixture
def read_weights() -> Weights:
    judged = [(candidate(PEFT, "adapter", "frozen"), True), (candidate(PEFT, "frozen"), False)]
    read = [
        ReadPlaces(PEFT, "adapter", "method", 12, 11),
        ReadPlaces(PEFT, "adapter", "related work", 12, 1),
        ReadPlaces(PEFT, "frozen", "method", 20, 2),
    ]
    return learn(judged, read)


def test_a_wording_that_readers_found_to_state_the_label_says_more(read_weights: Weights) -> None:
    strong = weigh(standing("method: adapter"), read_weights)
    weak = weigh(standing("method: frozen"), read_weights)
    assert strong["said by wording best"] > weak["said by wording best"]


def test_the_same_wording_says_less_where_others_are_spoken_of(read_weights: Weights) -> None:
    own = weigh(standing("method: adapter"), read_weights)
    others = weigh(standing("related work: adapter"), read_weights)
    assert own["said by wording best"] == others["said by wording best"]
    assert own["said by place best"] > others["said by place best"]


def test_a_second_place_that_says_it_makes_it_likelier_to_be_said_once(read_weights: Weights) -> None:
    once = weigh(standing("method: adapter"), read_weights)
    twice = weigh(standing("method: adapter", "results: adapter"), read_weights)
    assert twice["said by wording once"] > once["said by wording once"]
    assert twice["said by wording mean"] == once["said by wording mean"]


def test_a_label_of_which_no_place_was_read_has_nothing_said(read_weights: Weights) -> None:
    assert not any(name.startswith("said") for name in weigh(candidate("loss:x", "dice"), read_weights))
    assert not any(
        name.startswith("said") for name in weigh(standing("method: adapter"), weights_of_adapters())
    )


def test_labels_are_compared_with_the_one_of_which_most_is_said(read_weights: Weights) -> None:
    rows = [weigh(standing("method: adapter"), read_weights), weigh(standing("method: frozen"), read_weights)]
    compare(rows)
    assert rows[0]["said by wording best share"] == 1.0
    assert 0 < rows[1]["said by wording best share"] < 1.0


def test_the_order_of_read_places_changes_nothing() -> None:
    read = [ReadPlaces(PEFT, "a", "method", 3, 1), ReadPlaces(PEFT, "b", "data", 2, 2)]
    assert learn([], read) == learn([], reversed(read))


def test_read_places_come_by_file(tmp_path: Path) -> None:
    sheet = tmp_path / "places.csv"
    sheet.write_text(
        "file,label,wording,place,read,stated\n"
        "a.pdf,loss:dice,diceloss,method,3,2\n"
        'b.pdf,loss:l1,"\\bL1\\b, or",table,1,0\n'
        "a.pdf,loss:dice,dice,results,4,0\n",
        "utf-8",
    )
    assert read_places(sheet) == {
        "a.pdf": [
            ReadPlaces("loss:dice", "diceloss", "method", 3, 2),
            ReadPlaces("loss:dice", "dice", "results", 4, 0),
        ],
        "b.pdf": [ReadPlaces("loss:l1", "\\bL1\\b, or", "table", 1, 0)],
    }


def test_a_candidate_without_places_of_its_own_has_nothing_said(read_weights: Weights) -> None:
    assert "said by place best" not in weigh(candidate(PEFT, "adapter"), read_weights)
