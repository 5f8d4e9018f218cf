"""People as the product may see them: user/info and lists, remarks, tags."""

from typing import Any, Final

from sandbox.api.endpoint import OK, VERIFIED, Answer, Call, Endpoint
from sandbox.people import Person
from sandbox.refusal import Refusal

_PAGE: Final = 10_000
_INFO_BATCH: Final = 100
_TAG_BATCH: Final = 50
_BLACK_BATCH: Final = 20
_TAGS: Final = 100
_TAGS_A_PERSON: Final = 20
_NAME_BYTES: Final = 30
_SYSTEM_TAGS: Final = {0, 1, 2}
_FIRST_TAG: Final = 100


def _info_of(call: Call, openid: object) -> Answer:
    person = call.world.people.of_openid(openid)
    if person is None:
        raise Refusal(40003)
    if not person.is_following or call.world.sky.strikes("gone", person.openid):
        return {"subscribe": 0, "openid": person.openid}
    followed = int(person.followed_at.timestamp()) if person.followed_at else 0
    # Name, picture, sex and region have been empty for every account since the end of 2021.
    nothing = {"nickname": "", "sex": 0, "city": "", "province": "", "country": "", "headimgurl": ""}
    return {
        "subscribe": 1,
        "openid": person.openid,
        "language": "zh_CN",
        "subscribe_time": followed,
        "remark": person.remark,
        "groupid": person.tags[0] if person.tags else 0,
        "tagid_list": list(person.tags),
        "subscribe_scene": person.follow_scene,
        "qr_scene": int(person.scene) if person.scene.isdigit() else 0,
        "qr_scene_str": "" if person.scene.isdigit() else person.scene,
        **nothing,
    }


def _info(call: Call) -> Answer:
    return _info_of(call, call.query.get("openid"))


def _info_batch(call: Call) -> Answer:
    wanted = call.body.get("user_list")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= _INFO_BATCH:
        raise Refusal(40032)
    return {"user_info_list": [_info_of(call, one.get("openid") if isinstance(one, dict) else None) for one in wanted]}


def _page(people: list[Person], start: str) -> Answer:
    openids = [one.openid for one in people]
    first = openids.index(start) + 1 if start in openids else 0
    page = openids[first : first + _PAGE]
    data = {"data": {"openid": page}} if page else {}
    return {"total": len(openids), "count": len(page), **data, "next_openid": page[-1] if page else ""}


def _list(call: Call) -> Answer:
    return _page(call.world.people.followers(), call.query.get("next_openid", ""))


def _remark(call: Call) -> Answer:
    call.follower(call.body.get("openid")).remark = call.text("remark")
    return dict(OK)


def _tag_name(call: Call) -> tuple[dict[str, Any], str]:
    tag = call.body.get("tag")
    name = tag.get("name") if isinstance(tag, dict) else None
    if not isinstance(tag, dict) or not isinstance(name, str) or not name:
        raise Refusal(45157)
    if len(name.encode()) > _NAME_BYTES:
        raise Refusal(45158)
    if name in call.world.account.tags.values():
        raise Refusal(45157)
    return tag, name


def _known_tag(call: Call, tag_id: object) -> int:
    if not isinstance(tag_id, int) or tag_id not in call.world.account.tags:
        raise Refusal(45159)
    return tag_id


def _tag_create(call: Call) -> Answer:
    _, name = _tag_name(call)
    tags = call.world.account.tags
    if len(tags) >= _TAGS:
        raise Refusal(45056)
    tag_id = max(_FIRST_TAG - 1, *tags) + 1
    tags[tag_id] = name
    return {"tag": {"id": tag_id, "name": name}}


def _tag_update(call: Call) -> Answer:
    tag, name = _tag_name(call)
    tag_id = _known_tag(call, tag.get("id"))
    if tag_id in _SYSTEM_TAGS:
        raise Refusal(45058)
    call.world.account.tags[tag_id] = name
    return dict(OK)


def _tag_delete(call: Call) -> Answer:
    tag = call.body.get("tag")
    tag_id = _known_tag(call, tag.get("id") if isinstance(tag, dict) else None)
    if tag_id in _SYSTEM_TAGS:
        raise Refusal(45058)
    del call.world.account.tags[tag_id]
    for person in call.world.people.followers():
        if tag_id in person.tags:
            person.tags.remove(tag_id)
    return dict(OK)


def _tags(call: Call) -> Answer:
    people = call.world.people.followers()
    return {
        "tags": [
            {"id": tag_id, "name": name, "count": sum(tag_id in one.tags for one in people)}
            for tag_id, name in call.world.account.tags.items()
        ]
    }


def _members(call: Call) -> tuple[list[Person], int]:
    openids = call.body.get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(openids) <= _TAG_BATCH:
        raise Refusal(40032)
    tag_id = _known_tag(call, call.body.get("tagid"))
    people = [call.world.people.of_openid(one) for one in openids]
    if any(one is None for one in people):
        raise Refusal(40003)
    return [one for one in people if one is not None], tag_id


def _tag_people(call: Call) -> Answer:
    people, tag_id = _members(call)
    if any(len(one.tags) >= _TAGS_A_PERSON and tag_id not in one.tags for one in people):
        raise Refusal(45059)
    for person in people:
        if tag_id not in person.tags:
            person.tags.append(tag_id)
    return dict(OK)


def _untag_people(call: Call) -> Answer:
    people, tag_id = _members(call)
    for person in people:
        if tag_id in person.tags:
            person.tags.remove(tag_id)
    return dict(OK)


def _tags_of(call: Call) -> Answer:
    return {"tagid_list": list(call.follower(call.body.get("openid")).tags)}


def _tagged(call: Call) -> Answer:
    tag_id = _known_tag(call, call.body.get("tagid"))
    people = [one for one in call.world.people.followers() if tag_id in one.tags]
    return _page(people, call.text("next_openid"))


def _blacklist(call: Call, *, blocked: bool) -> Answer:
    openids = call.body.get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(openids) <= _BLACK_BATCH:
        raise Refusal(40032)
    people = [call.world.people.of_openid(one) for one in openids]
    if any(one is None for one in people):
        raise Refusal(40003)
    for person in people:
        if person is not None:
            person.is_blocked = blocked
    return dict(OK)


def _block(call: Call) -> Answer:
    return _blacklist(call, blocked=True)


def _unblock(call: Call) -> Answer:
    return _blacklist(call, blocked=False)


def _blocked(call: Call) -> Answer:
    people = [one for one in call.world.people.followers() if one.is_blocked]
    return _page(people, call.text("begin_openid"))


ENDPOINTS: Final = {
    "cgi-bin/user/info": Endpoint(_info, "GET", VERIFIED),
    "cgi-bin/user/info/batchget": Endpoint(_info_batch, accounts=VERIFIED),
    "cgi-bin/user/info/updateremark": Endpoint(_remark, accounts=VERIFIED),
    "cgi-bin/user/get": Endpoint(_list, "GET", VERIFIED, daily=500),
    "cgi-bin/tags/create": Endpoint(_tag_create, accounts=VERIFIED),
    "cgi-bin/tags/get": Endpoint(_tags, "GET", VERIFIED),
    "cgi-bin/tags/update": Endpoint(_tag_update, accounts=VERIFIED),
    "cgi-bin/tags/delete": Endpoint(_tag_delete, accounts=VERIFIED),
    "cgi-bin/tags/members/batchtagging": Endpoint(_tag_people, accounts=VERIFIED),
    "cgi-bin/tags/members/batchuntagging": Endpoint(_untag_people, accounts=VERIFIED),
    "cgi-bin/tags/getidlist": Endpoint(_tags_of, accounts=VERIFIED),
    "cgi-bin/tags/members/batchblacklist": Endpoint(_block, accounts=VERIFIED),
    "cgi-bin/tags/members/batchunblacklist": Endpoint(_unblock, accounts=VERIFIED),
    "cgi-bin/tags/members/getblacklist": Endpoint(_blocked, accounts=VERIFIED),
    "cgi-bin/user/tag/get": Endpoint(_tagged, accounts=VERIFIED),
}
