"""From a row as read to the facts matching goes by; also for a single row of the bureau's own columns."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from matching.facts import PostingFacts
from matching.taxonomy.place import Place
from services.intake.cells import places
from services.intake.headers import book
from services.intake.reading import Reading, RowReader
from services.intake.tables import Table

HOURS_A_MONTH: Final = 8 * 26
DAYS_A_MONTH: Final = 26


def facts(reading: Reading, posting_id: str = "") -> PostingFacts:
    """What matching goes by. Where an age ends differently by sex, the men's end is the general one."""
    ages, pay = reading.ages, reading.salary
    factor = {"day": DAYS_A_MONTH, "hour": HOURS_A_MONTH}.get(pay.unit or "", 1)
    categories = reading.trade.categories
    if reading.work_type == "公益性岗位" and "公益性岗位" not in categories:
        categories = ("公益性岗位", *categories)
    lows = [age for age in (ages.low, ages.low_male, ages.low_female) if age is not None]
    return PostingFacts(
        id=posting_id,
        job_categories=categories,
        age_min=min(lows, default=None),
        age_max=ages.high if ages.high is not None else ages.high_male,
        age_max_veteran=ages.high_veteran,
        age_max_female=ages.high_female,
        gender=reading.gender,
        education_min=reading.schooling.least,
        education_min_veteran=reading.schooling.least_veteran,
        licences_any=reading.papers.licences,
        certificates_all=reading.papers.certificates,
        skills_required=reading.skills_required,
        skills_preferred=reading.skills_preferred,
        month_min=None if pay.low is None else pay.low * factor,
        month_max=None if pay.high is None else pay.high * factor,
        salary_min=pay.low,
        salary_max=pay.high,
        salary_unit=pay.unit or "month",
        location=reading.place,
        board=reading.board,
        shift=reading.shift or "白班",
        work_type="灵活" if reading.work_type == "兼职" else reading.work_type,
        veteran_priority=reading.veteran_priority,
        veteran_only=reading.veteran_only,
        hardship_only=reading.hardship_only,
        no_disability=reading.no_disability,
        travel_required=reading.travel,
        hukou_required=reading.hukou,
        height_min_cm=reading.height,
        published=reading.published,
        deadline=reading.deadline,
        headcount=reading.headcount.count,
    )


def posting_facts(posting_id: str, raw: Mapping[str, str], as_of: date) -> PostingFacts:
    """One posting from a row of columns in Chinese (heading -> cell); blank and unknown columns are passed over."""
    return facts(read_row(raw, as_of), posting_id)


def read_row(raw: Mapping[str, str], as_of: date, home: Place | None = None) -> Reading:
    """The same with everything else the row says, and what was found wrong; `home`: the bureau's own place."""
    table = Table()
    values: dict[str, tuple[str, ...]] = {}
    for column, (heading, cell) in enumerate(raw.items()):
        table.headings[column] = heading
        for name in book("posting").fields_of(heading):
            table.columns.setdefault(name, []).append(column)
            if str(cell).strip():
                values[name] = (*values.get(name, ()), str(cell))
    return RowReader(table, home or places.home_of(values.get("employer", ())), as_of).read(values)
