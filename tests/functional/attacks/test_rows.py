"""An attacker at the rows: other people's numbers in forms, fields nobody offered, links and sessions of another time.

On both databases. Each test fails when the guard it names is taken out: `python -m bench.guards` does and looks.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.account import Role, StaffAccount
from models.contact import ContactMoment
from models.intake import Import, LedgerConflict
from models.posting import Posting, PostingStatus
from models.veteran import Veteran
from services import links, own_pages
from services.employer_links import FILED
from tests.console import PASSWORD, Browser, County, open_county, signed_links

#: A posting as a firm fills it in, in the order of its form.
FILLED = (
    *("保安", "2", "小区门岗，登记来客。", "3000-4000", "四川省绵阳市涪城区", "18-55", "不限", "不要"),
    *("包吃住", "两班倒", "2026-12-30", "王示例", "13000000077"),
)


@pytest.fixture(scope="module")
def county(county_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("rows"), **county_settings) as made:
        yield made


@pytest.fixture(scope="module")
def clerk(county: County) -> Browser:
    return county.browser(Role.CLERK)


def post(client: FlaskClient, path: str, fields: dict[str, object], page: str = ""):
    """A form sent with the token of its page, as a browser does."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page or path).text)
    assert token
    return client.post(path, data={**fields, "csrf_token": token[1]})


def test_a_number_of_another_station_in_a_form_opens_nothing(county: County, clerk: Browser) -> None:
    """IDOR by what a form carries; by what stands in the address it is asked of every page by test_access."""
    rt = county.rt
    with rt.transaction() as session:
        sheet = Import(kind="veteran", digest="d", file_name="x", at=rt.now(), who="x", counts={})
        session.add(sheet)
        session.flush()
        conflict = LedgerConflict(
            veteran_id=county.other, field="phone", at=rt.now(), record=1, import_id=sheet.id, digest="d"
        )
        moment = ContactMoment(veteran_id=county.other, at=rt.now(), who="x", occasion="phone")
        session.add_all([conflict, moment])
        session.flush()
        numbers = conflict.id, moment.id
    for decision in ("take", "keep"):
        answer = clerk.post("/staff/conflicts", {"conflict": numbers[0], "decision": decision})
        assert answer.status_code == 404
    assert clerk.post(f"/staff/people/{county.own}/undo", {"moment": numbers[1]}).status_code == 404
    with rt.reading() as session:
        assert session.get_one(LedgerConflict, numbers[0]).settled_at is None
        assert session.get_one(ContactMoment, numbers[1]).undone_at is None


def test_fields_that_no_form_offers_change_nothing(county: County, clerk: Browser) -> None:
    """Mass assignment."""
    rt, more = (
        county.rt,
        {"node_id": 1, "in_ledger": "", "openid": "o-evil", "role": "admin", "erased_at": "2026-01-01"},
    )
    with rt.reading() as session:
        before = session.get_one(Veteran, county.own).__dict__.copy()
    sent = clerk.post(f"/staff/people/{county.own}/contact", {"occasion": "phone", "note": "问过", **more})
    assert sent.status_code == 302
    clerk.post("/staff/password", {"new": PASSWORD + "1", "again": PASSWORD + "1", **more})
    with rt.reading() as session:
        after = session.get_one(Veteran, county.own)
        assert all(getattr(after, name) == before[name] for name in ("node_id", "in_ledger", "openid", "erased_at"))
        account = session.query(StaffAccount).filter_by(sign_in="clerk").one()
        assert account.role == Role.CLERK and account.node_id == after.node_id


def test_an_employer_files_in_the_own_name_and_only_a_draft(county: County) -> None:
    path = signed_links(county, county.own)["filing"]
    cells = dict(zip(FILED, FILLED, strict=True))
    more = {"用人单位": "示例别家公司", "status": "open", "checked_by": "evil", "employer_id": "2", "来源": "evil"}
    answer = post(county.app.test_client(), path, {**cells, **more})
    assert answer.status_code == 200
    with county.rt.reading() as session:
        filed = session.query(Posting).filter_by(source="单位填报").all()
        assert {one.employer.name for one in filed} == {"示例保安公司"}
        assert not [one for one in filed if one.status == PostingStatus.OPEN or one.checked_by]


def test_a_changed_password_ends_every_other_browser(county: County) -> None:
    mine, stolen = county.browser(Role.BUREAU), county.browser(Role.BUREAU)
    assert stolen.get("/staff/").status_code == 200
    mine.post("/staff/password", {"new": PASSWORD + "!", "again": PASSWORD + "!"})
    assert stolen.get("/staff/").location.startswith("/staff/sign-in")
    mine.post("/staff/password", {"new": PASSWORD, "again": PASSWORD})


def test_a_link_taken_back_or_used_up_opens_nothing_again(county: County) -> None:
    """Token reuse: after the erasure, after being taken back, after its time."""
    rt, signed = county.rt, signed_links(county, county.other)
    client = county.app.test_client()
    assert post(client, f"{signed['own']}/delete", {}).status_code == 200
    for path in (signed["own"], f"{signed['own']}/delete"):
        assert client.get(path).status_code in (404, 410)
    with rt.transaction() as session:
        links.revoke(session, ("filing", county.employer), rt.now())
    assert client.get(signed["filing"]).status_code == 410
    county.clock.advance(days=40)
    assert client.get(signed["referral"]).status_code == 410
    assert timedelta(days=3) > own_pages.LASTS


def test_guessing_links_is_slowed_down(county: County) -> None:
    client = county.app.test_client()
    seen = [client.get("/p/1-" + "0" * 40, environ_base={"REMOTE_ADDR": "10.9.9.9"}).status_code for _ in range(40)]
    assert seen[0] == 404 and seen[-1] == 429
