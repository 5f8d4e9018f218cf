"""Every message and event type of the platform, as the conversation hears it; what is unknown is tolerated."""

import pytest

from bot.types import Kind
from tests.functional.webhook.conftest import NOON, Connect, Line
from tests.functional.webhook.pushes import VETERAN, event, head, text_message, xml


def message(kind: str, message_id: int = 7, **fields: object) -> str:
    return xml(**head(), MsgType=kind, **fields, MsgId=message_id)


def test_text(line: Line) -> None:
    heard = line.hear(text_message("我想找个开车的活", 24001))
    assert (heard.kind, heard.text, heard.sender) == (Kind.TEXT, "我想找个开车的活", VETERAN)
    assert heard.key == f"{VETERAN}:24001" and heard.received_at == NOON
    assert heard.data == {"msg_type": "text", "created_at": "1795000000"} and heard.event == ""


def test_a_tap_on_a_menu_message_is_told_apart_from_typing(line: Line) -> None:
    heard = line.hear(message("text", Content="满意", bizmsgmenuid="101"))
    assert heard.text == "满意" and heard.data["menu_id"] == "101"


def test_a_text_from_an_article_is_a_text(line: Line) -> None:
    assert line.hear(message("text", Content="你好", MsgDataId="9", Idx="1")).kind is Kind.TEXT


def test_voice_with_and_without_recognition(line: Line) -> None:
    heard = line.hear(message("voice", MediaId="m1", Format="amr", Recognition="我要找工作。", MediaId16K="m2"))
    assert (heard.kind, heard.text, heard.data["media_id"]) == (Kind.VOICE, "我要找工作。", "m1")
    assert line.hear(message("voice", 8, MediaId="m1", Format="amr")).text == ""
    assert line.hear(message("voice", 9, MediaId="m1", Format="amr", Recognition="")).text == ""


def test_image_video_file_link(line: Line) -> None:
    heard = line.hear(message("image", 1, PicUrl="http://mmbiz.qpic.cn/x", MediaId="m1"))
    assert (heard.kind, heard.data["url"], heard.data["media_id"]) == (Kind.IMAGE, "http://mmbiz.qpic.cn/x", "m1")
    assert line.hear(message("video", 2, MediaId="m", ThumbMediaId="t")).kind is Kind.VIDEO
    assert line.hear(message("shortvideo", 3, MediaId="m", ThumbMediaId="t")).kind is Kind.VIDEO
    assert line.hear(message("file", 4, Title="简历.docx", Description="", FileKey="k")).text == "简历.docx"
    heard = line.hear(message("link", 5, Title="招聘信息", Description="看看", Url="https://example.cn/1"))
    assert (heard.kind, heard.text, heard.data["url"]) == (Kind.LINK, "招聘信息", "https://example.cn/1")


def test_a_place(line: Line) -> None:
    place = {"Scale": 15, "Label": "河南省固始县中原路"}
    heard = line.hear(message("location", 1, Location_X="32.16", Location_Y="115.68", **place))
    assert (heard.kind, heard.latitude, heard.longitude) == (Kind.LOCATION, 32.16, 115.68)
    assert heard.text == "河南省固始县中原路"


@pytest.mark.parametrize(("x", "y"), [("nan", "1"), ("91", "1"), ("1", "-181"), ("", ""), ("北", "1"), ("inf", "1")])
def test_a_place_that_is_nowhere_has_no_coordinates(line: Line, x: str, y: str) -> None:
    heard = line.hear(message("location", Location_X=x, Location_Y=y, Label="某地"))
    assert (heard.latitude, heard.longitude, heard.text) == (None, None, "某地")


@pytest.mark.parametrize("kind", ["miniprogrampage", "hologram", "device_text", "TOMORROW"])
def test_unknown_messages_are_tolerated(line: Line, kind: str) -> None:
    heard = line.hear(message(kind, Title="x"))
    assert (heard.kind, heard.data["msg_type"], heard.event) == (Kind.OTHER, kind.lower(), "")


def test_a_message_without_id_is_known_by_its_second(line: Line) -> None:
    heard = line.hear(xml(**head(), MsgType="hologram"))
    assert heard.key == f"{VETERAN}:1795000000:hologram"


def test_a_repeat_has_the_same_key_and_another_message_another(line: Line) -> None:
    first, repeat, other = (line.hear(text_message("你好", number)) for number in (1, 1, 2))
    assert first.key == repeat.key != other.key


def test_follow_unfollow(line: Line) -> None:
    heard = line.hear(event("subscribe", EventKey=""))
    assert (heard.kind, heard.event, heard.scene, heard.text) == (Kind.SUBSCRIBE, "subscribe", "", "")
    assert line.hear(event("unsubscribe", EventKey="")).kind is Kind.UNSUBSCRIBE


def test_follow_by_code_is_a_follow_with_the_scene(line: Line) -> None:
    heard = line.hear(event("subscribe", EventKey="qrscene_station_07_0042", Ticket="t"))
    assert (heard.kind, heard.event, heard.scene) == (Kind.SUBSCRIBE, "subscribe", "station_07_0042")
    heard = line.hear(event("subscribe", EventKey="last_trade_no_4000"))
    assert (heard.kind, heard.scene) == (Kind.SUBSCRIBE, "")
    heard = line.hear(event("subscribe", EventKey="scanbarcode|1,2"))
    assert (heard.kind, heard.scene) == (Kind.SUBSCRIBE, "")


def test_scan_by_a_follower(line: Line) -> None:
    heard = line.hear(event("SCAN", EventKey="station_07", Ticket="t"))
    assert (heard.kind, heard.scene) == (Kind.SCAN, "station_07")


def test_position(line: Line) -> None:
    heard = line.hear(event("LOCATION", Latitude="32.1", Longitude="115.6", Precision="20.0"))
    assert (heard.kind, heard.latitude, heard.longitude) == (Kind.POSITION, 32.1, 115.6)


@pytest.mark.parametrize(
    ("name", "kind"), [("CLICK", Kind.CLICK), ("VIEW", Kind.VIEW), ("view_miniprogram", Kind.VIEW)]
)
def test_menu(line: Line, name: str, kind: Kind) -> None:
    heard = line.hear(event(name, EventKey="find_work", MenuId="1"))
    assert (heard.kind, heard.text, heard.event) == (kind, "find_work", name.lower())


@pytest.mark.parametrize("name", ["scancode_push", "scancode_waitmsg"])
def test_menu_that_scans(line: Line, name: str) -> None:
    scanned = ("<ScanType>qrcode</ScanType>", "<ScanResult>LB-0042</ScanResult>")
    heard = line.hear(event(name, EventKey="check_in", ScanCodeInfo=scanned))
    assert (heard.kind, heard.text, heard.data["scan_result"]) == (Kind.CLICK, "check_in", "LB-0042")


@pytest.mark.parametrize("name", ["pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select", "tomorrow"])
def test_events_nobody_acts_on_are_only_acknowledged(line: Line, name: str) -> None:
    response = line.send(event(name, EventKey="k", SendPicsInfo=("<Count>1</Count>",)))
    assert (response.status_code, response.data, line.ear.heard) == (200, b"success", [])


@pytest.mark.parametrize("status", ["success", "failed:user block", "failed: system failed"])
def test_template_receipt(line: Line, status: str) -> None:
    heard = line.hear(event("TEMPLATESENDJOBFINISH", MsgID=200163836, Status=status))
    assert (heard.kind, heard.event) == (Kind.RECEIPT, "templatesendjobfinish")
    assert heard.data == {"message_id": "200163836", "status": status, "created_at": "1795000000"}


def test_mass_receipt(line: Line) -> None:
    articles = ("<Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx></item></ResultList>",)
    counts = {"TotalCount": 100, "FilterCount": 80, "SentCount": 75, "ErrorCount": 5}
    heard = line.hear(
        event("MASSSENDJOBFINISH", MsgID=1000001, Status="err(20431)", **counts, ArticleUrlResult=articles)
    )
    expected = {"message_id": "1000001", "status": "err(20431)", "total": "100", "filtered": "80", "sent": "75"}
    assert heard.data == expected | {"failed": "5", "created_at": "1795000000"}


@pytest.mark.parametrize("name", ["PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH"])
def test_publish_receipt(line: Line, name: str) -> None:
    info = ("<publish_id>2247503051</publish_id><publish_status>0</publish_status><article_id>A</article_id>",)
    heard = line.hear(event(name, PublishEventInfo=info))
    assert (heard.kind, heard.data["message_id"], heard.data["status"]) == (Kind.RECEIPT, "2247503051", "0")


def item(template: str, status: str, scene: str = "1") -> str:
    status = f"<SubscribeStatusString>{status}</SubscribeStatusString>"
    return f"<List><TemplateId>{template}</TemplateId>{status}<PopupScene>{scene}</PopupScene></List>"


def test_subscription_consent_one_or_several(line: Line) -> None:
    heard = line.hear(event("subscribe_msg_popup_event", SubscribeMsgPopupEvent=(item("T1", "accept"),)))
    assert heard.kind is Kind.RECEIPT
    assert heard.data["items"] == "1" and heard.data["0.template_id"] == "T1" and heard.data["0.status"] == "accept"
    both = (item("T1", "accept"), item("T2", "reject", "2"))
    heard = line.hear(event("subscribe_msg_popup_event", created=1795000009, SubscribeMsgPopupEvent=both))
    assert heard.data["items"] == "2" and heard.data["0.status"] == "accept"
    assert (heard.data["1.template_id"], heard.data["1.status"], heard.data["1.popup_scene"]) == ("T2", "reject", "2")


def test_subscription_change_and_receipt(line: Line) -> None:
    heard = line.hear(event("subscribe_msg_change_event", SubscribeMsgChangeEvent=(item("T1", "reject"),)))
    assert (heard.event, heard.data["0.status"]) == ("subscribe_msg_change_event", "reject")
    sent = (
        "<List><TemplateId>T1</TemplateId><MsgID>17</MsgID><ErrorCode>0</ErrorCode><ErrorStatus>ok</ErrorStatus></List>"
    )
    heard = line.hear(event("subscribe_msg_sent_event", SubscribeMsgSentEvent=(sent,)))
    assert (heard.data["0.message_id"], heard.data["0.error_code"], heard.data["0.error_status"]) == ("17", "0", "ok")


def test_privacy_revocation_is_passed_on(line: Line) -> None:
    heard = line.hear(event("user_authorization_revoke", OpenID=VETERAN, RevokeInfo="301"))
    assert (heard.kind, heard.data["revoked"]) == (Kind.RECEIPT, "301")


@pytest.mark.parametrize("name", ["annual_renew", "verify_expired", "qualification_verify_fail", "naming_verify_fail"])
def test_account_events_alert_staff_without_personal_data(
    line: Line, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert line.send(event(name, ExpiredTime=1795000000)).data == b"success"
    assert name in caplog.text and "认证" in caplog.text
    assert VETERAN not in caplog.text and line.ear.heard == []


def test_events_of_one_second_are_told_apart_by_what_they_are_about(line: Line) -> None:
    one = [event("CLICK", EventKey="a"), event("CLICK", EventKey="b"), event("VIEW", EventKey="a")]
    one += [event("SCAN", EventKey="s", Ticket="1"), event("SCAN", EventKey="s", Ticket="2")]
    one += [event("TEMPLATESENDJOBFINISH", MsgID=1, Status="success")]
    one += [event("TEMPLATESENDJOBFINISH", MsgID=2, Status="success"), event("CLICK", created=1795000001, EventKey="a")]
    keys = [line.hear(document).key for document in one]
    assert len(set(keys)) == len(keys) and all(len(key) <= 200 for key in keys)
    assert [line.hear(document).key for document in one] == keys


def test_a_very_long_event_still_has_a_short_key(line: Line) -> None:
    heard = line.hear(event("VIEW", sender="o" * 64, EventKey="https://example.cn/" + "x" * 5000))
    assert len(heard.key) <= 200 and len(heard.text) <= 2000


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ("  开车\t的  ", "开车\t的"),
        ("一\r\n二\r三\n四\u2028五", "一\n二\n三\n四\n五"),
        ("我\x00想\x0b找\x1f工作\x7f", "我想找工作"),
        ("\u202e反\u202c\u2066向\u2069\u200f", "反向"),
        ("\ufeff零\u200b宽\u2060\xad", "零宽"),
        ("好👍🏽👨‍👩‍👧", "好👍🏽👨‍👩‍👧"),
        ("𠮷野家", "𠮷野家"),
        ("<xml>&amp;</xml>", "<xml>&amp;</xml>"),
        ("<!DOCTYPE x>", "<!DOCTYPE x>"),
        ("\U000e0041\U000e0042标签", "标签"),
        ("长" * 5000, "长" * 2000),
        ("\u200b", ""),
    ],
)
@pytest.mark.parametrize("mode", ["plain", "secure"])
def test_text_is_cleaned(connect: Connect, mode: str, sent: str, heard: str) -> None:
    assert connect(mode).hear(text_message(sent)).text == heard


@pytest.mark.parametrize("broken", [b"\xed\xa0\xbd", b"\xf0\x9f\x91", b"\xff"])
def test_half_an_emoji_does_not_cost_the_answer(connect: Connect, broken: bytes) -> None:
    line = connect("plain")
    push = line.platform.push(text_message("找工作@"))
    assert line.deliver(type(push)(push.query, push.body.replace(b"@", broken))).status_code == 200
    assert line.ear.heard[-1].text == "找工作"


def test_text_outside_cdata_and_with_references(connect: Connect) -> None:
    document = text_message("@").replace("<![CDATA[@]]>", "a &lt;b&gt; &#24320;&#x8F66;")
    assert connect("plain").hear(document).text == "a <b> 开车"
