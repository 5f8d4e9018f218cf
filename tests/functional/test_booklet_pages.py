"""The bureau's pages of firms and postings: an agreement noted, papers that are due, urgent postings, the filters."""

from collections.abc import Iterator

import pytest

from models import posting as postings_table
from models.account import Role
from models.posting import How
from services import postings
from services.postings import Verification
from tests.console import Browser, County, open_county


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("county")) as made:
        yield made


@pytest.fixture(scope="module")
def browser(county: County) -> Browser:
    return county.browser(Role.BUREAU)


def entered(browser: Browser, county: County, **fields: str) -> str:
    at = f"/staff/employers/{county.employer}"
    browser.post(f"{at}/change", fields, page=at)
    return browser.get(at).text


def test_an_agreement_is_noted_in_the_booklet(county: County, browser: Browser) -> None:
    assert "没有签" in browser.get(f"/staff/employers/{county.employer}").text
    assert "照“2026-12-01”的样子写" in entered(browser, county, field="agreement", signed="")
    signed = entered(browser, county, field="agreement", signed="2026-11-01", until="2027-10-31", priority="yes")
    assert "2026-11-01 签订，到 2027-10-31" in signed
    assert "优先招用退役军人" in signed


def test_papers_to_look_at_are_on_the_list_and_on_the_first_page_until_seen(county: County, browser: Browser) -> None:
    postings.check(county.rt, county.posting, Verification("测试", How.PHONE))
    assert "要看证照的单位" in browser.get("/staff/").text
    listed = browser.get("/staff/employers/papers").text
    assert f"/staff/employers/{county.employer}" in listed
    entered(browser, county, field="papers", value="licence", note="执照")
    assert "没有要看证照的单位" in browser.get("/staff/employers/papers").text


def test_a_posting_is_marked_urgent_once_it_is_on_offer(county: County, browser: Browser) -> None:
    at = f"/staff/postings/{county.posting}"
    with county.rt.reading() as session:
        found = postings_table.posting_by_code(session, county.posting)
        assert found is not None and not found.urgent
    browser.post(f"{at}/urgent", page=at)
    assert "发布以后才能标为急招" in browser.get(at).text
    postings.publish(county.rt, county.posting, "测试")
    browser.post(f"{at}/urgent", page=at)
    page = browser.get(at).text
    assert "急招" in page and "不再急招" in page
    assert county.posting in browser.get("/staff/postings?urgent=1").text
    browser.post(f"{at}/step", {"step": "calm"}, page=at)
    assert county.posting not in browser.get("/staff/postings?urgent=1").text


def test_the_list_is_narrowed_to_one_firm(county: County, browser: Browser) -> None:
    assert county.posting in browser.get(f"/staff/postings?employer={county.employer}").text
    assert county.posting not in browser.get("/staff/postings?employer=999").text
