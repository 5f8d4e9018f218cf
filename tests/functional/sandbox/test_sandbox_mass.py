"""Mass sends: quotas, idempotency, the guard, receipts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.functional.sandbox.conftest import Stage


def mass(text: str = "通知", **more: Any) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": text}, **more}


def test_a_mass_send_reaches_the_list_and_reports_counts(stage: Stage) -> None:
    openids = stage.client.post("/people", json={"count": 3}).get_json()["openids"]
    sent = stage.api("message/mass/send", mass(touser=[*openids, stage.openid()], clientmsgid="b-1"))
    assert sent["errcode"] == 0
    stage.settle()
    assert stage.api("message/mass/get", {"msg_id": sent["msg_id"]})["msg_status"] == "SEND_SUCCESS"
    (receipt,) = stage.product.events("MASSSENDJOBFINISH")
    counts = [receipt[name] for name in ("TotalCount", "SentCount", "ErrorCount")]
    assert (receipt["MsgID"], receipt["Status"], counts) == (str(sent["msg_id"]), "send success", ["4", "3", "1"])
    again = stage.api("message/mass/send", mass(touser=openids, clientmsgid="b-1"))
    assert (again["errcode"], again["msg_id"]) == (45065, sent["msg_id"])
    assert stage.violations() == {}


def test_everyone_gets_four_mass_messages_a_month_at_most(stage: Stage) -> None:
    openids = stage.client.post("/people", json={"count": 2}).get_json()["openids"]
    for number in range(5):
        stage.api("message/mass/send", mass(touser=openids, clientmsgid=f"b-{number}"))
    stage.settle()
    sent = sorted(int(one["SentCount"]) for one in stage.product.events("MASSSENDJOBFINISH"))
    assert sent == [0, 2, 2, 2, 2]
    stage.clock.advance(timedelta(days=30))
    stage.token = ""
    stage.api("message/mass/send", mass(touser=openids))
    stage.settle()
    assert sum(one["kind"] == "text" for one in stage.screen("p000001")) == 5


def test_sends_to_all_have_a_day_and_a_month(stage: Stage) -> None:
    stage.client.post("/people", json={"count": 2})
    everyone = mass(filter={"is_to_all": True})
    codes = []
    for _ in range(5):
        codes += [stage.api("message/mass/sendall", everyone)["errcode"] for _ in range(2)]
        stage.clock.advance(timedelta(days=1))
        stage.token = ""
    assert codes == [0, 45028, 0, 45028, 0, 45028, 0, 45028, 45028, 45028]


def test_a_subscription_account_sends_once_a_day_and_never_to_a_list(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(account_kind="subscription-verified")
    openids = stage.client.post("/people", json={"count": 2}).get_json()["openids"]
    assert stage.api("message/mass/send", mass(touser=openids))["errcode"] == 48001
    tag = stage.api("tags/create", {"tag": {"name": "司机"}})["tag"]["id"]
    codes = [stage.api("message/mass/sendall", mass(filter={"tag_id": tag}))["errcode"] for _ in range(2)]
    assert codes == [0, 45028]


def test_the_guard_stops_a_send_to_all(stage: Stage) -> None:
    stage.client.post("/people", json={"count": 2})
    stage.weather("guard")
    assert stage.api("message/mass/sendall", mass(filter={"is_to_all": True}))["errcode"] == 0
    stage.settle()
    assert stage.product.events("MASSSENDJOBFINISH")[0]["Status"] == "err(40002)"
    assert stage.screen("p000001") == []


@pytest.mark.parametrize(
    ("path", "wish", "expected"),
    [
        ("send", mass(touser=["a"]), 40130),
        ("send", mass(touser=["a", "b"]), 40003),
        ("send", mass(touser=["a"] * 10_001), 40032),
        ("sendall", mass(filter={"tag_id": 9}), 40152),
        ("sendall", mass(), 40152),
        ("sendall", mass("长" * 683, filter={"is_to_all": True}), 45002),
        ("sendall", mass(filter={"is_to_all": True}, clientmsgid="x" * 65), 45067),
        ("get", {"msg_id": 7}, 40059),
    ],
)
def test_bad_mass_sends(stage: Stage, path: str, wish: dict[str, Any], expected: int) -> None:
    assert stage.api(f"message/mass/{path}", wish)["errcode"] == expected


def test_mass_speed(stage: Stage) -> None:
    codes = [stage.api("message/mass/speed/set", wish)["errcode"] for wish in ({}, {"speed": 5}, {"speed": 4})]
    assert codes == [45084, 45083, 0]
    assert stage.api("message/mass/speed/get", {}) == {"speed": 4, "realspeed": 10}


def test_what_really_arrived_is_counted_and_doubles_are_seen(stage: Stage) -> None:
    stage.act("follow")
    for text in ("一", "二", "二"):
        stage.say(text)
    openids = stage.client.post("/people", json={"count": 2}).get_json()["openids"]
    stage.api("message/mass/send", mass(touser=openids))
    stage.settle()
    assert stage.client.get("/received").get_json() == {
        "customer": {"people": 1, "messages": 3, "doubled": 1},
        "mass": {"people": 2, "messages": 2, "doubled": 0},
    }
