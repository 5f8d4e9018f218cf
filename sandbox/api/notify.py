"""Template messages and subscription notices: sending, lists of templates, receipts that follow as events."""

from typing import Any, Final

from sandbox.api.endpoint import OK, SERVICE, Answer, Call, Endpoint
from sandbox.notices import Template, read_values, use_consent
from sandbox.people import Person
from sandbox.refusal import Refusal

TEMPLATES_A_DAY: Final = 100_000
_IN_USE: Final = 25
_URL_CHARS: Final = 1024


def _check_link(url: object) -> str:
    if not url:
        return ""
    if not isinstance(url, str) or len(url) > _URL_CHARS or not url.startswith(("http://", "https://")):
        raise Refusal(40066)
    return url


def _template_send(call: Call) -> Answer:
    world, now = call.world, call.world.now()
    template = world.notices.find(call.body.get("template_id"), ("template",))
    values = read_values(template, call.body.get("data"))
    url = _check_link(call.body.get("url"))
    if world.sky.strikes("quota"):
        raise Refusal(45009, is_excused=True)
    person = call.follower(call.body.get("touser"))
    client_id = call.text("client_msg_id")
    known = world.notices.remembered(person.openid, client_id, now)
    if known is not None:
        return {**OK, "msgid": known}
    if not world.spend_daily("template", TEMPLATES_A_DAY):
        raise Refusal(45009)
    number = world.number()
    world.notices.remember(person.openid, client_id, now, number)
    if world.sky.strikes("refused", person.openid):
        status = "failed:user block"
    else:
        status = "success"
        _show(call, person, template, {"values": values, "url": url})
    world.send_event(person.openid, {"Event": "TEMPLATESENDJOBFINISH", "MsgID": number, "Status": status})
    return {**OK, "msgid": number}


def _subscribe_send(call: Call) -> Answer:
    world = call.world
    template = world.notices.find(call.body.get("template_id"), ("once", "long"))
    values = read_values(template, call.body.get("data"))
    url = _check_link(call.body.get("page"))
    person = world.people.of_openid(call.body.get("touser"))
    if person is None:
        raise Refusal(40003)
    if world.sky.strikes("refused", person.openid):
        raise Refusal(43101, is_excused=True)
    use_consent(person, template)
    number = world.number()
    _show(call, person, template, {"values": values, "url": url})
    item = {"TemplateId": template.id, "MsgID": number, "ErrorCode": 0, "ErrorStatus": "success"}
    world.send_event(person.openid, {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": item}})
    return {**OK, "msgid": number}


def _show(call: Call, person: Person, template: Template, shown: dict[str, Any]) -> None:
    via = "template" if template.kind == "template" else "subscription"
    call.world.show(person, "account", "notice", via=via, title=template.title, **shown)


def _templates(call: Call) -> Answer:
    rows = [one for one in call.world.notices.templates.values() if one.kind == "template"]
    common = {"primary_industry": "", "deputy_industry": "", "example": ""}
    return {
        "template_list": [
            {"template_id": one.id, "title": one.title, "content": one.content(), **common} for one in rows
        ]
    }


def _delete_template(call: Call) -> Answer:
    template = call.world.notices.find(call.body.get("template_id"), ("template",))
    del call.world.notices.templates[template.id]
    return dict(OK)


def _subscriptions(call: Call) -> Answer:
    rows = [one for one in call.world.notices.templates.values() if one.kind != "template"]
    kinds = {"once": 2, "long": 3}
    return {
        **OK,
        "data": [
            {
                "priTmplId": one.id,
                "title": one.title,
                "content": one.content(),
                "example": "",
                "type": kinds[one.kind],
            }
            for one in rows[:_IN_USE]
        ],
    }


ENDPOINTS: Final = {
    "cgi-bin/message/template/send": Endpoint(_template_send, accounts=SERVICE, daily=1_000_000),
    "cgi-bin/template/get_all_private_template": Endpoint(_templates, "GET", SERVICE),
    "cgi-bin/template/del_private_template": Endpoint(_delete_template, accounts=SERVICE),
    "cgi-bin/message/subscribe/bizsend": Endpoint(_subscribe_send, accounts=SERVICE, daily=1_000_000),
    "wxaapi/newtmpl/gettemplate": Endpoint(_subscriptions, "GET", SERVICE),
}
