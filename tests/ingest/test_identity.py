"""Reports are grouped into studies by what they are, whatever the order they came in."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from fmatlas.ingest.identity import Group, Known, form_studies, known_by

A, B, C = "a" * 64, "b" * 64, "c" * 64
TITLE = "A Foundation Model for Everything There Is"
PEOPLE = "Ada Example; Ben Sample"


def ids(groups: list[Group]) -> list[str]:
    return [group.id for group in groups]


def test_a_preprint_and_its_journal_version_are_one_study_named_by_its_doi() -> None:
    preprint = known_by(A, {"arxiv_id": "2301.00001v2", "title": TITLE, "authors": PEOPLE})
    journal = known_by(
        B, {"doi": "https://doi.org/10.1000/XYZ", "title": TITLE, "authors": "A. Example, B. Sample"}
    )
    (group,) = form_studies([preprint, journal])
    assert group.id == "doi:10.1000/xyz"
    assert group.reports == (B, A)
    assert group.keys == ("arxiv:2301.00001", "doi:10.1000/xyz", f"sha256:{A}", f"sha256:{B}")


def test_versions_of_a_preprint_are_one_study_and_the_newest_is_primary() -> None:
    one, two = known_by(A, {"arxiv_id": "2301.00001v1"}), known_by(B, {"arxiv_id": "arXiv:2301.00001v3"})
    (group,) = form_studies([one, two])
    assert (group.id, group.reports) == ("arxiv:2301.00001", (B, A))


def test_an_arxiv_doi_is_an_arxiv_id() -> None:
    assert known_by(A, {"doi": "10.48550/arXiv.2301.00001"}).keys == ("arxiv:2301.00001", f"sha256:{A}")


def test_a_report_that_nothing_is_known_of_is_a_study_of_its_own() -> None:
    assert ids(form_studies([known_by(A, {}), known_by(B, {})])) == [f"sha256:{A}", f"sha256:{B}"]


def test_a_misprint_in_the_title_does_not_part_a_study() -> None:
    other = TITLE.replace("Everything", "Evrything")
    reports = [
        known_by(A, {"title": TITLE, "authors": PEOPLE}),
        known_by(B, {"title": other, "authors": PEOPLE}),
    ]
    assert len(form_studies(reports)) == 1


def test_years_and_numbers_in_titles_keep_series_apart() -> None:
    reports = [
        known_by(sha, {"title": f"The Grand Segmentation Challenge of {year}", "authors": PEOPLE})
        for sha, year in ((A, 2021), (B, 2022))
    ]
    assert len(form_studies(reports)) == 2


def test_the_same_title_by_other_people_is_another_study() -> None:
    reports = [
        known_by(A, {"title": TITLE, "authors": PEOPLE}),
        known_by(B, {"title": TITLE, "authors": "Carl Other; Dora Else"}),
    ]
    assert len(form_studies(reports)) == 2


def test_two_arxiv_ids_are_two_studies_however_alike_their_titles() -> None:
    reports = [
        known_by(A, {"title": TITLE, "authors": PEOPLE, "arxiv_id": "2301.00001"}),
        known_by(B, {"title": TITLE, "authors": PEOPLE, "arxiv_id": "2301.00002"}),
    ]
    assert len(form_studies(reports)) == 2


def test_a_person_joins_what_shows_no_common_key() -> None:
    reports = [known_by(A, {"doi": "10.1/a"}), known_by(B, {})]
    (group,) = form_studies(reports, merged=[("doi:10.1/a", f"sha256:{B}")])
    assert group.reports == (A, B)


def test_a_person_parts_what_shows_the_same_key() -> None:
    reports = [known_by(A, {"doi": "10.1/a"}), known_by(B, {"doi": "10.1/a"})]
    groups = form_studies(reports, parted=[("doi:10.1/a", f"sha256:{A}")])
    assert [(group.id, group.reports) for group in groups] == [("doi:10.1/a", (B,)), (f"sha256:{A}", (A,))]


def test_a_key_of_old_still_leads_to_its_report() -> None:
    (group,) = form_studies([known_by(A, {"doi": "10.1/a"}, former=["sha256:" + B])])
    assert f"sha256:{B}" in group.keys


known = st.builds(
    Known,
    st.sampled_from([letter * 64 for letter in "abcdefgh"]),
    st.sampled_from(["", "", "10.1/a", "10.1/b"]),
    st.sampled_from(["", "", "2301.00001", "2301.00002"]),
    st.integers(0, 3),
    st.sampled_from(["", "alongtitleofapaper", "alongtitleofapapre", "somethingelseentirely"]),
    st.sampled_from([frozenset(), frozenset({"example"}), frozenset({"example", "sample"})]),
)
keys = st.sampled_from(["doi:10.1/a", "doi:10.1/b", "arxiv:2301.00001", "sha256:" + A, "sha256:" + B])
pairs = st.lists(st.tuples(keys, keys), max_size=2)


@given(st.lists(known, max_size=6, unique_by=lambda k: k.sha256), pairs, pairs, st.randoms())
def test_the_order_of_arrival_never_matters(reports: list[Known], merged, parted, random) -> None:  # type: ignore[no-untyped-def]
    groups = form_studies(reports, merged, parted)
    shuffled = list(reports)
    random.shuffle(shuffled)
    assert form_studies(shuffled, merged[::-1], parted[::-1]) == groups
    assert sorted(sha for group in groups for sha in group.reports) == sorted(r.sha256 for r in reports)
    assert len({key for group in groups for key in group.keys}) == sum(len(group.keys) for group in groups)
    assert all(group.id in group.keys for group in groups)


def test_every_order_of_three_reports_gives_the_same_studies() -> None:
    reports = [
        known_by(A, {"arxiv_id": "2301.00001", "title": TITLE, "authors": PEOPLE}),
        known_by(B, {"doi": "10.1/b", "title": TITLE, "authors": PEOPLE}),
        known_by(C, {"doi": "10.1/b", "arxiv_id": "2301.00001"}),
    ]
    assert {tuple(form_studies(list(order))) for order in permutations(reports)} == {
        tuple(form_studies(reports))
    }
