"""`/e/<signed>`: the employers' pages, large and plain, without an account; one link opens one thing."""

from datetime import date, datetime, time
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from services import employer_links
from services.answers import Answer
from services.employer_links import FILED, FILING, FOLLOW_UP, NEEDED, REFERRAL, RENEWAL
from services.errors import ServiceError
from services.referral_answers import REFUSALS
from services.runtime import CHINA

employer = Blueprint("employer", __name__, url_prefix="/e")

STATUSES: Final = ("在岗", "已离职", "未入职")
SCORES: Final = {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}


@employer.get("/<signed>")
def link(signed: str) -> ResponseReturnValue:
    """The page of what the link opens."""
    return _page(signed)


@employer.post("/<signed>")
def send(signed: str) -> ResponseReturnValue:
    """What the employer filled in."""
    purpose = employer_links.purpose_of(runtime(), signed)
    try:
        if purpose == FILING:
            return _file(signed)
        if purpose == FOLLOW_UP:
            _follow_up(signed)
        elif purpose == RENEWAL:
            employer_links.renew(runtime(), signed, _text("answer"))
        else:
            _referral(signed)
    except ServiceError as error:
        if error.status in (404, 410):
            raise
        return _page(signed, error.message), error.status
    return render_template("employer/done.html", office=runtime().office, again=False)


def _page(signed: str, wrong: str = "", cells: dict[str, str] | None = None) -> str:
    rt = runtime()
    purpose = employer_links.purpose_of(rt, signed)
    common = {"office": rt.office, "wrong": wrong}
    if purpose == REFERRAL:
        return render_template(
            "employer/referral.html", one=employer_links.introduced(rt, signed), refusals=REFUSALS, **common
        )
    if purpose == FOLLOW_UP:
        found = employer_links.hired(rt, signed)
        return render_template("employer/follow_up.html", one=found, statuses=STATUSES, scores=SCORES, **common)
    if purpose == RENEWAL:
        return render_template("employer/renewal.html", one=employer_links.renewing(rt, signed), **common)
    name = employer_links.files_for(rt, signed)
    return render_template("employer/posting.html", name=name, fields=FILED, needed=NEEDED, cells=cells or {}, **common)


def _referral(signed: str) -> None:
    rt, note = runtime(), _text("note")
    match _text("answer"):
        case "interview":
            at = datetime.combine(_day("day"), _time("time"), CHINA)
            employer_links.invite(rt, signed, at, _text("place"), note)
        case "hired":
            employer_links.take(rt, signed, _day("starts_on"), note)
        case "no":
            employer_links.refuse(rt, signed, _text("reason"))
        case _:
            raise ServiceError("employer.answer", 400, "请选一种答复：请来面试、录用，或者没录用。")


def _follow_up(signed: str) -> None:
    score = _text("satisfaction")
    given = Answer(
        words=_text("words")[:500],
        employment_status=_text("status"),
        satisfaction=int(score) if score in {str(number) for number in SCORES} else None,
    )
    employer_links.answer(runtime(), signed, given)


def _file(signed: str) -> ResponseReturnValue:
    cells = {heading: _text(heading) for heading in FILED}
    wrong = employer_links.file_posting(runtime(), signed, cells)
    if wrong:
        return _page(signed, "".join(wrong), cells), 400
    return render_template("employer/done.html", office=runtime().office, again=True)


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _day(name: str) -> date:
    try:
        return date.fromisoformat(_text(name))
    except ValueError:
        raise ServiceError("employer.day", 400, "日期没有填对，请照“2026-12-01”的样子填。") from None


def _time(name: str) -> time:
    try:
        return time.fromisoformat(_text(name))
    except ValueError:
        raise ServiceError("employer.time", 400, "钟点没有填对，请照“14:00”的样子填。") from None
