"""Wordings are weighed by what papers that have them are coded as."""

from fmatlas.ingest.wordings import Weights, learn, weigh
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
