"""Which policy a question is about: hundreds of invented wordings, and what must be left to a person."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import policies, policy_ranking
from services.policy_ranking import Entry

QUESTIONS = [
    tuple(line.split(" ", 1))
    for line in (Path(__file__).parent / "policy_questions.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#") and " " in line
]
ENTRIES = [Entry(fields["key"], tuple(fields["topics"])) for fields in policies.read(policies.SAMPLES)]
PAIR = [Entry("bus", ("公交",)), Entry("house", ("公租房", "住房+补贴"))]


@pytest.mark.parametrize(("wanted", "question"), QUESTIONS)
def test_question_finds_its_policy(wanted: str, question: str) -> None:
    hit = policy_ranking.best(question, ENTRIES)
    assert (hit.key if hit else "none") == wanted


def test_every_sample_is_asked_for_at_least_twice() -> None:
    asked = [wanted for wanted, _ in QUESTIONS]
    assert all(asked.count(entry.key) >= 2 for entry in ENTRIES)
    assert asked.count("none") >= 30


def test_every_topic_word_is_a_concept_or_a_word_of_its_own() -> None:
    known = {concept for _, meanings in policy_ranking.words().forms for concept in meanings}
    parts = {part for entry in ENTRIES for topic in entry.topics for part in topic.split("+")}
    assert {part for part in parts if part not in known and len(part) < 2} == set()


def test_a_library_s_own_word_overrides_the_list_of_foreign_subjects() -> None:
    assert policy_ranking.best("公租房怎么申请", PAIR) is not None
    assert policy_ranking.best("公租房怎么申请", [PAIR[0]]) is None


def test_two_policies_alike_are_left_to_a_person() -> None:
    twins = [Entry("one", ("光荣牌",)), Entry("two", ("光荣牌",))]
    assert policy_ranking.best("光荣牌怎么办", twins) is None
    assert [hit.key for hit in policy_ranking.rank("光荣牌怎么办", twins)] == ["one", "two"]


def test_homophones_are_understood() -> None:
    assert policy_ranking.concepts("优代证") == {"优待证"}
    assert "公益性岗位" in policy_ranking.concepts("公益行岗位")


def test_a_longer_form_is_not_read_as_the_shorter_one_in_it() -> None:
    assert "社保" not in policy_ranking.concepts("自愿放弃社保")
    assert policy_ranking.rank("自愿放弃社保", [Entry("insurance", ("社保",))]) == []


@given(st.text(max_size=200))
def test_any_text_is_ranked_in_order_and_never_raises(text: str) -> None:
    hits = policy_ranking.rank(text, ENTRIES)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    found = policy_ranking.best(text, ENTRIES)
    assert found is None or found == hits[0]
