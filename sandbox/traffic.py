"""What went over the wire, for the curious, and how often the product broke one of the platform's rules, for tests."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any, Final

_KEPT: Final = 300
_CHARS: Final = 6000
_RECENT: Final = 50


@dataclass(frozen=True, slots=True)
class Passage:
    """One exchange: `way` is push (platform to product) or api (product to platform)."""

    number: int
    at: str
    way: str
    title: str
    request: str
    answer: str
    verdict: str
    milliseconds: int


class Traffic:
    """A bounded log of passages and a count of violations by errcode or name."""

    def __init__(self) -> None:
        self._log: deque[Passage] = deque(maxlen=_KEPT)
        self._number = 0
        self._violations: Counter[str] = Counter()
        self._recent: deque[dict[str, str]] = deque(maxlen=_RECENT)
        self.calls: Counter[str] = Counter()

    def note(self, at: str, way: str, title: str, *, exchange: tuple[str, str], verdict: str, ms: int) -> None:
        """Keeps one exchange (request, answer), cut to a readable length."""
        self._number += 1
        request, answer = (text if len(text) <= _CHARS else text[:_CHARS] + "…" for text in exchange)
        self._log.append(Passage(self._number, at, way, title, request, answer, verdict, ms))

    def violate(self, at: str, name: str, detail: str) -> None:
        """The product did what the platform does not allow."""
        self._violations[name] += 1
        self._recent.append({"at": at, "name": name, "detail": detail[:200]})

    def since(self, number: int) -> list[dict[str, Any]]:
        """Passages after this number, oldest first."""
        return [asdict(one) for one in self._log if one.number > number]

    def violations(self) -> dict[str, Any]:
        """Total, by name, and the latest ones."""
        return {
            "total": self._violations.total(),
            "by_name": dict(self._violations),
            "recent": list(self._recent),
            "calls": dict(self.calls),
        }
