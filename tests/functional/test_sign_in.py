"""Signing in: the one-time password, the lock, the second factor, the end of a session, what the cookie is like."""

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from models import account as accounts_table
from models.account import Outcome, Role
from services import accounts, sign_ins, stations
from services.accounts import AccountRefused, NewAccount
from tests.console import PASSWORD, Browser, County, open_county, sign_in


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def newcomer(county: County, role: Role = Role.CLERK) -> tuple[Browser, str]:
    given = accounts.create(county.rt, NewAccount("xinren", "新人", role, stations.find(county.rt, "")), "test")
    return county.browser(), given


def test_the_one_time_password_opens_nothing_but_the_change_of_it(county: County) -> None:
    browser, given = newcomer(county)
    assert sign_in(county, browser, "xinren", given).location == "/staff/"
    assert browser.get("/staff/").location == "/staff/password"
    refused = browser.post("/staff/password", {"new": "short", "again": "short"})
    assert "10 到 128" in refused.text
    assert "不能和现在的一样" in browser.post("/staff/password", {"new": given, "again": given}).text
    assert browser.post("/staff/password", {"new": PASSWORD, "again": PASSWORD}).location == "/staff/"
    assert browser.get("/staff/").status_code == 200
    again = county.browser()
    assert sign_in(county, again, "xinren", given).status_code == 401
    assert sign_in(county, again, "xinren", PASSWORD).status_code == 302


def test_ten_wrong_passwords_lock_for_a_quarter_of_an_hour_even_the_right_one(county: County) -> None:
    browser = county.browser()
    for _ in range(sign_ins.MOST_FAILURES):
        assert "登录名或密码不对" in sign_in(county, browser, "clerk", "wrong").text
    assert "账号锁 15 分钟" in sign_in(county, browser, "clerk", PASSWORD).text
    county.clock.advance(minutes=16)
    assert sign_in(county, browser, "clerk", PASSWORD).status_code == 302


def test_an_unknown_name_gets_the_same_answer_and_is_not_kept(county: County) -> None:
    answer = sign_in(county, county.browser(), "nobody", "wrong")
    assert answer.status_code == 401 and "登录名或密码不对" in answer.text
    with county.rt.reading() as session:
        ((row, account),) = accounts_table.tries(session, 1)
    assert (row.outcome, account) == (Outcome.UNKNOWN, None)


def test_an_administrator_must_enrol_and_a_code_counts_once(county: County) -> None:
    browser, given = newcomer(county, Role.ADMIN)
    sign_in(county, browser, "xinren", given)
    browser.post("/staff/password", {"new": PASSWORD, "again": PASSWORD})
    page = browser.get("/staff/")
    assert page.location == "/staff/enrol"
    text = browser.get("/staff/enrol").text
    secret = text.split('class="secret">')[1].split("<")[0]
    assert "<svg" in text
    for wrong in ("000000", "１２３４５６", "验证码", "\U0001f600"):
        assert "验证码不对" in browser.post("/staff/enrol", {"code": wrong}).text
    code = pyotp.TOTP(secret).at(county.clock())
    assert browser.post("/staff/enrol", {"code": code}, page="/staff/enrol").location == "/staff/"
    assert browser.get("/staff/").status_code == 200
    other = county.browser()
    sign_in(county, other, "xinren", PASSWORD)
    assert other.get("/staff/").location == "/staff/second"
    assert other.post("/staff/second", {"code": code}, page="/staff/second").status_code == 401
    county.clock.advance(seconds=30)
    fresh = pyotp.TOTP(secret).at(county.clock())
    assert other.post("/staff/second", {"code": fresh}, page="/staff/second").location == "/staff/"
    assert other.get("/staff/").status_code == 200


def test_wrong_codes_lock_too_and_end_the_session(county: County) -> None:
    browser = county.browser()
    sign_in(county, browser, "admin", PASSWORD)
    token = browser.token("/staff/second")
    for _ in range(sign_ins.MOST_FAILURES):
        browser.client.post("/staff/second", data={"code": "000000", "csrf_token": token})
    assert browser.get("/staff/second").location.startswith("/staff/sign-in")
    assert "账号锁" in sign_in(county, browser, "admin", PASSWORD).text


def test_a_session_ends_after_two_idle_hours_and_after_twelve_in_all(county: County) -> None:
    idle, busy = county.browser(Role.CLERK), county.browser(Role.BUREAU)
    for _ in range(7):
        county.clock.advance(minutes=100)
        assert busy.get("/staff/").status_code == 200
    assert idle.get("/staff/").location.startswith("/staff/sign-in")
    county.clock.advance(minutes=30)
    assert busy.get("/staff/").location.startswith("/staff/sign-in")


def test_signing_out_ends_the_session_itself_not_only_the_cookie(county: County) -> None:
    browser = county.browser(Role.CLERK)
    cookie = browser.client.get_cookie("session")
    browser.post("/staff/sign-out")
    assert cookie
    browser.client.set_cookie("session", cookie.value)
    assert browser.get("/staff/").location.startswith("/staff/sign-in")


def test_a_disabled_account_is_out_at_once_and_a_reset_one_too(county: County) -> None:
    clerk, bureau = county.browser(Role.CLERK), county.browser(Role.BUREAU)
    accounts.disable(county.rt, "clerk", "test")
    given = accounts.reset(county.rt, "bureau", "test")
    assert clerk.get("/staff/").status_code == 302 and bureau.get("/staff/").status_code == 302
    assert "已停用" in sign_in(county, clerk, "clerk", PASSWORD).text
    assert sign_in(county, bureau, "bureau", given).status_code == 302


def test_the_last_administrator_stays(county: County) -> None:
    with pytest.raises(AccountRefused, match="refused"):
        accounts.disable(county.rt, "admin", "test")


def test_the_cookie_is_closed_to_scripts_and_other_sites_and_the_page_to_inline_script(county: County) -> None:
    browser = county.browser()
    answer = sign_in(county, browser, "clerk", PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = browser.get("/staff/")
    assert "no-store" in page.headers["Cache-Control"]
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text and " style=" not in page.text and " onclick=" not in page.text


def test_back_goes_to_our_own_pages_only(county: County) -> None:
    for back, goes_to in (("//evil.example", "/staff/"), ("/staff/password", "/staff/password")):
        browser = county.browser()
        data = {"name": "clerk", "password": PASSWORD}
        assert browser.post(f"/staff/sign-in?back={back}", data, page="/staff/sign-in").location == goes_to


def test_every_page_says_that_this_is_the_sandbox(county: County) -> None:
    assert "模拟环境" in county.browser().get("/staff/sign-in").text
    assert "模拟环境" in county.browser(Role.CLERK).get("/staff/").text
