"""台账: the list of people, one person's page, the contact of a minute, the card to print, what does not agree."""

import base64
import hashlib
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from handlers.current import runtime, whole
from handlers.staff.forms import StaffForm, number, text
from handlers.staff.guard import PEOPLE, READERS, actor, page
from services import cards, conflicts, contacts, history, stations
from services import people as people_service
from services.contacts import MOST_NOTE, OCCASIONS, Contact
from services.groups import NAMES
from services.people import Filters

BOTH: Final = ("GET", "POST")
FILTERED: Final = ("station", "group", "freshness", "willingness", "work")
#: So many kinds of work stand in the form at once; the others are one tap away.
COMMON_WORK: Final = 12
FRESHNESS: Final = {"fresh": "一个月内核实过", "ageing": "一个季度内核实过", "stale": "超过一个季度没核实"}


class ContactForm(StaffForm):
    """What a clerk writes down after a visit or a call."""

    occasion = RadioField("怎么联系的", [InputRequired()], choices=dict(OCCASIONS), default="phone")
    willingness = SelectField("现在的就业状况", [Optional()])
    work = SelectMultipleField("想做什么（可以选几样）", [Optional()])
    note = TextAreaField(
        "备注", [Length(max=MOST_NOTE)], description="不要写身份证号和银行卡号。", render_kw={"rows": 3}
    )


@page("/people", roles=READERS, names=True)
def people() -> ResponseReturnValue:
    """The list, filtered by its address; names are searched with `search_people`, never in an address."""
    filters = _filters()
    found = people_service.page(runtime(), actor(), filters, request.args.get("after", 0, whole))
    return _list(found, filters, is_first="after" not in request.args)


@page("/people/search", roles=READERS, names=True, methods=("POST",))
def search_people() -> ResponseReturnValue:
    """Who bears that name or number."""
    words = request.form.get("q", "").strip()
    if not words:
        return redirect(url_for("staff.people"))
    return _list(people_service.search(runtime(), actor(), words), Filters(), words=words)


def _filters() -> Filters:
    given = request.args
    return Filters(
        given.get("station", None, whole),
        _known(given.get("group", ""), {group.value for group in NAMES}),
        _known(given.get("freshness", ""), FRESHNESS),
        _known(given.get("willingness", ""), people_service.WILLINGNESS),
        _known(given.get("work", ""), people_service.WORK),
    )


def _known(value: str, words: object) -> str:
    return value if value in words else ""  # type: ignore[operator]  # any container of words


def _list(
    found: people_service.Listing, filters: Filters, *, words: str = "", is_first: bool = True
) -> ResponseReturnValue:
    # The filters alone: any other name in an address would tell url_for what to make.
    address: dict[str, Any] = {name: request.args[name] for name in FILTERED if name in request.args}
    following = url_for("staff.people", **address, after=found.after) if found.after else None
    return render_template(
        "staff/people.html",
        found=found,
        filters=filters,
        words=words,
        first_page=url_for("staff.people", **address),
        next_page=following,
        is_first=is_first,
        stations=stations.within(runtime(), actor().scope),
        groups={group.value: name for group, name in NAMES.items()},
        freshness=FRESHNESS,
        willingness=[(word, word) for word in people_service.WILLINGNESS],
        work=[(word, word) for word in people_service.WORK],
    )


@page("/people/<int:veteran_id>", roles=READERS)
def person(veteran_id: int) -> ResponseReturnValue:
    """One person: the card, phone and number covered, and everything dated."""
    return _person(veteran_id, reveal=False)


@page("/people/<int:veteran_id>/reveal", roles=PEOPLE, methods=("POST",))
def reveal_person(veteran_id: int) -> ResponseReturnValue:
    """The same with phone and number open: asked for on purpose, and on the record."""
    return _person(veteran_id, reveal=True)


def _person(veteran_id: int, *, reveal: bool) -> ResponseReturnValue:
    card = cards.card(runtime(), veteran_id, actor().who, reveal=reveal)
    entries = history.history(runtime(), veteran_id, reveal=reveal)
    return render_template("staff/person.html", card=card, entries=entries)


@page("/people/<int:veteran_id>/contact", roles=PEOPLE, methods=BOTH)
def contact_person(veteran_id: int) -> ResponseReturnValue:
    """A contact written down: at a doorstep, on a phone, in a minute."""
    card = people_service.brief(runtime(), actor(), veteran_id)
    form = ContactForm(data={"work": list(card.work), "willingness": card.willingness})
    form.willingness.choices = {"": "没有问到"} | {word: word for word in people_service.WILLINGNESS}
    form.work.choices = {word: word for word in people_service.WORK}
    if form.validate_on_submit():
        said = Contact(form.occasion.data, text(form.note), form.willingness.data or "", tuple(form.work.data or ()))
        changed = contacts.record(runtime(), actor(), veteran_id, said)
        flash("记好了，意愿也改了。" if changed else "记好了。", "success")
        return redirect(url_for("staff.person", veteran_id=veteran_id))
    return render_template(
        "staff/contact.html",
        form=form,
        card=card,
        veteran_id=veteran_id,
        work=people_service.WORK,
        common=COMMON_WORK,
    )


@page("/people/<int:veteran_id>/undo", roles=PEOPLE, methods=("POST",))
def undo_contact(veteran_id: int) -> ResponseReturnValue:
    """Takes a contact back; the trace stays."""
    contacts.undo(runtime(), actor(), veteran_id, number("moment"))
    flash("已撤销，改过的也恢复了。记录里留着这一条。", "success")
    return redirect(url_for("staff.person", veteran_id=veteran_id))


@page("/people/<int:veteran_id>/card", roles=PEOPLE, methods=BOTH)
def print_card(veteran_id: int) -> ResponseReturnValue:
    """The card on one A4 page: covered, or (asked for with the button) with everything on it."""
    made = cards.card(runtime(), veteran_id, actor().who, reveal=request.method == "POST")
    html = cards.to_html(made)
    # The page is a file of its own with its style inside; this very style and nothing else is let through.
    style = html.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    return Response(html, headers={"Content-Security-Policy": policy})


@page("/conflicts", roles=PEOPLE, names=True, methods=BOTH)
def conflict_list() -> ResponseReturnValue:
    """What sheets said otherwise than the ledger, and the two buttons beside each."""
    if request.method == "POST":
        take = request.form.get("decision") == "take"
        conflicts.settle(runtime(), actor(), number("conflict"), take=take)
        flash("已采用表格里的。" if take else "台账不变，已记下。", "success")
        return redirect(url_for("staff.conflict_list"))
    found, count = conflicts.waiting(runtime(), actor())
    return render_template("staff/conflicts.html", found=found, count=count)
