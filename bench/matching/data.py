"""Synthetic postings and people of any size, seeded, on the real counties of one province or of the whole country.

Shares are stated here and in docs/matching.md; no real person or firm. Facts are made as the product makes them
(PostingFacts, SeekerFacts), so that every program of the bench starts from the same records.
"""

import random
from datetime import date, timedelta

import numpy as np

from matching.catalog import Catalog
from matching.facts import PostingFacts, SeekerFacts
from matching.taxonomy import codes, regions
from matching.taxonomy.areas import city_of
from matching.taxonomy.occupations import OCCUPATIONS, nearness
from matching.taxonomy.place import Place

DAY = date(2026, 11, 20)
SIZES = {"county": (3_000, 1_500), "prefecture": (50_000, 20_000), "province": (300_000, 120_000)}
PROVINCE = "51"
CAPITAL = "510100"
#: Occupations are unequal: the first are sixteen times as frequent as the last.
COMMON = (
    "普工",
    "保安",
    "驾驶员",
    "保洁",
    "销售",
    "文员",
    "快递员",
    "服务员",
    "仓管员",
    "分拣员",
    "装卸工",
    "电工",
    "厨师",
)
CATEGORY_WEIGHTS = [8.0 if word in COMMON else 2.0 if nearness("保安", word) else 1.0 for word in codes.JOB_CATEGORIES]
WAGES = [(low, low + width) for low in range(2000, 9000, 200) for width in (0, 500, 1000, 1500, 2500)]
NEEDED = {name: row.get("certificates", ()) for name, row in OCCUPATIONS.items()}


def counties(size: str) -> list[Place]:
    """The counties of a bench: one, those of one city, those of one province, or all."""
    prefix = {"county": "510703", "prefecture": "5107", "province": PROVINCE}.get(size, "")
    return [
        place for place in regions.every() if place.adcode.startswith(prefix) and not regions.children(place.adcode)
    ]


def postings(size: str, count: int, seed: int = 1) -> list[PostingFacts]:
    dice, places = random.Random(seed), counties(size)
    return [posting(dice, dice.choice(places), f"p{number:07d}") for number in range(count)]


def posting(dice: random.Random, where: Place, posting_id: str) -> PostingFacts:
    categories = tuple(dict.fromkeys(dice.choices(codes.JOB_CATEGORIES, CATEGORY_WEIGHTS, k=dice.choice((1, 1, 1, 2)))))
    first = categories[0]
    wage = dice.choice(WAGES)
    drives = first in ("驾驶员", "网约车司机")
    return PostingFacts(
        id=posting_id,
        job_categories=categories,
        age_min=dice.choice((18, 18, 18, 20, 22, 25)),
        age_max=dice.choice((35, 40, 45, 45, 50, 50, 55, 55, 60, 60, 65)),
        age_max_veteran=dice.choice((None,) * 9 + (50,)),
        age_max_female=dice.choice((None,) * 9 + (50,)),
        gender=dice.choices(("不限", "男", "女"), (75, 20, 5))[0],
        education_min=dice.choices((None, "小学", "初中", "高中", "大专", "本科"), (35, 5, 30, 20, 8, 2))[0],
        education_min_veteran=dice.choice((None,) * 9 + ("高中",)),
        licences_any=(dice.choice(("C1", "C1", "B2", "A2", "A1")),) if drives else (),
        certificates_all=tuple(NEEDED[first][:1]) if dice.random() < 0.4 else (),
        skills_preferred=(dice.choice(codes.SKILLS),) if dice.random() < 0.05 else (),
        month_min=wage[0],
        month_max=wage[1],
        location=where,
        board=dice.choices(codes.BOARDS, (20, 15, 20, 15, 30))[0],
        shift=dice.choices(codes.SHIFTS, (55, 25, 5, 10, 5))[0],
        work_type="灵活" if dice.random() < 0.1 else "全职",
        veteran_priority=dice.random() < 0.5,
        veteran_only=dice.random() < 0.05,
        hardship_only=first == "公益性岗位",
        no_disability=dice.random() < 0.05,
        travel_required=dice.random() < 0.08,
        hukou_required=where.adcode if dice.random() < 0.02 else None,
        height_min_cm=170 if dice.random() < 0.02 else None,
        published=DAY - timedelta(days=dice.randint(0, 60)),
        deadline=DAY + timedelta(days=dice.randint(-2, 60)),
        verified=dice.random() < 0.7,
        employer_health=dice.choice((None, 40, 60, 80, 100)),
        headcount=dice.randint(1, 30),
        offered=dice.choice((0, 0, 10, 100)),
    )


def people(size: str, count: int, seed: int = 2) -> list[SeekerFacts]:
    dice, places = random.Random(seed), counties(size)
    return [person(dice, dice.choice(places), f"s{number:07d}") for number in range(count)]


def person(dice: random.Random, home: Place, seeker_id: str) -> SeekerFacts:
    wanted = tuple(dict.fromkeys(dice.choices(codes.JOB_CATEGORIES, CATEGORY_WEIGHTS, k=dice.choice((1, 1, 2)))))
    known = OCCUPATIONS[wanted[0]]
    learnt = dice.random() < 0.7
    city = Place(city_of(home.adcode), home.path[:2])
    scope = {
        "county": (home,),
        "city": (city,),
        "capital": (city, Place(CAPITAL, ("四川省", "成都市"))),
        "province": (Place(home.adcode[:2] + "0000", home.path[:1]),),
        "any": None,
    }[(reach := dice.choices(("county", "city", "capital", "province", "any"), (20, 55, 10, 12, 3))[0])]
    return SeekerFacts(
        id=seeker_id,
        age=dice.randint(22, 60),
        gender="男" if dice.random() < 0.9 else "女",
        veteran=dice.random() < 0.97,
        location=(home,),
        hukou=home.adcode,
        accept_scope=scope,
        accept_any=reach == "any",
        preferred_area=(home,) if dice.random() < 0.4 and reach != "county" else (),
        job_categories=wanted,
        job_categories_ok=tuple(dice.choices(codes.JOB_CATEGORIES, CATEGORY_WEIGHTS, k=dice.choice((0, 0, 1, 2, 3)))),
        job_categories_exclude=tuple(dice.choices(codes.JOB_CATEGORIES, k=1)) if dice.random() < 0.1 else (),
        job_any=dice.random() < 0.06,
        education=dice.choices(("小学", "初中", "高中", "中专", "大专", "本科"), (5, 35, 30, 10, 14, 6))[0],
        salary_min=dice.choice(range(2000, 7500, 500)),
        licences=dice.choices(((), ("C1",), ("B2",), ("A2",)), (45, 40, 10, 5))[0],
        certificates=tuple(known.get("certificates", ())[:1]) if learnt else (),
        skills=tuple(known["skills"][:2]) if learnt else (),
        military_trade=(dice.choice(codes.MILITARY_TRADES),) if dice.random() < 0.6 else (),
        shift_wish=("不上夜班",) if dice.random() < 0.2 else (),
        shift_soft_prefer_day=dice.random() < 0.15,
        accommodation_wish=dice.choice((None, None, None, "包住", "包吃")),
        part_time_only=dice.random() < 0.02,
        disability="九级" if dice.random() < 0.05 else "无",
        hardship_certified=dice.random() < 0.1,
        height_cm=dice.randint(160, 185),
    )


def nation(count: int, seed: int = 3) -> Catalog:
    """A catalog of the whole country: the columns of 120,000 postings, drawn again and spread over all counties."""
    base = Catalog.build(postings("province", 120_000, seed), DAY)
    chance = np.random.default_rng(seed)
    rows = base.rows[chance.integers(0, len(base.rows), count)]
    areas = np.array([int(place.adcode) for place in counties("nation")], dtype=np.int32)
    rows["area"] = areas[chance.integers(0, len(areas), count)]
    rows["hukou"] = np.where(rows["hukou"] > 0, rows["area"], 0)
    return Catalog(1, DAY, tuple(f"p{number:07d}" for number in range(count)), rows)
