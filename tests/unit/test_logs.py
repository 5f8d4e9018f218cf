"""What a log line may carry is decided by type, whoever writes it and at whatever level."""

import io
import logging
import sys
from enum import StrEnum

import pytest

from app import logs
from app.settings import LogFormat
from channels.base import ChannelError
from services.failures import Fixed
from tests import canary

OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZ_"


class Kind(StrEnum):
    CLICK = "click"


class Person:
    def __repr__(self) -> str:
        return f"Person({canary.NAME})"


def line(message: object, *args: object, form: LogFormat = LogFormat.TEXT, error: BaseException | None = None) -> str:
    """One line, as it leaves the process."""
    out = io.StringIO()
    handler = logs.handler(form, out)
    info = (type(error), error, error.__traceback__) if error is not None else None
    handler.handle(logging.LogRecord("any.package", logging.DEBUG, "f", 1, message, args or None, info))  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("form", LogFormat)
@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("%s came", (canary.NAME,)),
        ("%r came", (canary.NAME,)),
        (f"{canary.NAME} came", ()),
        ("%s", (Person(),)),
        ("%s", ({"name": canary.NAME},)),
        ("%(name)s", ({"name": canary.NAME},)),
        ("%s and %s", (canary.NAME,)),
        ("called %s", (canary.PHONE,)),
        ("called %s", (f"130 0000 {canary.PHONE[-4:]}",)),
        ("number %s", (canary.ID_NUMBER,)),
        (f"GET /p/1-{'a' * 40} HTTP/1.1", ()),
        ("GET %s", (f"/e/3-{'b' * 40}?x=1",)),
        ("to %s", (OPENID,)),
        ("POST /cgi-bin/message/custom/send?access_token=%s&x=1", ("c" * 40,)),
        ("?openid=o-canary-7391&signature=abc", ()),
        (ValueError(canary.NAME), ()),
        ("%s", (ValueError(canary.PHONE),)),
    ],
)
def test_nothing_personal_leaves_by_a_line(form: LogFormat, message: object, args: tuple[object, ...]) -> None:
    said = line(message, *args, form=form)
    digits = said.replace(" ", "")
    for secret in (*canary.SECRETS, canary.OPENID, OPENID, "a" * 40, "b" * 40, "c" * 40):
        assert secret not in digits
    assert said.strip()


def test_of_an_exception_stand_its_kind_and_place() -> None:
    try:
        raise LookupError(f"{canary.NAME} {canary.PHONE}")
    except LookupError as error:
        said = line("delivery %s broke", 7, error=error)
    assert "delivery 7 broke: LookupError at test_of_an_exception" in said
    assert canary.NAME not in said and canary.PHONE not in said and "Traceback" not in said


def test_numbers_codes_kinds_and_our_own_words_stay() -> None:
    assert line("task %s took %d ms, %.1f", "outbox.deliver_due", 120, 0.5).endswith(
        "outbox.deliver_due took 120 ms, 0.5\n"
    )
    assert line("%s %s", Kind.CLICK, None).endswith("click None\n")
    assert "认证快到期" in line("account event %s: %s", "annual_renew", Fixed("公众号认证快到期"))
    refusal = ChannelError(45015, "超过 48 小时", permanent=True)
    assert "45015: 超过 48 小时" in line("the platform refuses: %s", refusal)
    assert line("100% of it").endswith("100% of it\n")


def test_every_process_writes_through_it() -> None:
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    root.handlers.clear()
    try:
        logs.set_up(LogFormat.TEXT)
        (only,) = root.handlers
        assert [type(one) for one in only.filters] == [logs.Redaction] and only.stream is sys.stderr  # type: ignore[attr-defined]
    finally:
        root.handlers[:] = before
