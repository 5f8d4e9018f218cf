"""Ways of saying things that were misread once, each told here in other words than it was found in."""

from datetime import date

import pytest

from bot.nlu.understanding import understand

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "asked", "slot", "value"),
    [
        ("再过几个月就五十二了", None, "age", 51),
        ("俺五十差三岁", None, "age", 47),
        ("我是七五年的不是七二年", None, "birth_year", 1975),
        ("复员年份填错了，零八年不是零九年", None, "discharge_year", 2008),
        ("两千多不到三千", "salary", "salary_min", 2000),
        ("两千多不到三千", "salary", "salary_max", 3000),
        ("四千不到五千不干", None, "salary_min", 5000),
        ("有B2没有A2", "licence", "licences", ("B2",)),
        ("驾照是大客车的", None, "licences", ("A1",)),
        ("没有其他的证只有健康证", "certificate", "certificates", ("健康证",)),
        ("快递以外的活都能干", None, "job_categories_exclude", ("快递员",)),
        ("帮我找个给主任开车的活", None, "job_categories", ("驾驶员",)),
        ("轮班也莫叫我", None, "shift_wish", ("不倒班",)),
        ("包饭就成住的地方我自己有", "accommodation", "accommodation_wish", "包吃"),
        ("没有手艺有膀子力气扫地看门都能干", None, "job_categories", ("保洁", "保安")),
        ("眼下想找个适当点的活儿", None, "willingness", None),
        ("职高汽修班出来的", None, "military_trade", None),
        ("从业资格证客运的", None, "job_categories", None),
    ],
)
def test_read_right(text, asked, slot, value):
    assert getattr(understand(text, asked, DAY).slots, slot) == value


@pytest.mark.parametrize(
    ("text", "name"),
    [("宁波银州区", "鄞州区"), ("铁岭银州区", "银州区"), ("南京孤楼区", "鼓楼区")],
)
def test_a_district_right_behind_its_city_is_one_of_the_city_however_it_is_written(text, name):
    (place,) = understand(text, "location", DAY).slots.location
    assert place.path[-1] == name


def test_nobody_is_called_when_work_for_somebody_is_asked_for():
    assert understand("帮我找个给主任开车的活", None, DAY).intent == "find_job"
    assert understand("给我找你们主任", None, DAY).intent == "human_agent"
