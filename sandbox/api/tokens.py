"""Tokens: cgi-bin/token, cgi-bin/stable_token, and the small calls about the account itself."""

from typing import Final

from sandbox.api.endpoint import OK, Answer, Call, Endpoint
from sandbox.refusal import Refusal

_CLEARS_A_MONTH: Final = 10


def _refuse_strangers(call: Call, given: dict[str, object]) -> None:
    settings = call.world.settings
    for name, missing in (("appid", 41002), ("secret", 41004)):
        if not given.get(name):
            raise Refusal(missing)
    if given.get("grant_type") != "client_credential":
        raise Refusal(40002)
    if given["appid"] != settings.app_id:
        raise Refusal(40013)
    if given["secret"] != settings.app_secret:
        raise Refusal(40125)


def _token(call: Call) -> Answer:
    _refuse_strangers(call, dict(call.query))
    token, left = call.world.tokens.plain(call.world.now())
    return {"access_token": token, "expires_in": left}


def _stable_token(call: Call) -> Answer:
    _refuse_strangers(call, call.body)
    token, left = call.world.tokens.stable(call.world.now(), force=call.body.get("force_refresh") is True)
    return {"access_token": token, "expires_in": left}


def _callback_addresses(call: Call) -> Answer:
    return {"ip_list": ["127.0.0.1"]}


def _clear_quota(call: Call) -> Answer:
    if call.body.get("appid") != call.world.settings.app_id:
        raise Refusal(40013)
    month = call.world.now().strftime("%Y-%m")
    if call.world.daily[month, "clear_quota"] >= _CLEARS_A_MONTH:
        raise Refusal(48006)
    call.world.daily[month, "clear_quota"] += 1
    today = call.world.now().date().isoformat()
    for key in [key for key in call.world.daily if key[0] == today]:
        del call.world.daily[key]
    return dict(OK)


ENDPOINTS: Final = {
    "cgi-bin/token": Endpoint(_token, "GET", daily=2000, needs_token=False),
    "cgi-bin/stable_token": Endpoint(_stable_token, needs_token=False),
    "cgi-bin/getcallbackip": Endpoint(_callback_addresses, "GET"),
    "cgi-bin/get_api_domain_ip": Endpoint(_callback_addresses, "GET"),
    "cgi-bin/clear_quota": Endpoint(_clear_quota),
}
