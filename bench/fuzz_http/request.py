"""One request as the application gets it, with its body in the two ways of a form, and what a batch of them found."""

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode


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


def encoded(fields: list[tuple[str, str]]) -> str:
    """As a browser writes them, or anything that is no text at all."""
    return urlencode(fields, errors="surrogatepass", quote_via=quote)


def multipart(fields: list[tuple[str, str]], name: str, data: bytes) -> bytes:
    """A form with a file in it."""
    parts = [f'--xx\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields]
    head = f'--xx\r\nContent-Disposition: form-data; name="sheet"; filename="{name}"\r\n\r\n'
    return "".join([*parts, head]).encode("utf-8", "surrogatepass") + data + b"\r\n--xx--\r\n"
