"""Who belongs to which group of the ledger as of a day, from the facts alone."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ledger import Row
from services.groups import Freshness, Group, PersonFacts, facts_of, freshness, groups_of
from services.runtime import CHINA

DAY = date(2026, 11, 20)
JOBLESS = PersonFacts(gender="男", age=40, at_work=False, seeks=True, household="一")


def row(**values: object) -> Row:
    known: dict[str, object] = dict.fromkeys(Row.__dataclass_fields__)
    created = datetime(2024, 5, 1, tzinfo=CHINA)
    return Row(**{**known, "id": 1, "kind": "veteran", "created_at": created, "profile": {}, "works": False, **values})  # type: ignore[arg-type]  # a test's own row


def groups(person: PersonFacts, *others: PersonFacts, day: date = DAY) -> frozenset[Group]:
    return groups_of(person, (person, *others), day)


@pytest.mark.parametrize(
    ("by", "day", "held"),
    [
        (date(2025, 12, 1), DAY, True),
        (date(2025, 11, 21), DAY, True),
        (date(2025, 11, 20), DAY, False),
        (date(2026, 9, 1), DAY, True),
        (date(2024, 3, 1), date(2025, 2, 28), True),
        (date(2023, 3, 1), date(2024, 2, 29), True),
        (date(2023, 2, 28), date(2024, 2, 29), False),
        (None, DAY, False),
    ],
)
def test_a_year_after_discharge_ends_to_the_day(by: date | None, day: date, held: bool) -> None:
    assert (Group.JUST_DISCHARGED in groups(PersonFacts(discharged_by=by), day=day)) == held


@pytest.mark.parametrize(
    ("gender", "age", "held"),
    [("女", 44, False), ("女", 45, True), ("男", 49, False), ("男", 50, True), (None, 60, False), ("男", None, False)],
)
def test_older_counts_from_45_and_50_by_sex(gender: str | None, age: int | None, held: bool) -> None:
    assert (Group.OLDER in groups(PersonFacts(gender=gender, age=age))) == held


@pytest.mark.parametrize(
    ("at_work", "since", "held"),
    [
        (False, date(2025, 11, 20), True),
        (False, date(2025, 11, 21), False),
        (False, None, False),
        (True, date(2020, 1, 1), False),
        (None, date(2020, 1, 1), False),
    ],
)
def test_long_jobless_asks_for_a_known_year(at_work: bool | None, since: date | None, held: bool) -> None:
    assert (Group.LONG_JOBLESS in groups(PersonFacts(at_work=at_work, jobless_since=since))) == held


@pytest.mark.parametrize(
    ("others", "held"),
    [
        ([], False),
        ([PersonFacts(gender="女", age=38, at_work=False, household="一")], True),
        ([PersonFacts(gender="女", age=38, at_work=True, household="一")], False),
        ([PersonFacts(gender="女", age=38, at_work=None, household="一")], False),
        ([PersonFacts(gender="男", age=71, at_work=None, household="一")], True),
    ],
)
def test_a_household_without_a_job_needs_everybody_known(others: list[PersonFacts], held: bool) -> None:
    assert (Group.ZERO_JOB_HOUSEHOLD in groups(JOBLESS, *others)) == held


def test_a_household_in_which_nobody_looks_for_work_is_none() -> None:
    resting = PersonFacts(gender="女", age=38, at_work=False, household="一")
    assert Group.ZERO_JOB_HOUSEHOLD not in groups(resting, resting)


def test_a_spouse_is_no_discharged_soldier() -> None:
    assert groups(PersonFacts(kind="spouse", discharged_by=date(2026, 9, 1))) == {Group.SPOUSE}


def test_a_bare_year_of_discharge_counts_to_its_end() -> None:
    assert facts_of(row(profile={"discharge_year": 2025}), DAY).discharged_by == date(2025, 12, 31)
    known = row(profile={"discharge_year": 2025}, discharged_on=date(2025, 9, 1))
    assert facts_of(known, DAY).discharged_by == date(2025, 9, 1)


@pytest.mark.parametrize(
    ("values", "at_work", "since"),
    [
        ({}, None, None),
        ({"profile": {"willingness": "在职"}}, True, None),
        ({"profile": {"willingness": "待业"}}, False, date(2024, 5, 1)),
        ({"profile": {"willingness": "待业"}, "jobless_on": date(2023, 1, 1)}, False, date(2023, 1, 1)),
        (
            {"profile": {"willingness": "待业"}, "jobless_on": date(2023, 1, 1), "left_on": date(2025, 6, 1)},
            False,
            date(2025, 6, 1),
        ),
        ({"left_on": date(2025, 6, 1)}, False, date(2025, 6, 1)),
        ({"profile": {"willingness": "待业"}, "works": True, "left_on": date(2025, 6, 1)}, True, None),
        (
            {"profile": {"willingness": "待业"}, "status_at": datetime(2026, 3, 2, 20, tzinfo=CHINA)},
            False,
            date(2026, 3, 2),
        ),
    ],
)
def test_work_and_since_when_there_is_none(values: dict[str, object], at_work: bool | None, since: date | None) -> None:
    facts = facts_of(row(**values), DAY)
    assert (facts.at_work, facts.jobless_since) == (at_work, since)


def test_the_age_is_that_of_the_day() -> None:
    born = row(birth_on=date(1976, 11, 20), gender="男")
    assert Group.OLDER in groups(facts_of(born, DAY))
    assert Group.OLDER not in groups(facts_of(born, DAY - timedelta(days=1)))
    stated = row(profile={"age": 44, "gender": "女"}, age_stated_on=date(2025, 11, 20))
    assert Group.OLDER in groups(facts_of(stated, DAY))


@given(st.integers(0, 2000))
def test_freshness_only_falls_with_time(days: int) -> None:
    order = [Freshness.FRESH, Freshness.AGEING, Freshness.STALE]
    confirmed = datetime(2020, 1, 31, 23, 30, tzinfo=CHINA)
    now, later = (freshness(confirmed, date(2020, 1, 31) + timedelta(days=days + more)) for more in (0, 1))
    assert order.index(now) <= order.index(later)
    assert (now == Freshness.FRESH) == (days <= 31)
    assert freshness(None, DAY) == Freshness.STALE
