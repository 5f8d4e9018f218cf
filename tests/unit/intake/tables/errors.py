"""Everything that must not be imported, among rows that must."""

ROWS = {
    1: ("title",),
    2: ("header",),
    3: ("error", "headcount_invalid"),
    4: ("error", "illegal_fee"),
    5: ("error", "suspicious"),
    6: ("error", "columns_swapped"),
    7: ("error", "missing_title"),
    8: ("error", "missing_employer"),
    9: ("error", "salary_unparseable"),
    10: ("ok", {"headcount": 3, "age_max": 50, "salary_min": 6500, "category": ["驾驶员"], "location": "330105"}, []),
    11: ("ok", {"headcount": (2, 3), "age_max": 60, "phone": "0571-87000409", "location": "330108"}, []),
    12: ("error", "headcount_invalid"),
    13: ("error", "columns_swapped"),
    14: ("ok", {"salary_min": 5000, "salary_max": 6000, "location": "330112"}, []),
    15: ("duplicate", 10),
    16: ("error", "illegal_fee"),
    17: ("error", "suspicious"),
}
