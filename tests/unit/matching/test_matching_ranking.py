import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import reference
from matching.catalog import Catalog
from matching.facts import PostingFacts, SeekerFacts
from matching.people import People
from matching.ranking import rank, rank_all, refresh, reverse
from matching.rules import violations
from tests.unit.matching.invent import DAY, posting, postings, seekers

seeds = st.integers(0, 2**32)


@settings(max_examples=8, deadline=None)
@given(seeds, st.integers(0, 120), st.integers(1, 12))
def test_the_engine_is_the_reference(seed, count, k):
    offers, persons = postings(seed, count), seekers(seed + 1, 12)
    ranking = rank_all(Catalog.build(offers, DAY), People.of(persons), k)
    for number, person in enumerate(persons):
        assert ranking.of(number) == reference.rank(offers, person, DAY, k)


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_live_and_nightly_agree(seed):
    catalog, persons = Catalog.build(postings(seed, 200), DAY), seekers(seed + 1, 8)
    ranking = rank_all(catalog, People.of(persons), 10)
    assert [rank(catalog, person, 10) for person in persons] == [ranking.of(number) for number in range(8)]


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_nothing_ranked_breaks_a_limit(seed):
    offers, persons = postings(seed, 300), seekers(seed + 1, 40)
    by_id = {offer.id: offer for offer in offers}
    ranking = rank_all(Catalog.build(offers, DAY), People.of(persons), 10)
    for number, person in enumerate(persons):
        for ranked in ranking.of(number):
            assert violations(by_id[ranked.posting_id], person, DAY) == ()
            assert 1 <= ranked.grade <= 3


@pytest.mark.parametrize(("seed", "share"), [(1, 0.01), (2, 0.05), (3, 0.3)])
def test_refresh_is_a_full_run(seed, share):
    dice = random.Random(seed)
    offers = {offer.id: offer for offer in postings(seed, 600)}
    people = People.of(seekers(seed + 1, 120))
    catalog = Catalog.build(offers.values(), DAY)
    ranking = rank_all(catalog, people, 10)
    for step in range(1, 4):
        touched = dice.sample(sorted(offers), max(3, int(share * len(offers))))
        third = len(touched) // 3
        gone, changed = touched[:third], touched[third : 2 * third]
        fresh = [posting(dice, 10_000 * step + number) for number in range(third)]
        fresh += [replace(posting(dice, 0), id=posting_id) for posting_id in changed]
        for posting_id in gone:
            del offers[posting_id]
        offers.update((offer.id, offer) for offer in fresh)
        catalog = catalog.changed(fresh, gone, step)
        ranking = refresh(ranking, catalog)
        full = rank_all(Catalog.build(offers.values(), DAY), people, 10)
        assert [ranking.of(number) for number in range(120)] == [full.of(number) for number in range(120)]


def test_a_part_of_a_catalog_is_what_a_catalog_of_that_part_is():
    offers = postings(7, 60)
    wanted = {offer.id for offer in offers[::2]}
    part, alone = Catalog.build(offers, DAY).only(wanted), Catalog.build(offers[::2], DAY)
    assert (part.ids, part.rows.tobytes()) == (alone.ids, alone.rows.tobytes())


def test_reverse_finds_everybody_the_posting_suits():
    offers, persons = postings(5, 60), seekers(6, 150)
    catalog, people = Catalog.build(offers, DAY), People.of(persons)
    for offer in offers:
        suits = [(one.id, ranked.total) for one in persons for ranked in reference.rank([offer], one, DAY, 1)]
        assert reverse(offer, people, catalog) == sorted(suits, key=lambda pair: -pair[1])


def test_equal_scores_go_by_posting_id():
    seeker = SeekerFacts(id="s", job_categories=("保安",))
    twins = [PostingFacts(id=name, job_categories=("保安",)) for name in ("b", "a", "c")]
    assert [ranked.posting_id for ranked in rank(Catalog.build(twins, DAY), seeker, 2)] == ["a", "b"]


def test_a_posting_of_several_occupations_counts_once():
    # Best of both occupations is the same posting: it must not keep the second best from being seen.
    both = PostingFacts(id="both", job_categories=("保安", "保洁"), veteran_priority=True)
    offers = [
        both,
        *(PostingFacts(id=f"{job}{n}", job_categories=(job,)) for job in ("保安", "保洁") for n in range(4)),
    ]
    seeker = SeekerFacts(id="s", job_categories=("保安", "保洁"))
    assert rank(Catalog.build(offers, DAY), seeker, 2) == reference.rank(offers, seeker, DAY, 2)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_live_is_the_reference(seed):
    offers, (person,) = postings(seed, 150), seekers(seed + 1, 1)
    assert rank(Catalog.build(offers, DAY), person, 5) == reference.rank(offers, person, DAY, 5)


def test_an_empty_catalog_and_nobody():
    assert rank(Catalog.build([], DAY), SeekerFacts(job_any=True), 5) == []
    assert len(rank_all(Catalog.build(postings(1, 5), DAY), People.of([]), 5).keys) == 0


def test_one_id_twice_is_refused():
    with pytest.raises(ValueError, match="same id"):
        Catalog.build([PostingFacts(id="p"), PostingFacts(id="p")], DAY)


@pytest.mark.slow
def test_ten_thousand_people_as_the_reference():
    # Few postings, for the reference looks at every pair; `python -m bench.matching.run` compares on whole counties.
    offers, persons = postings(7, 120), seekers(8, 10_000)
    ranking = rank_all(Catalog.build(offers, DAY), People.of(persons), 10)
    assert all(ranking.of(number) == reference.rank(offers, one, DAY, 10) for number, one in enumerate(persons))


@pytest.mark.slow
def test_a_million_pairs_break_nothing():
    offers, persons = postings(9, 1_000), seekers(10, 1_000)
    by_id = {offer.id: offer for offer in offers}
    ranking = rank_all(Catalog.build(offers, DAY), People.of(persons), len(offers), 0)
    shown = 0
    for number, person in enumerate(persons):
        for ranked in ranking.of(number):
            shown += 1
            assert violations(by_id[ranked.posting_id], person, DAY) == ()
    assert shown > 1_000
