"""Firms named again on every row, cells left blank beside the same name, ditto marks, a note in brackets."""

ROWS = {
    1: ("title",),
    2: ("header",),
    3: ("ok", {"location": "510923", "contact": "何厂长", "phone": "18900000001", "board": "包吃"}, []),
    4: ("ok", {"location": "510923", "phone": "18900000001", "category": ["普工"]}, []),
    5: (
        "ok",
        {"employer": "大英县回马镇示例卫浴厂", "category": ["管理岗", "普工"], "deadline": "2026-01-15"},
        ["deadline_passed"],
    ),
    6: ("ok", {"salary_unit": "day", "contact": "刘社长", "deadline": "2026-11-30", "hardship_only": False}, []),
    7: ("ok", {"location": "510923", "phone": "18900000002", "deadline": "2026-12-20", "salary_min": 8000}, []),
    8: ("ok", {"licences_any": ["B2"], "veteran_priority": True, "location": "510900", "deadline": None}, []),
    9: ("ok", {"gender": "女", "education_min": "大专", "salary_min": 3500, "salary_max": 4000}, []),
    10: ("ok", {"age_min": 16}, ["age_under_18"]),
    11: ("ok", {"age_max": 35, "age_max_veteran": 38, "education_min": "大专", "category": ["辅警"]}, []),
    12: ("note",),
}
