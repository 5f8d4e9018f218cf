"""A veteran's own page: what it shows, each switch and the deletion, and that nothing else opens it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from models.audit import AuditEntry
from models.veteran import Veteran
from services import links, own_pages, veterans
from tests.console import County, open_county


@pytest.fixture
def county(tmp_path: Path):
    with open_county(tmp_path) as made:
        with made.rt.transaction() as session:
            person = session.get_one(Veteran, made.own)
            person.openid, person.following = "o-own", True
            veterans.give_consent(session, person.id, made.rt.now())
        yield made


def address(county: County, number: int | None = None) -> str:
    with county.rt.transaction() as session:
        person = session.get_one(Veteran, number or county.own)
        return own_pages.address(county.rt, session, person).partition("/p/")[2]


def post(client: FlaskClient, path: str, page: str, **values: str):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token
    return client.post(path, data={**values, "csrf_token": token[1]})


def in_force(county: County, purpose: str) -> bool:
    with county.rt.reading() as session:
        return veterans.has_consent(session, session.get_one(Veteran, county.own), purpose)


def test_it_shows_the_person_covered_and_is_on_record(county: County) -> None:
    answer = county.app.test_client().get(f"/p/{address(county)}")
    assert answer.status_code == 200
    assert "130****0001" in answer.text and "13000000001" not in answer.text
    assert "<script" not in answer.text and 'style="' not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    with county.rt.reading() as session:
        last = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert last is not None and (last.who, last.action, last.subject) == (
            "self",
            "own.read",
            f"veteran:{county.own}",
        )


def test_each_consent_is_given_and_taken_back_with_one_button(county: County) -> None:
    client, signed = county.app.test_client(), address(county)
    for purpose, turn, after in (("pushes", "off", False), ("pushes", "on", True), ("sensitive", "on", True)):
        answer = post(client, f"/p/{signed}/consent", f"/p/{signed}", code=purpose, turn=turn)
        assert answer.status_code == 303 and in_force(county, purpose) is after
    assert post(client, f"/p/{signed}/consent", f"/p/{signed}", code="in_ledger", turn="on").status_code == 400
    post(client, f"/p/{signed}/consent", f"/p/{signed}", code="storing", turn="off")
    assert not any(in_force(county, purpose) for purpose in own_pages.PURPOSES)


def test_a_topic_is_stopped_and_wanted_again(county: County) -> None:
    client, signed = county.app.test_client(), address(county)
    post(client, f"/p/{signed}/topic", f"/p/{signed}", code="policy", turn="off")
    assert "已停收" in client.get(f"/p/{signed}").text
    post(client, f"/p/{signed}/topic", f"/p/{signed}", code="policy", turn="on")
    assert "已停收" not in client.get(f"/p/{signed}").text


def test_deleting_takes_a_question_and_ends_the_link(county: County) -> None:
    client, signed = county.app.test_client(), address(county)
    assert "确定删除吗" in client.get(f"/p/{signed}/delete").text
    assert "已删除" in post(client, f"/p/{signed}/delete", f"/p/{signed}/delete").text
    assert client.get(f"/p/{signed}").status_code == 410
    with county.rt.reading() as session:
        assert session.get_one(Veteran, county.own).openid is None


def test_without_the_token_of_the_page_nothing_happens(county: County) -> None:
    signed = address(county)
    for path, values in (("consent", {"code": "pushes", "turn": "off"}), ("delete", {}), ("topic", {"code": "policy"})):
        assert county.app.test_client().post(f"/p/{signed}/{path}", data=values).status_code == 400
    assert in_force(county, "pushes")


def test_a_link_opens_one_person_for_one_purpose_for_two_days(county: County) -> None:
    client, signed = county.app.test_client(), address(county)
    number, _, signature = signed.partition("-")
    with county.rt.transaction() as session:
        about = ("posting", county.own)
        other = links.issue(session, county.rt.keyring, about, timedelta(days=2), who="bot", now=county.rt.now())
    for wrong in (f"{int(number) + 1}-{signature}", f"{number}-{'0' * 40}", other, number, "..%2f..%2fetc%2fpasswd"):
        assert client.get(f"/p/{wrong}").status_code == 404
    county.clock.advance(days=2, minutes=1)
    assert client.get(f"/p/{signed}").status_code == 410


def test_guessing_is_stopped_and_others_still_open_theirs(county: County) -> None:
    stranger = county.app.test_client()
    codes = [stranger.get(f"/p/{number}-{'a' * 40}").status_code for number in range(35)]
    assert codes[:30] == [404] * 30 and set(codes[30:]) == {429}
    other = county.app.test_client()
    assert other.get(f"/p/{address(county)}", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
    county.clock.advance(minutes=10)
    assert stranger.get(f"/p/{address(county)}").status_code == 200


@pytest.mark.parametrize(("asked", "given"), [("30", 30), ("18", 18), ("99", 18), ("<script>", 18)])
def test_the_text_grows_to_thirty(county: County, asked: str, given: int) -> None:
    page = county.app.test_client().get(f"/p/{address(county)}", query_string={"size": asked})
    assert f'class="size-{given}"' in page.text and "<script>" not in page.text
