"""A stand-in with a movable clock, and a small product behind a real socket."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sandbox.settings import Mode, SandboxSettings
from sandbox.web import create_sandbox
from tests.functional.sandbox.product import AES_KEY, APP_ID, TOKEN, Product

SECRET = "s" * 32


class Hand:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@dataclass
class Stage:
    """The stand-in's client, its clock and the product it talks to, with the calls a test makes again and again."""

    app: Flask
    client: FlaskClient
    clock: Hand
    product: Product
    token: str = ""

    def act(self, kind: str, person: str = "zhao", **wish: Any) -> dict[str, Any]:
        answer = self.client.post(f"/person/{person}/send", json={"type": kind, **wish})
        assert answer.status_code == 200, answer.get_json()
        result: dict[str, Any] = answer.get_json()
        return result

    def openid(self, person: str = "zhao") -> str:
        found: str = self.app.extensions["sandbox"].people.of_id(person).openid
        return found

    def api(self, path: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """One API call with a valid token; GET without a body."""
        if not self.token:
            wish = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
            self.token = self.client.post("/api/cgi-bin/stable_token", json=wish).get_json()["access_token"]
        where = f"/api/{path if path.startswith('wxaapi') else 'cgi-bin/' + path}"
        query = {"access_token": self.token, **query}
        call = self.client.get if body is None else self.client.post
        options = {} if body is None else {"data": self.app.json.dumps(body).encode()}
        result: dict[str, Any] = call(where, query_string=query, **options).get_json()
        return result

    def say(self, text: str, person: str = "zhao") -> dict[str, Any]:
        """A customer message from the product."""
        wish = {"touser": self.openid(person), "msgtype": "text", "text": {"content": text}}
        return self.api("message/custom/send", wish)

    def weather(self, kind: str, **rule: Any) -> None:
        assert self.client.post("/weather", json={"kind": kind, **rule}).status_code == 200

    def screen(self, person: str = "zhao") -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.client.get(f"/person/{person}/messages").get_json()["entries"]
        return entries

    def violations(self) -> dict[str, int]:
        found: dict[str, int] = self.client.get("/api/_violations").get_json()["by_name"]
        return found

    def settle(self) -> None:
        assert self.client.post("/settle", json={}).get_json()["settled"]


@pytest.fixture
def make_stage() -> Iterator[Callable[..., Stage]]:
    opened: list[Stage] = []

    def make(mode: Mode = "secure", **settings: Any) -> Stage:
        clock, product = Hand(), Product(mode)
        chosen = SandboxSettings(
            **{
                "app_id": APP_ID,
                "app_secret": SECRET,
                "token": TOKEN,
                "aes_key": AES_KEY,
                "mode": mode,
                "callback_url": product.url,
                "clock": clock,
                "advance": clock.advance,
                "answer_seconds": 0.5,
                "pause_seconds": 0.01,
            }
            | settings
        )
        app = create_sandbox(chosen)
        opened.append(Stage(app, app.test_client(), clock, product))
        return opened[-1]

    yield make
    for stage in opened:
        stage.app.extensions["sandbox_courier"].close()
        stage.product.close()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    return make_stage()
