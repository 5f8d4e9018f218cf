"""Invents postings and seekers from a seed: every fact present, absent and at its edges; no real person or firm."""

import random
from datetime import date, timedelta

from matching.facts import PostingFacts, SeekerFacts
from matching.taxonomy import codes
from matching.taxonomy.place import Place

DAY = date(2026, 11, 20)
COUNTIES = (
    "510703",
    "510704",
    "510705",
    "510722",
    "510781",
    "510104",
    "510112",
    "511102",
    "429004",
    "500101",
    "620102",
)
CITIES = ("510700", "510100", "511100")
PROVINCES = ("510000", "420000", "620000")
EDUCATIONS = (None, *codes.EDUCATIONS)


def place(code: str) -> Place:
    return Place(code, ("某省", "某市", "某县"))


def some(dice: random.Random, words: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(dice.sample(words, dice.randint(0, most)))


def maybe(dice: random.Random, value, chance: float = 0.3):
    return value if dice.random() < chance else None


def posting(dice: random.Random, number: int) -> PostingFacts:
    low = dice.choice([None, 18, 18, 20, 25, 30])
    pay = dice.choice([None, (2000, 2600), (3000, 3500), (3600, 4000), (4500, None), (5000, 7000), (9000, 13000)])
    return PostingFacts(
        id=f"p{dice.randrange(10**6):06d}-{number}",
        job_categories=tuple(dice.sample(codes.JOB_CATEGORIES, dice.choice([1, 1, 1, 2, 3]))),
        age_min=low,
        age_max=dice.choice([None, 35, 45, 50, 55, 60, 65]),
        age_max_veteran=maybe(dice, dice.choice([40, 48, 58]), 0.2),
        age_max_female=maybe(dice, dice.choice([45, 50]), 0.2),
        gender=dice.choice([None, "不限", "不限", "男", "女"]),
        education_min=dice.choice((*EDUCATIONS[:5], None, None)),
        education_min_veteran=maybe(dice, dice.choice(["初中", "高中"]), 0.2),
        licences_any=some(dice, codes.LICENCES, 2) if dice.random() < 0.3 else (),
        certificates_all=some(dice, codes.CERTIFICATES[:10], 2) if dice.random() < 0.3 else (),
        skills_required=some(dice, codes.SKILLS, 1) if dice.random() < 0.1 else (),
        skills_preferred=some(dice, codes.SKILLS[:12], 2) if dice.random() < 0.2 else (),
        month_min=pay[0] if pay else None,
        month_max=pay[1] if pay else None,
        location=place(dice.choice((*COUNTIES, *COUNTIES, "510700", "510000"))) if dice.random() < 0.95 else None,
        board=dice.choice([None, *codes.BOARDS]),
        shift=dice.choice([None, *codes.SHIFTS]),
        work_type=dice.choice([None, *codes.WORK_TYPES]),
        veteran_priority=dice.random() < 0.5,
        veteran_only=dice.random() < 0.1,
        hardship_only=dice.random() < 0.1,
        no_disability=dice.random() < 0.1,
        travel_required=dice.random() < 0.2,
        hukou_required=maybe(dice, dice.choice((*COUNTIES, *CITIES, *PROVINCES)), 0.1),
        height_min_cm=maybe(dice, dice.choice([165, 170, 175]), 0.1),
        published=maybe(dice, DAY - timedelta(days=dice.randint(-2, 60)), 0.9),
        deadline=maybe(dice, DAY + timedelta(days=dice.randint(-3, 40)), 0.9),
        closed=dice.random() < 0.03,
        full=dice.random() < 0.03,
        verified=dice.random() < 0.5,
        employer_health=maybe(dice, dice.randint(0, 100), 0.5),
        headcount=maybe(dice, dice.randint(1, 30), 0.8),
        offered=dice.choice([0, 0, 5, 50]),
    )


def seeker(dice: random.Random, number: int) -> SeekerFacts:
    places = (*COUNTIES, *CITIES, *PROVINCES)
    scope = tuple(map(place, some(dice, places, 3))) or None
    return SeekerFacts(
        id=f"s{number}",
        age=dice.choice([None, 17, 18, 25, 35, 44, 45, 46, 50, 51, 58, 66]),
        gender=dice.choice([None, "男", "男", "女"]),
        veteran=dice.random() < 0.85,
        location=(place(dice.choice((*COUNTIES, "510700"))),) if dice.random() < 0.9 else (),
        hukou=maybe(dice, dice.choice(COUNTIES), 0.8),
        accept_scope=maybe(dice, scope, 0.7),
        accept_any=dice.random() < 0.2,
        location_exclude=tuple(map(place, some(dice, places, 1))) if dice.random() < 0.1 else (),
        preferred_area=tuple(map(place, some(dice, places, 2))) if dice.random() < 0.5 else (),
        job_categories=some(dice, codes.JOB_CATEGORIES, 3),
        job_categories_ok=some(dice, codes.JOB_CATEGORIES, 3),
        job_categories_exclude=some(dice, codes.JOB_CATEGORIES, 2) if dice.random() < 0.2 else (),
        job_any=dice.random() < 0.15,
        education=dice.choice(EDUCATIONS),
        salary_min=dice.choice([None, 2000, 2889, 3000, 4000, 4445, 5000, 6500]),
        licences=maybe(dice, some(dice, codes.LICENCES, 2), 0.8),
        certificates=maybe(dice, some(dice, codes.CERTIFICATES[:10], 5), 0.8),
        skills=maybe(dice, some(dice, codes.SKILLS, 4), 0.8),
        military_trade=some(dice, codes.MILITARY_TRADES, 1),
        shift_wish=some(dice, codes.SHIFT_WISHES, 2),
        shift_soft_prefer_day=dice.random() < 0.3,
        accommodation_wish=dice.choice([None, *codes.ACCOMMODATION_WISHES]),
        part_time_only=dice.random() < 0.1,
        disability=dice.choice([None, "无", "无", "九级"]),
        hardship_certified=dice.choice([None, False, True]),
        height_cm=maybe(dice, dice.choice([160, 165, 172, 180]), 0.7),
    )


def postings(seed: int, count: int) -> list[PostingFacts]:
    dice = random.Random(seed)
    return [posting(dice, number) for number in range(count)]


def seekers(seed: int, count: int) -> list[SeekerFacts]:
    dice = random.Random(seed)
    return [seeker(dice, number) for number in range(count)]
