"""An attacker at what leaves the house: files that come down, a person's own pages, what a firm answers by its link.

On both databases. Each test fails when the guard it names is taken out: `python -m bench.guards` does and looks.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.cli import main
from models.account import Role, StaffAccount
from models.audit import AuditEntry
from models.followup import FollowUp
from models.placement import Referral, ReferralChange
from models.posting import Posting
from models.upload import Upload, UploadState
from models.veteran import Consent, Veteran
from services import own_pages, veterans
from services.intake import upload_work
from services.referral_answers import REFUSALS
from tests.console import Browser, County, open_county, signed_links
from tests.functional.access import address, routes

FORMULA = "=cmd|' /C calc'!A0"
EVIL = '表".csv\r\nX-Evil: 1'
#: Every route that hands out a file to keep, and how its making stands on the record.
FILES = {
    "export_people": "ledger.export",
    "export_posting_list": "postings.export",
    "report_file": "report.export",
    "upload_marked": "upload.export",
}
ACTIONS = {"consent": {"code": "pushes", "turn": "off"}, "topic": {"code": "fair", "turn": "off"}, "delete": {}}


@pytest.fixture(scope="module")
def county(county_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("takings"), **county_settings) as made:
        yield made


@pytest.fixture(scope="module")
def marked(county: County) -> int:
    """A sheet of somebody who names it, and everybody in it, as it suits them; its marked workbook is made."""
    rt = county.rt
    with rt.transaction() as session:
        for number in (county.own, county.other):
            person = session.get_one(Veteran, number)
            person.village = FORMULA
            veterans.save_contact(session, rt.keyring, person.id, name=FORMULA)
        session.query(Posting).update({"title": FORMULA, "contact": FORMULA, "address": FORMULA})
        session.query(StaffAccount).filter_by(sign_in="bureau").one().name = FORMULA
    bureau = county.browser(Role.BUREAU)
    sheet = f"姓名,联系电话,乡镇\n{FORMULA},1300000000,{FORMULA}\n".encode()
    sent = {"sheet": (io.BytesIO(sheet), EVIL), "csrf_token": bureau.token("/staff/imports/people")}
    bureau.client.post("/staff/imports/people", data=sent, content_type="multipart/form-data")
    with rt.reading() as session:
        number = session.query(Upload).one().id
    bureau.post(f"/staff/imports/{number}/marked")
    upload_work.work_due(rt)
    with rt.reading() as session:
        assert session.get_one(Upload, number).state not in (UploadState.MARK, UploadState.LOOK)
    return number


def taken(county: County, browser: Browser, marked: int) -> Iterator[tuple[str, TestResponse]]:
    """Every file to keep."""
    for method, name, rule in routes(county.app):
        if name in FILES:
            path = rule.replace("<int:upload_id>", str(marked)) if "upload" in name else address(rule, county, own=True)
            for one in (path, path.replace("docx", "xlsx")) if "docx" in path else (path,):
                yield name, browser.get(one) if method == "GET" else browser.post(one)


def test_every_file_is_on_record_and_says_who_took_it_and_its_name_is_ours(county: County, marked: int) -> None:
    bureau, seen = county.browser(Role.BUREAU), set()
    for name, answer in taken(county, bureau, marked):
        seen.add(name)
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store", name
        told = answer.headers.getlist("Content-Disposition")
        assert len(told) == 1 and re.fullmatch(r"attachment; filename=[\w.-]+(; filename\*=UTF-8''[\w.%-]+)?", told[0])
        assert not {"X-Evil"} & set(answer.headers.keys())
        with county.rt.reading() as session:
            last = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert last is not None and (last.action, last.who) == (FILES[name], f"{FORMULA}（bureau）")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
            said = "".join(parts.read(one).decode("utf-8", "replace") for one in parts.namelist())
        # The marked workbook is the clerk's own sheet, to be sent in again.
        day = f"{county.rt.now():%Y-%m-%d}"
        assert name == "upload_marked" or ("（bureau）" in said and day in said), name
    assert seen == set(FILES)


def test_what_stands_in_a_file_is_text(county: County, marked: int) -> None:
    """CSV and formula injection, by every name somebody may choose."""
    found = 0
    for name, answer in taken(county, county.browser(Role.BUREAU), marked):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
            names = parts.namelist()
            sheets = b"".join(parts.read(one) for one in names if "/worksheets/" in one)
            said = b"".join(parts.read(one) for one in names)
        assert b"<f>" not in sheets and b"hyperlink" not in sheets.lower(), name
        found += b"cmd|" in said
    assert found >= 4


def test_a_file_name_of_the_query_splits_no_header(county: County) -> None:
    bureau = county.browser(Role.BUREAU)
    for period in (
        "2026-10\r\nX-Evil: 1",
        '2026-10"; filename=x.exe',
        "2026-10\x00",
        "../2026-10",
        "9" * 5000,
        "٢٠٢٦-10",
    ):
        answer = bureau.client.get("/staff/reports/file/docx", query_string={"period": period})
        assert answer.status_code in (400, 404) and "X-Evil" not in answer.headers, period
    assert bureau.get("/staff/reports/file/..%2fdocx").status_code == 404


def ask(client: FlaskClient, method: str, path: str, fields: dict[str, str], token: str) -> TestResponse:
    """Each time from another address, so that no guess is slowed down here."""
    ask.count = getattr(ask, "count", 0) + 1  # type: ignore[attr-defined]
    where = {"REMOTE_ADDR": f"10.1.{ask.count // 250}.{ask.count % 250}"}  # type: ignore[attr-defined]
    data = {**fields, "csrf_token": token}
    return client.open(path, method=method, data=data if method == "POST" else None, environ_base=where)


def token_of(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def own_doors(county: County) -> list[tuple[str, str]]:
    """(method, what follows the signed part) of every route of the own pages, as the application has them."""
    found = []
    for rule in county.app.url_map.iter_rules():
        if rule.endpoint.startswith("own."):
            found += [
                (one, rule.rule.partition("<signed>")[2]) for one in ("GET", "POST") if one in (rule.methods or ())
            ]
    return sorted(found)


def state(county: County) -> list[object]:
    with county.rt.reading() as session:
        people = [(one.openid, one.erased_at) for one in session.query(Veteran).order_by(Veteran.id)]
        return [*people, sorted((one.id, one.withdrawn_at) for one in session.query(Consent))]


def test_no_door_of_an_own_page_opens_with_anything_but_its_own_link(county: County) -> None:
    """Another's number, another purpose, another road, an id no column holds, and every one of them after its time."""
    own, other = signed_links(county, county.own), signed_links(county, county.other)
    client = county.app.test_client()
    token = token_of(client, own["own"])
    number, _, signature = own["own"].rpartition("/")[2].partition("-")
    theirs = other["own"].rpartition("/")[2]
    wrong = [
        f"{theirs.partition('-')[0]}-{signature}",
        f"{number}-{theirs.partition('-')[2]}",
        f"{number}-",
        "-" + signature,
    ]
    wrong += [f"{one}-{signature}" for one in ("0", "-1", "9" * 9, "9" * 40, "9" * 5000, "٣", "1e3", f" {number}")]
    wrong += [own[purpose].rpartition("/")[2] for purpose in ("referral", "follow_up", "filing")]
    before, doors = state(county), own_doors(county)
    assert {after for _, after in doors} == {"", "/consent", "/topic", "/delete"}
    for method, after in doors:
        fields = ACTIONS.get(after.lstrip("/"), {})
        for signed in wrong:
            assert ask(client, method, f"/p/{signed}{after}", fields, token).status_code == 404, (method, after, signed)
    assert ask(client, "GET", "/e/" + own["own"].rpartition("/")[2], {}, token).status_code == 404
    now = county.clock.moment
    county.clock.advance(days=own_pages.LASTS.days)
    for method, after in doors:
        answer = ask(client, method, own["own"] + after, ACTIONS.get(after.lstrip("/"), {}), token)
        assert answer.status_code == 410, (method, after)
    county.clock.moment = now
    assert state(county) == before


def test_an_action_sent_twice_is_one_and_on_record(county: County) -> None:
    own = signed_links(county, county.other)["own"]
    client = county.app.test_client()
    token = token_of(client, own)

    def entries(action: str) -> int:
        with county.rt.reading() as session:
            about = session.query(AuditEntry).filter_by(who="self", action=action, subject=f"veteran:{county.other}")
            return about.count()

    def consents() -> int:
        with county.rt.reading() as session:
            return (
                session.query(Consent).filter_by(veteran_id=county.other, purpose="pushes", withdrawn_at=None).count()
            )

    for turn, left in (("off", 0), ("on", 1)):
        for _ in range(2):
            assert ask(client, "POST", f"{own}/consent", {"code": "pushes", "turn": turn}, token).status_code == 303
            assert consents() == left
        ask(client, "POST", f"{own}/topic", {"code": "fair", "turn": turn}, token)
    assert (entries("own.consent"), entries("own.topic")) == (4, 2)
    for code in ("storing' --", "", "x" * 9999, "agent"):
        for door in ("consent", "topic"):
            assert ask(client, "POST", f"{own}/{door}", {"code": code, "turn": "off"}, token).status_code == 400
    assert ask(client, "POST", f"{own}/delete", {}, token).status_code == 200
    assert ask(client, "POST", f"{own}/delete", {}, token).status_code in (404, 410)
    assert entries("person.erase") == 1


def test_a_firms_answer_sent_twice_is_one(county: County) -> None:
    """Whoever kept a form of before the end sends it again, or another answer with the same token."""
    signed, rt = signed_links(county, county.own), county.rt
    client = county.app.test_client()
    token = token_of(client, signed["referral"])
    day = f"{rt.today() + timedelta(days=3)}"
    no = {"answer": "no", "reason": next(iter(REFUSALS))}

    def steps() -> list[tuple[str, str]]:
        with rt.reading() as session:
            about = session.query(Referral).filter_by(veteran_id=county.own).one()
            return [(one.old, one.new) for one in session.query(ReferralChange).filter_by(referral_id=about.id)]

    before = len(steps())
    assert ask(client, "POST", signed["referral"], no, token).status_code == 200
    ended = steps()
    assert len(ended) == before + 1 and ended[-1][1] == "not_hired"
    invited = {"answer": "interview", "day": day, "time": "09:00", "place": "县城"}
    for fields in (no, {"answer": "hired", "starts_on": day}, invited):
        assert ask(client, "POST", signed["referral"], fields, token).status_code == 409, fields
        assert steps() == ended, fields
    answers = {"status": "在岗", "satisfaction": "5", "words": "第一次"}
    ask(client, "POST", signed["follow_up"], answers, token)
    ask(client, "POST", signed["follow_up"], {**answers, "words": "第二次", "satisfaction": "1"}, token)
    with rt.reading() as session:
        given = [one.answer for one in session.query(FollowUp).filter_by(side="employer") if one.answer]
    assert len(given) == 1, "said again, it is the same answer mended"


def test_a_link_of_a_person_whose_row_changed_hands_opens_nothing(county: County) -> None:
    """The signature covers purpose, subject and number: a link's row that is turned to somebody else opens nothing."""
    from models.link import Link

    signed = signed_links(county, county.own)
    client = county.app.test_client()
    number = int(signed["referral"].rpartition("/")[2].partition("-")[0])
    with county.rt.transaction() as session:
        row = session.get_one(Link, number)
        subject, row.subject_id = row.subject_id, row.subject_id + 1
    assert ask(client, "GET", signed["referral"], {}, "").status_code == 404
    with county.rt.transaction() as session:
        session.get_one(Link, number).subject_id = subject


@pytest.mark.parametrize("verb", ["export-person", "card", "erase"])
@pytest.mark.parametrize("number", ["9" * 40, "-1", "1 OR 1=1", "٣", "1e3"])
def test_a_command_takes_the_number_of_a_row_only(verb: str, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, number])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
