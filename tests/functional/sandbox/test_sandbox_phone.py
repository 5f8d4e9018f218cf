"""The phone against a small product over real HTTP: replies, retries, weather, the clock, a talk saved as a test."""

import itertools
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from sandbox.courier import TROUBLE
from sandbox.scripts import iso_duration
from tests.functional.sandbox.conftest import Stage

MODES = ["plain", "compatible", "secure"]


@pytest.mark.parametrize("mode", MODES)
def test_follow_and_talk_in_every_mode(make_stage: Callable[..., Stage], mode: str) -> None:
    stage = make_stage(mode)
    stage.product.answer = lambda message: f"收到：{message.get('Content', message.get('Event'))}"
    assert stage.act("follow")["replies"][0]["text"] == "收到：subscribe"
    answer = stage.act("text", text="我想找\n开车的活 ]]> <b>")
    assert [one["text"] for one in answer["replies"]] == ["收到：我想找\n开车的活 ]]> <b>"]
    event, message = stage.product.messages
    assert event["EventKey"] is None and "MsgId" not in event
    assert message["FromUserName"] == stage.openid() and int(message["MsgId"]) > 2**40
    assert ("Encrypt" in stage.product.bodies[1]) is (mode != "plain")
    assert ("Content" in stage.product.bodies[1]) is (mode != "secure")


def test_nobody_talks_without_following(stage: Stage) -> None:
    answer = stage.client.post("/person/zhao/send", json={"type": "text", "text": "在吗"})
    assert (answer.status_code, stage.product.messages) == (409, [])
    assert "关注" in answer.get_json()["error"]


def test_all_kinds_of_messages_arrive(stage: Stage) -> None:
    stage.act("follow")
    stage.act("voice", recognition="找个开车的")
    stage.act("voice")
    stage.act("location", lat=31.5, lon=104.5, label="安州")
    stage.act("image")
    stage.act("video")
    stage.act("link", title="招聘会")
    stage.act("scan", scene="station-03")
    stage.act("unfollow")
    spoken, silent, place, image, video, link, scan, gone = stage.product.messages[1:]
    assert spoken["Recognition"] == "找个开车的" and silent["Recognition"] is None
    assert (place["Location_X"], place["Label"]) == ("31.500000", "安州")
    assert image["PicUrl"].endswith("static/photo.png") and video["ThumbMediaId"]
    assert link["Title"] == "招聘会"
    assert (scan["Event"], scan["EventKey"]) == ("SCAN", "station-03")
    assert gone["Event"] == "unsubscribe"
    assert stage.act("scan", scene="s2")["replies"] == []
    assert stage.product.messages[-1]["EventKey"] == "qrscene_s2"


@pytest.mark.parametrize(
    ("said", "status"),
    [(b'{"a":1}', "200 OK"), (b"<xml><MsgType>text", "200 OK"), (b"oops", "500 Internal Server Error")],
)
def test_a_wrong_answer_shows_the_platforms_line(stage: Stage, said: bytes, status: str) -> None:
    stage.act("follow")
    stage.product.answer, stage.product.status = lambda message: said, status
    assert [one["text"] for one in stage.act("text", text="在吗")["replies"]] == [TROUBLE]
    assert stage.violations() == {"answer_bad": 1}


@pytest.mark.parametrize("said", [b"", "success"])
def test_silence_on_purpose_shows_nothing(stage: Stage, said: str | bytes) -> None:
    stage.act("follow")
    stage.product.answer = lambda message: said
    assert stage.act("text", text="在吗")["replies"] == []
    assert stage.violations() == {}


def test_a_late_product_gets_the_message_four_times_then_the_line_is_shown(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage(answer_seconds=0.05)
    stage.act("follow")
    open_now = threading.Event()

    def slow(message: dict[str, Any]) -> str:
        open_now.wait(5)
        return "晚了"

    stage.product.answer = slow
    replies = stage.act("text", text="在吗")["replies"]
    open_now.set()
    assert [one["text"] for one in replies] == [TROUBLE]
    assert len(stage.product.messages) == 5
    assert len({one["MsgId"] for one in stage.product.messages[1:]}) == 1
    assert stage.violations()["answer_silence"] == 4


def test_the_second_try_may_answer(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(answer_seconds=0.05)
    stage.act("follow")
    first, release = threading.Lock(), threading.Event()

    def once_slow(message: dict[str, Any]) -> str:
        if first.acquire(blocking=False):
            release.wait(5)
        return "来了"

    stage.product.answer = once_slow
    assert [one["text"] for one in stage.act("text", text="在吗")["replies"]] == ["来了"]
    release.set()


def test_a_product_that_is_down_shows_the_line(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(callback_url="http://127.0.0.1:9/wechat")
    assert stage.act("follow")["replies"][0]["text"] == TROUBLE


def test_triple_delivery_shows_one_answer(stage: Stage) -> None:
    stage.product.answer = lambda message: "好的"
    stage.act("follow")
    stage.weather("triple")
    assert [one["text"] for one in stage.act("text", text="在吗")["replies"]] == ["好的"]
    assert len(stage.product.messages) == 4
    assert len({one["MsgId"] for one in stage.product.messages[1:]}) == 1
    assert stage.violations() == {}


def test_different_answers_to_one_message_are_a_violation(stage: Stage) -> None:
    stage.act("follow")
    stage.weather("triple")
    numbers = itertools.count(1)
    stage.product.answer = lambda message: f"第{next(numbers)}次"
    assert len(stage.act("text", text="在吗")["replies"]) == 1
    assert stage.violations()["answers_differ"] == 1


def test_shuffled_messages_arrive_in_the_wrong_order(stage: Stage) -> None:
    stage.act("follow")
    stage.weather("shuffle")
    assert stage.act("text", text="一")["held"] is True
    stage.act("text", text="二")
    assert [one["Content"] for one in stage.product.messages[1:]] == ["二", "一"]
    stage.act("text", text="三")
    stage.client.post("/weather/clear", json={})
    assert stage.product.messages[-1]["Content"] == "三"


def test_the_last_message_can_be_delivered_again(stage: Stage) -> None:
    assert stage.client.post("/person/zhao/redeliver", json={}).status_code == 400
    stage.act("follow")
    stage.act("text", text="在吗")
    stage.client.post("/person/zhao/redeliver", json={})
    assert stage.product.messages[1] == stage.product.messages[2]


def test_late_delivery_arrives_after_all(stage: Stage) -> None:
    stage.act("follow")
    stage.weather("late", seconds=0.05)
    stage.act("text", text="在吗")
    assert stage.product.messages[-1]["Content"] == "在吗"


def test_the_clock_jumps_with_the_products_own(stage: Stage) -> None:
    stage.act("follow")
    before = stage.clock()
    assert stage.client.post("/clock", json={"days": 7}).get_json()["now"].startswith("2026-11-27")
    assert (stage.clock() - before).days == 7
    for wrong in ({"days": -1}, {}, {"days": "x"}, {"days": 1e9}):
        assert stage.client.post("/clock", json=wrong).status_code == 400


def test_without_a_handle_on_the_products_clock_only_messages_jump(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(advance=None)
    stage.client.post("/clock", json={"days": 7})
    stage.act("follow")
    sent, query = stage.product.messages[0], stage.product.queries[0]
    assert int(sent["CreateTime"]) - int(query["timestamp"]) == 7 * 86400


def test_a_talk_is_saved_as_a_script(stage: Stage) -> None:
    stage.act("follow")
    stage.act("text", text="我48了")
    stage.client.post("/clock", json={"days": 1, "seconds": 90})
    stage.act("location", lat=31.5, lon=104.5, label="安州")
    saved = stage.client.get("/person/zhao/script")
    assert "talk-zhao.jsonl" in saved.headers["Content-Disposition"]
    (line,) = saved.get_data(as_text=True).splitlines()
    script = json.loads(line)
    assert script["start_at"] == "2026-11-20T09:00:00+08:00"
    assert script["turns"] == [
        {"actor": "user", "msg": {"type": "event", "event": "subscribe"}},
        {"actor": "user", "msg": {"type": "text", "text": "我48了"}},
        {"actor": "clock", "advance": "P1DT1M30S"},
        {"actor": "user", "msg": {"type": "location", "lat": 31.5, "lon": 104.5, "label": "安州"}},
    ]


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (timedelta(days=7), "P7D"),
        (timedelta(hours=26), "P1DT2H"),
        (timedelta(minutes=5), "PT5M"),
        (timedelta(seconds=3661), "PT1H1M1S"),
    ],
)
def test_durations_as_scripts_write_them(span: timedelta, written: str) -> None:
    assert iso_duration(span) == written


def test_menu_taps(stage: Stage) -> None:
    sub = [{"type": "click", "name": "我的岗位", "key": "matches"}]
    view = {"type": "view", "name": "网页", "url": "https://example.invalid/p"}
    assert stage.api("menu/create", {"button": [{"name": "找工作", "sub_button": sub}, view]})["errcode"] == 0
    stage.act("follow")
    stage.act("tap", path=[0, 0])
    assert stage.act("tap", path=[1])["opens"] == "https://example.invalid/p"
    click, viewed = stage.product.messages[1:]
    assert (click["Event"], click["EventKey"], viewed["Event"]) == ("CLICK", "matches", "VIEW")
    for wrong in ([0], [5], [0, 9], None):
        answer = stage.client.post("/person/zhao/send", json={"type": "tap", "path": wrong})
        assert answer.status_code == 409


def test_wishes_that_make_no_sense_are_answered_in_words(stage: Stage) -> None:
    stage.act("follow")
    for wish in (
        {"type": "dance"},
        {"type": "text", "text": "  "},
        {"type": "text", "text": "长" * 2001},
        {"type": "location", "lat": "x", "lon": 1},
        {"type": "location", "lat": 91, "lon": 1},
        {"type": "scan", "scene": ""},
        {"type": "consent", "template": "none"},
        {"type": "follow"},
    ):
        answer = stage.client.post("/person/zhao/send", json=wish)
        assert answer.status_code == 409 and answer.get_json()["error"], wish
    assert stage.client.post("/person/nobody/send", json={}).status_code == 404
    assert stage.client.post("/weather", json={"kind": "frogs"}).status_code == 400
    assert stage.client.post("/weather", json={"kind": "slow", "seconds": 999}).status_code == 400
    assert stage.client.post("/weather", json=[1]).status_code == 400


def test_page_and_state_under_a_prefix(stage: Stage) -> None:
    mounted = Client(DispatcherMiddleware(stage.app, {"/sandbox": stage.app.wsgi_app}))
    for path in ("/sandbox", "/sandbox/"):
        page = mounted.get(path, follow_redirects=True)
        assert page.status_code == 200
        text = page.get_data(as_text=True)
        assert "这是模拟的微信，不是真的" in text
        assert 'src="http://localhost/sandbox/static/phone.js"' in text
        assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    with mounted.get("/sandbox/static/phone.css") as sheet:
        assert sheet.status_code == 200
    assert mounted.get("/sandbox/state?person=sun").get_json()["person"]["name"] == "孙大柱"
    assert mounted.get("/sandbox/api/cgi-bin/menu/get").get_json()["errcode"] == 41001


def test_reset_begins_anew(stage: Stage) -> None:
    stage.act("follow")
    stage.weather("busy")
    stage.client.post("/reset", json={})
    state = stage.client.get("/state").get_json()
    assert (state["person"]["following"], state["entries"], state["weather"]) == (False, [], [])


def test_the_log_shows_sealed_and_clear(stage: Stage) -> None:
    stage.act("follow")
    stage.act("text", text="在吗")
    passages = stage.client.get("/state").get_json()["traffic"]
    assert "Encrypt" in passages[-1]["request"] and "在吗" in passages[-1]["request"]


def test_the_callback_address_is_checked_as_in_the_console(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    assert stage.client.post("/verify", json={}).get_json() == {"ok": True, "error": ""}
    foreign = make_stage(token="another")
    assert foreign.client.post("/verify", json={}).get_json()["ok"] is False
    absent = make_stage(callback_url="http://127.0.0.1:9/wechat")
    assert "没有回应" in absent.client.post("/verify", json={}).get_json()["error"]
