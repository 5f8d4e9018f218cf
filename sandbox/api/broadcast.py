"""Mass sends: to all, to a tag, to a list; preview, state, speed; the finish event with its counts."""

from typing import Any, Final

from sandbox.api.endpoint import OK, SERVICE, VERIFIED, Answer, Call, Endpoint
from sandbox.mass import MassJob, reach
from sandbox.people import Person
from sandbox.refusal import Refusal
from sandbox.world import World

_LIST: Final = range(2, 10_001)
_KINDS: Final = {"text", "image", "voice", "mpnews", "mpvideo", "wxcard", "images"}
_TEXT_BYTES: Final = 2048
_AT_ONCE: Final = 200  # people served before the lock is let go for others
_SPEEDS: Final = (80, 60, 45, 30, 10)


def _content(call: Call) -> dict[str, Any]:
    kind = call.text("msgtype")
    if kind not in _KINDS:
        raise Refusal(40008)
    part = call.body.get(kind)
    if not isinstance(part, dict):
        raise Refusal(40035, kind)
    if kind != "text":
        if part.get("media_id") not in call.world.account.media:
            raise Refusal(40007)
        return {"kind": "media", "text": kind}
    text = part.get("content")
    if not isinstance(text, str) or not text.strip():
        raise Refusal(44004)
    if len(text.encode()) > _TEXT_BYTES:
        raise Refusal(45002)
    return {"kind": "text", "text": text}


def _send_all(call: Call) -> Answer:
    chosen = call.body.get("filter")
    if not isinstance(chosen, dict):
        raise Refusal(40152)
    people = call.world.people.followers()
    to_all = chosen.get("is_to_all") is True
    if not to_all:
        tag = chosen.get("tag_id")
        if tag not in call.world.account.tags:
            raise Refusal(40152)
        people = [one for one in people if tag in one.tags]
    return _start(call, people, to_all=to_all)


def _send_list(call: Call) -> Answer:
    openids = call.body.get("touser")
    if not isinstance(openids, list) or len(openids) < _LIST.start:
        raise Refusal(40130)
    if len(openids) >= _LIST.stop:
        raise Refusal(40032)
    people = [call.world.people.of_openid(one) for one in openids]
    if any(one is None for one in people):
        raise Refusal(40003)
    return _start(call, [one for one in people if one is not None], to_all=False)


def _start(call: Call, people: list[Person], *, to_all: bool) -> Answer:
    world, now = call.world, call.world.now()
    content = _content(call)
    client_id = call.text("clientmsgid")
    world.mass.refuse_repeat(client_id, now)
    if world.sky.strikes("quota"):
        raise Refusal(45028, is_excused=True)
    is_subscription = world.settings.account_kind.startswith("subscription")
    world.mass.charge(now, to_all=to_all, one_a_day=is_subscription)
    job = world.mass.accept(world.number(), client_id, now, to_all=to_all)
    job.total = len(people)
    is_guarded = to_all and world.sky.strikes("guard") is not None
    world.in_background(lambda: _carry_out(world, job, people, {} if is_guarded else content))
    return {**OK, "errmsg": "send job submission success", "msg_id": job.msg_id}


def _carry_out(world: World, job: MassJob, people: list[Person], content: dict[str, Any]) -> None:
    """The accepted job, after its answer has gone out; empty content: an administrator never confirmed it."""
    if content:
        for start in range(0, len(people), _AT_ONCE):
            with world.lock:
                _deliver(world, job, people[start : start + _AT_ONCE], content)
    job.status = "SEND_SUCCESS" if content else "SEND_FAIL"
    status = "send success" if content else "err(40002)"
    # The platform names some follower as the sender of this event; without any there is nobody to name.
    sender = people[0].openid if people else "o" + "0" * 27
    counts = {
        "TotalCount": job.total,
        "FilterCount": job.sent + job.failed,
        "SentCount": job.sent,
        "ErrorCount": job.failed,
    }
    nothing = {"Count": 0, "ResultList": ""}
    rest = {"CopyrightCheckResult": {**nothing, "CheckState": 0}, "ArticleUrlResult": nothing}
    event = {"Event": "MASSSENDJOBFINISH", "MsgID": job.msg_id, "Status": status, **counts, **rest}
    world.send_event(sender, event)


def _deliver(world: World, job: MassJob, people: list[Person], content: dict[str, Any]) -> None:
    now = world.now()
    for person in people:
        lost = not person.is_following or any(world.sky.strikes(kind, person.openid) for kind in ("refused", "gone"))
        if lost or not reach(person, now):
            job.failed += 1
            continue
        job.sent += 1
        world.show(person, "account", via="mass", **content)


def _preview(call: Call) -> Answer:
    content = _content(call)
    person = call.follower(call.body.get("touser"))
    call.world.show(person, "account", via="mass", **content)
    return {**OK, "errmsg": "preview success", "msg_id": call.world.number()}


def _state(call: Call) -> Answer:
    try:
        job = call.world.mass.jobs[int(call.body.get("msg_id", 0))]
    except (KeyError, TypeError, ValueError):
        raise Refusal(40059) from None
    return {"msg_id": job.msg_id, "msg_status": job.status}


def _delete(call: Call) -> Answer:
    state = _state(call)
    call.world.mass.jobs[state["msg_id"]].status = "DELETE"
    return dict(OK)


def _speed(call: Call) -> Answer:
    return {"speed": call.world.mass.speed, "realspeed": _SPEEDS[call.world.mass.speed]}


def _set_speed(call: Call) -> Answer:
    speed = call.body.get("speed")
    if speed is None:
        raise Refusal(45084)
    if not isinstance(speed, int) or not 0 <= speed < len(_SPEEDS):
        raise Refusal(45083)
    call.world.mass.speed = speed
    return dict(OK)


ENDPOINTS: Final = {
    "cgi-bin/message/mass/sendall": Endpoint(_send_all, accounts=VERIFIED),
    "cgi-bin/message/mass/send": Endpoint(_send_list, accounts=SERVICE),
    "cgi-bin/message/mass/preview": Endpoint(_preview, accounts=VERIFIED, daily=100),
    "cgi-bin/message/mass/get": Endpoint(_state, accounts=VERIFIED),
    "cgi-bin/message/mass/delete": Endpoint(_delete, accounts=VERIFIED, daily=10),
    "cgi-bin/message/mass/speed/get": Endpoint(_speed, accounts=VERIFIED),
    "cgi-bin/message/mass/speed/set": Endpoint(_set_speed, accounts=VERIFIED),
}
