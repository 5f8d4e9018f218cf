"""One firm's own sheet: no employer column, pay in thousands, phone only in a note."""

FIRM = {"employer": "山东鲁西纺织有限公司", "phone": None}
ROWS = {
    1: ("title",),
    2: ("header",),
    3: (
        "ok",
        {
            **FIRM,
            "headcount": 50,
            "gender": "女",
            "salary_min": 4500,
            "salary_max": 6000,
            "salary_unit": "month",
            "board": "包吃住",
            "category": ["普工"],
            "location": None,
        },
        ["phone_missing", "contact_missing"],
    ),
    4: (
        "ok",
        {
            "salary_min": 5500,
            "salary_max": 7000,
            "age_max": 50,
            "education_min": "中专",
            "certificates_all": ["电工证"],
            "category": ["维修工", "普工"],
        },
        [],
    ),
    5: (
        "ok",
        {"salary_min": 4000, "salary_max": 4000, "education_min": "高中", "board": "包吃", "category": ["仓管员"]},
        [],
    ),
    6: (
        "ok",
        {
            "salary_min": 2600,
            "board": "不提供",
            "veteran_only": True,
            "veteran_priority": True,
            "age_max": 60,
            "category": ["保安"],
        },
        [],
    ),
    7: (
        "ok",
        {
            "salary_min": 5000,
            "salary_max": 5000,
            "certificates_other": ["锅炉证"],
            "certificates_all": [],
            "age_min": 22,
        },
        [],
    ),
    8: (
        "ok",
        {
            "headcount": None,
            "gender": "不限",
            "age_max": None,
            "salary_min": 3800,
            "salary_max": None,
            "education_min": "大专",
            "board": "餐补",
        },
        ["headcount_unknown", "age_vague"],
    ),
    9: ("blank",),
    10: ("note",),
}
