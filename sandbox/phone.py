"""The phone page and the JSON endpoints behind it, which tests use as well."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, Response, jsonify, render_template, request

from sandbox.actions import Act, Impossible, perform, take_held
from sandbox.courier import Courier
from sandbox.notices import agree
from sandbox.people import Person
from sandbox.scripts import iso_duration, script
from sandbox.weather import API_KINDS, PUSH_KINDS
from sandbox.world import World

_WEATHERS: Final = (("老兵的消息送到产品时", PUSH_KINDS), ("产品调用微信接口时", API_KINDS))
_UNITS: Final = ("days", "hours", "minutes", "seconds")


class _Unknown(LookupError):
    """No such person."""


def blueprint(world: World, courier: Courier) -> Blueprint:
    """The page at `/` and its endpoints."""
    pages = Blueprint("phone", __name__)
    desk = _Desk(world, courier)
    rules: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("/", "GET", desk.page),
        ("/state", "GET", desk.state),
        ("/person/<person_id>/send", "POST", desk.send),
        ("/person/<person_id>/redeliver", "POST", desk.redeliver),
        ("/person/<person_id>/messages", "GET", desk.messages),
        ("/person/<person_id>/script", "GET", desk.script),
        ("/people", "POST", desk.add_people),
        ("/clock", "POST", desk.jump),
        ("/weather", "POST", desk.set_weather),
        ("/weather/clear", "POST", desk.clear_weather),
        ("/verify", "POST", desk.verify),
        ("/received", "GET", desk.received),
        ("/settle", "POST", desk.settle),
        ("/reset", "POST", desk.reset),
        ("/violations", "GET", desk.violations),
    )
    for rule, method, view in rules:
        pages.add_url_rule(rule, f"{view.__name__}{rule.count('_')}", view, methods=[method])
    pages.register_error_handler(Impossible, lambda error: (jsonify(error=str(error)), 409))
    pages.register_error_handler(ValueError, lambda error: (jsonify(error=str(error)), 400))
    pages.register_error_handler(_Unknown, lambda _: (jsonify(error="没有这个人"), 404))
    return pages


class _Desk:
    """The views; each reads its JSON, asks the world, answers JSON."""

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier

    def page(self) -> str:
        base = request.root_url if request.root_url.endswith("/") else request.root_url + "/"
        settings = self._world.settings
        return render_template("phone.html", base=base, settings=settings, weathers=_WEATHERS)

    def state(self) -> Response:
        """What the page shows; only entries and traffic after the numbers given."""
        after, seen = request.args.get("after", 0, int), request.args.get("traffic", 0, int)
        with self._world.lock:
            person = self._person(request.args.get("person", "zhao"))
            now = self._world.now()
            return jsonify(
                now=now.isoformat(timespec="seconds"),
                person=_view(person) | {"sayings": person.sayings, "window": person.window.left(now)},
                people=[_view(one) for one in self._world.people.cast()],
                followers=len(self._world.people.followers()),
                entries=_after(person, after),
                traffic=self._world.traffic.since(seen),
                menu=self._world.account.menu,
                weather=self._world.sky.view(),
                held=len(self._world.held),
                scenes=sorted({code["scene"] for code in self._world.account.codes.values()})[:50],
                subscriptions=self._subscriptions(person),
                violations=self._world.traffic.violations(),
            )

    def _subscriptions(self, person: Person) -> list[dict[str, Any]]:
        templates = self._world.notices.templates.values()
        return [
            {"id": one.id, "title": one.title, "kind": one.kind, "stock": person.consents.get(one.id, 0)}
            for one in templates
            if one.kind != "template"
        ]

    def send(self, person_id: str) -> Response:
        """Does one act of the person and answers with what appeared on the screen for it."""
        act = Act(self._world, self._person(person_id), _wish(), request.root_url.rstrip("/") + "/")
        return jsonify(perform(self._courier, act))

    def redeliver(self, person_id: str) -> Response:
        """Delivers the person's last message once more, under the same number."""
        replies = self._courier.redeliver(self._person(person_id))
        return jsonify(replies=replies)

    def messages(self, person_id: str) -> Response:
        return jsonify(entries=_after(self._person(person_id), request.args.get("after", 0, int)))

    def script(self, person_id: str) -> Response:
        person = self._person(person_id)
        headers = {"Content-Disposition": f'attachment; filename="talk-{person.id}.jsonl"'}
        with self._world.lock:
            return Response(script(person), mimetype="application/x-ndjson", headers=headers)

    def add_people(self) -> Response:
        """So many more followers, of whom the first `typed` have just written and the next `agreed` said yes to a
        `notice` (its title); answers with their openids.
        """
        wish = _wish()
        count, typed, agreed = (wish.get(name, 0) for name in ("count", "typed", "agreed"))
        if not all(isinstance(one, int) for one in (count, typed, agreed)):
            raise ValueError("count、typed、agreed 要是整数")
        with self._world.lock:
            now = self._world.now()
            fresh = self._world.people.add(count, now)
            for person in fresh[:typed]:
                person.window.typed(now)
            for person in fresh[typed : typed + agreed]:
                agree(person, self._world.notices.titled(str(wish.get("notice", ""))))
        return jsonify(openids=[one.openid for one in fresh])

    def jump(self) -> Response:
        """Moves the clock on by days, hours, minutes, seconds."""
        wish = _wish()
        try:
            span = timedelta(**{unit: float(wish.get(unit, 0)) for unit in _UNITS})
        except (TypeError, ValueError, OverflowError):
            raise ValueError("要跳多久？days、hours、minutes、seconds 是数字") from None
        with self._world.lock:
            self._world.clock.jump(span)
            now = self._world.now()
            turn = {"actor": "clock", "advance": iso_duration(span)}
            words = f"时间跳到 {now:%Y-%m-%d %H:%M}"
            for person in self._world.people.cast():
                if person.screen:
                    self._world.show(person, "system", "clock", text=words, turn=turn)
        return jsonify(now=now.isoformat(timespec="seconds"))

    def set_weather(self) -> Response:
        with self._world.lock:
            self._world.sky.set(_wish())
            return jsonify(weather=self._world.sky.view())

    def clear_weather(self) -> Response:
        with self._world.lock:
            self._world.sky.clear(str(_wish().get("kind", "")))
            view = self._world.sky.view()
        replies = [entry for release in take_held(self._world) for entry in release()]
        return jsonify(weather=view, replies=replies)

    def verify(self) -> Response:
        """The console's check of the callback address."""
        wrong = self._courier.verify()
        return jsonify(ok=not wrong, error=wrong)

    def received(self) -> Response:
        """What really arrived, for checking a push: per way the people, the messages, and those shown twice."""
        with self._world.lock:
            return jsonify(_received(self._world.people.everyone()))

    def settle(self) -> Response:
        """Waits until the receipts owed to the product are delivered."""
        return jsonify(settled=self._courier.settle())

    def reset(self) -> Response:
        self._world.reset()
        return jsonify(ok=True)

    def violations(self) -> Response:
        with self._world.lock:
            return jsonify(self._world.traffic.violations())

    def _person(self, person_id: str) -> Person:
        person = self._world.people.of_id(person_id) or self._world.people.of_openid(person_id)
        if person is None:
            raise _Unknown(person_id)
        return person


def _wish() -> Mapping[str, Any]:
    # Only JSON is taken: a form on another site cannot send it unasked.
    wish = request.get_json()
    if not isinstance(wish, dict):
        raise ValueError("要一个 JSON 对象")
    return wish


def _view(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "about": person.about,
        "following": person.is_following,
        "openid": person.openid,
        "last": max((entry["id"] for entry in person.screen if entry["side"] == "account"), default=0),
    }


def _received(people: list[Person]) -> dict[str, dict[str, int]]:
    totals: dict[str, Counter[str]] = {}
    for person in people:
        seen: Counter[tuple[str, str]] = Counter()
        for entry in person.screen:
            if "via" in entry:
                seen[entry["via"], repr([entry.get(key) for key in ("text", "title", "values", "items")])] += 1
        for via in {via for via, _ in seen}:
            counts = [count for (way, _), count in seen.items() if way == via]
            totals.setdefault(via, Counter()).update(
                people=1, messages=sum(counts), doubled=sum(count - 1 for count in counts)
            )
    return {via: dict(total) for via, total in totals.items()}


def _after(person: Person, number: int) -> list[dict[str, Any]]:
    return [entry for entry in list(person.screen) if entry["id"] > number]
