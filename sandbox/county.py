"""The invented county of the demo as the two spreadsheets a bureau would send; same seed and day, same files."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import xlsxwriter

from sandbox import county_jobs, county_people
from sandbox.county_rows import Row

DATA: Final = Path(__file__).resolve().parent / "data"
PEOPLE: Final = 3000
POSTINGS: Final = 1500
PRACTICE: Final = 20
CHINA: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Station:
    """A township's veterans' service station: its name, the town's own name and nine-digit code."""

    name: str
    town: str
    code: str


@dataclass(frozen=True, slots=True)
class County:
    """Who the demo's bureau is: an invented office on the codes of a real county."""

    bureau: str
    notice: str
    adcode: str
    path: tuple[str, ...]
    stations: tuple[Station, ...]


@dataclass(frozen=True, slots=True)
class CountyNotice:
    """A course (`training`) or a fair (`job_fair`): where, from when, and the last day to sign up."""

    kind: str
    title: str
    place: str
    text: str
    starts_at: datetime
    until: date


@dataclass(frozen=True, slots=True)
class CountyFiles:
    """What was written: the two workbooks and how many rows each holds (spouses are among the people)."""

    postings: Path
    veterans: Path
    posting_rows: int
    people_rows: int


@lru_cache(maxsize=4)
def table(name: str) -> dict[str, Any]:
    """One of the data files by its short name: places, people, jobs, notices."""
    parsed: dict[str, Any] = tomllib.loads((DATA / f"county_{name}.toml").read_text(encoding="utf-8"))
    return parsed


def profile() -> County:
    """The county itself, for whoever sets up the demo's bureau, stations and staff."""
    places = table("places")
    stations = tuple(Station(f"{town}退役军人服务站", town, code) for town, code, _ in places["towns"])
    return County(places["bureau"], places["notice"], places["adcode"], tuple(places["path"]), stations)


def people(day: date, seed: int) -> list[Row]:
    """3,000 veterans and some spouses as rows of the people's sheet, as they stand on `day`."""
    draw = Random(f"people {seed} {day.isoformat()}")
    return county_people.generate(draw, day, PEOPLE, table("people"), table("places"))


def postings(day: date, seed: int, count: int = POSTINGS) -> list[Row]:
    """1,500 postings as rows of the postings' sheet: published before `day`, closing on or after it."""
    draw = Random(f"postings {seed} {day.isoformat()}")
    return county_jobs.generate(draw, day, count, table("jobs"), table("places"))


def notices(day: date) -> tuple[CountyNotice, ...]:
    """The courses and fairs of the weeks after `day`, as a bureau would have them on its board."""
    found = []
    for fields in table("notices")["notice"]:
        days, hour = fields["starts"]
        starts = datetime.combine(day + timedelta(days=days), time(hour), CHINA)
        until = starts.date() - timedelta(days=fields["sign_up"])
        found.append(CountyNotice(fields["kind"], fields["title"], fields["place"], fields["text"], starts, until))
    return tuple(found)


def write(folder: Path, day: date, seed: int) -> CountyFiles:
    """Write both workbooks into `folder` (made if missing) and say what they hold."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs, persons = postings(day, seed), people(day, seed)
    files = CountyFiles(folder / "岗位信息表.xlsx", folder / "退役军人台账.xlsx", len(jobs), len(persons))
    _write_sheet(files.postings, "示例县招聘岗位信息表", county_jobs.HEADERS, jobs, day)
    _write_sheet(files.veterans, "示例县退役军人就业台账", county_people.HEADERS, persons, day)
    return files


def write_practice(folder: Path, day: date, seed: int) -> Path:
    """Write a sheet of twenty more postings into `folder`, for whoever learns the console by the manual."""
    path = folder / "练习用岗位表.xlsx"
    _write_sheet(path, "示例县新到岗位", county_jobs.HEADERS, postings(day, seed, PRACTICE), day)
    return path


def _write_sheet(path: Path, title: str, headers: tuple[str, ...], rows: list[Row], day: date) -> None:
    """One sheet as offices lay it out: a title line that says the data is invented, the headers, the rows."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    # Without a fixed date the same county would be another file every second.
    book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})  # noqa: DTZ001
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, f"{title}（{table('places')['notice']}）", bold)
    for column, header in enumerate(headers):
        sheet.write_string(1, column, header, bold)
    for number, row in enumerate(rows, start=2):
        for column, header in enumerate(headers):
            sheet.write_string(number, column, row[header])
    book.close()
