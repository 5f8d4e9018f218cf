"""企业与岗位: the list of postings, and one posting with its steps."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime, whole
from handlers.staff.guard import BUREAU, Roles, actor, page
from models import employer as employers_table
from models import posting as postings_table
from models.account import Role
from models.posting import How, PostingStatus
from models.posting_list import PAGE, PostingFilter, postings_page
from services import posting_edits, posting_notice, posting_states, posting_texts, postings, reality
from services.errors import ServiceError
from services.people import WORK as TRADES
from services.postings import Verification

SEE: Final[Roles] = BUREAU | {Role.LEADER}
FILTERED: Final = ("status", "q", "place", "ending", "employer", "trade", "urgent")
ENDING: Final = timedelta(days=14)
WAYS: Final = {how.value: posting_states.HOW[how] for how in (How.PHONE, How.LICENCE, How.VISIT)}
STATES: Final = {status.value: name for status, name in posting_states.STATES.items()}
#: The buttons of a posting: what is done, in which states it is offered.
STEPS: Final = {
    "publish": {PostingStatus.CHECKED},
    "full": {PostingStatus.OPEN},
    "withdraw": {PostingStatus.OPEN, PostingStatus.FULL, PostingStatus.DRAFT, PostingStatus.CHECKED},
    "reopen": {PostingStatus.FULL, PostingStatus.WITHDRAWN},
}


@page("/postings", roles=SEE, methods=("GET",))
def posting_list() -> ResponseReturnValue:
    """The list; the drafts to check are one of its filters."""
    given = request.args
    status = given.get("status", "")
    wanted = PostingFilter(
        status=status if status in STATES else "",
        words=given.get("q", "").strip()[:40],
        place=given.get("place", "").strip()[:20],
        employer_id=given.get("employer", None, whole),
        ending=runtime().today() + ENDING if given.get("ending") else None,
        trade=given["trade"] if given.get("trade") in TRADES else "",
        urgent=bool(given.get("urgent")),
    )
    with runtime().reading() as session:
        firm = employers_table.employer_by_id(session, wanted.employer_id) if wanted.employer_id else None
        found = postings_page(session, wanted, given.get("after", 0, whole))
    # The filters alone: any other name in an address would tell url_for what to make.
    address: dict[str, Any] = {name: given[name] for name in FILTERED if name in given}
    following = {**address, "after": found[-1].id} if len(found) == PAGE else None
    return render_template(
        "staff/postings.html",
        found=found,
        wanted=wanted,
        states=STATES,
        trades=TRADES,
        firm=firm,
        first_page=url_for("staff.posting_list", **address),
        next_page=url_for("staff.posting_list", **following) if following else None,
        is_first="after" not in given,
    )


@page("/postings/<posting_code>", roles=SEE)
def posting(posting_code: str) -> ResponseReturnValue:
    """One posting: its facts, what is missing, every dated step, and the steps that may follow."""
    with runtime().reading() as session:
        found = postings_table.posting_by_code(session, posting_code)
        text = postings_table.posting_text(session, posting_code)
        if found is None or text is None:
            raise ServiceError("postings.unknown", 404, "没有这个岗位，可能编号不对。")
        warning = reality.warning(session, found.employer_id, runtime().now())
        changes = [(one, posting_edits.words_of(one)) for one in postings_table.changes_of(session, found.id)]
    return render_template(
        "staff/posting.html",
        one=found,
        lines=posting_texts.lines(text, postings.facts_of_row(text.row)),
        warning=warning,
        missing=posting_notice.gaps(postings.stated(found)),
        changes=list(reversed(changes)),
        states=STATES,
        ways=WAYS,
        steps=[name for name, states in STEPS.items() if found.status in states],
    )


def _do(code: str, act: Callable[[], object], done: str) -> ResponseReturnValue:
    """Does one thing to a posting and goes back to its page, with what came of it or why not."""
    try:
        act()
    except ServiceError as refused:
        flash(refused.message or "没有这个岗位。", "danger")
    else:
        flash(done, "success")
    return redirect(url_for("staff.posting", posting_code=code))


@page("/postings/<posting_code>/verify", roles=BUREAU, methods=("POST",))
def verify_posting(posting_code: str) -> ResponseReturnValue:
    """Somebody made sure of it: a draft is checked, an open or expired one stands anew."""
    given, rt = request.form, runtime()
    how = given.get("how", "")
    if how not in WAYS:
        flash("请选怎么核实的。", "danger")
        return redirect(url_for("staff.posting", posting_code=posting_code))
    verification = Verification(actor().who[:64], How(how), given.get("note", "").strip()[:100])
    deadline = day_of(given.get("deadline", ""))

    def act() -> None:
        with rt.reading() as session:
            found = postings_table.posting_by_code(session, posting_code)
        if found is not None and found.status in (PostingStatus.OPEN, PostingStatus.EXPIRED):
            postings.reconfirm(rt, posting_code, verification, deadline=deadline)
        else:
            postings.check(rt, posting_code, verification)

    return _do(posting_code, act, "已记下核实的人、时间和方式。")


@page("/postings/<posting_code>/step", roles=BUREAU, methods=("POST",))
def step_posting(posting_code: str) -> ResponseReturnValue:
    """One of the buttons: publish, full, withdraw, take up again."""
    rt, who = runtime(), actor().who[:64]
    reason = request.form.get("reason", "").strip()[:100]
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "publish": (lambda: postings.publish(rt, posting_code, who), "已发布，合适的人会看到。"),
        "full": (
            lambda: postings.close(rt, posting_code, who, status=PostingStatus.FULL, reason=reason or "已招满"),
            "已改为招满。",
        ),
        "withdraw": (
            lambda: postings.close(rt, posting_code, who, reason=reason or "撤下"),
            "已撤下，报过名的人会收到通知。",
        ),
        "reopen": (lambda: postings.reopen(rt, posting_code, who, reason or "重新开放"), "已重新开放。"),
    }
    acts["calm"] = lambda: postings.set_urgent(rt, posting_code, who, urgent=False), "不再标为急招。"
    step = request.form.get("step", "")
    if step not in acts:
        flash("没有这一步，请重试。", "danger")
        return redirect(url_for("staff.posting", posting_code=posting_code))
    act, done = acts[step]
    return _do(posting_code, act, done)


@page("/postings/<posting_code>/edit", roles=BUREAU, methods=("GET", "POST"))
def edit_posting(posting_code: str) -> ResponseReturnValue:
    """The posting as its row of the template; saved, it is read again and has to be verified anew."""
    rt = runtime()
    with rt.reading() as session:
        found = postings_table.posting_by_code(session, posting_code)
        if found is None:
            raise ServiceError("postings.unknown", 404, "没有这个岗位，可能编号不对。")
        cells = posting_edits.cells(found)
    if request.method == "POST":
        told = {heading: request.form[heading] for heading in cells if heading in request.form}
        try:
            done = posting_edits.edit(rt, posting_code, told, actor().who[:64])
        except ServiceError as refused:
            flash(refused.message, "danger")
            return render_template("staff/posting_edit.html", one=found, cells=cells | told), refused.status
        words = "、".join(done.changed)
        flash(
            f"改了：{words}。" + ("请重新核实后再发布。" if done.needs_check else "") if words else "没有改动。",
            "success",
        )
        return redirect(url_for("staff.posting", posting_code=posting_code))
    return render_template("staff/posting_edit.html", one=found, cells=cells)


def day_of(text: str) -> date | None:
    """The day a date field holds; None for an empty or a wrong one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
