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
        ("北京开奥运会那年退的", "2008年退的"),
        ("仲想揾份工", "还想找份工作"),
        ("金年四十衣岁咯", "今年四十一岁了"),
        ("工资无千", "工资五千"),
        ("登高嘞本", "登高的本"),
        ("浇浇水", "浇水"),
        ("俺搁商丘住", "俺在商丘住"),
    ],
)
def test_put_right(written, meant):
    assert clean(written).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "几点报名",
        "金额不能少",
        "农民工子女",
        "就业班开课",
        "高种植",
        "耽搁了",
        "保安正在招人",
        "哈喽",
        "没事看看书",
        "看奥运会",
        "关系不错",
    ],
)
def test_left_alone(text):
    assert clean(text).text == text
