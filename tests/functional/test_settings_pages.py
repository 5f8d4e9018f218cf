"""设置, what the bureau sets for itself: each change takes effect, says by whom, and can be taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.base import ChannelError
from models.account import Role
from models.organisation import Node
from services import allowances, cadences, canned_replies, push_rules, stations
from services.actors import Actor
from services.cadences import Pace
from services.figures import EVERYTHING
from services.push_rules import PushRules
from tests.builders import FakeChannel, create_runtime
from tests.console import OWN, County, open_county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def pace_of(county: County) -> Pace:
    with county.rt.reading() as session:
        return cadences.pace(session)


def set_pace(county: County, **values: object) -> str:
    form = {"veteran_steps": "7、30、90", "employer_steps": "7、30、90", "ask_hour": "9", "silence_days": "3", **values}
    return county.browser(Role.BUREAU).post("/staff/settings/pace", form, page="/staff/settings/pace").text


def test_the_pace_is_changed_and_taken_back(county: County) -> None:
    set_pace(county, veteran_steps="10， 60天", ask_hour="10")
    assert pace_of(county) == Pace((10, 60), (7, 30, 90), 10, 3)
    set_pace(county, veteran_steps="14")
    browser = county.browser(Role.ADMIN)
    page = browser.get("/staff/settings/pace").text
    assert "测试bureau（bureau）" in page and "问老兵：第 14 天" in page and page.count("撤销这一条") == 1
    browser.post("/staff/settings/pace/undo", {"change": 2}, page="/staff/settings/pace")
    assert pace_of(county).veteran_steps == (10, 60)
    assert browser.post("/staff/settings/pace/undo", {"change": 2}, page="/staff/settings/pace").status_code == 409


def test_days_that_make_no_pace_are_refused_in_words(county: County) -> None:
    assert "天数要在 1 到 365 之间" in set_pace(county, veteran_steps="七天")
    assert "9 点到 20 点" in set_pace(county, ask_hour="23")
    assert "9 点到 20 点" in set_pace(county, ask_hour="-1")
    assert pace_of(county) == Pace()


RULES = "/staff/settings/pushes"


def set_rules(county: County, **values: str) -> str:
    form = {"begin": "20:30", "end": "08:30", "rhythm": "0", "cap": "5", **values}
    return county.browser(Role.BUREAU).post(RULES, form, page=RULES).text


def test_fewer_pushes_a_week_hold_at_once(county: County) -> None:
    assert "请填 1 到 5" in set_rules(county, cap="6")
    set_rules(county, cap="1")
    now = county.rt.now()
    with county.rt.transaction() as session:
        assert allowances.capped(session, [county.own], now, takes=True) == set()
        assert allowances.capped(session, [county.own], now, takes=True) == {county.own}
    assert "一人一周最多收 1 条推送" in county.browser(Role.BUREAU).get(RULES).text
    county.browser(Role.BUREAU).post(f"{RULES}/undo", {"change": 1}, page=RULES)
    with county.rt.transaction() as session:
        assert allowances.capped(session, [county.own], now, takes=True) == set()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"begin": "23:00"}, "不是有效的选择"),
        ({"end": "05:00"}, "不是有效的选择"),
        ({"cap": "0"}, "请填 1 到 5"),
        ({"rhythm": "0"}, "没有改动"),
    ],
)
def test_rules_nobody_would_want_are_refused_in_words(county: County, values: dict[str, str], words: str) -> None:
    assert words in set_rules(county, **values)
    assert push_rules.read(county.rt) == PushRules()


def save(county: County, *replies: tuple[str, str]) -> str:
    form = {"title": [one[0] for one in replies], "text": [one[1] for one in replies]}
    return county.browser(Role.BUREAU).post("/staff/settings/replies", form, page="/staff/settings/replies").text


def test_replies_are_the_bureaus_own_once_it_writes_them(county: County) -> None:
    save(county, ("请稍等", "{name}同志，请稍等，{station}马上回您。"), ("", ""))
    talk = county.browser(Role.CLERK).get(f"/staff/talks/{county.own}?reply=0").text
    assert "张三同志，请稍等，示例镇退役军人服务站马上回您。" in talk
    page = county.browser(Role.BUREAU).get("/staff/settings/replies").text
    assert "增加请稍等；去掉已收到" in page
    county.browser(Role.BUREAU).post("/staff/settings/replies/undo", {"change": 1}, page="/staff/settings/replies")
    assert canned_replies.listed(county.rt) == canned_replies.ours()


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("", "有内容没名字", "要有一个名字"),
        ("名字", "", "的内容要有"),
        ("名字", "{name.__class__}同志", "不认识"),
        ("名字", "{idcard}同志", "不认识"),
        ("名字", "{name同志", "大括号不成对"),
    ],
)
def test_a_reply_that_could_not_be_filled_is_refused(county: County, title: str, text: str, words: str) -> None:
    assert words in save(county, (title, text))
    assert canned_replies.listed(county.rt) == canned_replies.ours()


def test_the_sign_in_log_names_who_tried_and_how_it_went(county: County) -> None:
    county.browser(Role.CLERK)
    page = county.browser(Role.ADMIN).get("/staff/settings/sign-ins").text
    assert "测试clerk（clerk）" in page and "登录成功" in page


def someone() -> Actor:
    return Actor(1, "admin", "测试", Role.ADMIN, 1, EVERYTHING)


def test_a_stations_code_is_asked_for_once(county: County) -> None:
    channel = FakeChannel()
    rt = create_runtime(county.rt.database, channel=channel)
    node = stations.find(rt, OWN)
    stations.make_code(rt, someone(), node)
    channel.refusals.append(ChannelError(1, "不该再问", permanent=True))
    stations.make_code(rt, someone(), node)
    with rt.reading() as session:
        assert session.get_one(Node, node).code == f"http://example.invalid/q/station:{node}"
    page = county.browser(Role.CLERK).get("/staff/settings/stations").text
    assert page.count("<svg") == 1 and "邻镇" not in page


def test_an_account_that_has_no_codes_is_told_what_helps(county: County) -> None:
    channel = FakeChannel(refusals=[ChannelError(48001, "公众号没有这个接口的权限", permanent=True)])
    rt = create_runtime(county.rt.database, channel=channel)
    with pytest.raises(stations.NoCode) as refused:
        stations.make_code(rt, someone(), stations.find(rt, OWN))
    assert "没有这个接口的权限" in refused.value.message
    assert "也可以打印公众号自己的二维码" in refused.value.message


def test_an_empty_note_is_refused_by_the_server(county: County) -> None:
    browser = county.browser(Role.CLERK)
    answer = browser.post(f"/staff/talks/{county.own}/answer", {"as": "note", "words": "  "})
    assert answer.status_code == 400 and "备注还是空的" in answer.text
