"""A real Flask app around the webhook, with a conversation that records what it hears."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import handlers
from bot.types import Inbound
from channels.base import Outbound, Receipt
from channels.wechat_callback import CallbackSettings, Mode
from models.base import Database
from models.sealed import Keyring
from services.runtime import Runtime
from tests.functional.webhook.pushes import AES_KEY, APP_ID, TOKEN, Platform, Push

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TEMPLATES = Path(handlers.__file__).parent.parent / "templates" / "web"


@dataclass(frozen=True)
class Said:
    text: str | None


class Mute:
    """A channel nothing in these tests may use."""

    def send(self, outbound: Outbound) -> Receipt:
        raise AssertionError("the webhook sends nothing")


@dataclass
class Ear:
    """In the place of services.conversations.receive."""

    answer: Callable[[Inbound], str | None] = lambda inbound: f"听到：{inbound.text}"
    heard: list[Inbound] = field(default_factory=list)

    def receive(self, runtime: Runtime, inbound: Inbound) -> Said:
        self.heard.append(inbound)
        return Said(self.answer(inbound))


@dataclass
class Line:
    """The platform on one end, our app on the other."""

    platform: Platform
    ear: Ear
    client: FlaskClient

    def send(self, document: str) -> TestResponse:
        return self.deliver(self.platform.push(document))

    def deliver(self, push: Push) -> TestResponse:
        return self.client.post("/wechat", query_string=push.query, data=push.body, content_type="text/xml")

    def hear(self, document: str) -> Inbound:
        """What the conversation is told of a push."""
        before = len(self.ear.heard)
        response = self.send(document)
        assert response.status_code == 200, response.text
        assert len(self.ear.heard) == before + 1
        return self.ear.heard[-1]


Connect = Callable[[str], Line]


@pytest.fixture
def connect() -> Connect:
    database = Database("sqlite://")

    def build(mode: str) -> Line:
        app = Flask(__name__, template_folder=str(TEMPLATES))
        runtime = Runtime(database, Mute(), Keyring([b"0" * 32]), lambda: NOON)
        settings = CallbackSettings(APP_ID, TOKEN, AES_KEY if mode != "plain" else "", Mode(mode))
        ear = Ear()
        handlers.register(app, runtime, settings, ear.receive)
        return Line(Platform(mode), ear, app.test_client())

    return build


@pytest.fixture
def line(connect: Connect) -> Line:
    return connect("secure")
