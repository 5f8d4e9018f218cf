"""会话: the inbox of the own station, an answer that silences the bot, a note nobody outside sees, giving back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.types import Inbound, Kind
from models import delivery as deliveries_table
from models.account import Role
from models.veteran import Veteran
from services import conversations
from tests.console import County, open_county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        with made.rt.transaction() as session:
            person = session.get_one(Veteran, made.own)
            person.openid, person.following = "o-zhang", True
        say(made, "k0", "人工")
        yield made


def say(county: County, key: str, text: str) -> str:
    inbound = Inbound(key, "o-zhang", Kind.TEXT, county.rt.now(), text)
    return conversations.receive(county.rt, inbound).text or ""


def test_from_waiting_to_given_back(county: County) -> None:
    browser, path = county.browser(Role.CLERK), f"/staff/talks/{county.own}"
    assert "张三" in browser.get("/staff/talks").text
    page = browser.get(f"{path}?reply=2").text
    assert "人工" in page and "张三同志您好，请带上身份证" in page and "示例镇退役军人服务站" in page
    county.clock.advance(minutes=1)
    browser.post(f"{path}/answer", {"words": "马上给您看", "as": "answer"})
    with county.rt.reading() as session:
        assert [one.text for one in deliveries_table.deliveries_of(session, county.own)] == ["【工作人员】马上给您看"]
    assert "已回复，等对方" in browser.get("/staff/talks").text
    county.clock.advance(minutes=1)
    assert say(county, "k2", "找工作").count("岗位") == 0
    assert "起在等" in browser.get("/staff/talks").text
    browser.post(f"{path}/give-back")
    assert "没有人在等人工" in browser.get("/staff/talks").text


def test_a_note_is_for_colleagues_only(county: County) -> None:
    browser, path = county.browser(Role.CLERK), f"/staff/talks/{county.own}"
    browser.post(f"{path}/answer", {"words": "他母亲住院", "as": "note"})
    with county.rt.reading() as session:
        assert deliveries_table.deliveries_of(session, county.own) == []
    assert "他母亲住院" in browser.get(f"/staff/people/{county.own}").text


def test_who_left_cannot_be_written_to_and_the_page_says_what_to_do(county: County) -> None:
    with county.rt.transaction() as session:
        session.get_one(Veteran, county.own).following = False
    browser, path = county.browser(Role.CLERK), f"/staff/talks/{county.own}"
    assert "请打电话" in browser.get(path).text
    answer = browser.post(f"{path}/answer", {"words": "您好", "as": "answer"})
    assert answer.status_code == 409 and "请打电话" in answer.text
