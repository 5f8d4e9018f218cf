"""Gaps between posting and work in the console: by station, in the booklet and on the posting; the firm's own link."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.account import Role
from models.placement import Referral
from models.reality import RealityCheck
from services import reality, stations
from tests.console import OTHER, OWN, Browser, Care, County, care_of, open_county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


@pytest.fixture
def care(county: County) -> Care:
    return care_of(county, county.own)


def test_gaps_are_listed_by_station(county: County, care: Care) -> None:
    bureau = county.browser(Role.BUREAU)
    assert OWN in bureau.get("/staff/care/reality").text
    own, other = (stations.find(county.rt, name) for name in (OWN, OTHER))
    assert "少了五百" in bureau.get(f"/staff/care/reality?station={own}").text
    assert "没有等核定的" in bureau.get(f"/staff/care/reality?station={other}").text


def test_a_confirmed_gap_stands_in_the_booklet_and_on_the_posting(county: County, care: Care) -> None:
    rt, bureau = county.rt, county.browser(Role.BUREAU)
    with rt.transaction() as session:
        posting = session.get_one(Referral, care.referral_id).posting
        pages = (f"/staff/employers/{posting.employer_id}", f"/staff/postings/{posting.code}")
        reality.employer_says(session, session.get_one(RealityCheck, care.reality_id), "试用期八折", rt.now())
    assert not any("和招聘" in bureau.get(page).text for page in pages)
    bureau.post(f"/staff/care/reality/{care.reality_id}", {"holds": "1", "words": "看过工资条"})
    booklet, shown = (bureau.get(page).text for page in pages)
    assert "看过工资条" in booklet and "试用期八折" in booklet
    assert "工资（1 次）" in shown


def test_numbers_in_the_words_of_both_sides_and_of_the_decision_are_covered(county: County, care: Care) -> None:
    rt, bureau = county.rt, county.browser(Role.BUREAU)
    words = "王示例13000000099，519900197001010016"
    with rt.transaction() as session:
        check = session.get_one(RealityCheck, care.reality_id)
        check.words_sealed = rt.keyring.seal("reality.words", words)
        reality.employer_says(session, check, words, rt.now())
        firm = check.employer_id
    assert bureau.get("/staff/care/reality").text.count("王示例130****0099，519900********0016") == 2
    bureau.post(f"/staff/care/reality/{care.reality_id}", {"holds": "1", "words": words})
    assert bureau.get(f"/staff/employers/{firm}").text.count("王示例130****0099，519900********0016") == 2
    with rt.reading() as session:
        kept = session.get_one(RealityCheck, care.reality_id)
        assert "13000000099" not in kept.employer_words + kept.decision


def test_a_firm_files_by_the_link_of_its_booklet_until_it_is_taken_back(county: County) -> None:
    bureau = county.browser(Role.BUREAU)
    page = f"/staff/employers/{county.employer}"
    signed = given(bureau, page)
    assert given(bureau, page) == signed, "asked for again it is the same"
    firm = county.app.test_client()
    assert firm.get(f"/e/{signed}").status_code == 200
    bureau.post(f"{page}/filing", {"turn": "off"}, page=page)
    assert firm.get(f"/e/{signed}").status_code == 410
    told = bureau.get(page).text
    assert told.count("给了填报岗位的链接") == 1 and "停用了填报岗位的链接" in told


def given(bureau: Browser, page: str) -> str:
    found = re.search(r"/e/([\w-]+)", bureau.post(f"{page}/filing", page=page).text)
    assert found
    return found[1]
