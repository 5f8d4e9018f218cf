"""One posting from the bureau's own columns."""

from datetime import date

from services.intake.facts import posting_facts

DAY = date(2026, 11, 20)


def test_the_bureaus_columns_become_facts() -> None:
    facts = posting_facts(
        "x-1",
        {
            "单位": "德阳城安保安服务有限公司",
            "岗位": "校园保安",
            "人数": "4",
            "年龄要求": "18-45周岁，退役军人可放宽到50周岁",
            "学历": "高中，退役军人初中",
            "专业/证书/驾照": "保安员证，C1优先",
            "工资": "150-180元/天",
            "地点": "旌阳区",
            "食宿": "工作餐",
            "性别": "男",
            "优先条件": "退役军人优先",
            "用工性质": "全日制",
            "备注": "三班两倒，无残疾",
            "截止日期": "12月31日",
        },
        DAY,
    )
    assert facts.job_categories == ("保安",)
    assert (facts.age_min, facts.age_max, facts.age_max_veteran) == (18, 45, 50)
    assert (facts.education_min, facts.education_min_veteran) == ("高中", "初中")
    assert (facts.certificates_all, facts.licences_any) == (("保安员证",), ())
    assert (facts.salary_min, facts.salary_unit, facts.month_min, facts.month_max) == (150, "day", 3900, 4680)
    assert facts.location is not None
    assert facts.location.adcode == "510603"
    assert (facts.board, facts.shift, facts.work_type) == ("包吃", "倒班", "全职")
    assert facts.veteran_priority
    assert facts.no_disability
    assert facts.deadline == date(2026, 12, 31)
