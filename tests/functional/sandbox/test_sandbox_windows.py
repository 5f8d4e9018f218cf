"""Service windows: who may be written to, how often, until when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.refusal import Refusal
from sandbox.windows import ServiceWindow
from tests.functional.sandbox.conftest import Stage

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def code(call: Callable[[], Any]) -> int:
    """The errcode a call is refused with, 0 when it is not."""
    try:
        call()
    except Refusal as refusal:
        return refusal.code
    return 0


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
    assert stage.violations() == {"45015": 1, "45047": 1}
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


def test_a_person_forgotten_by_a_restart_is_no_violation(stage: Stage) -> None:
    assert stage.say("在吗")["errcode"] == 45015
    assert stage.violations() == {}
    stage.act("follow")
    stage.act("unfollow")
    assert stage.say("在吗")["errcode"] == 45015
    assert stage.violations() == {"45015": 1}
