"""Dates in every manner; the first row is the header: no title, no serial."""

ROWS = {
    1: ("header",),
    2: ("ok", {"deadline": "2026-12-31", "published": "2026-11-01", "contact": "周工", "location": "420600"}, []),
    3: ("ok", {"deadline": "2025-12-31", "published": "2026-11-02"}, ["deadline_passed"]),
    4: ("ok", {"deadline": "2027-01-15", "published": "2026-11-03"}, []),
    5: ("ok", {"deadline": "2026-12-05", "published": "2026-11-04"}, []),
    6: ("ok", {"deadline": None, "published": "2026-11-05"}, []),
    7: ("ok", {"deadline": None, "category": ["厨工"]}, ["deadline_unparsed"]),
    8: ("ok", {"deadline": None}, ["deadline_passed"]),
    9: ("ok", {"deadline": "2026-12-01"}, []),
    10: ("ok", {"deadline": "2026-12-31"}, []),
    11: ("ok", {"deadline": "2026-12-08"}, []),
    12: ("ok", {"deadline": None}, ["deadline_unparsed"]),
}
