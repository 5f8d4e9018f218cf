"""The invented county: right counts, numbers that nobody owns, a spread like a real county's, the same every time."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from sandbox import county, county_jobs, county_people
from sandbox.county_rows import Row, id_number

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def people() -> list[Row]:
    return county.people(DAY, seed=1)


@pytest.fixture(scope="module")
def veterans(people: list[Row]) -> list[Row]:
    return [row for row in people if row["备注"] != "随军家属"]


@pytest.fixture(scope="module")
def postings() -> list[Row]:
    return county.postings(DAY, seed=1)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> county.CountyFiles:
    return county.write(tmp_path_factory.mktemp("county"), DAY, seed=1)


def share(rows: list[Row], header: str, *values: str) -> float:
    return sum(row[header] in values for row in rows) / len(rows)


def age(row: Row) -> int:
    born = date.fromisoformat(f"{row['身份证号'][6:10]}-{row['身份证号'][10:12]}-{row['身份证号'][12:14]}")
    return DAY.year - born.year - ((DAY.month, DAY.day) < (born.month, born.day))


def test_counts(people: list[Row], veterans: list[Row], postings: list[Row]) -> None:
    assert (len(veterans), len(people), len(postings)) == (3000, 3120, 1500)
    assert len({row["用人单位"] for row in postings}) == 120
    assert len(county.profile().stations) == 13
    assert {row["乡镇"] for row in people} == {station.town for station in county.profile().stations}


def test_check_digit_of_a_number_worked_out_by_hand() -> None:
    # 51990019880101001: 5*7 + 1*9 + 9*10 + 9*5 + 1*2 + 9*1 + 8*6 + 8*3 + 1*9 + 1*5 + 1*2 = 278; 278 % 11 = 3 -> 9
    assert id_number("519900", date(1988, 1, 1), 0, male=True) == "519900198801010019"


def test_numbers_are_valid_and_nobodys(people: list[Row], postings: list[Row]) -> None:
    weights = [2 ** (17 - place) % 11 for place in range(18)]
    for row in people:
        digits = [10 if digit == "X" else int(digit) for digit in row["身份证号"]]
        assert sum(d * w for d, w in zip(digits, weights, strict=True)) % 11 == 1
        assert row["身份证号"].startswith("519900")
        assert int(row["身份证号"][16]) % 2 == (row["性别"] == "男")
        assert row["身份证号"][6:12] == row["出生年月"].replace("-", "")
    assert all(re.fullmatch(r"1300000\d{4}", row["联系电话"]) for row in people)
    assert all(re.fullmatch(r"13900000\d{3}", row["联系电话"]) for row in postings)


def test_no_duplicates(people: list[Row], postings: list[Row]) -> None:
    assert len({row["身份证号"] for row in people}) == len(people)
    assert len({row["联系电话"] for row in people}) == len(people)
    # Two towns of the county are one place to whoever compares terms.
    places = {
        row["工作地点"]: "三台县" if row["工作地点"].startswith("三台县") else row["工作地点"] for row in postings
    }
    terms = {(row["用人单位"], row["招聘岗位"], places[row["工作地点"]], row["工资待遇"]) for row in postings}
    assert len(terms) == len(postings)


def test_people_are_spread_like_a_county(veterans: list[Row]) -> None:
    ages = [age(row) for row in veterans]
    assert min(ages) >= 22
    assert max(ages) <= 62
    assert 0.55 < sum(35 <= years <= 55 for years in ages) / len(ages) < 0.75
    assert 0.02 < share(veterans, "性别", "女") < 0.07
    assert 0.55 < share(veterans, "学历", "初中", "高中") < 0.75
    assert 0.50 < share(veterans, "就业状况", "在职") < 0.65
    assert 0.25 < share(veterans, "就业状况", "待业") < 0.42
    assert 0.25 < sum(bool(row["求职意向"]) for row in veterans) / len(veterans) < 0.55
    assert 0.85 < share(veterans, "退役方式", "自主就业", "复员") < 0.97
    assert 0.01 < sum("残疾" in row["备注"] for row in veterans) / len(veterans) < 0.04
    assert 0.02 < sum("就业困难人员" in row["备注"] for row in veterans) / len(veterans) < 0.08


def test_every_life_hangs_together(veterans: list[Row]) -> None:
    for row in veterans:
        born, enlisted, left = int(row["出生年月"][:4]), int(row["入伍年份"]), int(row["退役年份"])
        assert 17 <= enlisted - born <= 23
        assert enlisted + 2 <= left <= DAY.year
        assert (row["求职意向"] == "") or row["就业状况"] != "暂不求职"
        if "驾驶员" in row["求职意向"]:
            assert row["驾照"]


def test_postings_are_a_county_s(postings: list[Row]) -> None:
    table = county.table("jobs")
    category = {title: trade["category"] for trade in table["trades"].values() for title in trade["titles"]}
    spread = Counter(category[row["招聘岗位"]] for row in postings)
    assert spread["保安"] > 150
    assert spread["普工"] > 150
    assert spread["驾驶员"] > 100
    assert spread["公益性岗位"] >= 20
    assert len(spread) >= 30
    near = sum(row["工作地点"].startswith("三台县") for row in postings) / len(postings)
    assert 0.55 < near < 0.85
    far = sum(row["工作地点"].startswith(("成都", "广东", "浙江", "江苏", "福建")) for row in postings) / len(postings)
    assert 0.05 < far < 0.2


def test_pay_is_honest(postings: list[Row]) -> None:
    for row in postings:
        low, high = (int(part) for part in (row["工资待遇"].split("-") * 2)[:2])
        assert 1900 <= low <= high <= 14000
        assert low % 10 == 0
        if row["工作地点"].startswith("三台县"):
            assert high <= 10500


def test_postings_are_open_on_the_day_and_some_close_soon(postings: list[Row]) -> None:
    assert all(date.fromisoformat(row["发布日期"]) <= DAY for row in postings)
    days = [(date.fromisoformat(row["截止日期"]) - DAY).days for row in postings if row["截止日期"] != "长期"]
    assert min(days) >= 0
    assert 0.05 < sum(left < 7 for left in days) / len(days) < 0.25
    assert len(days) < len(postings)


def test_firms_say_that_they_are_made_up(postings: list[Row]) -> None:
    assert all("示例" in row["用人单位"] for row in postings)


def test_welfare_posts_are_for_those_they_are_for(postings: list[Row]) -> None:
    welfare = [row for row in postings if "公益性岗位" in row["招聘岗位"]]
    assert all("就业困难人员" in row["备注"] for row in welfare)


def test_courses_and_fairs_can_still_be_joined() -> None:
    notices = county.notices(DAY)
    assert {notice.kind for notice in notices} == {"training", "job_fair"}
    assert all(DAY < notice.until <= notice.starts_at.date() for notice in notices)


def test_same_seed_and_day_write_the_same_bytes(tmp_path: Path, files: county.CountyFiles) -> None:
    again = county.write(tmp_path, DAY, seed=1)
    assert again.postings.read_bytes() == files.postings.read_bytes()
    assert again.veterans.read_bytes() == files.veterans.read_bytes()


def test_another_seed_is_another_county(people: list[Row]) -> None:
    assert county.people(DAY, seed=2) != people


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2031, 1, 1)])
def test_any_day_will_do(day: date) -> None:
    assert len(county.people(day, seed=2)) == 3120
    assert all(row["截止日期"] == "长期" or row["截止日期"] >= day.isoformat() for row in county.postings(day, seed=2))


def test_the_sheets_hold_title_headers_and_rows(files: county.CountyFiles) -> None:
    for path, headers, count in (
        (files.postings, county_jobs.HEADERS, files.posting_rows),
        (files.veterans, county_people.HEADERS, files.people_rows),
    ):
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        assert "虚构" in str(rows[0][0])
        assert tuple(rows[1]) == headers
        assert len(rows) == count + 2
