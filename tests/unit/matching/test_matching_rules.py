from dataclasses import replace
from datetime import date, timedelta

import pytest

from matching.facts import PostingFacts, SeekerFacts
from matching.rules import age_window, violations
from tests.unit.matching.invent import DAY, place

POSTING = PostingFacts(id="p", job_categories=("保安",), location=place("510703"))
SEEKER = SeekerFacts(
    id="s",
    age=40,
    gender="男",
    location=(place("510703"),),
    hukou="510703",
    accept_scope=(place("510700"),),
    education="初中",
    licences=(),
    certificates=(),
    skills=(),
    disability="无",
    hardship_certified=False,
    height_cm=170,
)


def broken(posting, seeker=None, **facts) -> tuple[str, ...]:
    return violations(replace(POSTING, **posting), replace(SEEKER, **{**(seeker or {}), **facts}), DAY)


@pytest.mark.parametrize(
    ("limits", "person", "fits"),
    [
        ({"age_max": 45}, {"age": 45}, True),
        ({"age_max": 45}, {"age": 46}, False),
        ({"age_min": 25}, {"age": 25}, True),
        ({"age_min": 25}, {"age": 24}, False),
        ({}, {"age": 18}, True),
        ({}, {"age": 17}, False),
        ({"age_min": 16}, {"age": 17}, False),
        ({}, {"age": 65}, True),
        ({}, {"age": 66}, False),
        ({"age_max": 70}, {"age": 68}, True),
        ({"age_max": 35, "age_max_veteran": 45}, {"age": 45}, True),
        ({"age_max": 35, "age_max_veteran": 45}, {"age": 45, "veteran": False}, False),
        ({"age_max": 60, "age_max_veteran": 45}, {"age": 50}, False),
        ({"age_max": 60, "age_max_female": 50}, {"age": 51, "gender": "女"}, False),
        ({"age_max": 60, "age_max_female": 50}, {"age": 51, "gender": "男"}, True),
        ({"age_max": 60, "age_max_female": 50}, {"age": 51, "gender": None}, True),
        ({"age_max": 50, "age_max_female": 55}, {"age": 53, "gender": None}, True),
        ({"age_max": 60, "age_max_female": 50, "age_max_veteran": 55}, {"age": 53, "gender": "女"}, True),
        ({"age_max": 30}, {"age": None}, True),
    ],
)
def test_age(limits, person, fits):
    assert broken(limits, person) == (() if fits else ("age",))


@pytest.mark.parametrize(
    ("wanted", "held", "fits"),
    [
        (("C1",), ("C1",), True),
        (("C1",), ("B2",), True),
        (("C1",), ("C2",), False),
        (("C2",), ("C1",), True),
        (("B2",), ("A2",), True),
        (("B2",), ("A3",), False),
        (("A1", "A3"), ("A1",), True),
        (("A3",), ("A1",), True),
        (("A2",), ("A1",), False),
        (("D", "E", "C1"), ("E",), True),
        (("E",), ("D",), False),
        (("C1",), (), False),
        ((), (), True),
        (("A2",), None, True),
    ],
)
def test_licence(wanted, held, fits):
    assert broken({"licences_any": wanted}, licences=held) == (() if fits else ("licence",))


@pytest.mark.parametrize(
    ("wanted", "held", "fits"),
    [
        (("电工证",), ("电工证", "焊工证"), True),
        (("电工证", "焊工证"), ("电工证",), False),
        (("健康证",), (), True),
        (("厨师证", "健康证"), ("厨师证",), True),
        (("高压电工证",), ("电工证",), False),
        (("电工证",), None, True),
    ],
)
def test_certificate(wanted, held, fits):
    assert broken({"certificates_all": wanted}, certificates=held) == (() if fits else ("certificate",))


@pytest.mark.parametrize(
    ("floor", "own", "fits"),
    [
        ("高中", "中专", True),
        ("中专", "高中", True),
        ("高中", "初中", False),
        ("大专", "本科", True),
        ("本科", None, True),
    ],
)
def test_education(floor, own, fits):
    assert broken({"education_min": floor}, education=own) == (() if fits else ("education",))


def test_education_for_veterans():
    asked = {"education_min": "大专", "education_min_veteran": "初中"}
    assert broken(asked) == ()
    assert broken(asked, veteran=False) == ("education",)


@pytest.mark.parametrize(
    ("work", "person", "fits"),
    [
        ("510781", {}, True),
        ("510104", {}, False),
        ("510104", {"accept_scope": (place("510000"),)}, True),
        ("510104", {"accept_scope": None, "accept_any": True}, True),
        ("510781", {"accept_scope": (place("510703"),)}, False),
        ("510781", {"accept_scope": None}, True),
        ("510104", {"accept_scope": None}, False),
        ("429004", {"accept_scope": None, "location": (place("429004"),)}, True),
        ("429005", {"accept_scope": None, "location": (place("429004"),)}, False),
        ("500103", {"accept_scope": None, "location": (place("500101"),)}, True),
        ("620102", {"accept_scope": None, "location": ()}, True),
        ("510781", {"location_exclude": (place("510781"),)}, False),
        ("510700", {"accept_scope": (place("510703"),)}, False),
    ],
)
def test_location(work, person, fits):
    assert broken({"location": place(work)}, person) == (() if fits else ("location",))


def test_unknown_place_breaks_nothing():
    assert broken({"location": None}, location_exclude=(place("510000"),)) == ()


@pytest.mark.parametrize(
    ("posting", "person", "names"),
    [
        ({"gender": "女"}, {}, ("gender",)),
        ({"gender": "不限"}, {}, ()),
        ({"gender": "男"}, {"gender": None}, ()),
        ({"job_categories": ("普工", "保安")}, {"job_categories_exclude": ("保安",)}, ("excluded_category",)),
        ({"shift": "倒班"}, {"shift_wish": ("不上夜班",)}, ("shift",)),
        ({"shift": "备勤"}, {"shift_wish": ("不上夜班",)}, ("shift",)),
        ({"shift": "弹性"}, {"shift_wish": ("不上夜班",)}, ()),
        ({"shift": "夜班"}, {"shift_wish": ("长白班",)}, ()),
        ({"travel_required": True}, {"shift_wish": ("不出差",)}, ("travel",)),
        ({"work_type": "全职"}, {"part_time_only": True}, ("work_type",)),
        ({"work_type": "灵活"}, {"part_time_only": True}, ()),
        ({"hardship_only": True}, {}, ("hardship_only",)),
        ({"hardship_only": True}, {"hardship_certified": None}, ()),
        ({"hardship_only": True}, {"hardship_certified": True}, ()),
        ({"no_disability": True}, {"disability": "九级"}, ("disability",)),
        ({"no_disability": True}, {"disability": None}, ()),
        ({"hukou_required": "510700"}, {}, ()),
        ({"hukou_required": "510722"}, {}, ("hukou",)),
        ({"hukou_required": "510722"}, {"hukou": None}, ()),
        ({"height_min_cm": 170}, {}, ()),
        ({"height_min_cm": 171}, {}, ("height",)),
        ({"height_min_cm": 171}, {"height_cm": None}, ()),
        ({"skills_required": ("电工",)}, {}, ("skill",)),
        ({"skills_required": ("电工",)}, {"skills": None}, ()),
        ({"skills_preferred": ("电工",)}, {}, ()),
        ({"deadline": DAY}, {}, ()),
        ({"deadline": DAY - timedelta(days=1)}, {}, ("expired",)),
        ({"veteran_only": True}, {"veteran": False}, ("veteran_only",)),
        ({"closed": True}, {}, ("closed",)),
        ({"full": True}, {}, ("full",)),
        ({"age_max": 30, "gender": "女"}, {}, ("age", "gender")),
    ],
)
def test_other_limits(posting, person, names):
    assert broken(posting, person) == names


def test_nothing_known_breaks_nothing():
    everything = PostingFacts(
        id="p",
        age_max=30,
        gender="女",
        education_min="本科",
        licences_any=("A1",),
        certificates_all=("电工证",),
        skills_required=("电工",),
        location=place("510703"),
        hardship_only=True,
        no_disability=True,
        hukou_required="510703",
        height_min_cm=180,
    )
    assert violations(everything, SeekerFacts(), date(2026, 11, 20)) == ()


def test_window_without_stated_ends():
    assert age_window(POSTING, "男", True) == (18, 65)
