import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import reference
from matching.facts import PostingFacts, SeekerFacts
from matching.reasons import explain
from matching.sentences import pay
from tests.unit.matching.invent import DAY, place, postings, seekers

VERDICTS = {"fits", "partly", "misses", "unknown"}


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32))
def test_every_match_has_reasons_that_add_up(seed):
    offers = {offer.id: offer for offer in postings(seed, 120)}
    for person in seekers(seed + 1, 10):
        for ranked in reference.rank(offers.values(), person, DAY, 10):
            match = explain(offers[ranked.posting_id], person, DAY)
            assert match.reasons
            assert {reason.verdict for reason in match.reasons} <= VERDICTS
            assert sum(reason.contribution for reason in match.reasons) == pytest.approx(match.score, abs=0.002)
            assert 0 < match.score <= 1
            assert match.text.endswith("。")
            assert len(match.text) <= 160
            assert "None" not in match.text


POSTING = PostingFacts(
    id="p",
    job_categories=("保安",),
    month_min=3200,
    month_max=3800,
    location=place("510703"),
    board="包住",
    shift="倒班",
    veteran_priority=True,
)
PERSON = SeekerFacts(id="s", age=46, job_categories=("保安",), salary_min=3000, location=(place("510703"),))


def test_the_sentence_tells_what_fits_and_what_does_not():
    match = explain(POSTING, PERSON, DAY)
    assert (
        match.text
        == "是您想找的保安的活，就在某县，一个月3200到3800元，够您要的数，管住，优先要退役军人。不过要倒班，有夜班。"
    )
    assert match.unmet == ()


def test_shortfalls_are_unmet():
    match = explain(POSTING, SeekerFacts(id="s", job_categories=("保安",), salary_min=4000, age=46), DAY)
    assert match.unmet == ("salary",)
    assert "工资最多3800元，没到您要的4000元" in match.text
    reason = next(reason for reason in match.reasons if reason.criterion == "salary")
    assert (reason.verdict, reason.posting_value, reason.seeker_value) == ("partly", "3200到3800元", 4000)
    assert reason.contribution < 0


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"month_min": 3000, "month_max": 3000}, "3000元"),
        ({"month_min": 3000}, "3000元以上"),
        ({"month_max": 3000}, "3000元"),
        ({}, None),
        (
            {"month_min": 3900, "month_max": 5200, "salary_min": 150, "salary_max": 200, "salary_unit": "day"},
            "每天150到200元，一个月约3900到5200元",
        ),
    ],
)
def test_pay_in_words(facts, words):
    assert pay(PostingFacts(id="p", **facts)) == words
