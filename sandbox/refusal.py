"""The platform's error answers: a number, its words, and whether our own rules or the weather brought it about."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def _words() -> dict[int, str]:
    with (Path(__file__).parent / "data" / "errcodes.toml").open("rb") as file:
        return {int(code): words for code, words in tomllib.load(file)["errmsg"].items()}


class Refusal(Exception):
    """The platform says no: HTTP 200 with this errcode. `extra` goes into the answer beside it.

    `is_excused`: nobody's fault, so no violation: it was switched on by hand, or the stand-in has forgotten the person.
    """

    def __init__(
        self, code: int, detail: str = "", *, is_excused: bool = False, extra: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail
        self.is_excused = is_excused
        self.extra = extra or {}

    def body(self, rid: str) -> dict[str, Any]:
        """The JSON answer, with the request's id in it as the platform does."""
        words = _words().get(self.code, "unknown error")
        detail = f" {self.detail}" if self.detail else ""
        return {"errcode": self.code, "errmsg": f"{words}{detail} rid: {rid}", **self.extra}
