"""One API request from the wire to its answer: method, token, JSON, account kind, weather, the endpoint, the log."""

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.api import broadcast, console, customer, notify, tokens, users
from sandbox.api.endpoint import Answer, Call, Endpoint
from sandbox.refusal import Refusal
from sandbox.world import World

ENDPOINTS: Final[dict[str, Endpoint]] = {
    **tokens.ENDPOINTS,
    **customer.ENDPOINTS,
    **notify.ENDPOINTS,
    **broadcast.ENDPOINTS,
    **users.ENDPOINTS,
    **console.ENDPOINTS,
}
# The platform keeps "\u4e2d" as those six characters instead of reading it as one (and refuses a menu with it).
_ESCAPED: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u(?=[0-9a-fA-F]{4})")
# Answers that are no fault of the caller: they tell it what it cannot know beforehand.
_NO_VIOLATION: Final = {-1, 40001, 40059, 42001, 45065, 46003}


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to the API, as plain values."""

    path: str
    method: str
    query: Mapping[str, str]
    body: bytes


def delays(world: World) -> tuple[float, float]:
    """Seconds the weather holds a call back before it is carried out, and its answer afterwards; the server sleeps."""
    with world.lock:
        slow, deaf = world.sky.strikes("slow"), world.sky.strikes("deaf")
    return slow.seconds if slow else 0.0, deaf.seconds if deaf else 0.0


def respond(world: World, request: Request) -> Answer:
    """The JSON answer (HTTP 200 always, like the platform)."""
    started = time.monotonic()
    with world.lock:
        try:
            answer, refusal = _carry_out(world, request), None
        except Refusal as error:
            answer, refusal = error.body(_rid()), error
        _log(world, request, answer, refusal, int((time.monotonic() - started) * 1000))
    return answer


def _carry_out(world: World, request: Request) -> Answer:
    endpoint = ENDPOINTS.get(request.path)
    if endpoint is None:
        raise Refusal(40066)
    if request.method != endpoint.method:
        raise Refusal(43001 if endpoint.method == "GET" else 43002)
    world.traffic.calls[request.path] += 1
    if endpoint.needs_token and world.sky.strikes("expired"):
        world.tokens.expire(world.now())
    if endpoint.needs_token:
        world.tokens.check(request.query.get("access_token", ""), world.now())
    _weather(world, request.path)
    if world.settings.account_kind not in endpoint.accounts:
        raise Refusal(48001)
    if not world.spend_daily(request.path, endpoint.daily):
        raise Refusal(45009)
    body = _read_body(world, request) if endpoint.method == "POST" else {}
    return endpoint.run(Call(world, dict(request.query), body))


def _weather(world: World, path: str) -> None:
    if not path.endswith("token") and world.sky.strikes("busy"):
        raise Refusal(-1, is_excused=True)
    ordered = world.sky.error_for(path)
    if ordered is not None:
        raise Refusal(ordered, is_excused=True)


def _read_body(world: World, request: Request) -> dict[str, Any]:
    if not request.body:
        raise Refusal(44002)
    try:
        text = request.body.decode()
        literal = _ESCAPED.sub(r"\1\\\\u", text)
        body = json.loads(literal)
    except ValueError:
        raise Refusal(47001) from None
    if not isinstance(body, dict):
        raise Refusal(47001)
    if literal != text:
        world.traffic.violate(world.now().isoformat(), "escaped_json", request.path)
        if request.path == "cgi-bin/menu/create":
            raise Refusal(40033)
    return body


def _log(world: World, request: Request, answer: Answer, refusal: Refusal | None, ms: int) -> None:
    at = world.now().isoformat(timespec="milliseconds")
    if refusal is not None and not refusal.is_excused and refusal.code not in _NO_VIOLATION:
        world.traffic.violate(at, str(refusal.code), f"{request.path} {answer['errmsg']}")
    query = {name: value[:12] + "…" if name in _SECRET else value for name, value in request.query.items()}
    sent = request.body.decode(errors="replace")
    exchange = (
        f"{request.method} {request.path} {query or ''}\n{sent}",
        json.dumps(answer, ensure_ascii=False),
    )
    code = answer.get("errcode", 0)
    world.traffic.note(at, "api", request.path, exchange=exchange, verdict=f"errcode {code}", ms=ms)


_SECRET: Final = {"access_token", "secret"}


def _rid() -> str:
    return "-".join(secrets.token_hex(4) for _ in range(3))
