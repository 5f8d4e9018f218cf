"""Teaching the bot words: what several people said and it did not understand is listed, taught, and understood."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.nlu.own_words import OwnWord
from bot.types import Inbound, Kind
from models.account import Role
from models.unread import UnreadWord
from services import conversations, taught_words, unread_words, veterans
from tests.builders import create_veteran
from tests.console import County, open_county

WORDS = "/staff/settings/words"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def say(county: County, openid: str, text: str, key: str) -> str:
    found = conversations.receive(county.rt, Inbound(key, openid, Kind.TEXT, county.rt.now(), text=text))
    return found.text or ""


def people(county: County, *openids: str) -> None:
    with county.rt.transaction() as session:
        for openid in openids:
            veteran = create_veteran(session, openid, county.rt.now())
            veterans.give_consent(session, veteran.id, county.rt.now())


def teach(county: County, name: str, target: str) -> str:
    return county.browser(Role.BUREAU).post(WORDS, {"name": name, "target": target}, page=WORDS).text


def test_what_two_people_said_is_listed_taught_and_understood(county: County) -> None:
    people(county, "o-one", "o-two")
    say(county, "o-one", "想干扒拉子的活", "m1")
    assert unread_words.listed(county.rt) == []
    say(county, "o-two", "想干扒拉子的活", "m2")
    ((word, count),) = unread_words.listed(county.rt)
    assert (word, count) == ("扒拉子", 2)
    browser = county.browser(Role.BUREAU)
    assert word in browser.get(WORDS).text
    browser.post(WORDS, {"name": word, "target": "保安（岗位）"}, page=WORDS)
    assert f"教会了：“{word}”就是保安（岗位）" in browser.get(WORDS).text
    assert unread_words.listed(county.rt) == []
    page = browser.post(f"{WORDS}/try", {"sentence": f"想干{word}的活"}, page=WORDS).text
    assert "保安（听到" in page
    assert "保安" in say(county, "o-one", f"想干{word}的活", "m3")
    browser.post(f"{WORDS}/remove", {"name": word}, page=WORDS)
    assert taught_words.read(county.rt) == ()


def test_a_place_by_its_local_name(county: County) -> None:
    teach(county, "老城南", "绵阳市涪城区")
    assert taught_words.read(county.rt) == (OwnWord("place", "510703", "老城南"),)
    page = county.browser(Role.ADMIN).post(f"{WORDS}/try", {"sentence": "在老城南上班"}, page=WORDS).text
    assert "涪城区" in page and "老城南" in page


@pytest.mark.parametrize(
    ("name", "target", "words"),
    [
        ("看", "保安（岗位）", "2 到 8 个字"),
        ("看{场,大}子", "保安（岗位）", "2 到 8 个字"),
        ("看场子的大叔", "宇航员", "请从列表里选"),
        ("什么", "保安（岗位）", "太常见"),
        ("保安", "厨师（岗位）", "已经认得，是保安"),
        ("绵阳", "厨师（岗位）", "已经认得，是地名"),
        ("老城南", "朝阳区", "不止一个"),
    ],
)
def test_a_word_that_would_do_harm_is_refused_in_words(county: County, name: str, target: str, words: str) -> None:
    assert words in teach(county, name, target)
    assert taught_words.read(county.rt) == ()


def test_a_word_is_taught_once_set_aside_and_taken_back(county: County) -> None:
    teach(county, "蒿草工", "保安（岗位）")
    assert "已经教过了" in teach(county, "蒿草工", "厨师（岗位）")
    browser = county.browser(Role.BUREAU)
    browser.post(f"{WORDS}/undo", {"change": 1}, page=WORDS)
    assert taught_words.read(county.rt) == ()
    people(county, "o-one", "o-two")
    for number, openid in enumerate(("o-one", "o-two")):
        say(county, openid, "想干扒拉子的活", f"m{number}")
    ((word, _),) = unread_words.listed(county.rt)
    browser.post(f"{WORDS}/aside", {"name": word}, page=WORDS)
    say(county, "o-one", "想干扒拉子的活", "m8")
    say(county, "o-two", "想干扒拉子的活", "m9")
    assert unread_words.listed(county.rt) == []


def test_words_are_kept_with_consent_and_for_a_season(county: County) -> None:
    say(county, "o-stranger", "想干扒拉子的活", "m1")
    people(county, "o-one")
    say(county, "o-one", "想干扒拉子的活", "m2")
    with county.rt.reading() as session:
        assert session.query(UnreadWord).count() == 1
    county.clock.advance(days=89)
    assert unread_words.forget_due(county.rt) == 0
    county.clock.advance(days=2)
    assert unread_words.forget_due(county.rt) == 1
