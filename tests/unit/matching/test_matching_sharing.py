from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import reference
from matching.catalog import Catalog
from matching.courses import effects
from matching.fairshare import PER_HEAD, capacity, spread
from matching.people import People
from matching.reference import Ranked
from tests.unit.matching.invent import DAY, postings, seekers


def ranked(name: str, grade: int = 3) -> Ranked:
    return Ranked(name, grade * 1024, grade)


def test_a_full_posting_makes_room_for_its_equal():
    lists = [[ranked("a"), ranked("b")]] * 4
    shown = spread(lists, {"a": 2, "b": 9}, 1)
    assert [mine[0].posting_id for mine in shown] == ["a", "a", "b", "b"]


def test_fairness_never_costs_a_grade():
    shown = spread([[ranked("a"), ranked("b", 2)]] * 3, {"a": 1, "b": 9}, 1)
    assert [mine[0].posting_id for mine in shown] == ["a", "a", "a"]


def test_who_has_little_choice_goes_first():
    shown = spread([[ranked("a"), ranked("b")], [ranked("a")]], {"a": 1, "b": 1}, 1)
    assert [mine[0].posting_id for mine in shown] == ["b", "a"]


def test_everybody_has_one_before_anybody_has_two():
    lists = [[ranked("a"), ranked("b")], [ranked("a"), ranked("b")]]
    assert [len(mine) for mine in spread(lists, {"a": 1, "b": 1}, 1)] == [1, 1]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=12), st.integers(1, 3))
def test_nobody_with_a_list_is_left_out(names, each):
    lists = [[ranked(name) for name in mine] for mine in names]
    for mine, shown in zip(lists, spread(lists, {"a": 1}, each), strict=True):
        assert len(shown) == min(each, len(mine))
        assert [one for one in mine if one in shown] == shown


def test_capacity():
    assert capacity(3, 10) == 3 * PER_HEAD - 10
    assert capacity(None, 0) == PER_HEAD
    assert capacity(1, 10**6) == 0


def test_effects_of_courses_are_counted_as_they_are():
    offers, persons = postings(21, 150), seekers(22, 100)
    found = {effect.course.certificate: effect for effect in effects(Catalog.build(offers, DAY), People.of(persons))}
    for name in ("电工证", "叉车证", "保安员证"):
        asking = [offer for offer in offers if name in offer.certificates_all]
        opened: Counter[str] = Counter()
        helped = 0
        for person in persons:
            if person.certificates is not None and name not in person.certificates:
                trained = replace(person, certificates=(*person.certificates, name))
                reached = reference.rank(asking, trained, DAY, 1000)
                opened.update(one.posting_id for one in reached)
                helped += bool(reached)
        effect = found.get(name)
        assert (effect.postings, effect.people) == (len(opened), helped) if effect else not opened
    assert found
