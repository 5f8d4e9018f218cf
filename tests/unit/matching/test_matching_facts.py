from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from matching.facts import PostingFacts, SeekerFacts
from matching.taxonomy.codes import JOB_CATEGORIES, LICENCES
from matching.taxonomy.place import Place

HERE = Place("510703", ("四川省", "绵阳市", "涪城区"))
CITY = Place("510700", ("四川省", "绵阳市"))

words = st.lists(st.sampled_from(JOB_CATEGORIES), unique=True, max_size=3).map(tuple)
licences = st.none() | st.lists(st.sampled_from(LICENCES), unique=True, max_size=2).map(tuple)


@given(words, st.none() | st.integers(18, 65), st.none() | st.just(HERE), st.none() | st.dates())
def test_posting_facts_survive_json(categories, age, place, deadline):
    facts = PostingFacts(id="p", job_categories=categories, age_max=age, location=place, deadline=deadline)
    assert PostingFacts.from_json("p", facts.to_json()) == facts


@given(words, licences, st.booleans(), st.sampled_from([None, (CITY,)]))
def test_seeker_facts_survive_json(categories, held, anywhere, scope):
    facts = SeekerFacts(
        id="s",
        job_categories=categories,
        licences=held,
        accept_any=anywhere,
        accept_scope=None if anywhere else scope,
        location=(HERE,),
    )
    assert SeekerFacts.from_json("s", facts.to_json()) == facts


def test_the_sample_forms_are_read():
    posting = PostingFacts.from_json(
        "p1",
        {
            "job_categories": ["保安"],
            "salary": {"min": 150, "max": 200, "unit": "day", "month_min": 3900, "month_max": 5200},
            "location": HERE.to_json(),
            "hukou_required": "510722",
            "published": "2026-11-01",
        },
    )
    assert (posting.month_max, posting.salary_max, posting.salary_unit) == (5200, 200, "day")
    assert posting.location == HERE
    assert posting.published == date(2026, 11, 1)
    seeker = SeekerFacts.from_json("s1", {"accept_scope": "any", "location": HERE.to_json(), "certificates": []})
    assert seeker.accept_any
    assert seeker.accept_scope is None
    assert seeker.certificates == ()
    assert seeker.licences is None
    assert seeker.veteran
