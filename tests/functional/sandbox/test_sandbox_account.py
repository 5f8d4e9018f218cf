"""People, tags, menu and codes as the product sets them up."""

from typing import Any

import pytest

from tests.functional.sandbox.conftest import Stage


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
