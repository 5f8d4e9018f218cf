"""A ledger of people, row by row: who each is, what they can and want, and what is wrong with the row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from bot.nlu import lexicon
from bot.slots import Slots
from matching.taxonomy.codes import DISABILITIES, DISCHARGE_TYPES, MILITARY_TRADES, SHIFT_WISHES, SKILLS
from matching.taxonomy.place import Place
from services import masking
from services.intake.cells import conditions, contacts, dates, identity, papers, places, salary, titles
from services.intake.cells.text import arabic, plain, tidy
from services.intake.headers import HeaderBook, book
from services.intake.reading import NOTHING
from services.intake.results import Finding, RowResult, finding
from services.intake.rows import Sheet
from services.intake.tables import RowKind, Table, TableRow, split, titles_of

_WORKING: Final = re.compile(r"在职|在岗|已就业|就业中|有工作|稳定就业|灵活就业|务工|创业|自主创业|个体|上班|已安置")
_SEEKING: Final = re.compile(r"待业|失业|未就业|无业|求职|待安置|下岗|无工作|找工作|未安置")
_RESTING: Final = re.compile(r"暂不|无就业意愿|不求职|无意愿|上学|在读|退休|务农|丧失劳动|不就业|参军")
#: Set phrases of ledgers that stand for no item of a list.
_NONE: Final = re.compile(r"^(?:无|没有|暂无|/|-|否|不限|不详|其他|其它)$")
_KINDS: Final = {"skills": "skill", "trade": "trade"}
_SPOUSE: Final = re.compile(r"随军家属|军属|军人配偶|家属")


@dataclass(slots=True)
class Person:
    """One row of a ledger as read. `profile`: what goes into the kept profile; `written`: words kept as they are."""

    name: str | None = None
    phone: str | None = None
    id_number: str | None = None
    gender: str | None = None
    born: date | None = None
    town: str = ""
    village: str | None = None
    household: str | None = None
    discharged: date | None = None
    jobless: date | None = None
    kind: str = "veteran"
    profile: Slots = field(default_factory=Slots)
    written: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def iter_people(
    sheet: Sheet, as_of: date, *, home: Place | None = None, headers: HeaderBook | None = None
) -> Iterator[RowResult]:
    """Every row of a sheet of people, in order; `kind` of a person's row is `person`, `extra["person"]` the Person."""
    rows = split(sheet, headers or book("veteran"))
    own = home or places.home_of(titles_of(rows))
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        if row.kind is not RowKind.DATA:
            yield RowResult(row.row.record, row.kind, sheet=sheet.name)
            continue
        person = _Reader(row, sheet, own, as_of).read()
        yield _result(row, person, seen, sheet.name)


def _result(row: TableRow, person: Person, seen: dict[tuple[str, ...], int], sheet: str) -> RowResult:
    findings, status, original = list(person.findings), "ok", None
    keys: list[tuple[str, ...]] = []
    if person.id_number:
        keys = [("id", person.id_number)]
    elif person.name and person.phone:
        keys = [("name", person.name, person.phone)]
    known = [seen[key] for key in keys if key in seen]
    if any(one.is_error for one in findings):
        status = "error"
    elif known:
        status, original = "duplicate", known[0]
        findings.append(finding("person_duplicate", "", str(original)))
    else:
        seen.update(dict.fromkeys(keys, row.row.record))
    return RowResult(
        row.row.record, "person", status, shown(person), tuple(findings), original, sheet, {"person": person}
    )


def shown(person: Person) -> dict[str, Any]:
    """The fields for the screen: names, numbers and phones masked."""
    return {
        "name": masking.masked_name(person.name),
        "gender": person.gender,
        "id_number": masking.masked_id(person.id_number),
        "phone": masking.masked_phone(person.phone),
        "birth": person.born.isoformat() if person.born else None,
        "town": person.town or None,
        "village": person.village,
        "kind": person.kind,
        **{name: value for name, value in person.profile.to_json().items() if name not in ("name", "phone")},
    }


class _Reader:
    """Reads one row of one table."""

    def __init__(self, row: TableRow, sheet: Sheet, home: Place | None, as_of: date) -> None:
        self._row = row
        self._table: Table = row.table
        self._lossy = {column for record, column in sheet.lossy if record == row.row.record}
        self._home = home
        self._as_of = as_of
        self._findings: list[Finding] = []
        self._slots: dict[str, Any] = {}

    def read(self) -> Person:
        """The person of this row."""
        person = Person(findings=self._findings)
        person.name = re.sub(r"\s+", "", tidy(self._first("name"))) or None
        if person.name is None or plain(person.name) in NOTHING:
            self._note("missing_name", "name")
        self._identity(person)
        self._phone(person)
        person.town, person.village = tidy(self._first("town")), tidy(self._first("village")) or None
        if not person.town:
            self._note("town_missing", "town")
        person.household = self._household(person)
        person.discharged = _day(self._first("discharged"), self._as_of)
        person.jobless = _day(self._first("jobless"), self._as_of)
        self._service(person)
        self._abilities()
        self._wishes(person)
        self._slots |= {"gender": person.gender, "birth_year": person.born.year if person.born else None}
        person.profile = Slots(**{name: value for name, value in self._slots.items() if value is not None})
        return person

    def _identity(self, person: Person) -> None:
        text = self._first("id_number")
        if set(self._table.columns.get("id_number", ())) & self._lossy:
            self._note("id_lossy", "id_number")
        elif plain(text) in NOTHING:
            self._note("id_missing", "id_number")
        elif re.fullmatch(r"\d{15}", plain(text)):
            self._note("id_old", "id_number")
        else:
            person.id_number = identity.id_number(text)
            if person.id_number is None:
                self._note("id_invalid", "id_number")
        person.gender = {"男": "男", "女": "女"}.get(plain(self._first("gender"))[:1])
        person.born = self._born()
        if person.id_number is not None:
            self._agree(person, person.id_number)

    def _agree(self, person: Person, number: str) -> None:
        """The number knows birthday and sex; the sheet's own columns may be typed wrongly."""
        born, sex, stated = identity.birthday(number), identity.sex(number), person.born
        if born and stated and (born.year, born.month) != (stated.year, stated.month):
            self._note("birth_differs", "birth")
        if person.gender not in (None, sex):
            self._note("gender_differs", "gender")
        person.born, person.gender = born, sex

    def _born(self) -> date | None:
        text = arabic(plain(self._first("birth")))
        if text in NOTHING:
            return None
        if found := re.fullmatch(r"((?:19|20)\d{2})[年./-]?(0?[1-9]|1[0-2])?月?", text):
            return date(int(found[1]), int(found[2] or 1), 1)
        if found := re.fullmatch(r"((?:19|20)\d{2})(\d{2})(\d{2})?", text):
            text = f"{found[1]}-{found[2]}-{found[3] or '01'}"
        if found := re.fullmatch(r"([3-9]\d)[年./-](0?[1-9]|1[0-2])月?", text):
            return date(1900 + int(found[1]), int(found[2]), 1)
        born = dates.parse_published(text, self._as_of).day
        if born is None or not 1920 <= born.year <= self._as_of.year - 14:
            self._note("birth_unparsed", "birth")
            return None
        return born

    def _phone(self, person: Person) -> None:
        told = contacts.parse(self._first("phone"))
        person.phone = told.phone
        for code in told.codes:
            self._note(code, "phone", "")

    def _household(self, person: Person) -> str | None:
        """The key of the family: its number, else whoever heads it with the village, as names repeat in a county."""
        number = plain(self._first("household"))
        if number not in NOTHING:
            return number if number.startswith(("户号", "户主")) else f"户号{number}"
        head = re.sub(r"\s+", "", tidy(self._first("householder")))
        head = (person.name or "") if head in ("本人", "是", "自己", "户主") else head
        if plain(head) in NOTHING or head == "否":
            return None
        return f"户主{person.town}{person.village or ''}{head}"

    def _service(self, person: Person) -> None:
        for name, slot in (("enlisted", "enlist_year"), ("discharged", "discharge_year")):
            text = self._first(name)
            year = _year(text)
            if plain(text) not in NOTHING and (year is None or not 1945 <= year <= self._as_of.year):
                self._note("year_odd", name, text)
                year = None
            self._slots[slot] = year
        words = self._first("discharge_type")
        if plain(words) not in NOTHING:
            person.written["discharge_type"] = tidy(words)
        self._slots["discharge_type"] = next((kind for kind in DISCHARGE_TYPES if kind in plain(words)), None)
        self._slots["military_trade"] = self._words("trade", MILITARY_TRADES)
        if _SPOUSE.search(" ".join(self._all("discharge_type", "remark"))):
            person.kind = "spouse"

    def _abilities(self) -> None:
        text = self._first("education")
        level = conditions.schooling(text).least
        if level is None and plain(text) not in NOTHING:
            self._note("education_unknown", "education", text)
        self._slots["education"] = level
        self._slots["skills"] = self._words("skills", SKILLS)
        held = papers.parse(tuple(text.replace("、", "，") for text in self._all("certificates", "licences", "skills")))
        stated = {name for name in ("certificates", "licences") if plain(self._first(name)) not in ("", "-", "/")}
        self._slots["certificates"] = held.certificates or (() if "certificates" in stated else None)
        self._slots["licences"] = held.licences or (() if "licences" in stated else None)

    def _wishes(self, person: Person) -> None:
        status = " ".join(map(plain, self._all("status")))
        if status in ("是", "否") and plain(self._table.heading("status")).startswith("是否"):
            status = "在职" if status == "是" else "待业"
        kinds = (("暂不求职", _RESTING), ("待业", _SEEKING), ("在职", _WORKING))
        self._slots["willingness"] = next((name for name, pattern in kinds if pattern.search(status)), None)
        wish = self._first("wish")
        wished = [
            titles.parse(part) for part in re.split(r"[、,，;；/\s]+", wish) if part and not _NONE.match(plain(part))
        ]
        self._slots["job_categories"] = tuple(dict.fromkeys(one.first for one in wished if one.categories)) or None
        self._slots["salary_min"] = salary.parse(self._first("wage")).low if self._first("wage") else None
        remark = " ".join(self._all("remark", "disability", "hardship"))
        graded = re.search(r"([一二三四五六七八九十])级", remark) if re.search(r"残|级", remark) else None
        self._slots["disability"] = f"{graded[1]}级" if graded and f"{graded[1]}级" in DISABILITIES else None
        if re.search(r"就业困难", remark) or re.match(r"是", plain(self._first("hardship"))):
            self._slots["hardship_certified"] = True
        wishes = tuple(word for word in SHIFT_WISHES if word in re.split(r"[，,、；;\s]+", self._first("remark")))
        self._slots["shift_wish"] = wishes or None
        if remark := tidy(self._first("remark")):
            person.written["remark"] = remark

    def _words(self, name: str, known: tuple[str, ...]) -> tuple[str, ...] | None:
        """The canonical words a list cell names, the longest first so that 水电维修 is not read as 电工."""
        text = self._first(name)
        if not text.strip():
            return None
        found: dict[str, None] = {}
        for part in re.split(r"[、,，;；/\s]+", text):
            if not part or _NONE.match(plain(part)):
                continue
            words = [word for word in sorted(known, key=len, reverse=True) if word in part or part == word.rstrip("兵")]
            words = words or [word for one in lexicon.load().find(plain(part)) for word in one.of(_KINDS[name])]
            if words:
                found[words[0]] = None
            else:
                self._note("words_unknown", name, part)
        return tuple(found)

    def _first(self, name: str) -> str:
        cells = self._row.values.get(name)
        return cells[0] if cells else ""

    def _all(self, *names: str) -> list[str]:
        return [text for name in names for text in self._row.values.get(name, ())]

    def _note(self, code: str, name: str, value: str = "") -> None:
        self._findings.append(finding(code, self._table.heading(name), value))


def _year(text: str) -> int | None:
    found = re.search(r"(?<!\d)((?:19|20)\d{2})", arabic(plain(text)))
    if found:
        return int(found[1])
    short = re.match(r"(\d{2})(?:年(?:\d{1,2}月?)?)?$", plain(text))
    return (1900 if int(short[1]) > 40 else 2000) + int(short[1]) if short else None


def _day(text: str, as_of: date) -> date | None:
    """A day of the past, or the first of a month, that the cell states; a bare year is none."""
    found = re.match(r"((?:19|20)\d{2})[年./-]?(0?[1-9]|1[0-2])(?:[月./-]|(?=\d\d$)|$)(\d{1,2})?", arabic(plain(text)))
    if not found:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None
    return day if day <= as_of else None
