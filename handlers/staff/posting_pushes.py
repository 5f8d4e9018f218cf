"""What goes out about a posting: to people it suits when it is wanted at once, to its employer before it runs out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.guard import BUREAU, actor, page
from handlers.staff.plans import planned
from models import posting as postings_table
from services import employer_links, postings, urgent
from services.errors import ServiceError


@page("/postings/calls", roles=BUREAU)
def posting_calls() -> ResponseReturnValue:
    """The employers to be asked whether a posting that runs out still stands: whom to call, and the answers."""
    return _calls("", "")


@page("/postings/<posting_code>/renewal-link", roles=BUREAU, methods=("POST",))
def renewal_link(posting_code: str) -> ResponseReturnValue:
    """The address by which the employer answers without a call; shown to be copied."""
    signed = employer_links.renewal_address(runtime(), posting_code, actor().who[:64])
    return _calls(posting_code, f"{runtime().public_url}/e/{signed}")


def _calls(code: str, address: str) -> str:
    rt = runtime()
    found = postings.confirm_due(rt)
    return render_template("staff/posting_calls.html", found=found, office=rt.office, linked=code, address=address)


@page("/postings/<posting_code>/urgent", roles=BUREAU, methods=("GET", "POST"))
def urgent_posting(posting_code: str) -> ResponseReturnValue:
    """Who would be told of a posting that is wanted at once, and how; confirmed, it is marked and they are told."""
    rt = runtime()
    with rt.reading() as session:
        found = postings_table.posting_by_code(session, posting_code)
    if found is None:
        raise ServiceError("postings.unknown", 404, "没有这个岗位，可能编号不对。")
    if request.method == "GET":
        plan = urgent.plan(rt, actor(), posting_code)
        return render_template("staff/posting_urgent.html", one=found, **planned(plan))
    try:
        postings.set_urgent(rt, posting_code, actor().who[:64], urgent=True)
        flash(f"已标为急招，排上了 {urgent.push(rt, actor(), posting_code)} 位合适的人，马上通知。", "success")
    except ServiceError as refused:
        flash(refused.message, "danger")
    return redirect(url_for("staff.posting", posting_code=posting_code))
