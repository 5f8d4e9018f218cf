from dataclasses import replace
from datetime import timedelta

import pytest

from matching.facts import PostingFacts, SeekerFacts
from matching.scoring import fair_points, score
from matching.weights import GRADE_STEP, MOST_POINTS
from tests.unit.matching.invent import DAY, place

POSTING = PostingFacts(id="p", job_categories=("保安",), month_min=3000, month_max=3600, location=place("510703"))
SEEKER = SeekerFacts(id="s", job_categories=("保安",), salary_min=3000, location=(place("510703"),), skills=())


def grade(posting=None, **person) -> int:
    return score(replace(POSTING, **(posting or {})), replace(SEEKER, **person), DAY).grade


def points(posting=None, **person) -> int:
    return sum(score(replace(POSTING, **(posting or {})), replace(SEEKER, **person), DAY).points.values())


@pytest.mark.parametrize(
    ("offered", "person", "wanted"),
    [
        (("保安",), {}, 3),
        (("普工", "保安"), {}, 3),
        (("保安",), {"job_categories": ("普工",), "job_categories_ok": ("保安",)}, 2),
        (("押运员",), {}, 2),
        (("辅警",), {}, 1),
        (("保安",), {"job_categories": ("辅警",)}, 1),
        (("保安",), {"job_categories": (), "job_categories_ok": ("押运员",)}, 0),
        (("文员",), {}, 0),
        (("文员",), {"job_any": True}, 2),
        (("厨师",), {"job_categories": (), "job_any": True}, 0),
        (("厨师",), {"job_categories": (), "job_any": True, "skills": ("烹饪",)}, 2),
        (("厨师",), {"job_categories": (), "job_any": True, "certificates": ("厨师证",)}, 2),
        (("厨师",), {"job_categories": (), "job_any": True, "military_trade": ("炊事",)}, 2),
        (("驾驶员",), {"job_categories": (), "job_any": True, "licences": ("C1",)}, 2),
        ((), {"job_any": True}, 0),
    ],
)
def test_base_grade(offered, person, wanted):
    assert grade({"job_categories": offered}, **person) == wanted


@pytest.mark.parametrize(
    ("posting", "person", "wanted"),
    [
        ({"month_max": 3000}, {}, 3),
        ({"month_max": 2999}, {}, 2),
        ({"month_max": 2700}, {}, 2),
        ({"month_max": 2699}, {}, 1),
        ({"month_max": 2100}, {}, 1),
        ({"month_max": 2099}, {}, 0),
        ({"month_max": None}, {}, 3),
        ({"month_max": 1000}, {"salary_min": None}, 3),
        ({}, {"preferred_area": (place("510700"),)}, 3),
        ({}, {"preferred_area": (place("510781"),)}, 2),
        ({"location": None}, {"preferred_area": (place("510781"),)}, 3),
        ({"board": "不提供"}, {"accommodation_wish": "包住"}, 2),
        ({"board": "包吃"}, {"accommodation_wish": "包吃住"}, 2),
        ({"board": "包吃住"}, {"accommodation_wish": "包住"}, 3),
        ({"board": "不提供"}, {"accommodation_wish": "包吃"}, 3),
        ({"board": None}, {"accommodation_wish": "包住"}, 3),
        ({"shift": "倒班"}, {"shift_soft_prefer_day": True}, 2),
        ({"shift": "备勤"}, {"shift_soft_prefer_day": True}, 2),
        ({"shift": "弹性"}, {"shift_soft_prefer_day": True}, 3),
        ({"skills_preferred": ("电脑办公",)}, {}, 2),
        ({"skills_preferred": ("电脑办公",)}, {"skills": ("电脑办公",)}, 3),
        ({"skills_preferred": ("电脑办公",)}, {"skills": None}, 3),
        ({"board": "不提供", "shift": "夜班"}, {"accommodation_wish": "包住", "shift_soft_prefer_day": True}, 1),
        ({"month_max": 1000, "shift": "夜班"}, {"shift_soft_prefer_day": True}, 0),
    ],
)
def test_deductions(posting, person, wanted):
    assert grade(posting, **person) == wanted


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"veteran_priority": True}, {}),
        ({"published": DAY - timedelta(days=3)}, {"published": DAY - timedelta(days=40)}),
        ({"verified": True}, {}),
        ({"employer_health": 90}, {"employer_health": 20}),
        ({"headcount": 20, "offered": 20}, {"headcount": 1, "offered": 20}),
        ({"location": place("510703")}, {"location": place("510704")}),
        ({"location": place("510704")}, {"location": place("510781")}),
        ({"location": place("510722")}, {"location": place("510104")}),
        ({"location": place("510104")}, {"location": place("620102")}),
        ({"month_max": 4500}, {"month_max": 3100}),
        ({"board": "包吃住"}, {"board": "不提供"}),
        ({"shift": "白班"}, {"shift": "倒班"}),
    ],
)
def test_what_is_better_within_a_grade(better, worse):
    assert grade(better) == grade(worse) == 3
    assert points(better) > points(worse)


def test_age_lifts_postings_without_an_age_bar():
    for gender, age, lifted in (("男", 50, False), ("男", 51, True), ("女", 45, False), ("女", 46, True)):
        open_to_all = points({"age_max": 65}, gender=gender, age=age)
        assert (open_to_all > points({"age_max": 60}, gender=gender, age=age)) is lifted
        assert points({"age_max": None}, gender=gender, age=age) == open_to_all


def test_points_never_reach_the_next_grade():
    assert MOST_POINTS < GRADE_STEP


def test_fair_points_fall_with_every_head_shown():
    assert fair_points(0, 1) > fair_points(5, 1) > fair_points(9, 1) > fair_points(10, 1) == 0
    assert fair_points(5, 5) > fair_points(5, None) == fair_points(5, 1)
