from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import reference
from matching.catalog import Catalog
from matching.facts import PostingFacts, SeekerFacts
from matching.nearmiss import near_miss, report, taken
from matching.rules import violations
from matching.shutout import excluded
from matching.suggestions import suggest
from tests.unit.matching.invent import DAY, place, postings, seekers

seeds = st.integers(0, 2**32)


@settings(max_examples=6, deadline=None)
@given(seeds)
def test_counts_by_limit_are_those_of_the_rules(seed):
    offers = postings(seed, 80)
    catalog = Catalog.build(offers, DAY)
    for person in seekers(seed + 1, 10):
        assert excluded(catalog, person) == Counter(name for offer in offers for name in violations(offer, person, DAY))


@settings(max_examples=4, deadline=None)
@given(seeds)
def test_a_step_opens_what_it_says(seed):
    offers = postings(seed, 60)
    for person in seekers(seed + 1, 3):
        now = len(reference.rank(offers, person, DAY, 1000))
        for step, opens in near_miss(offers, person, DAY).steps:
            assert len(reference.rank(offers, taken(person, step), DAY, 1000)) == now + opens


PERSON = SeekerFacts(
    id="s",
    age=40,
    gender="男",
    location=(place("510703"),),
    accept_scope=(place("510703"),),
    job_categories=("电工",),
    education="高中",
    salary_min=4000,
    licences=("C1",),
    certificates=(),
    skills=("电工",),
    shift_wish=("不上夜班",),
    hardship_certified=False,
)
ELECTRICIAN = {"job_categories": ("电工",), "location": place("510703"), "month_max": 5000}


@pytest.mark.parametrize(
    ("posting", "kind", "words"),
    [
        ({"certificates_all": ("电工证",)}, "training", "考个电工证（低压电工培训，约两周），就能多看1个岗位。"),
        ({"licences_any": ("B2",)}, "training", "考下B2驾照（大货车，一般要四个月上下），就能多看1个岗位。"),
        ({"skills_required": ("焊接",)}, "training", "学会焊接，就能多看1个岗位。"),
        (
            {"hardship_only": True},
            "welfare_post",
            "到社区申请认定就业困难人员，认定下来就能多看1个岗位（公益性岗位）。",
        ),
        ({"location": place("510704")}, "relax", "地方放宽到游仙区，就能多看1个岗位。"),
        ({"month_max": 2500}, "relax", "工资放宽到一个月3200元，就能多看1个岗位。"),
        ({"shift": "倒班"}, "relax", "能上夜班的话，就能多看1个岗位。"),
    ],
)
def test_the_step_that_helps_is_named(posting, kind, words):
    offer = PostingFacts(id="p", **{**ELECTRICIAN, **posting})
    found = suggest(near_miss([offer], PERSON, DAY), PERSON, 0)
    assert (found[0].kind, found[0].text, found[0].opens) == (kind, words, 1)


def test_a_step_that_opens_more_comes_first():
    offers = [PostingFacts(id=f"n{number}", **ELECTRICIAN, shift="夜班") for number in range(3)]
    offers.append(PostingFacts(id="c", **ELECTRICIAN, certificates_all=("电工证",)))
    steps = report(Catalog.build(offers, DAY), PERSON).steps
    assert [(step.subject, opens) for step, opens in steps] == [("shift", 3), ("certificate", 1)]


@pytest.mark.parametrize("person", [PERSON, SeekerFacts(), SeekerFacts(age=58, gender="男"), *seekers(3, 20)])
def test_nobody_is_left_without_a_suggestion(person):
    assert suggest(near_miss([], person, DAY), person, 0)


def test_what_is_refused_is_not_suggested():
    person = SeekerFacts(id="s", job_categories=("保安",), job_categories_exclude=("电工",), skills=("电工",))
    offer = PostingFacts(id="p", job_categories=("电工",))
    assert near_miss([offer], person, DAY).steps == ()
