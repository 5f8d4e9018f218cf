"""Bad days: refusals that are nobody's fault, slowness, and what they leave behind."""

import http.client
import json
import socket
import threading

from hypothesis import given
from hypothesis import strategies as st

from sandbox.api import rapid
from sandbox.weather import Sky
from tests.functional.sandbox.conftest import Stage


def test_weather_refuses_and_is_no_violation(stage: Stage) -> None:
    stage.act("follow")
    stage.act("text", text="你好")
    for kind, expected in (("busy", -1), ("window", 45015), ("quota", 45047), ("refused", 48002), ("gone", 45015)):
        stage.weather(kind)
        assert stage.say("好")["errcode"] == expected, kind
        stage.client.post("/weather/clear", json={"kind": kind})
        assert stage.say("好")["errcode"] in (0, 45047)
        stage.act("text", text="你好")
    assert stage.violations() == {}


def test_any_error_on_demand_so_many_times(stage: Stage) -> None:
    stage.weather("error", path="cgi-bin/menu", code=40164, times=2)
    assert [stage.api("menu/get")["errcode"] for _ in range(3)] == [40164, 40164, 46003]
    assert stage.client.get("/state").get_json()["weather"] == []


def test_expired_tokens_are_mended_by_asking_anew(stage: Stage) -> None:
    assert stage.api("menu/get")["errcode"] == 46003
    stage.weather("expired")
    assert stage.api("menu/get")["errcode"] == 42001
    stage.token = ""
    assert stage.api("menu/get")["errcode"] == 46003


def test_a_slow_platform_holds_nobody_else_up(stage: Stage) -> None:
    stage.api("menu/get")
    stage.weather("slow", seconds=0.3, times=1)
    slow = threading.Thread(target=lambda: stage.api("menu/get"))
    slow.start()
    while stage.client.get("/state").get_json()["weather"]:
        pass
    assert stage.api("menu/get")["errcode"] == 46003
    assert slow.is_alive()
    slow.join()


@given(st.floats(0.1, 0.9))
def test_rates_by_person_always_strike_the_same(rate: float) -> None:
    sky = Sky()
    sky.set({"kind": "gone", "rate": rate})
    hit = [sky.strikes("gone", f"o{number}") is not None for number in range(400)]
    assert hit == [sky.strikes("gone", f"o{number}") is not None for number in range(400)]
    assert abs(sum(hit) / 400 - rate) < 0.12


def test_weather_can_wait_for_so_many_calls(stage: Stage) -> None:
    stage.weather("error", path="cgi-bin/menu", code=45009, after=2)
    assert [stage.api("menu/get")["errcode"] for _ in range(4)] == [46003, 46003, 45009, 45009]


def test_the_rapid_api_answers_like_the_other(stage: Stage) -> None:
    stage.api("menu/get")
    port = rapid.start(stage.app.extensions["sandbox"], "127.0.0.1", 0)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    stage.act("follow")
    wish = {"touser": stage.openid(), "msgtype": "text", "text": {"content": "你好"}}
    for expected in (0, 0, 0, 45047):  # over one kept-alive connection
        path = f"/cgi-bin/message/custom/send?access_token={stage.token}"
        connection.request("POST", path, json.dumps(wish, ensure_ascii=False).encode())
        assert json.loads(connection.getresponse().read())["errcode"] == expected
    connection.close()
    with socket.create_connection(("127.0.0.1", port), 5) as stranger:
        stranger.sendall(b"nonsense\r\n\r\n")
        assert stranger.recv(10) == b""
    assert [one["text"] for one in stage.screen() if one["side"] == "account"] == ["你好"] * 3
