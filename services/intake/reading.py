"""One data row of a table of postings, read: every field parser applied to its column and to the free text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from matching.taxonomy.place import Place
from services.intake.cells import (
    ages,
    conditions,
    contacts,
    dates,
    headcount,
    papers,
    places,
    salary,
    skills,
    titles,
    worktime,
)
from services.intake.cells.ages import Ages
from services.intake.cells.conditions import Schooling
from services.intake.cells.headcount import Headcount
from services.intake.cells.papers import Papers
from services.intake.cells.salary import Salary
from services.intake.cells.text import plain, tidy
from services.intake.cells.titles import Trade
from services.intake.results import Finding, finding
from services.intake.tables import Table

FREE: Final = ("condition", "remark", "papers", "priority", "education", "age")
_LETTER: Final = re.compile(r"\w")
_HUKOU: Final = re.compile(r"(?:限|仅限|须|需|具有|要求)?([一-鿿]{2,12}?)(?:常住)?(?:户籍|户口)(?!不限|地)")
NOTHING: Final = frozenset({"", "-", "/", "\\", "无", "*"})


@dataclass(slots=True)
class Reading:
    """What a row says, field by field, and what was found wrong with it."""

    employer: str | None = None
    employer_kind: str = ""
    employer_code: str = ""
    title: str | None = None
    trade: Trade = field(default_factory=lambda: Trade((), 0.0))
    headcount: Headcount = field(default_factory=lambda: Headcount(None))
    ages: Ages = field(default_factory=Ages)
    gender: str = "不限"
    schooling: Schooling = field(default_factory=Schooling)
    papers: Papers = field(default_factory=Papers)
    salary: Salary = field(default_factory=Salary)
    skills_required: tuple[str, ...] = ()
    skills_preferred: tuple[str, ...] = ()
    place: Place | None = None
    place_text: str = ""
    board: str | None = None
    shift: str | None = None
    work_type: str = "全职"
    veteran_priority: bool = False
    veteran_only: bool = False
    hardship_only: bool = False
    no_disability: bool = False
    travel: bool = False
    hukou: str | None = None
    height: int | None = None
    contact: str | None = None
    phone: str | None = None
    published: date | None = None
    deadline: date | None = None
    remark: str = ""
    findings: list[Finding] = field(default_factory=list)


class RowReader:
    """Reads the rows of one table; knows its headings, its place and the day."""

    def __init__(self, table: Table, home: Place | None, as_of: date) -> None:
        self._table = table
        self._home = home
        self._as_of = as_of
        title = " ".join(table.titles)
        # The unit stands in the column's own heading, else in the title of the table (单位：元/月).
        self._measure = salary.measure(table.heading("salary"), title)
        self._safety_net = bool(re.search(r"公益性?岗", plain(title)))
        self._veterans_table = conditions.veteran_only(
            tuple(part for part in table.titles if "专岗" in part or "限" in part)
        )

    def read(self, values: Mapping[str, tuple[str, ...]]) -> Reading:
        """All fields of a row. `values`: field -> its cells, inheritance done."""
        row = _Cells(self._table, values)
        reading = Reading(remark="；".join(tidy(text) for text in row.all("remark", "condition", "priority", "duty")))
        self._names(row, reading)
        self._numbers(row, reading)
        self._people(row, reading)
        self._terms(row, reading)
        self._contacts(row, reading)
        self._days(row, reading)
        reading.findings.extend(row.findings)
        return reading

    def _names(self, row: "_Cells", reading: Reading) -> None:
        reading.employer = _name(row.first("employer"))
        reading.employer_kind, reading.employer_code = row.first("employer_kind"), row.first("employer_code")
        reading.title = _name(row.first("title"))
        reading.trade = titles.parse(reading.title) if reading.title else reading.trade
        reading.place_text = tidy(row.first("place"))
        if plain(reading.place_text) in NOTHING:
            row.note("place_missing", "place")
            return
        found = [places.parse(text, self._home) for text in row.all("place")]
        known = [place for place in found if place]
        reading.place = max(known, key=lambda place: len(place.path)) if known else None
        if not known:
            row.note("place_unknown", "place")

    def _numbers(self, row: "_Cells", reading: Reading) -> None:
        reading.headcount = headcount.parse(row.first("headcount"))
        row.note_all(reading.headcount.codes, "headcount")
        low, high = row.first("salary_low"), row.first("salary_high")
        least = f"{low}起" if re.search(r"\d$", low) else low  # the other end is left open
        pay = row.first("salary") or (f"{low}-{high}" if low and high else least or high)
        name = "salary" if row.first("salary") or not (low or high) else "salary_low"
        measure = self._measure if name == "salary" else salary.measure(self._table.heading(name))
        reading.salary = salary.parse(pay, measure)
        row.note_all(reading.salary.codes, name, pay)

    def _people(self, row: "_Cells", reading: Reading) -> None:
        free = row.all(*FREE)
        reading.ages = self._ages(row)
        row.note_all(reading.ages.codes, "age")
        column = conditions.gender(row.first("gender"))
        guesses = (reading.ages.sex, conditions.gender_in_title(reading.title or ""), conditions.gender_inside(free))
        reading.gender = column or next((sex for sex in guesses if sex), "不限")
        own = conditions.schooling(row.first("education"))
        reading.schooling = own if own.least else conditions.schooling_inside(row.all("condition", "papers", "remark"))
        reading.papers = self._papers(row, reading.title or "")
        asked = row.all("papers", "condition", "remark", "education")
        reading.skills_required, reading.skills_preferred = skills.parse(asked)
        reading.height = conditions.height_cm(row.all("condition", "remark", "papers"))
        reading.no_disability = conditions.forbids_disability(free)
        reading.hukou = self._hukou(free)
        reading.hardship_only = conditions.hardship_only(row.all("condition", "remark", "papers", "education"))
        self._veterans(row, reading)

    def _veterans(self, row: "_Cells", reading: Reading) -> None:
        texts = row.all("condition", "remark", "papers", "education", "age", "gender")
        priority = row.all("priority")
        reading.veteran_only = (
            self._veterans_table
            or conditions.veteran_only(texts)
            or conditions.veteran_only(tuple(f"仅{text}" for text in priority if re.match(r"[仅限只]", plain(text))))
        )
        heading = plain(self._table.heading("priority"))
        named = "优先" in heading or "退役" in heading or "军人" in heading
        yes = any(re.match(r"是|有|√|y|优先|同意|可", plain(text)) for text in priority) and "军" in heading
        bare = named and conditions.veteran_priority(tuple(f"{text}优先" for text in priority if "优先" not in text))
        reading.veteran_priority = (
            reading.veteran_only or yes or bare or conditions.veteran_priority((*texts, *priority, reading.title or ""))
        )

    def _ages(self, row: "_Cells") -> Ages:
        year = self._as_of.year
        if text := row.first("age"):
            stated = ages.parse(text, year)
            if stated.is_stated or stated.codes:
                return stated
        low, high = row.first("age_low"), row.first("age_high")
        if low or high:
            return ages.parse(f"{low}-{high}" if low and high else f"{low}以上" if low else high, year)
        for text in row.all("condition", "papers", "education", "gender", "remark"):
            if found := ages.find(text, year):
                return found
        return Ages()

    def _papers(self, row: "_Cells", title: str) -> Papers:
        asked = papers.parse(row.all("papers", "condition", "education"))
        told = papers.parse(row.all("remark"))
        return Papers(
            tuple(dict.fromkeys((*asked.licences, *told.licences))) or papers.licences_in_title(title),
            tuple(dict.fromkeys((*asked.certificates, *told.certificates))),
            tuple(dict.fromkeys((*asked.others, *papers.others_alone(row.all("remark"))))),
            asked.driving or told.driving,
        )

    def _hukou(self, texts: tuple[str, ...]) -> str | None:
        for text in texts:
            found = _HUKOU.search(plain(text))
            if found and "优先" not in plain(text) and not re.search(r"不限", found[1]):
                own = re.fullmatch(r"(?:限|须|需|具有)?本[市县区地]", found[1])
                place = self._home if own else places.parse(found[1], self._home)
                if place:
                    return place.adcode
        return None

    def _terms(self, row: "_Cells", reading: Reading) -> None:
        loose = row.all("remark", "condition", "salary", "duty")
        reading.board = worktime.board(row.first("board")) or worktime.board_inside(loose)
        told = (*row.all("shift", "remark", "condition", "duty"), reading.title or "")
        reading.shift = worktime.shift(told)
        reading.travel = conditions.needs_travel((*told, *row.all("place")))
        named = row.all("work_type")
        if any("兼职" in text and "全职" in text for text in named):  # which of the two, the rest of the row may tell
            named += row.all("remark", "shift")
        stated = worktime.work_type(named) or worktime.work_type(
            (*row.all("remark", "condition", "shift", "salary"), reading.title or "")
        )
        default = "公益性岗位" if self._safety_net and reading.salary.unit != "day" else "全职"
        if reading.hardship_only and self._safety_net:
            stated = "公益性岗位"
        reading.work_type = stated or ("兼职" if reading.salary.unit == "hour" else default)

    def _contacts(self, row: "_Cells", reading: Reading) -> None:
        cells = [text for text in row.all("phone", "contact") if plain(text) not in NOTHING]
        told = [contacts.parse(text) for text in cells]
        reading.phone = next((one.phone for one in told if one.phone), None)
        named = [contacts.name_in(text) for text in row.all("contact", "phone") if plain(text) not in NOTHING]
        reading.contact = next((name for name in named if name), None)
        if reading.phone is None:
            invalid = any("phone_invalid" in one.codes for one in told)
            row.note("phone_invalid" if invalid else "phone_missing", "phone")
        if reading.contact is None:
            row.note("contact_missing", "contact")

    def _days(self, row: "_Cells", reading: Reading) -> None:
        if text := row.first("published"):
            day = dates.parse_published(text, self._as_of)
            reading.published = day.day
            row.note_all(day.codes, "published")
        text = row.first("deadline")
        if plain(text) in NOTHING:
            row.note("deadline_missing", "deadline")
        day = dates.parse_deadline(text, self._as_of)
        reading.deadline = day.day
        row.note_all(day.codes, "deadline")


class _Cells:
    """The cells of one row by field, and the findings made on them."""

    def __init__(self, table: Table, values: Mapping[str, tuple[str, ...]]) -> None:
        self._table = table
        self._values = values
        self.findings: list[Finding] = []

    def first(self, name: str) -> str:
        found = self._values.get(name)
        return found[0] if found else ""

    def all(self, *names: str) -> tuple[str, ...]:
        told: tuple[str, ...] = ()
        for name in names:
            if name in self._values:
                told += self._values[name]
        return told

    def note(self, code: str, name: str, value: str | None = None) -> None:
        self.findings.append(finding(code, self._table.heading(name), self.first(name) if value is None else value))

    def note_all(self, codes: tuple[str, ...], name: str, value: str | None = None) -> None:
        for code in codes:
            self.note(code, name, value)


def _name(text: str) -> str | None:
    name = tidy(text)
    return None if plain(name) in NOTHING or not _LETTER.search(name) else name
