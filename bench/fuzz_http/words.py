"""What is put into fields, headers and addresses: odd words, and those of the application's own handlers and pages."""

import random
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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


class Words:
    """Draws words."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

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
