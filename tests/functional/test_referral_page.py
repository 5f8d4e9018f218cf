"""What an employer or a veteran answers on the phone, written down by a clerk on the referral's page."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from models import followup as followups_table
from models import placement as placements_table
from models.account import Role
from models.placement import Referral
from tests.console import Browser, Care, County, care_of, open_county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


@pytest.fixture
def care(county: County) -> Care:
    return care_of(county, county.own)


@pytest.fixture
def page(care: Care) -> str:
    return f"/staff/care/referrals/{care.referral_id}"


def state(county: County, care: Care) -> tuple[str, bool | None, str]:
    with county.rt.reading() as session:
        one = session.get_one(Referral, care.referral_id)
        return one.status, one.attends, one.reason


def test_an_interview_told_on_the_phone_and_the_veterans_word_on_it(county: County, care: Care, page: str) -> None:
    clerk = county.browser(Role.CLERK)
    day = f"{county.rt.today() + timedelta(days=4)}"
    assert "本人在电话里答复了" not in clerk.get(page).text
    clerk.post(page, {"step": "interview", "day": day, "time": "14:00", "place": "示例路1号"}, page=page)
    told = clerk.get(page).text
    assert "示例路1号，去不去" in told
    clerk.post(page, {"step": "yes_by_phone"}, page=page)
    assert state(county, care) == ("interview", True, "")
    assert "本人说来" in clerk.get(page).text


def test_taken_on_by_phone_and_accepted_by_phone_begins_the_job(county: County, care: Care, page: str) -> None:
    clerk = county.browser(Role.CLERK)
    day = county.rt.today() + timedelta(days=4)
    clerk.post(page, {"step": "hired", "starts_on": f"{day}"}, page=page)
    assert "上岗，去不去" in clerk.get(page).text
    clerk.post(page, {"step": "yes_by_phone"}, page=page)
    with county.rt.reading() as session:
        begun = placements_table.placement_of_referral(session, care.referral_id)
    assert begun is not None and begun.starts_on == day


def test_refused_by_phone_needs_a_reason(county: County, care: Care, page: str) -> None:
    clerk = county.browser(Role.CLERK)
    clerk.post(page, {"step": "no"}, page=page)
    assert "请选一个没有录用的原因" in told(clerk, page)
    clerk.post(page, {"step": "no", "reason": "条件不合适"}, page=page)
    assert state(county, care) == ("not_hired", None, "条件不合适")
    clerk.post(page, {"step": "yes_by_phone"}, page=page)
    assert "没有要本人答复的事" in told(clerk, page)


def test_a_start_is_entered_for_who_found_the_job_some_other_way(county: County, care: Care) -> None:
    clerk = county.browser(Role.CLERK)
    page = f"/staff/people/{county.other}/start"
    assert clerk.get(page).status_code == 404, "of another station"
    page = f"/staff/people/{county.own}/start"
    day = f"{county.rt.today()}"
    assert "没有这个编号的岗位" in clerk.post(page, {"code": "P-没有", "starts_on": day}, page=page).text
    assert clerk.post(page, {"code": county.posting, "starts_on": day}, page=page).status_code == 302
    assert "已经登记在这个岗位上岗了" in clerk.post(page, {"code": county.posting, "starts_on": day}, page=page).text
    with county.rt.reading() as session:
        newest = placements_table.placements_of(session, county.own)[-1]
        asked = followups_table.follow_ups_of(session, newest.id)
    assert (newest.posting.code, len(asked)) == (county.posting, 6)


def told(clerk: Browser, page: str) -> str:
    return clerk.get(page).text
