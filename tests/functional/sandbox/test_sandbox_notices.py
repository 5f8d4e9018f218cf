"""Template messages and subscription notices: idempotency, limits, consent, receipts."""

from datetime import timedelta
from typing import Any

import pytest

from tests.functional.sandbox.conftest import Stage


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
