"""Slips and dialect in the words of the rules, put right before anything is read."""

import pytest

from bot.nlu.text import clean


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("三十六碎，高中毕页", "三十六岁,高中毕业"),
        ("一三年退五的", "一三年退伍的"),
        ("有电工正和焊工正", "有电工证和焊工证"),
        ("唔返夜班", "不上夜班"),
        ("这噶瘩有活不", "这里有活不"),
        ("额是渭南的", "我是渭南的"),
        ("俺搁商丘住", "俺在商丘住"),
    ],
)
def test_put_right(written, meant):
    assert clean(written).text == meant


@pytest.mark.parametrize(
    "text", ["几点报名", "金额不能少", "农民工子女", "就业班开课", "高种植", "耽搁了", "保安正在招人", "哈喽"]
)
def test_left_alone(text):
    assert clean(text).text == text
