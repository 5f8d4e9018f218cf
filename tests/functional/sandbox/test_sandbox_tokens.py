"""Tokens, and what is wrong with a request."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.functional.sandbox.conftest import SECRET, Stage
from tests.functional.sandbox.product import APP_ID


def ask_token(stage: Stage, **changed: Any) -> dict[str, Any]:
    wish = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET} | changed
    answer: dict[str, Any] = stage.client.post("/api/cgi-bin/stable_token", json=wish).get_json()
    return answer


def test_the_stable_token_is_the_same_until_near_its_end(stage: Stage) -> None:
    first = ask_token(stage)
    assert first["expires_in"] == 7200
    stage.clock.advance(timedelta(seconds=6899))
    again = ask_token(stage)
    assert again == {"access_token": first["access_token"], "expires_in": 301}
    stage.clock.advance(timedelta(seconds=1))
    fresh = ask_token(stage)
    assert fresh["access_token"] != first["access_token"]
    stage.token = first["access_token"]
    assert stage.api("menu/get")["errcode"] == 46003  # both work during the hand-over
    stage.clock.advance(timedelta(seconds=300))
    assert stage.api("menu/get")["errcode"] == 42001


def test_a_forced_refresh_ends_the_old_token_at_once(stage: Stage) -> None:
    first = ask_token(stage)["access_token"]
    second = ask_token(stage, force_refresh=True)["access_token"]
    assert first != second
    assert ask_token(stage, force_refresh=True)["errcode"] == 45009  # within 30 seconds
    stage.token = first
    assert stage.api("menu/get")["errcode"] == 40001


def test_the_old_kind_of_token_replaces_its_forerunner(stage: Stage) -> None:
    query = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    first, second = (
        stage.client.get("/api/cgi-bin/token", query_string=query).get_json()["access_token"] for _ in range(2)
    )
    stage.token = second
    stage.clock.advance(timedelta(minutes=5))
    assert stage.api("menu/get")["errcode"] == 46003
    stage.token = first
    assert stage.api("menu/get")["errcode"] == 42001


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"appid": "wx1"}, 40013),
        ({"secret": "no"}, 40125),
        ({"grant_type": "x"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
    ],
)
def test_strangers_get_no_token(stage: Stage, changed: dict[str, str], expected: int) -> None:
    assert ask_token(stage, **changed)["errcode"] == expected


def test_what_is_wrong_with_a_request_is_named(stage: Stage) -> None:
    stage.say("x")
    token = {"access_token": stage.token}
    post = stage.client.post
    sends = "/api/cgi-bin/message/custom/send"
    assert post(sends, data=b"{}").get_json()["errcode"] == 41001
    assert post(sends, data=b"{}", query_string={"access_token": "short"}).get_json()["errcode"] == 40014
    assert post(sends, data=b"{}", query_string={"access_token": "x" * 100}).get_json()["errcode"] == 40001
    assert post(sends, query_string=token).get_json()["errcode"] == 44002
    assert post(sends, data=b"{", query_string=token).get_json()["errcode"] == 47001
    assert post(sends, data=b"[]", query_string=token).get_json()["errcode"] == 47001
    assert stage.client.get(sends, query_string=token).get_json()["errcode"] == 43002
    assert post("/api/cgi-bin/menu/get", data=b"{}", query_string=token).get_json()["errcode"] == 43001
    assert post("/api/cgi-bin/no/such", data=b"{}", query_string=token).get_json()["errcode"] == 40066
    assert stage.api("message/custom/send", {"x": 1})["errcode"] == 40008


def test_escaped_text_stays_escaped_as_on_the_platform(stage: Stage) -> None:
    stage.act("follow")
    stage.say("好")
    wish = {"touser": stage.openid(), "msgtype": "text", "text": {"content": '引号"和反斜杠\\u'}}
    for ascii_only, shown in ((False, '引号"和反斜杠\\u'), (True, '\\u5f15\\u53f7"\\u548c\\u53cd\\u659c\\u6760\\u')):
        body = json.dumps(wish, ensure_ascii=ascii_only).encode()
        query = {"access_token": stage.token}
        answer = stage.client.post("/api/cgi-bin/message/custom/send", data=body, query_string=query)
        assert answer.get_json()["errcode"] == 0
        assert stage.screen()[-1]["text"] == shown
    assert stage.violations() == {"escaped_json": 1}


@pytest.mark.parametrize(
    ("kind", "custom", "menu", "template", "users"),
    [
        ("service-verified", 45015, 46003, 40037, 0),
        ("service-unverified", 48001, 46003, 48001, 48001),
        ("subscription-verified", 45015, 46003, 48001, 0),
        ("subscription-unverified", 48001, 48001, 48001, 48001),
    ],
)
def test_account_kinds_may_what_the_table_says(
    make_stage: Callable[..., Stage], kind: str, custom: int, menu: int, template: int, users: int
) -> None:
    stage = make_stage(account_kind=kind)
    assert stage.say("好")["errcode"] == custom
    assert stage.api("menu/get")["errcode"] == menu
    assert stage.api("message/template/send", {"template_id": "x"})["errcode"] == template
    assert stage.api("user/get").get("errcode", 0) == users
