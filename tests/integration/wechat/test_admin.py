"""What an account can do, how template fields are fitted, and the set-up calls."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.base import Action, ChannelError, Means, Outbound
from channels.wechat import FIELD_CHARS, fit_field
from channels.wechat_account import Account, AccountKind, Capability
from channels.wechat_api import Credentials
from tests.integration.wechat.conftest import BASE, Desk

OPENID = "oVeteran_0000000000000000001"
OK = {"errcode": 0, "errmsg": "ok"}


# --- account kinds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "lacks"),
    [
        (AccountKind.SERVICE_VERIFIED, set()),
        (
            AccountKind.SUBSCRIPTION_VERIFIED,
            {"menu_message", "mass_by_person", "template", "subscription", "position", "scene_code", "web_identity"},
        ),
        (AccountKind.SERVICE_UNVERIFIED, set(Capability) - {"menu"}),
        (AccountKind.SUBSCRIPTION_UNVERIFIED, set(Capability)),
    ],
)
def test_what_an_account_cannot_do_is_said_plainly(kind: AccountKind, lacks: set[str]) -> None:
    account = Account(kind)
    assert {capability for capability in Capability if not account.can(capability)} == lacks
    assert len(account.cannot()) == len(lacks)
    assert "认证" in account.name
    for sentence in account.cannot():
        assert not sentence.isascii() and "_" not in sentence


def test_what_the_account_cannot_do_is_never_tried(desk: Desk) -> None:
    desk.account = AccountKind.SUBSCRIPTION_VERIFIED
    with pytest.raises(ChannelError, match="模板消息") as caught:
        desk.channel.send(Outbound("delivery:1", OPENID, Means.TEMPLATE, "您好", {"purpose": "matches"}))
    assert caught.value.permanent and caught.value.action is Action.ALERT
    with pytest.raises(ChannelError, match="按人群发"):
        desk.channel.send_mass([OPENID, "o2"], "x", "k")
    assert desk.asked == [] and desk.fetched == 0


# --- template fields -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "fitted"),
    [
        ("thing1", "河南省信阳市固始县某某物流有限公司货车司机岗位", "河南省信阳市固始县某某物流有限公司货车…"),
        ("phrase3", "待面试通知了", "待面试通知"),
        ("phrase3", "已录用，等本人确认", "已录用等本"),
        ("name2", "张三", "张三"),
        ("character_string5", "A" * 40, "A" * 31 + "…"),
        ("car_number1", "豫S000000", "豫S000000"),
        ("time2", "2026年11月20日 09:00", "2026年11月20日 09:00"),
        ("thing1", " a\n\tb\x00c 👍", "a b c"),
        ("thing9", "\n", "无"),
        ("keyword1", "老模板", "老模板"),
    ],
)
def test_template_fields_are_fitted(name: str, value: str, fitted: str) -> None:
    assert fit_field(name, value) == fitted


def test_no_field_is_ever_longer_than_its_kind() -> None:
    for kind, limit in FIELD_CHARS.items():
        assert len(fit_field(f"{kind}12", "长" * 500)) == limit


# --- set-up ----------------------------------------------------------------------------------------------------


def test_menu(desk: Desk) -> None:
    buttons = [{"name": "找工作", "sub_button": [{"type": "click", "name": "看岗位", "key": "postings"}]}]
    desk.answers("menu/create", OK)
    desk.admin.publish_menu(buttons)
    assert desk.body() == {"button": buttons}
    desk.answers("menu/get", {"menu": {"button": buttons}}, method="GET")
    assert desk.admin.menu() == buttons


def test_no_menu_is_an_empty_one(desk: Desk) -> None:
    desk.answers("menu/get", {"errcode": 46003, "errmsg": "menu no exist"}, method="GET")
    assert desk.admin.menu() == []


def test_follower(desk: Desk) -> None:
    desk.answers(
        "user/info",
        {"subscribe": 1, "openid": OPENID, "subscribe_time": 1795000000, "qr_scene_str": "s7", "tagid_list": [2]},
        {"subscribe": 0, "openid": OPENID},
        method="GET",
    )
    found = desk.admin.follower(OPENID)
    assert (found.following, found.scene, found.tag_ids) == (True, "s7", (2,))
    assert found.followed_at == datetime.fromtimestamp(1795000000, UTC)
    gone = desk.admin.follower(OPENID)
    assert (gone.following, gone.followed_at, gone.tag_ids) == (False, None, ())


def test_followers_are_asked_in_hundreds_and_listed_by_pages(desk: Desk) -> None:
    desk.answers("user/info/batchget", {"user_info_list": [{"subscribe": 1, "openid": "o"}]})
    assert len(list(desk.admin.followers([f"o{n}" for n in range(250)]))) == 3
    assert [len(desk.body(n)["user_list"]) for n in range(3)] == [100, 100, 50]
    pages = [{"count": 2, "data": {"openid": ["a", "b"]}, "next_openid": "b"}, {"count": 0, "next_openid": ""}]
    desk.answers("user/get", *pages, method="GET")
    assert list(desk.admin.follower_ids()) == ["a", "b"]


def test_tag_user_goes_in_fifties(desk: Desk) -> None:
    """wechatpy sends any number at once and is refused (wechat-facts §11.2 no. 12)."""
    desk.answers("tags/members/batchtagging", OK)
    desk.admin.tag_people(101, [f"o{n}" for n in range(120)])
    assert [len(desk.body(n)["openid_list"]) for n in range(3)] == [50, 50, 20]
    desk.answers("tags/members/batchuntagging", OK)
    desk.admin.untag_people(101, ["o1"])
    assert desk.body() == {"tagid": 101, "openid_list": ["o1"]}


def test_tags(desk: Desk) -> None:
    desk.answers("tags/get", {"tags": [{"id": 101, "name": "城关镇", "count": 7}]}, method="GET")
    desk.answers("tags/create", {"tag": {"id": 102, "name": "司机"}})
    assert desk.admin.tags()[0].name == "城关镇" and desk.admin.create_tag("司机").tag_id == 102
    with pytest.raises(ChannelError):
        desk.admin.create_tag("十一个汉字的标签名太长")


def test_scene_codes(desk: Desk) -> None:
    desk.answers("qrcode/create", {"ticket": "a+b/c=", "url": "http://weixin.qq.com/q/x"})
    code = desk.admin.scene_code("station_07_0042")
    assert desk.body() == {
        "action_name": "QR_LIMIT_STR_SCENE",
        "action_info": {"scene": {"scene_str": "station_07_0042"}},
    }
    assert code.content == "http://weixin.qq.com/q/x" and code.image.endswith("ticket=a%2Bb%2Fc%3D")
    desk.admin.scene_code("s", timedelta(days=1))
    assert (desk.body()["action_name"], desk.body()["expire_seconds"]) == ("QR_STR_SCENE", 86400)
    for scene, lasts in [("", None), ("x" * 65, None), ("s", timedelta(days=31)), ("s", timedelta(0))]:
        with pytest.raises(ChannelError):
            desk.admin.scene_code(scene, lasts)


def test_template_lists(desk: Desk) -> None:
    entry = {"template_id": "T", "title": "岗位提醒", "content": "{{thing1.DATA}}", "example": "…"}
    desk.answers("template/get_all_private_template", {"template_list": [entry]}, method="GET")
    assert desk.admin.templates()[0].template_id == "T"
    notice = {"priTmplId": "P", "title": "回访", "content": "{{thing1.DATA}}", "type": 2}
    desk.answers("/wxaapi/newtmpl/gettemplate", {**OK, "data": [notice]}, method="GET")
    assert desk.admin.notice_templates()[0].template_id == "P"


def test_the_rest_of_the_set_up(desk: Desk) -> None:
    desk.answers("message/mass/get", {"msg_id": 1, "msg_status": "SEND_SUCCESS"})
    assert desk.admin.mass_status("1") == "SEND_SUCCESS"
    desk.answers("getcallbackip", {"ip_list": ["127.0.0.1"]}, method="GET")
    assert desk.admin.callback_addresses() == ["127.0.0.1"]


@pytest.mark.parametrize("base", [BASE, BASE + "/", BASE + "/cgi-bin", BASE + "/cgi-bin/"])
def test_the_base_address_may_end_as_it_likes(base: str) -> None:
    assert Credentials("a", "b", base).root == BASE
