"""A WeChat API client whose platform is a list of scripted answers, and a clock that stands."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import responses

from channels.wechat import TemplateForm, WeChatChannel
from channels.wechat_account import Account, AccountKind
from channels.wechat_admin import WeChatAdmin
from channels.wechat_api import Credentials, WeChatApi

BASE = "http://platform.test"
SECRET = "invented-app-secret"


@dataclass
class Shelf:
    """A token store in memory; the token stays good until a test takes it away."""

    token: str | None = None
    kept_for: int = 0

    def get(self) -> str | None:
        return self.token

    def value(self) -> str | None:
        return self.token

    def renew(self, token: str, seconds: int) -> None:
        self.token, self.kept_for = token, seconds

    @contextmanager
    def held(self) -> Iterator["Shelf"]:
        yield self


@dataclass
class Desk:
    """Everything a test talks to: our side, and what the platform was asked."""

    platform: responses.RequestsMock
    shelf: Shelf = field(default_factory=Shelf)
    seconds: float = 1000.0
    fetched: int = 0
    account: AccountKind = AccountKind.SERVICE_VERIFIED
    timeouts: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api = WeChatApi(Credentials("wx1", SECRET, BASE), self.shelf, lambda: self.seconds)
        self.platform.add_callback("POST", f"{BASE}/cgi-bin/stable_token", self._stable_token)

    def _stable_token(self, request: Any) -> tuple[int, dict[str, str], str]:
        self.fetched += 1
        asked = json.loads(request.body)
        assert asked == {"grant_type": "client_credential", "appid": "wx1", "secret": SECRET}
        self.timeouts.append(request.req_kwargs["timeout"])
        return 200, {}, json.dumps({"access_token": f"T{self.fetched}", "expires_in": 7200})

    @property
    def channel(self) -> WeChatChannel:
        forms = {
            "matches": TemplateForm("TPL", {"thing1": "text", "time2": "when", "character_string3": "posting"}),
            "follow_up": TemplateForm("SUB", {"thing1": "text"}),
        }
        return WeChatChannel(self.api, Account(self.account), forms, forms)

    @property
    def admin(self) -> WeChatAdmin:
        return WeChatAdmin(self.api)

    def answers(self, path: str, *answers: Any, method: str = "POST") -> None:
        """The platform's next answers at a path below /cgi-bin/ (or from the root with a leading slash)."""
        address = BASE + (path if path.startswith("/") else f"/cgi-bin/{path}")
        for answer in answers:
            if isinstance(answer, Exception):
                self.platform.add(method, address, body=answer)
            else:
                self.platform.add(method, address, json=answer)

    @property
    def asked(self) -> list[Any]:
        """The requests that reached the platform, tokens not counted."""
        return [call.request for call in self.platform.calls if "stable_token" not in call.request.url]

    def body(self, number: int = -1) -> dict[str, Any]:
        raw = self.asked[number].body
        assert b"\\u" not in raw, "the platform shows escapes literally"
        found: dict[str, Any] = json.loads(raw)
        return found

    def pass_time(self, span: timedelta) -> None:
        self.seconds += span.total_seconds()


@pytest.fixture
def desk() -> Iterator[Desk]:
    line = "channels.wechat_line.LeanAdapter.send"
    with responses.RequestsMock(assert_all_requests_are_fired=False, target=line) as platform:
        yield Desk(platform)
