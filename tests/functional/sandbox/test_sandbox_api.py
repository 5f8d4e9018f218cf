"""The platform's API: tokens, windows, quotas, idempotency, error answers, receipts, weather."""

import http.client
import json
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.api import rapid
from sandbox.refusal import Refusal
from sandbox.weather import Sky
from sandbox.windows import ServiceWindow
from tests.functional.sandbox.conftest import SECRET, Stage
from tests.functional.sandbox.product import APP_ID

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def code(call: Callable[[], Any]) -> int:
    """The errcode a call is refused with, 0 when it is not."""
    try:
        call()
    except Refusal as refusal:
        return refusal.code
    return 0


# ---- windows


def test_a_typed_message_opens_five_for_48_hours() -> None:
    window = ServiceWindow()
    assert code(lambda: window.spend(NOW)) == 45015
    window.typed(NOW)
    almost = NOW + timedelta(hours=48) - timedelta(seconds=1)
    assert [code(lambda: window.spend(almost)) for _ in range(6)] == [0] * 5 + [45047]
    assert code(lambda: window.spend(NOW + timedelta(hours=48))) == 45015


def test_a_tap_opens_three_for_a_minute_and_does_not_refill_the_48_hours() -> None:
    window = ServiceWindow()
    window.typed(NOW)
    for _ in range(5):
        window.spend(NOW)
    window.tapped(NOW)
    assert [code(lambda: window.spend(NOW)) for _ in range(4)] == [0, 0, 0, 45047]
    window.tapped(NOW)
    assert code(lambda: window.spend(NOW + timedelta(seconds=60))) == 45047


@given(st.lists(st.sampled_from(["type", "tap", "send", "wait"]), max_size=60))
def test_a_window_never_gives_more_than_the_acts_allow(acts: list[str]) -> None:
    window, now, earned, sent = ServiceWindow(), NOW, 0, 0
    for act in acts:
        if act == "type":
            window.typed(now)
            earned += 5
        elif act == "tap":
            window.tapped(now)
            earned += 3
        elif act == "wait":
            now += timedelta(seconds=61)
        else:
            left = window.left(now)
            refused = code(partial(window.spend, now))
            assert (refused == 0) is (left > 0)
            sent += refused == 0
    assert sent <= earned


def test_customer_messages_follow_the_window(stage: Stage) -> None:
    assert stage.say("在吗")["errcode"] == 45015
    stage.act("follow")
    assert [stage.say("欢迎")["errcode"] for _ in range(4)] == [0, 0, 0, 45047]
    stage.act("text", text="你好")
    stage.clock.advance(timedelta(hours=47))
    stage.token = ""
    assert stage.say("两天内")["errcode"] == 0
    stage.clock.advance(timedelta(hours=1))
    stage.token = ""
    late = stage.say("晚了")
    assert late["errcode"] == 45015 and "rid: " in late["errmsg"]
    assert stage.violations() == {"45015": 2, "45047": 1}
    assert [one["text"] for one in stage.screen() if one["side"] == "account"] == ["欢迎"] * 3 + ["两天内"]


def test_a_menu_message_is_tapped_and_gives_only_the_short_window(stage: Stage) -> None:
    stage.act("follow")
    items = [{"id": "s1", "content": "同意"}, {"id": "s2", "content": "不同意"}]
    menu = {"head_content": "可以吗？", "list": items, "tail_content": "点一下"}
    wish = {"touser": stage.openid(), "msgtype": "msgmenu", "msgmenu": menu}
    assert stage.api("message/custom/send", wish)["errcode"] == 0
    stage.clock.advance(timedelta(minutes=2))
    stage.act("choose", text="同意", item="s1")
    tapped = stage.product.messages[-1]
    assert (tapped["MsgType"], tapped["Content"], tapped["bizmsgmenuid"]) == ("text", "同意", "s1")
    assert stage.say("好")["errcode"] == 0
    stage.clock.advance(timedelta(minutes=1))
    assert stage.say("晚了")["errcode"] == 45015


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"touser": "nobody"}, 40003),
        ({"msgtype": "dance"}, 40008),
        ({"text": {"content": " "}}, 44004),
        ({"text": {"content": "长" * 683}}, 45002),
        ({"text": "x"}, 40035),
        ({"msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
        ({"msgtype": "image", "image": {"media_id": "x"}}, 40007),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "a"}] * 11}}, 45098),
    ],
)
def test_bad_customer_messages(stage: Stage, wish: dict[str, Any], expected: int) -> None:
    stage.act("follow")
    full = {"touser": stage.openid(), "msgtype": "text", "text": {"content": "好"}} | wish
    assert stage.api("message/custom/send", full)["errcode"] == expected


# ---- tokens and the wire


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


# ---- notices


def notice(stage: Stage, title: str, **changed: Any) -> dict[str, Any]:
    """A well-formed notice of this title to the first person."""
    every = stage.api("template/get_all_private_template")["template_list"]
    every += [one | {"template_id": one["priTmplId"]} for one in stage.api("wxaapi/newtmpl/gettemplate")["data"]]
    template = next(one for one in every if one["title"] == title)
    keys = [part.split(".DATA")[0] for part in template["content"].split("{{")[1:]]
    sample = {"thing": "货车司机", "time": "2026年11月20日 09:30", "phrase": "已报名", "date": "2026年11月20日"}
    data = {key: {"value": sample[key.rstrip("0123456789")]} for key in keys}
    return {"touser": stage.openid(), "template_id": template["template_id"], "data": data} | changed


def test_a_template_message_is_shown_and_its_receipt_follows(stage: Stage) -> None:
    stage.act("follow")
    sent = stage.api("message/template/send", notice(stage, "报名结果通知", url="https://example.invalid/p"))
    assert sent["errcode"] == 0
    stage.settle()
    (receipt,) = stage.product.events("TEMPLATESENDJOBFINISH")
    assert (receipt["MsgID"], receipt["Status"]) == (str(sent["msgid"]), "success")
    shown = stage.screen()[-1]
    assert (shown["title"], shown["values"][0]) == ("报名结果通知", ["岗位名称", "货车司机"])


def test_one_client_msg_id_is_one_message_for_ten_minutes(stage: Stage) -> None:
    stage.act("follow")
    wish = notice(stage, "报名结果通知", client_msg_id="delivery-1")
    first = stage.api("message/template/send", wish)["msgid"]
    stage.clock.advance(timedelta(minutes=9))
    assert stage.api("message/template/send", wish)["msgid"] == first
    assert sum(one["kind"] == "notice" for one in stage.screen()) == 1
    stage.clock.advance(timedelta(minutes=1))
    assert stage.api("message/template/send", wish)["msgid"] != first


def test_a_refusing_person_is_named_in_the_receipt(stage: Stage) -> None:
    stage.act("follow")
    stage.weather("refused")
    assert stage.api("message/template/send", notice(stage, "报名结果通知"))["errcode"] == 0
    stage.settle()
    assert stage.product.events("TEMPLATESENDJOBFINISH")[0]["Status"] == "failed:user block"
    assert not any(one["kind"] == "notice" for one in stage.screen())


@pytest.mark.parametrize(
    ("key", "value"),
    [("thing1", "字" * 21), ("thing1", ""), ("phrase3", "六个汉字太长"), ("time4", "明天"), ("phrase3", "abc")],
)
def test_fields_beyond_their_limits_are_named(stage: Stage, key: str, value: str) -> None:
    stage.act("follow")
    wish = notice(stage, "报名结果通知")
    wish["data"][key] = {"value": value}
    answer = stage.api("message/template/send", wish)
    assert answer["errcode"] == 47003 and f"data.{key}.value" in answer["errmsg"]


def test_template_errors(stage: Stage) -> None:
    good = notice(stage, "报名结果通知")
    assert stage.api("message/template/send", good)["errcode"] == 43004
    stage.act("follow")
    assert stage.api("message/template/send", good | {"touser": "x"})["errcode"] == 40003
    assert stage.api("message/template/send", good | {"template_id": "x"})["errcode"] == 40037
    assert stage.api("message/template/send", good | {"data": []})["errcode"] == 47003
    assert stage.api("message/template/send", good | {"url": "ftp://x"})["errcode"] == 40066
    subscription = notice(stage, "随访提醒")["template_id"]
    assert stage.api("message/template/send", good | {"template_id": subscription})["errcode"] == 40037


def test_subscription_notices_use_up_consent(stage: Stage) -> None:
    wish = notice(stage, "随访提醒")
    assert stage.api("message/subscribe/bizsend", wish)["errcode"] == 43101
    stage.act("consent", template=wish["template_id"], accept=True)
    popup = stage.product.events("subscribe_msg_popup_event")[0]["SubscribeMsgPopupEvent"]["List"]
    assert (popup["TemplateId"], popup["SubscribeStatusString"]) == (wish["template_id"], "accept")
    assert [stage.api("message/subscribe/bizsend", wish)["errcode"] for _ in range(2)] == [0, 43101]
    stage.settle()
    receipt = stage.product.events("subscribe_msg_sent_event")[0]["SubscribeMsgSentEvent"]["List"]
    assert receipt["ErrorStatus"] == "success"


def test_a_long_term_consent_lasts_until_it_is_refused(stage: Stage) -> None:
    wish = notice(stage, "政策信息通知")
    stage.act("consent", template=wish["template_id"], accept=True)
    assert [stage.api("message/subscribe/bizsend", wish)["errcode"] for _ in range(3)] == [0, 0, 0]
    stage.act("consent", template=wish["template_id"], accept=False)
    assert stage.api("message/subscribe/bizsend", wish)["errcode"] == 43101


# ---- mass sends


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


# ---- people, tags, menu, codes


def test_users_and_tags(stage: Stage) -> None:
    stage.act("scan", scene="station-03")
    info = stage.api("user/info", openid=stage.openid())
    assert (info["subscribe"], info["nickname"], info["qr_scene_str"]) == (1, "", "station-03")
    assert stage.api("user/info", openid=stage.openid("li")) == {"subscribe": 0, "openid": stage.openid("li")}
    assert stage.api("user/get")["data"]["openid"] == [stage.openid()]
    assert stage.api("user/get", next_openid=stage.openid())["count"] == 0
    tag = stage.api("tags/create", {"tag": {"name": "司机"}})["tag"]["id"]
    both = {"openid_list": [stage.openid()], "tagid": tag}
    assert stage.api("tags/members/batchtagging", both)["errcode"] == 0
    assert stage.api("user/tag/get", {"tagid": tag})["count"] == 1
    assert stage.api("tags/getidlist", {"openid": stage.openid()})["tagid_list"] == [tag]
    assert stage.api("tags/members/batchtagging", both | {"openid_list": ["x"] * 51})["errcode"] == 40032
    assert stage.api("tags/members/batchuntagging", both)["errcode"] == 0
    assert stage.api("tags/create", {"tag": {"name": "字" * 11}})["errcode"] == 45158
    assert stage.api("tags/create", {"tag": {"name": "司机"}})["errcode"] == 45157
    assert stage.api("tags/delete", {"tag": {"id": 2}})["errcode"] == 45058
    assert stage.api("tags/delete", {"tag": {"id": tag}})["errcode"] == 0
    batch = stage.api("user/info/batchget", {"user_list": [{"openid": stage.openid()}]})
    assert batch["user_info_list"][0]["subscribe"] == 1


@pytest.mark.parametrize(
    ("buttons", "expected"),
    [
        ([], 40016),
        ([{"type": "click", "name": "一", "key": "a"}] * 4, 40016),
        ([{"type": "dance", "name": "一", "key": "a"}], 40017),
        ([{"type": "click", "name": "超过十六字节", "key": "a"}], 40018),
        ([{"type": "click", "name": "一"}], 40019),
        ([{"type": "view", "name": "一", "url": "javascript:1"}], 40055),
        ([{"name": "一", "sub_button": [{"type": "click", "name": "二", "key": "k"}] * 6}], 40023),
        ([{"name": "一", "sub_button": [{"type": "view", "name": "二", "url": "x"}]}], 40054),
    ],
)
def test_menu_shapes(stage: Stage, buttons: list[dict[str, Any]], expected: int) -> None:
    assert stage.api("menu/create", {"button": buttons})["errcode"] == expected


def test_menu_life(stage: Stage) -> None:
    button = {"type": "click", "name": "找工作", "key": "find"}
    assert stage.api("menu/create", {"button": [button]})["errcode"] == 0
    assert stage.api("menu/get")["menu"]["button"] == [button]
    assert stage.api("menu/delete")["errcode"] == 0
    assert stage.api("menu/get")["errcode"] == 46003


def test_codes_with_a_scene(stage: Stage) -> None:
    scene = {"scene": {"scene_str": "station-03"}}
    made = stage.api("qrcode/create", {"action_name": "QR_LIMIT_STR_SCENE", "action_info": scene})
    picture = stage.client.get("/api/cgi-bin/showqrcode", query_string={"ticket": made["ticket"]})
    assert "station-03" in picture.get_data(as_text=True)
    assert stage.client.get("/api/cgi-bin/showqrcode?ticket=x").status_code == 404
    assert stage.client.get("/state").get_json()["scenes"] == ["station-03"]
    for wrong in ({}, {"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 0}}}):
        assert stage.api("qrcode/create", wrong)["errcode"] == 40053
    temporary = {"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 7}}, "expire_seconds": 99}
    assert stage.api("qrcode/create", temporary)["expire_seconds"] == 99


def test_media_of_a_voice_can_be_fetched(stage: Stage) -> None:
    stage.act("follow")
    stage.act("voice")
    stage.api("menu/get")
    query = {"access_token": stage.token, "media_id": stage.product.messages[-1]["MediaId"]}
    assert stage.client.get("/api/cgi-bin/media/get", query_string=query).data.startswith(b"#!AMR")
    assert (
        stage.client.get("/api/cgi-bin/media/get", query_string=query | {"media_id": "x"}).get_json()["errcode"]
        == 40007
    )


# ---- weather


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


def test_mass_speed(stage: Stage) -> None:
    codes = [stage.api("message/mass/speed/set", wish)["errcode"] for wish in ({}, {"speed": 5}, {"speed": 4})]
    assert codes == [45084, 45083, 0]
    assert stage.api("message/mass/speed/get", {}) == {"speed": 4, "realspeed": 10}


def test_the_accounts_blacklist(stage: Stage) -> None:
    stage.act("follow")
    stage.act("text", text="在吗")
    wish = {"openid_list": [stage.openid()]}
    assert stage.api("tags/members/batchblacklist", wish)["errcode"] == 0
    assert stage.api("tags/members/getblacklist", {})["data"]["openid"] == [stage.openid()]
    assert stage.say("好")["errcode"] == 43019
    assert stage.api("tags/members/batchunblacklist", wish)["errcode"] == 0
    assert stage.say("好")["errcode"] == 0
    assert stage.api("tags/members/batchblacklist", {"openid_list": ["x"] * 21})["errcode"] == 40032


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
