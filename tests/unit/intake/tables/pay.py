"""Pay in every manner: hour, day, year, couple, base and average, ten thousands, words."""

ROWS = {
    3: ("ok", {"salary_min": 23, "salary_max": 23, "salary_unit": "hour", "work_type": ["兼职", "灵活", "全职"]}, []),
    4: ("ok", {"headcount": 4, "salary_min": 15000, "salary_max": 15000}, ["salary_shared"]),
    5: (
        "ok",
        {"salary_min": 8333, "salary_max": 10000, "salary_unit": "month", "category": ["工程机械操作员"]},
        ["salary_from_year", "contact_missing"],
    ),
    6: ("ok", {"salary_min": 6000, "salary_max": None, "salary_unit": "month"}, []),
    7: (
        "ok",
        {"salary_min": 120, "salary_max": None, "salary_unit": "day", "work_type": ["兼职"], "category": ["销售"]},
        [],
    ),
    8: ("ok", {"salary_min": 6000, "salary_max": 8000, "contact": "陆", "phone": "13700000504"}, ["salary_swapped"]),
    9: ("ok", {"salary_min": 7000, "salary_max": 9000}, []),
    10: ("ok", {"salary_min": 15000, "salary_max": 25000, "category": ["技术员"], "location": "320505"}, []),
    11: ("ok", {"salary_min": 8000, "salary_max": 8000, "category": ["外卖骑手"]}, []),
    12: ("ok", {"salary_min": 3500, "salary_max": None, "category": ["文员"]}, []),
    13: ("ok", {"salary_min": 150, "salary_max": 150, "salary_unit": "day"}, []),
    14: ("ok", {"salary_min": 500000}, ["salary_outlier"]),
    15: ("ok", {"salary_min": None, "salary_unit": None}, ["salary_negotiable"]),
}
