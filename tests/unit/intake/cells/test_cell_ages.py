"""Age windows in many wordings, in a cell of their own and inside free text."""

import pytest

from services.intake.cells import ages

AGE_FIELDS = ("low", "high", "low_male", "low_female", "high_male", "high_female", "high_veteran", "sex", "codes")
AGES = {
    "18周岁以上45周岁以下": {"low": 18, "high": 45},
    "18岁至50岁": {"low": 18, "high": 50},
    "45周岁（含）以下": {"high": 45},
    "不超过40周岁": {"high": 40},
    "≤35": {"high": 35},
    "<50": {"high": 50},
    ">18": {"low": 18},
    "20岁~45岁": {"low": 20, "high": 45},
    "18--55": {"low": 18, "high": 55},
    "20－45周岁": {"low": 20, "high": 45},
    "年满18周岁，不超过55周岁": {"low": 18, "high": 55},
    "18周岁以上": {"low": 18},
    "男18-55女18-50": {"low": 18, "high_male": 55, "high_female": 50, "sex": "不限"},
    "男性55岁以下，女性50岁以下": {"high_male": 55, "high_female": 50, "sex": "不限"},
    "男：18-60岁；女：18-55岁": {"low": 18, "high_male": 60, "high_female": 55, "sex": "不限"},
    "男≤60，女≤55": {"high_male": 60, "high_female": 55, "sex": "不限"},
    "男55、女50岁以内": {"high_male": 55, "high_female": 50, "sex": "不限"},
    "16-30": {"low": 16, "high": 30, "codes": ("age_under_18",)},
    "50-18": {"low": 18, "high": 50, "codes": ("age_swapped",)},
    "45左右": {"codes": ("age_vague",)},
    "三十五周岁以下": {"high": 35},
    "35岁及以下": {"high": 35},
    "35以下（硕士可放宽至40）": {"high": 35},
    "18-35周岁（退役军人放宽至38周岁）": {"low": 18, "high": 35, "high_veteran": 38},
    "35周岁以下，退役军人可放宽3岁": {"high": 35, "high_veteran": 38},
    "1985年1月1日以后出生": {"high": 41},
    "1991年11月20日（含）以后出生": {"high": 35},
    "80后": {"codes": ("age_vague",)},
    "法定退休年龄内": {"codes": ("age_vague",)},
    "不限": {},
    "无": {},
    "/": {},
    "年龄不限": {},
    "50岁以下优先": {},
    "60": {"high": 60},
    "22至38周岁": {"low": 22, "high": 38},
    "女45以下": {"high": 45, "sex": "女"},
    "男,18-50": {"low": 18, "high": 50, "sex": "男"},
    "18-45（女）": {"low": 18, "high": 45, "sex": "女"},
    "4050人员": {"low_male": 50, "low_female": 40},
    "40-60": {"low": 40, "high": 60},
    "男45-60 女40-55": {"low_male": 45, "low_female": 40, "high_male": 60, "high_female": 55, "sex": "不限"},
    "18-45周岁、退役士兵可放宽至50周岁": {"low": 18, "high": 45, "high_veteran": 50},
    "退役军人18-50岁": {"low": 18, "high": 50},
    "25～50（特别优秀可放宽）": {"low": 25, "high": 50},
    "满18不满45": {"low": 18, "high": 45},
    "18岁以上，60岁以下": {"low": 18, "high": 60},
    "45": {"high": 45},
    "45.0": {"high": 45},
    "55周岁以内（身体健康）": {"high": 55},
    "18-45，退役军人优先": {"low": 18, "high": 45},
    "18以上，50以下": {"low": 18, "high": 50},
}
AGES_INSIDE = {
    "男，18-45岁，初中以上": {"low": 18, "high": 45},
    "身体健康，55周岁以下": {"high": 55},
    "3年以上工作经验，40以下": {"high": 40},
    "身高170cm以上，18-30": {"low": 18, "high": 30},
    "限退役军人，18-35，高中": {"low": 18, "high": 35},
    "就业困难退役军人，45-60岁": {"low": 45, "high": 60},
    "45岁以下，C1驾照，5年以上驾龄": {"high": 45},
    "高中以上学历，20-40周岁，月休4天": {"low": 20, "high": 40},
    "工作时间8:00-18:00": None,
    "两班倒，12小时": None,
    "男60女55以下": {"high_male": 60, "high_female": 55, "sex": "不限"},
    "年龄18—50周岁；有电工证": {"low": 18, "high": 50},
    "18-45周岁，男女不限": {"low": 18, "high": 45},
    "工龄补贴50": None,
    "缴纳五险，月休4-6天": None,
    "35周岁以下 本科": {"high": 35},
}


def stated(found: ages.Ages | None) -> dict[str, object] | None:
    return found and {name: getattr(found, name) for name in AGE_FIELDS if getattr(found, name)}


@pytest.mark.parametrize(("text", "wanted"), AGES.items())
def test_an_age_cell_is_read_as_meant(text: str, wanted: object) -> None:
    assert stated(ages.parse(text, 2026)) == wanted


@pytest.mark.parametrize(("text", "wanted"), AGES_INSIDE.items())
def test_an_age_inside_free_text_is_found(text: str, wanted: object) -> None:
    assert stated(ages.find(text, 2026)) == wanted
