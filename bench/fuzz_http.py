"""Fuzzes every route of the web application, in this process and without a socket: no request may end in a 500.

    python -m bench.fuzz_http --requests 1000000 --processes 2 --kept fuzz.jsonl
    python -m bench.fuzz_http --requests 20000 --postgres

Batch N is the same for ever: a fresh invented county, and requests drawn from the seed N. What each batch found stands
as a line in the file `--kept`; started again with the same file, the batches already there are not run again. `--batch
N` runs one of them and prints the faults whole. The routes come from the application's own table, the names of fields
and the words for them from its handlers and templates, the forms from its own pages; a request is signed in as each
role, half signed in, or not at all. Signed pushes of the platform carry mutated documents. The sandbox is not fuzzed:
it is not there with a real account.

A fault is a status from 500 (but 503 of /readyz, which says that no scheduler runs), an exception that comes out of
the application, or an error in the log: a turn that broke is answered with a sentence, and still counts. The platform
is away throughout, which is no fault of ours.
"""

import argparse
import contextlib
import io
import json
import logging
import multiprocessing
import os
import random
import re
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode

from argon2 import profiles
from itsdangerous import URLSafeTimedSerializer
from jinja2.bccache import Bucket, BytecodeCache

from models.account import Role, StaffAccount, StaffSession
from models.veteran import Veteran
from services import accounts, sign_ins
from services.sign_ins import digest
from tests.console import PASSWORD, County, hashed, open_county, signed_links
from tests.functional.access import BOUND_VALUES, FREE_VALUES
from tests.functional.webhook.pushes import AES_KEY, APP_ID, TOKEN, Platform
from tests.postgres import PostgresServer

ROOT = Path(__file__).resolve().parent.parent
BATCH = 2_500
#: So often the accounts, the sessions and the person with a page of their own are put right again; sooner, but not
#: sooner than that, when somebody who should be signed in is sent to sign in.
REVIVED_EVERY, REVIVED_SOONEST = 100, 10
PLATFORM = Platform()
WECHAT = {
    "WECHAT_APP_ID": APP_ID,
    "WECHAT_APP_SECRET": "invented-app-secret",
    "WECHAT_TOKEN": TOKEN,
    "WECHAT_AES_KEY": AES_KEY,
    "WECHAT_MODE": "secure",
    "WECHAT_API_BASE": "http://127.0.0.1:9",
}
#: What is said when the platform does not answer.
AWAY = "no access token"
#: Nothing here has to outlive a power cut.
QUICK = "/dev/shm" if Path("/dev/shm").is_dir() else None
#: Where the databases are made when it is not SQLite; the processes are forked with it.
SERVER: PostgresServer | None = None
#: Browsers by name: a role all the way in, or an account that stands at a step of signing in.
STEPS = ("second", "password", "enrol")
BROWSERS = ("nobody", *(role.value for role in Role), *STEPS)
#: Whoever stands at a step is sent back to it from everywhere: seldom is enough.
WEIGHTS = (3, 4, 6, 3, 3, 0.4, 0.4, 0.2)
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW")
ODD = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1",
        "2",
        "00",
        "+1",
        "1e9",
        "0x10",
        "1.5",
        "NaN",
        "Infinity",
        "true",
        "null",
        "None",
        "１２",
    ),
    *(str(2**31), str(2**63 - 1), str(2**63), str(-(2**63) - 1), "9" * 40, "9" * 5000, "٣"),
    *("2026-12-01", "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "2026-11-20T09:00", "9999-12-31T23:59"),
    *("0001-01-01T00:00", "2026-11", "2026-13", "0000-01", "9999-12", "14:00", "24:00", "25:61", "00:00", "明天"),
    *("'", '"', "' OR 1=1 --", "%", "_", "\\", "%%s", "{0}", "{{7*7}}", "${7*7}", "<script>alert(1)</script>", "]]>"),
    *("\x00", "a\x00b", "\r\nX-Bad: 1", "\n", "\t", "\x1b[31m", "\u202e", "\u200b", "\ufeff", "😀", "﷽", "\ud800"),
    *("../../etc/passwd", "..\\..\\x", "/etc/passwd", "//evil.example/", "https://evil.example", "javascript:1"),
    *("=1+1", "@SUM(1)", "+cmd", "-2", "a" * 300, "岗" * 700, "a" * 20000, "张三", "13000000001", "519900197603071131"),
    *(
        "全部",
        "年龄=30-45",
        "年龄=45-30",
        "站点=示例镇",
        "沉默>999999999999",
        "编号=1/2",
        "编号=99999999999999999999",
        "且",
    ),
    *(
        "(",
        "((((((((",
        "非 非 非 非 全部",
        "在岗，四千五，五险都有",
        "走了",
        "[]",
        "{}",
        "on",
        "off",
        "yes",
        "no",
        "1",
        "take",
    ),
)
HEADERS = {
    "Accept": ("*/*", "application/json", "text/html;q=abc", "", "\xff"),
    "Accept-Language": ("zh-CN", "xx;q=9", "*", "a" * 3000),
    "Host": ("localhost", "evil.example", "", "a:99999999", "[::1", "localhost:abc", "x" * 500, "\xe5"),
    "Referer": ("https://evil.example/", "http://localhost/staff/", "", "::::", "http://[::1"),
    "Origin": ("null", "https://evil.example"),
    "X-Forwarded-For": ("1.2.3.4", "1.2.3.4, 5.6.7.8", "'", "a" * 2000),
    "X-Forwarded-Proto": ("https", "ftp"),
    "X-Forwarded-Host": ("evil.example",),
    "X-HTTP-Method-Override": ("DELETE",),
    "Authorization": ("Bearer x", "Basic !!!", "Digest a=b", "\xff", "Basic " + "A" * 999),
    "Range": ("bytes=0-0", "bytes=-1", "bytes=5-1", "bytes=a-b", "bytes=0-0,1-1,2-2", "bytes=99999999999-"),
    "If-None-Match": ("*", 'W/"x', '"' * 50),
    "If-Modified-Since": ("yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"),
    "Content-Encoding": ("gzip",),
    "Transfer-Encoding": ("chunked", "identity"),
    "Upgrade": ("websocket",),
    "Expect": ("100-continue",),
    "X-CSRFToken": ("x",),
}
TYPES = (
    *("application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=", "application/json"),
    *(
        "multipart/form-data; boundary=xx",
        "text/xml",
        "text/plain; charset=utf-99",
        "application/octet-stream",
        "a/b/c",
    ),
    *("application/x-www-form-urlencoded; charset=gb18030", "", "\xff"),
)
_LITERAL = re.compile(
    r"""(?:args|form|given)(?:\.get|\.getlist)?[\[(]\s*"(\w+)"|\b(?:word|number|_text|_day|_time)\("(\w+)"\)"""
)
_NAME, _VALUE = re.compile(r'\bname="(\w+)"'), re.compile(r'\bvalue="([^"{}]{1,40})"')
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_FIELD = re.compile(r"<(input|select|textarea|button)\b([^>]*)>(.*?)(?=<(?:input|select|textarea|button)\b|\Z)", re.S)
_OPTION = re.compile(r'<option\b[^>]*value="([^"]*)"')


@dataclass(frozen=True)
class Form:
    """A form as a page of the application offers it: where it goes, and what a browser would send."""

    method: str
    path: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Request:
    """One request, as the application gets it."""

    browser: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    kind: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cookie: str | None = None
    length: str | None = None

    def short(self) -> str:
        """For a report: enough to see what was asked."""
        return f"{self.browser} {self.method} {self.path[:200]}?{self.query[:300]} {self.kind} {self.body[:600]!r}"


@dataclass
class Result:
    """What one batch found."""

    batch: int
    requests: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Compiled(BytecodeCache):
    """Templates compiled once a process, not once a county."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


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
        self.app.jinja_env.bytecode_cache = COMPILED
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


def words_of_the_site() -> tuple[list[str], list[str]]:
    """The names of fields and the words for them that stand in handlers and templates."""
    names: set[str] = {"endpoint", "_external", "_anchor", "_scheme", "_method", "filename", "signed", "csrf_token"}
    values: set[str] = set()
    for path in sorted((ROOT / "handlers").rglob("*.py")):
        names |= {one or two for one, two in _LITERAL.findall(path.read_text(encoding="utf-8"))}
    for path in sorted((ROOT / "templates" / "web").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        names |= set(_NAME.findall(text))
        values |= set(_VALUE.findall(text))
    return sorted(names), sorted(values)


NAMES, WORDS = words_of_the_site()


def forms_of(path: str, page: str) -> Iterator[Form]:
    """What a page offers to fill in."""
    for head, inside in _FORM.findall(page):
        about = {name: unescape(value) for name, value in _ATTRIBUTE.findall(head)}
        fields: list[tuple[str, tuple[str, ...]]] = []
        for tag, attributes, rest in _FIELD.findall(inside):
            known = {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
            if "name" in known:
                options = tuple(map(unescape, _OPTION.findall(rest))) if tag == "select" else (known.get("value", ""),)
                fields.append((known["name"], options or ("",)))
        yield Form(about.get("method", "get").upper(), about.get("action", "") or path, tuple(fields))


class Fuzzer:
    """Draws requests."""

    def __init__(self, site: Site, chance: random.Random) -> None:
        self.site, self.chance = site, chance
        self.forms: list[tuple[str, Form]] = []
        self.known: set[tuple[str, Form]] = set()
        for browser in (role.value for role in Role):
            for rule in site.rules:
                if "GET" in (rule.methods or ()) and rule.endpoint.startswith("staff.") and chance.random() < 0.4:
                    self._look(browser, self.path(rule.rule, true=True))
        for link in site.links:
            self._look("nobody", link)

    def _look(self, browser: str, path: str) -> None:
        status, page, _ = self.site.ask(Request(browser, "GET", path))
        if status == 200:
            # The same form stands on many pages (signing out on all of them): once is enough.
            self.forms += [one for form in forms_of(path, page) if (one := (browser, form)) not in self.known]
            self.known.update(self.forms)

    def path(self, rule: str, *, true: bool = False) -> str:
        """An address of that rule; `true`: one that is there."""

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name == "signed":
                whole = self.chance.choice(self.site.links).rpartition("/")[2]
                return whole if true or self.chance.random() < 0.7 else self.broken(whole)
            known = self.site.values.get(name, ["app.css"])
            return self.chance.choice(known) if true or self.chance.random() < 0.75 else self.value()

        return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", value, rule)

    def broken(self, text: str) -> str:
        """The text with something done to it."""
        cut = self.chance.randrange(len(text) + 1)
        odd = self.chance.choice(ODD)[:500]
        return self.chance.choice(
            (text[:cut], text[:cut] + odd + text[cut:], text[cut:], text + text, text.upper(), odd)
        )

    def value(self) -> str:
        """Something to put into a field."""
        draw = self.chance.random()
        if draw < 0.45:
            return self.chance.choice(ODD)
        if draw < 0.75:
            return self.chance.choice(WORDS)
        if draw < 0.85:
            return str(self.chance.randrange(-2, 30))
        if draw < 0.95:
            return self.chance.choice(ODD)[:200] + self.chance.choice(ODD)[:200]
        return "".join(
            chr(self.chance.choice((self.chance.randrange(128), self.chance.randrange(0xD7FF)))) for _ in range(9)
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Fields out of nothing."""
        return [(self.chance.choice(NAMES), self.value()) for _ in range(self.chance.choice((0, 1, 1, 2, 3, 6)))]

    def request(self) -> Request:
        """The next one."""
        draw = self.chance.random()
        if draw < 0.12:
            return self.push()
        if draw < 0.5 and self.forms:
            return self.filled()
        return self.wild()

    def filled(self) -> Request:
        """A form as a page offers it, with a field or two other than it should be."""
        browser, form = self.chance.choice(self.forms)
        fields = [(name, self.chance.choice(values)) for name, values in form.fields if name != "csrf_token"]
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            if fields:
                place = self.chance.randrange(len(fields))
                name, was = fields[place]
                fields[place] = (name, self.value() if self.chance.random() < 0.7 else self.broken(was))
        fields = [one for one in fields if self.chance.random() < 0.95] + (
            self.pairs() if self.chance.random() < 0.1 else []
        )
        if self.chance.random() < 0.1:
            browser = self.chance.choices(BROWSERS, WEIGHTS)[0]
        path, _, query = form.path.partition("?")
        if form.method == "GET":
            return Request(browser, "GET", path, encoded(fields))
        return self._sent(Request(browser, "POST", path, query), fields)

    def wild(self) -> Request:
        """Any method to any address, with anything in it."""
        rule = self.chance.choice(self.site.rules)
        own = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        method = self.chance.choice(own) if self.chance.random() < 0.85 else self.chance.choice(METHODS)
        path = self.path(rule.rule)
        if self.chance.random() < 0.03:
            path = self.broken(path)
        path = path if path.startswith("/") else "/" + path
        query = encoded(self.pairs()) if self.chance.random() < 0.5 else ""
        if self.chance.random() < 0.03:
            query = self.chance.choice(("%", "%zz=%ff", "&&&=", "a" * 5000, "a=%ED%A0%80", ";", "=" * 99, "after=%00"))
        made = Request(self.chance.choices(BROWSERS, WEIGHTS)[0], method, path, query, headers=self.headers())
        if self.chance.random() < 0.03:
            made = Request(
                **{
                    **vars(made),
                    "cookie": self.chance.choice(("", "session=x", "session=.e.f.g", "a" * 9000, "\xff=\xff")),
                }
            )
        if method in ("GET", "HEAD", "OPTIONS") and self.chance.random() < 0.95:
            return made
        if self.chance.random() < 0.12:
            kind, body = (
                self.chance.choice(TYPES),
                self.chance.choice((b"", b"{", b"--xx\r\n\r\n", bytes(99), b"\xff" * 999, b"a=%")),
            )
            length = self.chance.choice((None, None, "", "-1", "abc", "5", str(2**40)))
            return Request(**{**vars(made), "kind": kind, "body": body, "length": length})
        return self._sent(made, self.pairs())

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Mostly none."""
        if self.chance.random() < 0.8:
            return ()
        names = self.chance.sample(sorted(HEADERS), self.chance.choice((1, 1, 2, 4)))
        return tuple((name, self.chance.choice(HEADERS[name])) for name in names)

    def _sent(self, request: Request, fields: list[tuple[str, str]]) -> Request:
        """The request with these fields in its body, and mostly with the token of the browser's forms."""
        if self.chance.random() < 0.95:
            fields = [*fields, ("csrf_token", self.site.tokens[request.browser])]
        if self.chance.random() < 0.15 or "import" in request.path:
            body = multipart(fields, *self.sheet())
            return Request(**{**vars(request), "kind": "multipart/form-data; boundary=xx", "body": body})
        body = encoded(fields).encode()
        return Request(**{**vars(request), "kind": "application/x-www-form-urlencoded", "body": body})

    def sheet(self) -> tuple[str, bytes]:
        """A file as somebody might send it."""
        name = self.chance.choice(
            ("sheet.csv", "sheet.xlsx", "a.xls", "../../x.csv", "", "表.csv", "x" * 300, "a.exe", "\x00.csv")
        )
        heads = self.chance.sample(
            ("姓名", "身份证号", "联系电话", "乡镇", "备注", "用人单位", "岗位", "人数", "工资", "\x00"), 4
        )
        rows = [",".join(self.value()[:300] for _ in heads) for _ in range(self.chance.choice((0, 1, 3)))]
        text = "\n".join([",".join(heads), *rows]).encode("utf-8", "surrogatepass")
        return name, self.chance.choice(
            (text, text, text, b"PK\x03\x04" + text, b"\xd0\xcf\x11\xe0" + text, b"", bytes(64))
        )

    def push(self) -> Request:
        """A message of the platform, mostly rightly signed, with anything in it."""
        document = self.document()
        sent = PLATFORM.push(document, nonce=f"n{self.chance.getrandbits(32)}")
        query, body = dict(sent.query), sent.body
        if self.chance.random() < 0.15:
            name = self.chance.choice(sorted(query))
            query[name] = self.chance.choice((self.value()[:500], self.broken(query[name])))
        if self.chance.random() < 0.1:
            cut = self.chance.randrange(len(body) + 1)
            body = body[:cut] + self.chance.choice((b"", b"\xff", b"<!DOCTYPE a>", b"]]>", b"<a>" * 99)) + body[cut:]
        return Request("nobody", "POST", "/wechat", encoded(list(query.items())), body, "text/xml", cookie="")

    def document(self) -> str:
        """One document as the platform writes them, or nearly so."""
        kind = self.chance.choice(
            ("text", "event", "voice", "location", "image", "event", "text", "text", self.value()[:50])
        )
        names = {
            "ToUserName": "gh_000000000001",
            "FromUserName": f"o-fuzz-{self.chance.randrange(20)}",
            "CreateTime": str(int(self.site.county.rt.now().timestamp())),
            "MsgType": kind,
            "MsgId": str(self.chance.getrandbits(62)),
            "Content": self.said(),
        }
        if kind == "event":
            names["Event"] = self.chance.choice(
                (
                    "subscribe",
                    "unsubscribe",
                    "SCAN",
                    "CLICK",
                    "VIEW",
                    "LOCATION",
                    "TEMPLATESENDJOBFINISH",
                    "MASSSENDJOBFINISH",
                    "subscribe_msg_popup_event",
                    self.value()[:40],
                )
            )
            names["EventKey"] = self.chance.choice(("", "qrscene_1", "1", "find", "mine", "help", self.value()[:200]))
        elif kind == "location":
            names |= {
                "Location_X": self.chance.choice(("31.4", "x", "999", "nan", "")),
                "Location_Y": "104.7",
                "Scale": "20",
                "Label": self.said()[:80],
            }
        elif kind == "voice":
            names |= {"Recognition": self.said(), "MediaId": "m", "Format": "amr"}
        if self.chance.random() < 0.2:
            names[self.chance.choice((*names, "Status", "MsgID", "Ticket", "List"))] = self.value()[:3000]
        if self.chance.random() < 0.05:
            names.pop(self.chance.choice(sorted(names)))
        inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in names.items())
        return f"<xml>{inner}</xml>".encode("utf-8", "replace").decode()

    def said(self) -> str:
        """What somebody writes."""
        talk = (
            "同意",
            "看看岗位",
            "报名 1",
            "2",
            "我叫张三，13000000001",
            "48岁，想干保安，三千以上，就在本县",
            "跳过",
            "返回",
            "改 工资",
            "我的资料",
            "人工",
            "退订",
            "在岗，挺好",
            "没发工资",
            "优待证怎么办",
            "要 2",
            "更多",
            "确认",
            "删除我的信息",
        )
        return self.chance.choice(talk) if self.chance.random() < 0.75 else self.value()[:700]


def encoded(fields: list[tuple[str, str]]) -> str:
    """As a browser writes them, or anything that is no text at all."""
    return urlencode(fields, errors="surrogatepass", quote_via=quote)


def multipart(fields: list[tuple[str, str]], name: str, data: bytes) -> bytes:
    """A form with a file in it."""
    parts = [f'--xx\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields]
    head = f'--xx\r\nContent-Disposition: form-data; name="sheet"; filename="{name}"\r\n\r\n'
    return "".join([*parts, head]).encode("utf-8", "surrogatepass") + data + b"\r\n--xx--\r\n"


def run_before(ends: float, batch: int) -> Result | None:
    """One batch, unless it is too late to begin one."""
    return run(batch) if time.monotonic() < ends else None


def run(batch: int) -> Result:
    """One batch: the same requests for the same number."""
    # Noise of the packages below about odd headers is no fault of ours; the suite holds warnings to be errors.
    warnings.simplefilter("ignore")
    logging.disable(logging.NOTSET)
    logging.lastResort = None
    # Passwords are dear to check on purpose; here it would be most of the time, and the rest is what is looked at.
    accounts.HASHER._parameters = profiles.CHEAPEST
    sign_ins._NOBODY = accounts.HASHER.hash("")
    chance, result = random.Random(batch), Result(batch)
    with (
        databases(batch) as where,
        TemporaryDirectory(dir=QUICK) as folder,
        open_county(Path(folder), **where) as county,
    ):
        site = Site(county, chance, result)
        fuzzer = Fuzzer(site, chance)
        while result.requests < BATCH:
            request = fuzzer.request()
            status, _, headers = site.ask(request)
            if status in (302, 303) and chance.random() < 0.3:
                follow(site, request, headers)
        site.close()
    return result


@contextmanager
def databases(batch: int) -> Iterator[dict[str, str]]:
    """The settings of an installation with a database of its own for this batch."""
    if SERVER is None:
        yield WECHAT
        return
    with SERVER.database(f"fuzz_{batch}") as url:
        yield {**WECHAT, "DATABASE_URL": url}


def follow(site: Site, request: Request, headers: list[tuple[str, str]]) -> None:
    """Where the answer sends the browser, with the cookie it was given: what was done is told there."""
    where = next((value for name, value in headers if name == "Location"), "")
    cookie = next((value.partition(";")[0] for name, value in headers if name == "Set-Cookie"), None)
    path, _, query = where.partition("?")
    if not path.startswith("/") or path.startswith("//"):
        site.result.faults.append(f"sent away to {where[:200]}: {request.short()}")
        return
    site.ask(Request(request.browser, "GET", path, query, cookie=cookie))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the first batch's number, which is its seed")
    parser.add_argument("--kept", type=Path, help="a file with a line a batch: go on where it ends")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no batch after so long")
    parser.add_argument("--batch", type=int, help="run this one batch and print its faults whole")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, which refuses more than SQLite does")
    args = parser.parse_args()
    if not args.postgres:
        return fuzz(args)
    global SERVER
    with TemporaryDirectory() as folder, PostgresServer(os.environ.get("TEST_DATABASE_URL"), Path(folder)) as SERVER:
        return fuzz(args)


def fuzz(args: argparse.Namespace) -> int:
    """As many batches as it takes that are not known yet; 1 when anything broke."""
    if args.batch is not None:
        one = run(args.batch)
        print("\n\n".join(one.faults), one.statuses, sep="\n")
        return 1 if one.faults else 0
    results = [Result(**json.loads(line)) for line in lines(args.kept)]
    wanted = range(args.first, args.first + -(-args.requests // BATCH))
    known = {one.batch for one in results}
    began = time.monotonic()
    ends = began + 60 * args.minutes
    with multiprocessing.Pool(args.processes, maxtasksperchild=80) as pool:
        for done in pool.imap_unordered(partial(run_before, ends), [one for one in wanted if one not in known]):
            if done is None:
                continue
            results.append(done)
            keep(args.kept, done)
            for fault in done.faults[:3]:
                print(f"batch {done.batch}: {fault}", flush=True)
    return told([one for one in results if one.batch in wanted], time.monotonic() - began, len(known))


def lines(path: Path | None) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path is not None and path.exists() else []


def keep(path: Path | None, done: Result) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(vars(done), ensure_ascii=True) + "\n")


def told(results: list[Result], seconds: float, before: int) -> int:
    """The counts by status, and whether anything broke."""
    statuses: Counter[str] = Counter()
    for one in results:
        statuses.update(one.statuses)
    requests, faults = sum(one.requests for one in results), sum(len(one.faults) for one in results)
    fresh = sum(one.requests for one in results[before:])
    print(f"{requests} requests in {len(results)} batches, {faults} faults; {fresh / max(seconds, 0.1):.0f} a second")
    print("  ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    return 1 if faults else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
