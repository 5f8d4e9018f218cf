"""The platform's API over wechatpy's client, with what it lacks: our token, bounded refresh, timeouts, one error type.

Every call goes through `WeChatApi.call`. Facts: wechat-facts §5, §6, §8; why so: docs/decisions/0010.
"""

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from wechatpy import WeChatClient, WeChatClientException

from channels.base import Action, ChannelError, TokenStore
from channels.wechat_errors import error_of, no_answer, table, token_error_of
from channels.wechat_line import TIMEOUT, Line
from channels.wechat_token import TokenKeeper

logger = logging.getLogger(__name__)

PLATFORM: Final = "https://api.weixin.qq.com"
_SECRET_PARTS: Final = re.compile(r"((?:access_token|secret)=)[^&\s\"']+")

Ask = Callable[[WeChatClient], Any]


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are to the platform, and where it is. The secret never shows in a representation."""

    app_id: str
    app_secret: str
    base: str = PLATFORM

    def __repr__(self) -> str:
        return f"Credentials(app_id={self.app_id!r}, base={self.base!r})"

    @property
    def root(self) -> str:
        """The base address without a trailing slash or `/cgi-bin`."""
        return self.base.rstrip("/").removesuffix("/cgi-bin").rstrip("/")


class WeChatApi:
    """Calls to the platform for one account; safe to share between threads. `seconds` is a forward clock."""

    def __init__(
        self, credentials: Credentials, store: TokenStore, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._credentials = credentials
        self._client = _Client(credentials)
        self._tokens = TokenKeeper(store, self._fetch_token, seconds)
        logging.getLogger("urllib3.connectionpool").addFilter(_hide_secrets)

    @property
    def root(self) -> str:
        """The platform's base address, for paths outside `/cgi-bin`."""
        return self._credentials.root

    def call(self, ask: Ask) -> Any:
        """What the platform answers; a stale token is renewed exactly once. Raises ChannelError."""
        token = self._tokens.current()
        answer = self._ask(ask, token)
        if isinstance(answer, ChannelError) and answer.action is Action.REFRESH:
            answer = self._ask(ask, self._tokens.renew(token))
        if isinstance(answer, ChannelError):
            raise answer
        return answer

    def post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        """A call wechatpy has no method for; `path` below `/cgi-bin/`, or a whole address. Raises ChannelError."""
        return _fields(self.call(lambda client: client.post(path, data=data)))

    def get(self, path: str) -> dict[str, Any]:
        """The same, reading."""
        return _fields(self.call(lambda client: client.get(path)))

    def _ask(self, ask: Ask, token: str) -> Any:
        # Errors are returned, not raised inside `except`: a requests error holds the address with the token in it.
        try:
            answer = ask(self._client.with_token(token))
        except WeChatClientException as error:
            return _outcome(error)
        except requests.RequestException as error:
            return no_answer(uncertain=not _never_left(error))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return no_answer(uncertain=True)
        # wechatpy hands back the bare response where it finds no JSON.
        return no_answer(uncertain=True) if isinstance(answer, requests.Response) else answer

    def _fetch_token(self) -> tuple[str, int]:
        """A stable token and its seconds: every process that asks gets the same one, and nobody's is made invalid."""
        wish = {
            "grant_type": "client_credential",
            "appid": self._credentials.app_id,
            "secret": self._credentials.app_secret,
        }
        address = f"{self._credentials.root}/cgi-bin/stable_token"
        try:
            answer = self._client.http.post(address, data=json.dumps(wish).encode(), timeout=TIMEOUT).json()
            code = int(answer.get("errcode", 0))
            if not code:
                return str(answer["access_token"]), int(answer["expires_in"])
            failure = token_error_of(code, str(answer.get("errmsg", "")))
        except (requests.RequestException, ValueError, TypeError, KeyError, AttributeError):
            failure = no_answer(uncertain=False)
        logger.error("no access token: %s", failure)
        raise failure


class _Client(WeChatClient):  # type: ignore[misc]  # wechatpy carries no annotations
    """wechatpy's client, its own token handling switched off: it fetches without a timeout and without an end."""

    def __init__(self, credentials: Credentials) -> None:
        super().__init__(credentials.app_id, credentials.app_secret, timeout=TIMEOUT, auto_retry=False)
        self.API_BASE_URL = f"{credentials.root}/cgi-bin/"
        self._local = threading.local()
        self._http = Line(credentials.root)

    @property
    def http(self) -> requests.Session:
        """The one pooled session of all calls."""
        session: requests.Session = self._http
        return session

    @property
    def access_token(self) -> str:
        """The token of the call this thread is making."""
        return str(self._local.token)

    def with_token(self, token: str) -> "_Client":
        self._local.token = token
        return self

    def fetch_access_token(self) -> None:
        """Never used: the TokenKeeper fetches."""
        raise AssertionError("wechatpy must not fetch tokens")


def _outcome(error: WeChatClientException) -> Any:
    if error.errcode is None:
        status = getattr(error.response, "status_code", 500)
        return no_answer(uncertain=status >= 500)
    code = int(error.errcode)
    meaning = table().get(code)
    if meaning is not None and meaning.action is Action.OK:
        # 45065: the job was taken the first time; its number is only in the body.
        return error.response.json()
    failure = error_of(code, str(error.errmsg))
    if failure.action is Action.ALERT:
        logger.error("the platform refuses: %s", failure)
    return failure


def _never_left(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _fields(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise no_answer(uncertain=True)
    return answer


def _hide_secrets(record: logging.LogRecord) -> bool:
    # urllib3 writes whole addresses at debug level.
    if isinstance(record.args, tuple):
        parts: Sequence[object] = record.args
        record.args = tuple(_SECRET_PARTS.sub(r"\1…", part) if isinstance(part, str) else part for part in parts)
    return True
