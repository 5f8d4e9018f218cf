"""The way out over the platform's API: sends, tokens, errors, set-up calls."""

import logging
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import requests
from urllib3.exceptions import NewConnectionError
from urllib3.util.retry import MaxRetryError

from channels.base import Action, ChannelError, Means, Outbound
from channels.wechat_api import Credentials
from channels.wechat_errors import error_of, table
from channels.wechat_token import TokenKeeper
from tests.integration.wechat.conftest import BASE, SECRET, Desk

OPENID = "oVeteran_0000000000000000001"
OK = {"errcode": 0, "errmsg": "ok"}
SEND = "message/custom/send"


def outbound(means: Means = Means.CUSTOMER_MESSAGE, text: str = "您好", **data: str) -> Outbound:
    return Outbound("delivery:1", OPENID, means, text, data)


def refusal(desk: Desk, sent: Outbound | None = None) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        desk.channel.send(sent or outbound())
    return caught.value


# --- sends -----------------------------------------------------------------------------------------------------


def test_a_customer_message_goes_as_utf8_with_our_token(desk: Desk) -> None:
    desk.answers(SEND, OK)
    desk.channel.send(outbound(text="驾驶员，月薪7000元\n“回复 1 看详情”"))
    assert desk.body() == {
        "touser": OPENID,
        "msgtype": "text",
        "text": {"content": "驾驶员，月薪7000元\n“回复 1 看详情”"},
    }
    assert desk.asked[0].url == f"{BASE}/cgi-bin/{SEND}?access_token=T1"
    assert "驾驶员".encode() in desk.asked[0].body


def test_a_long_customer_message_is_cut_within_the_byte_limit(desk: Desk) -> None:
    desk.answers(SEND, OK)
    desk.channel.send(outbound(text="好" * 2000))
    assert len(desk.body()["text"]["content"].encode()) <= 2048


def test_send_template_carries_a_client_msg_id(desk: Desk) -> None:
    """wechatpy's send_template has none (wechat-facts §11.2 no. 12): a repeat would go twice."""
    desk.answers("message/template/send", {**OK, "msgid": 200163836}, {**OK, "msgid": 200163836})
    sent = outbound(
        Means.TEMPLATE, "新的岗位\n货车司机 😀", purpose="matches", when="2026年11月20日", url="https://x.cn/p/1"
    )
    assert desk.channel.send(sent).message_id == "200163836"
    body = desk.body()
    assert body["data"]["thing1"] == {"value": "新的岗位 货车司机"}
    assert body["data"]["time2"] == {"value": "2026年11月20日"} and body["data"]["character_string3"]["value"] == "无"
    assert (body["template_id"], body["url"], len(body["client_msg_id"])) == ("TPL", "https://x.cn/p/1", 32)
    desk.channel.send(sent)
    assert desk.body()["client_msg_id"] == body["client_msg_id"]


def test_a_notice_goes_by_bizsend(desk: Desk) -> None:
    desk.answers("message/subscribe/bizsend", OK)
    desk.channel.send(outbound(Means.SUBSCRIPTION, "请回复", purpose="follow_up"))
    assert desk.body() == {"touser": OPENID, "template_id": "SUB", "data": {"thing1": {"value": "请回复"}}}


def test_a_purpose_without_a_template_is_told_and_nothing_is_sent(desk: Desk) -> None:
    error = refusal(desk, outbound(Means.TEMPLATE, purpose="unknown"))
    assert error.permanent and error.action is Action.ALERT and "模板" in error.meaning and desk.asked == []


def test_mass_by_people(desk: Desk) -> None:
    desk.answers("message/mass/send", {**OK, "msg_id": 34182})
    assert desk.channel.send_mass([OPENID, "o2"], "招聘会", "broadcast:7:1").message_id == "34182"
    body = desk.body()
    assert body["touser"] == [OPENID, "o2"] and body["text"] == {"content": "招聘会"} and len(body["clientmsgid"]) <= 64
    for wrong in ([OPENID], [OPENID] * 10_001, []):
        with pytest.raises(ChannelError):
            desk.channel.send_mass(wrong, "x", "k")
    assert len(desk.asked) == 1


def test_mass_to_a_tag_filters_by_tag_id(desk: Desk) -> None:
    """wechatpy 1.8.18 posts the withdrawn group_id (wechat-facts §11.2 no. 4)."""
    desk.answers("message/mass/sendall", {**OK, "msg_id": 1}, {**OK, "msg_id": 2})
    desk.channel.send_mass_to_tag(101, "招聘会", "k1")
    assert desk.body()["filter"] == {"is_to_all": False, "tag_id": 101}
    desk.channel.send_mass_to_tag(None, "招聘会", "k2")
    assert desk.body()["filter"] == {"is_to_all": True}


def test_45065_is_success_with_the_first_jobs_number(desk: Desk) -> None:
    """wechatpy raises it; the number is only in the body (wechat-facts §11.2 no. 13)."""
    desk.answers("message/mass/send", {"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 34182})
    assert desk.channel.send_mass([OPENID, "o2"], "招聘会", "k").message_id == "34182"


def test_empty_texts_never_leave(desk: Desk) -> None:
    assert refusal(desk, outbound(text=" \n")).permanent
    with pytest.raises(ChannelError):
        desk.channel.send_mass([OPENID, "o2"], " ", "k")
    assert desk.asked == []


@pytest.mark.parametrize("means", [Means.MASS, Means.SMS])
def test_means_that_reach_nobody_alone_are_refused(desk: Desk, means: Means) -> None:
    assert refusal(desk, outbound(means)).permanent and desk.asked == []


# --- tokens ----------------------------------------------------------------------------------------------------


def test_one_token_serves_until_shortly_before_its_end(desk: Desk) -> None:
    desk.answers(SEND, OK)
    for _ in range(3):
        desk.channel.send(outbound())
    assert (desk.fetched, desk.shelf.kept_for) == (1, 7200 - 120)
    desk.pass_time(timedelta(hours=2))
    desk.shelf.token = None
    desk.channel.send(outbound())
    assert desk.fetched == 2
    assert [request.params["access_token"] for request in desk.asked] == ["T1", "T1", "T1", "T2"]


def test_a_token_another_process_keeps_is_used(desk: Desk) -> None:
    desk.shelf.token = "theirs"
    desk.answers(SEND, OK)
    desk.channel.send(outbound())
    assert desk.fetched == 0 and desk.asked[0].params["access_token"] == "theirs"


@pytest.mark.parametrize("code", [40001, 40014, 41001, 42001])
def test_a_stale_token_is_renewed_exactly_once(desk: Desk, code: int) -> None:
    desk.answers(SEND, {"errcode": code, "errmsg": "stale"}, OK)
    desk.channel.send(outbound())
    assert [request.params["access_token"] for request in desk.asked] == ["T1", "T2"]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_persistent_40001_costs_two_calls_not_940(desk: Desk, code: int) -> None:
    """wechatpy recurses until RecursionError (dependencies §2.1; wechat-facts §11.2 no. 1)."""
    desk.answers(SEND, {"errcode": code, "errmsg": "stale"})
    error = refusal(desk)
    assert (error.code, error.permanent, len(desk.asked), desk.fetched) == (code, False, 2, 2)


def test_a_token_renewed_by_another_process_meanwhile_is_taken_not_fetched(desk: Desk) -> None:
    desk.answers(SEND, OK, {"errcode": 42001, "errmsg": "expired"}, OK)
    desk.channel.send(outbound())
    desk.shelf.token = "theirs"
    desk.channel.send(outbound())
    assert desk.fetched == 1
    assert [request.params["access_token"] for request in desk.asked] == ["T1", "T1", "theirs"]


def test_many_threads_with_one_stale_token_fetch_once(desk: Desk) -> None:
    start, tokens = Barrier(8), []
    fetches = iter(range(1, 100))
    keeper = TokenKeeper(desk.shelf, lambda: (f"T{next(fetches)}", 7200), lambda: 0.0)

    def renew() -> None:
        start.wait()
        tokens.append(keeper.renew("stale"))

    threads = [Thread(target=renew) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tokens == ["T1"] * 8 and next(fetches) == 2


@pytest.mark.parametrize("code", [40001, 40013, 40125, 40164, 89503, 40243])
def test_refused_credentials_alert_and_are_not_tried_again_at_once(desk: Desk, code: int) -> None:
    desk.platform.replace("POST", f"{BASE}/cgi-bin/stable_token", json={"errcode": code, "errmsg": "no"})
    error = refusal(desk)
    assert error.permanent and error.action is Action.ALERT and desk.asked == []
    refusal(desk)
    assert len(desk.platform.calls) == 1
    desk.pass_time(timedelta(seconds=61))
    refusal(desk)
    assert len(desk.platform.calls) == 2


def test_an_ip_outside_the_list_is_named_in_the_alert(desk: Desk) -> None:
    errmsg = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 65f0a1b2-0c3d4e5f-6a7b8c9d"
    desk.platform.replace("POST", f"{BASE}/cgi-bin/stable_token", json={"errcode": 40164, "errmsg": errmsg})
    meaning = refusal(desk).meaning
    assert "203.0.113.7" in meaning and "白名单" in meaning and "rid: 65f0a1b2-0c3d4e5f-6a7b8c9d" in meaning


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"access_token": "x"}', b'{"errcode": "x"}', b"null"])
def test_a_token_answer_that_is_none_is_temporary(desk: Desk, answer: bytes) -> None:
    desk.platform.replace("POST", f"{BASE}/cgi-bin/stable_token", body=answer)
    error = refusal(desk)
    assert (error.code, error.permanent, error.uncertain) == (0, False, False)


def test_every_call_has_a_timeout_the_token_fetch_too(desk: Desk) -> None:
    """wechatpy's token fetch ignores its timeout (dependencies §2.1; wechat-facts §11.2 no. 2)."""
    desk.answers(SEND, OK)
    desk.channel.send(outbound())
    assert desk.timeouts == [(3.0, 5.0)]
    assert [call.request.req_kwargs["timeout"] for call in desk.platform.calls] == [(3.0, 5.0)] * 2


# --- errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "uncertain"),
    [
        (requests.ConnectTimeout(), False),
        (requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused"))), False),
        (requests.ReadTimeout(), True),
        (requests.ConnectionError("reset"), True),
        (requests.exceptions.ChunkedEncodingError(), True),
    ],
)
def test_network_failures_say_whether_the_message_may_have_gone(
    desk: Desk, failure: Exception, uncertain: bool
) -> None:
    """requests' errors leave wechatpy unwrapped (wechat-facts §11.2 no. 2)."""
    desk.answers(SEND, failure)
    error = refusal(desk)
    assert (error.code, error.permanent, error.uncertain) == (0, False, uncertain)
    assert error.__cause__ is None and error.__context__ is None, "the original holds the address with the token"


@pytest.mark.parametrize("body", ["<html>502</html>", "", "[1]x", '{"errcode": "many"}', '{"errcode": null}'])
def test_answers_that_are_none_are_temporary_and_uncertain(desk: Desk, body: str) -> None:
    desk.platform.add("POST", f"{BASE}/cgi-bin/{SEND}", body=body)
    error = refusal(desk)
    assert (error.code, error.permanent, error.uncertain) == (0, False, True)


@pytest.mark.parametrize(("status", "uncertain"), [(502, True), (404, False)])
def test_http_errors(desk: Desk, status: int, uncertain: bool) -> None:
    desk.platform.add("POST", f"{BASE}/cgi-bin/{SEND}", status=status)
    error = refusal(desk)
    assert (error.permanent, error.uncertain) == (False, uncertain)


@pytest.mark.parametrize(
    ("code", "action", "permanent"),
    [
        (-1, Action.RETRY, False),
        (45015, Action.WINDOW, True),
        (45047, Action.WINDOW, True),
        (43004, Action.UNFOLLOWED, True),
        (40003, Action.UNFOLLOWED, True),
        (43101, Action.REFUSED, True),
        (45009, Action.QUOTA, False),
        (45011, Action.QUOTA, False),
        (45028, Action.QUOTA, False),
        (48001, Action.ALERT, True),
        (40037, Action.ALERT, True),
        (45002, Action.DROP, True),
        (99999, Action.ALERT, True),
    ],
)
def test_the_errcode_is_read_on_every_answer(desk: Desk, code: int, action: Action, permanent: bool) -> None:
    desk.answers(SEND, {"errcode": code, "errmsg": "words of the platform"})
    error = refusal(desk)
    assert (error.code, error.action, error.permanent, len(desk.asked)) == (code, action, permanent, 1)


def test_the_table_is_plain_chinese_and_waits_where_waiting_helps() -> None:
    assert len(table()) > 150
    for code, meaning in table().items():
        assert any("一" <= char <= "鿿" for char in meaning.text), code
        assert (meaning.retry_after > 0) == (meaning.action in (Action.RETRY, Action.REFRESH, Action.QUOTA)), code


def test_an_errmsg_gives_its_number_and_field_and_nothing_else() -> None:
    error = error_of(47003, f"argument invalid! data.thing1.value invalid for {OPENID} rid: 65f0a1b2-0c3d-4e5f")
    assert "thing1" in error.meaning and "rid: 65f0a1b2-0c3d-4e5f" in error.meaning and OPENID not in str(error)


def test_logs_and_representations_never_hold_secrets(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk.answers(SEND, {"errcode": 48001, "errmsg": f"api unauthorized {OPENID} T1"}, requests.ReadTimeout("T1"))
    for _ in range(2):
        refusal(desk)
    log = logging.getLogger("urllib3.connectionpool")
    log.debug('%s "%s %s" %s', BASE, "POST", "/cgi-bin/x?access_token=T1&a=1&secret=s3", 200)
    assert "access_token=…&a=1&secret=…" in caplog.text
    assert "T1" not in caplog.text and OPENID not in caplog.text and SECRET not in caplog.text
    assert SECRET not in repr(Credentials("wx1", SECRET))
