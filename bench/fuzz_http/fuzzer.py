"""Draws the requests: the forms of the site's own pages filled in oddly, any method to any address, pushes."""

import random
import re

from bench.fuzz_http.forms import Form, forms_of
from bench.fuzz_http.pushes import Pushes
from bench.fuzz_http.request import Request, encoded, multipart
from bench.fuzz_http.site import BROWSERS, WEIGHTS, Site
from bench.fuzz_http.words import HEADERS, METHODS, TYPES, Words
from models.account import Role


class Fuzzer:
    """Draws requests."""

    def __init__(self, site: Site, chance: random.Random) -> None:
        self.site, self.chance = site, chance
        self.words = Words(chance)
        self.pushes = Pushes(site.county, self.words, chance)
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
                return whole if true or self.chance.random() < 0.7 else self.words.broken(whole)
            known = self.site.values.get(name, ["app.css"])
            return self.chance.choice(known) if true or self.chance.random() < 0.75 else self.words.value()

        return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", value, rule)

    def request(self) -> Request:
        """The next one."""
        draw = self.chance.random()
        if draw < 0.12:
            return self.pushes.push()
        if draw < 0.5 and self.forms:
            return self.filled()
        return self.wild()

    def filled(self) -> Request:
        """A form as a page offers it, with a field or two other than it should be."""
        browser, form = self.chance.choice(self.forms)
        fields = [(name, self.chance.choice(values)) for name, values in form.fields]
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            if fields:
                place = self.chance.randrange(len(fields))
                name, was = fields[place]
                fields[place] = (name, self.words.value() if self.chance.random() < 0.7 else self.words.broken(was))
        fields = [one for one in fields if self.chance.random() < 0.95] + (
            self.words.pairs() if self.chance.random() < 0.1 else []
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
            path = self.words.broken(path)
        path = path if path.startswith("/") else "/" + path
        query = encoded(self.words.pairs()) if self.chance.random() < 0.5 else ""
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
        return self._sent(made, self.words.pairs())

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
        rows = [",".join(self.words.value()[:300] for _ in heads) for _ in range(self.chance.choice((0, 1, 3)))]
        text = "\n".join([",".join(heads), *rows]).encode("utf-8", "surrogatepass")
        return name, self.chance.choice(
            (text, text, text, b"PK\x03\x04" + text, b"\xd0\xcf\x11\xe0" + text, b"", bytes(64))
        )
