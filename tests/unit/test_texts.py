"""Every reply has one text, every text one reply; all render with sample parameters and stay within one message."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.questions import QUESTIONS, choices_of
from matching.taxonomy.place import Place
from services.rendering import TEXTS, render
from services.runtime import Office

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 600
DAY = date(2026, 11, 27)
OFFICE = Office(
    name="安和县退役军人服务中心",
    region="510705",
    phone="0800-0000000",
    address="安和县幸福路 1 号一楼 3 号窗口",
    employer_form="https://example.invalid/e/form",
)
HOME = Place("510705", ("四川省", "绵阳市", "安州区"))
LABELS = [choice.label for question in QUESTIONS for choice in choices_of(question, HOME)][:9]
MATCH = {
    "title": "园区保安（白班）",
    "employer": "示例保安服务有限责任公司",
    "reason": "是您想找的保安的活，就在安州区，一个月3200到3800元，管吃管住，优先要退役军人。不过要倒班，有夜班。",
}
FACTS = ["48岁", "想在安州区", "想做叉车工", "工资5000元以上", "初中学历", "有叉车证、健康证", "不上夜班"]

# Sample parameters by key; a folder's entry holds for all of its keys. Long values on purpose.
SAMPLES: dict[str, dict[str, Any]] = {
    "consent": {"disability": "三级"},
    "profile": {
        "stored": False,
        "again": True,
        "choices": LABELS,
        "facts": FACTS,
        "place": "绵阳市安州区",
        "name": "市中区",
        "slot": "age",
        "value": "300岁",
    },
    "matches": {
        "matches": [MATCH] * 4,
        "page": 0,
        "exact": False,
        "untold": ["双休"],
        "by": "pay",
        "number": 2,
        "item": {**MATCH, "pay": "3200到3800元", "place": "涪城区"},
        "known": True,
        "shut": ["厨师岗位有 3 个不合：年龄不合的 2 个，学历不够的 1 个。"],
        "reasons": ["厨师岗位有 3 个不合：年龄不合的 2 个，学历不够的 1 个。"],
        "suggestions": ["考个叉车证（培训约两周），就能多看3个岗位。"] * 3,
        "position": 9,
        "length": 3,
    },
    "detail": {
        "title": "园区保安",
        "employer": "示例保安服务有限责任公司",
        "lines": ["工资：3200到3800元", "地点：绵阳市涪城区", "上班：要倒班，有夜班", "吃住：管住，不管吃"],
        "text": "3200到3800元",
        "open": True,
    },
    "apply": {
        "missing": ["name", "phone"],
        "length": 5,
        "title": "园区保安",
        "employer": "示例保安公司",
        "respond_by": DAY,
        "status": "请您面试",
        "reasons": ["年龄不合", "要的证您没有"],
        "lines": ["园区保安（示例保安公司）：已提交，等单位回话"] * 6,
    },
    "interviews": {
        "title": "园区保安",
        "employer": "示例保安公司",
        "when": "12月1日（周二）14:00",
        "place": "县人社局二楼 3 号窗口",
        "note": "请穿长裤。",
    },
    "offers": {"title": "园区保安", "employer": "示例保安公司", "day": DAY, "note": "请带被褥。"},
    "line": {"title": "园区保安", "employer": "示例保安公司", "respond_by": DAY},
    "heartbeats": {"month": 11},
    "referrals": {"title": "园区保安", "employer": "示例保安公司", "note": "请 11 月 25 日上午 9 点到公司。"},
    "cases": {
        "number": "11200001",
        "due": DAY,
        "days": 5,
        "kind": "message",
        "urgent": True,
        "status": "已受理，正在等人核实",
        "police": True,
        "resolution": "企业补发加班费 1200 元",
        "note": "企业补发加班费 1200 元",
    },
    "followups": {"step": 30, "title": "叉车工", "choices": ["工资低", "太累", "离家远"], "gaps": ["工资", "社保"]},
    "support": {
        "address": OFFICE.employer_form,
        "facts": FACTS,
        "push": True,
        "kept": True,
        "length": 5,
        "what": "图片",
        "text": "您好，我是窗口的，您慢慢说。",
    },
    "digests": {
        "lines": [(number, MATCH | {"pay": "3200-3800元/月", "place": "安州区"}) for number in range(1, 11)],
        "until": DAY,
    },
    "pushes": {"topic": "岗位推荐", "until": DAY, "days": 7, "only_excellent": False},
    "minors": {"due": DAY},
    "reminders": {"words": "满18岁提醒"},
    "policy": {
        "title": "优待证怎么办",
        "text": "政" * 400,
        "place": "县政务服务中心退役军人窗口",
        "source": "某某〔2021〕12 号（2021年12月1日）",
        "subject": "优待证",
        "recorded": True,
        "number": "11200001",
        "days": 5,
        "due": DAY,
    },
    "interests": {"notices": ["厨师培训班，12月1日，县职教中心，免费，11月28日前报名"] * 3, "recorded": True},
    "fairs": {
        "fair": {
            "title": "军岗日退役军人专场招聘会",
            "place": "县退役军人服务中心一楼大厅",
            "text": "有十五家单位到场。",
        },
        "starts": datetime(2026, 12, 25, 9, 0, tzinfo=UTC),
        "left": 7,
    },
    "arrivals": {"name": "红旗镇退役军人服务站"},
}


def texts() -> list[str]:
    return sorted(str(path.relative_to(TEXTS).with_suffix("")) for path in TEXTS.rglob("*.txt"))


def named_keys() -> Iterator[str]:
    """Every key in the source as a regular expression: literals as they stand, the holes of f-strings as words."""
    for room in ("bot", "services"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    if re.fullmatch(r"[a-z]+/[a-z_0-9]*[a-z0-9]", node.value):
                        yield re.escape(node.value)
                elif isinstance(node, ast.JoinedStr) and node.values:
                    parts = [part.value if isinstance(part, ast.Constant) else "[a-z_0-9]+" for part in node.values]
                    if re.match(r"[a-z]+/", str(parts[0])):
                        yield "".join(map(str, parts))


def params_of(key: str) -> dict[str, Any]:
    return {"office": OFFICE, **SAMPLES.get(key.split("/")[0], {})}


def test_every_key_has_a_text_and_every_text_a_key() -> None:
    keys, found = set(named_keys()), texts()
    assert [key for key in keys if not any(re.fullmatch(key, text) for text in found)] == []
    assert [text for text in found if not any(re.fullmatch(key, text) for key in keys)] == []


@pytest.mark.parametrize("key", texts())
def test_a_text_fits_one_message(key: str) -> None:
    text = render(key, **params_of(key))
    assert 0 < len(text) <= LONGEST
    assert "\n\n" not in text
    assert not re.search(r"\bNone\b|\{\{|undefined", text)


@pytest.mark.parametrize("key", texts())
def test_a_text_is_polite_and_plain(key: str) -> None:
    text = render(key, **params_of(key))
    assert "你" not in text.replace("你们", "")
    assert "！" not in text
    assert not re.search(r"[A-Za-z]{4,}(?!\S*invalid)", text.replace("https://example.invalid/e/form", ""))


def test_a_bureau_without_a_telephone_leaves_no_hole() -> None:
    for key in texts():
        text = render(key, **{**params_of(key), "office": Office()})
        assert "打 ；" not in text
        assert "  " not in text.replace("\n", "")
