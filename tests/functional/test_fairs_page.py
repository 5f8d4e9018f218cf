"""招聘会 in the console: entered, changed and called off, and what people are told follows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from models.account import Role
from models.broadcast import Broadcast
from services import broadcasts, fair_edits, fairs
from services.push_rules import QuietHours
from tests.console import County, open_county

LIST, NEW = "/staff/broadcasts/fairs", "/staff/broadcasts/fairs/new"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def filled(county: County, days: int, **other: str) -> dict[str, str]:
    day = county.rt.today() + timedelta(days=days)
    known = {"title": "春季专场招聘会", "place": "县体育馆一楼", "opens": "09:30", "audience": "全部", "text": ""}
    return known | {"day": day.isoformat()} | other


def announced(county: County) -> list[tuple[str, str | None, str]]:
    with county.rt.reading() as session:
        rows = session.query(Broadcast).order_by(Broadcast.id).all()
        return [(row.status, row.origin, row.text) for row in rows]


def test_a_fair_is_entered_and_counted_down(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    assert "现在没有要办的招聘会" in browser.get(LIST).text
    shown = browser.post(NEW, filled(county, 5, text="停车在东门"), page=NEW)
    assert shown.headers["Location"] == LIST
    page = browser.get(LIST).text
    assert "春季专场招聘会" in page and "县体育馆一楼" in page and page.count("到时候自动通知") == 3
    assert fairs.announce_due(county.rt) == 1
    (one,) = announced(county)
    assert one[0] == "confirmed" and "县体育馆一楼" in one[2] and "09:30" in one[2] and "停车在东门" in one[2]
    assert "等时间到" in browser.get(LIST).text


def test_a_countdown_missed_is_not_promised(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    browser.post(NEW, filled(county, 2), page=NEW)
    page = browser.get(LIST).text
    assert page.count("到时候自动通知") == 2 and "<li>前 7 天" not in page


def test_a_change_takes_back_what_has_not_gone_out_and_tells_the_new_place(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    browser.post(NEW, filled(county, 5), page=NEW)
    fairs.announce_due(county.rt)
    page = f"{LIST}/1"
    assert "县体育馆一楼" in browser.get(page).text
    browser.post(page, filled(county, 5, place="人社局大厅"), page=page)
    assert fairs.announce_due(county.rt) == 1
    first, second = announced(county)
    assert first[:2] == ("cancelled", None) and second[:2] == ("confirmed", "fair:1:7")
    assert "人社局大厅" in second[2]


def test_a_fair_called_off_is_told_of_no_more_and_who_was_told_needs_a_word(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    browser.post(NEW, filled(county, 5), page=NEW)
    fairs.announce_due(county.rt)
    county.clock.moment = QuietHours().next_morning(county.rt.now()) + timedelta(hours=2)
    broadcasts.expand_due(county.rt)
    browser = county.browser(Role.BUREAU)  # the day before was signed out
    gone = browser.post(f"{LIST}/1/off", page=LIST)
    assert gone.headers["Location"] == "/staff/broadcasts/new"
    assert len(announced(county)) == 1 and fairs.announce_due(county.rt) == 0
    assert fair_edits.upcoming(county.rt) == []
    assert "已经取消了" in browser.post(f"{LIST}/1/off", page=LIST).text


def test_the_forces_day_called_off_is_not_entered_again(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    day = fairs.forces_day(county.rt.today())
    browser.post(NEW, filled(county, 0) | {"day": day.isoformat()}, page=NEW)
    assert browser.post(f"{LIST}/1/off", page=LIST).headers["Location"] == LIST
    assert fairs.announce_due(county.rt) == 0 and fair_edits.upcoming(county.rt) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"day": "2020-01-01"}, "今天到一年以内"),
        ({"audience": "群体="}, "群体"),
        ({"text": "交五百元押金就能进场"}, "不能发的话"),
        ({"day": ""}, "请填日子"),
    ],
)
def test_what_cannot_be_is_refused_in_words(county: County, wrong: dict[str, str], words: str) -> None:
    shown = county.browser(Role.BUREAU).post(NEW, filled(county, 5, **wrong), page=NEW)
    assert words in shown.text and fair_edits.upcoming(county.rt) == []
