"""One county behind its application, in this process and without a socket, and the browsers signed in to it."""

import io
import logging
import random
import sys
import traceback
from collections.abc import Callable
from typing import Any

from itsdangerous import URLSafeTimedSerializer

from bench.fuzz_http.request import Request, Result
from models.account import Role, StaffAccount, StaffSession
from models.veteran import Veteran
from services.sign_ins import digest
from tests.console import PASSWORD, County, hashed, signed_links
from tests.functional.access import BOUND_VALUES, FREE_VALUES

#: So often the accounts, the sessions and the person with a page of their own are put right again; sooner, but not
#: sooner than that, when somebody who should be signed in is sent to sign in.
REVIVED_EVERY, REVIVED_SOONEST = 100, 10
#: What is said when the platform does not answer.
AWAY = "no access token"
#: Browsers by name: a role all the way in, or an account that stands at a step of signing in.
STEPS = ("second", "password", "enrol")
BROWSERS = ("nobody", *(role.value for role in Role), *STEPS)
#: Whoever stands at a step is sent back to it from everywhere: seldom is enough.
WEIGHTS = (3, 4, 6, 3, 3, 0.4, 0.4, 0.2)


class Listener(logging.Handler):
    """Every error that the application logs, with where it came from."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.getMessage().startswith(AWAY):
            self.heard.append(f"{record.getMessage()}\n{traceback.format_exc()}")


class Site:
    """One county behind its application, the cookies of every browser, and what its pages offer."""

    def __init__(self, county: County, chance: random.Random, result: Result) -> None:
        self.county, self.chance, self.result = county, chance, result
        self.app = county.app
        self.cookies: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.listener = Listener()
        logging.getLogger().addHandler(self.listener)
        self.values = self._known_values()
        self.links = list(signed_links(county, county.own).values()) + list(signed_links(county, county.other).values())
        self._add_steps()
        self.revive()
        self.rules = [rule for rule in self.app.url_map.iter_rules() if rule.endpoint != "static"]
        self.rules += [rule for rule in self.app.url_map.iter_rules() if rule.endpoint == "static"][:1]

    def _known_values(self) -> dict[str, list[str]]:
        made = {name: [str(one) for one in two(self.county)] for name, two in BOUND_VALUES.items()}
        return made | {name: [str(one(self.county))] for name, one in FREE_VALUES.items()}

    def _add_steps(self) -> None:
        rt = self.county.rt
        with rt.transaction() as session:
            like = session.query(StaffAccount).filter_by(sign_in=Role.ADMIN.value).one()
            for name, role in (("password", Role.BUREAU), ("enrol", Role.ADMIN)):
                account = StaffAccount(sign_in=name, name=name, role=role, node_id=like.node_id, created_at=rt.now())
                account.password_hash, account.must_change = hashed(PASSWORD), name == "password"
                session.add(account)

    def revive(self) -> None:
        """Every account as it was, a fresh session for every browser, the own page of its person open."""
        rt, now, self.age = self.county.rt, self.county.rt.now(), 0
        with rt.transaction() as session:
            accounts = {one.sign_in: one for one in session.query(StaffAccount)}
            session.query(StaffSession).delete()
            for browser in BROWSERS[1:]:
                account = accounts["admin" if browser == "second" else browser]
                account.disabled_at = account.locked_until = None
                account.failed, account.must_change = 0, browser == "password"
                account.password_hash = hashed(PASSWORD)
                if account.sign_in == "enrol":
                    account.totp_sealed = None
                elif account.sign_in == "admin":
                    account.totp_sealed = rt.keyring.seal("staff_account.totp", self.county.secret)
                else:
                    account.totp_sealed = None
                token = f"{self.chance.getrandbits(128):032x}"
                held = StaffSession(account_id=account.id, token_digest=digest(token), created_at=now, seen_at=now)
                held.second_at = None if browser == "second" else now
                session.add(held)
                self._cookie(browser, {"staff": token})
            person = session.get(Veteran, self.county.own)
            if person is not None and person.openid is None and person.erased_at is None:
                person.openid = "o-again"
        self._cookie("nobody", {})

    def _cookie(self, browser: str, values: dict[str, str]) -> None:
        raw = f"{self.chance.getrandbits(160):040x}"
        held = {**values, "csrf_token": raw}
        signer: Any = self.app.session_interface
        self.cookies[browser] = "session=" + signer.get_signing_serializer(self.app).dumps(held)
        self.tokens[browser] = URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(raw)

    def ask(self, request: Request) -> tuple[int, str, list[tuple[str, str]]]:
        """One request through the application: status, body, headers; faults are noted."""
        if self.age >= REVIVED_EVERY:
            self.revive()
        self.age += 1
        self.county.clock.advance(seconds=self.chance.choice((1, 1, 2)))
        self.result.requests += 1
        self.listener.heard.clear()
        status, body, headers = self._through(self._environ(request))
        self.result.statuses[str(status)] += 1
        if (status >= 500 and request.path != "/readyz") or self.listener.heard:
            heard = "\n".join(self.listener.heard)[-4000:]
            self.result.faults.append(f"{status} after {self.result.requests}: {request.short()}\n{heard}")
        is_out = status == 302 and any(value.startswith("/staff/sign-in") for _, value in headers)
        if is_out and request.cookie is None and request.browser != "nobody" and self.age >= REVIVED_SOONEST:
            self.age = REVIVED_EVERY
        return status, body, headers

    def _through(self, environ: dict[str, Any]) -> tuple[int, str, list[tuple[str, str]]]:
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
            said[:] = [int(status[:3]), headers]
            return lambda _data: None

        try:
            answer = self.app.wsgi_app(environ, start)  # type: ignore[arg-type]
            body = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
        except Exception:
            self.listener.heard.append(traceback.format_exc())
            return 599, "", []
        for _, value in said[1]:
            if "\r" in value or "\n" in value:
                self.listener.heard.append("a header was split")
        return said[0], body.decode("utf-8", "replace"), said[1]

    def _environ(self, request: Request) -> dict[str, Any]:
        cookie = self.cookies[request.browser] if request.cookie is None else request.cookie
        # As a server does: bytes of the wire as Latin-1.
        path = request.path.encode("utf-8", "surrogatepass").decode("latin-1")
        made: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": request.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": f"10.{self.chance.randrange(256)}.{self.chance.randrange(256)}.{self.chance.randrange(256)}",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": cookie,
            "CONTENT_LENGTH": str(len(request.body)) if request.length is None else request.length,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if request.kind:
            made["CONTENT_TYPE"] = request.kind
        return made | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers}

    def close(self) -> None:
        logging.getLogger().removeHandler(self.listener)
