import pytest

from matching.taxonomy import areas, checks, licences, occupations
from matching.taxonomy.codes import CERTIFICATES, JOB_CATEGORIES, MILITARY_TRADES
from matching.taxonomy.courses import NEVER_REQUIRED, courses


def test_the_tables_hold_together():
    assert checks.check() == []


@pytest.mark.parametrize(
    ("outer", "inner", "holds"),
    [
        ("510700", "510703", True),
        ("510000", "510703", True),
        ("510703", "510703", True),
        ("510703", "510700", False),
        ("510700", "510104", False),
        ("429000", "429004", True),
        ("110000", "110105", True),
    ],
)
def test_covers(outer, inner, holds):
    assert areas.covers(outer, inner) is holds
    first, last = areas.span(outer)
    assert (first <= int(inner) < last) is holds


@pytest.mark.parametrize(
    ("code", "city"),
    [("510703", "510700"), ("110105", "110000"), ("500101", "500000"), ("429004", "429004"), ("510000", "510000")],
)
def test_city_of(code, city):
    assert areas.city_of(code) == city


def test_outermost_drops_what_is_covered():
    assert areas.outermost(frozenset({"510703", "510700", "429004"})) == ("429004", "510700")


def test_nearness_is_read_from_the_wish():
    assert occupations.nearness("保安", "辅警") == 1
    assert occupations.nearness("辅警", "消防员") == 2
    assert occupations.nearness("消防员", "文员") == 0


def test_next_licence():
    assert licences.next_class((), ("C1",)) == "C1"
    assert licences.next_class(("C1",), ("A2",)) is None
    assert licences.next_class(("B2",), ("A2",)) == "A2"
    assert licences.next_class((), ("D", "E", "C1")) == "D"


def test_every_trade_leads_somewhere_with_a_reason():
    for trade in MILITARY_TRADES:
        posts = occupations.trade_posts((trade,))
        assert posts
        assert all(occupations.trade_reason((trade,), post) for post in posts)
        assert set(posts) <= set(JOB_CATEGORIES)


def test_courses_are_told_in_plain_words():
    assert set(courses()) < set(CERTIFICATES)
    assert courses()["电工证"].length == "约两周"
    assert courses()["保安员证"].length == "约一周"
    assert courses()["救护员证"].length == "两天左右"
    assert courses()["厨师证"].length == "约一个月"
    assert frozenset({"健康证"}) == NEVER_REQUIRED
