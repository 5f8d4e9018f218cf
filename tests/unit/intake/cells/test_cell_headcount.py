"""Headcounts in many wordings."""

import pytest

from services.intake.cells import headcount

HEADCOUNTS = {
    "5": (5,),
    "5人": (5,),
    "5名": (5,),
    "5-8人": (8,),
    "5~8": (8,),
    "1对": (2,),
    "两对": (4,),
    "若干": (None, "headcount_unknown"),
    "不限": (None, "headcount_unknown"),
    "多名": (None, "headcount_unknown"),
    "10+": (10,),
    "10名以上": (10,),
    "约20人": (20,),
    "3人（男2女1）": (3,),
    "男3女2": (5,),
    "男女各5名": (10,),
    "0": (None, "headcount_invalid"),
    "-3": (None, "headcount_invalid"),
    "3.5": (None, "headcount_invalid"),
    "十五": (15,),
    "二十人": (20,),
    "1-2": (2,),
    "各1名": (1,),
    "待定": (None, "headcount_unknown"),
    "５": (5,),
    "100左右": (100,),
    "5000-6000": (None, "headcount_invalid"),
    "2026-05-08": (8, "headcount_date"),
    "共3人": (3,),
    "2人/班": (2,),
    "无": (None, "headcount_missing"),
    "": (None, "headcount_missing"),
}


@pytest.mark.parametrize(("text", "wanted"), HEADCOUNTS.items())
def test_a_headcount_is_read_as_meant(text: str, wanted: object) -> None:
    found = headcount.parse(text)
    assert (found.count, *found.codes) == wanted
