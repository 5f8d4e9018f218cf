"""设置, what the bot says: every text as a veteran reads it; the bureau may write its own, and go back to ours."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from handlers.current import runtime
from handlers.staff.forms import number
from handlers.staff.guard import OFFICE, actor, page
from services import rendering, settings, text_edits
from services import texts as said
from services.errors import ServiceError


@page("/settings/texts", roles=OFFICE)
def texts() -> str:
    """Every text, under what it is about."""
    return render_template(
        "staff/texts.html", found=text_edits.listed(runtime()), changes=settings.history(runtime(), said.NAME)
    )


@page("/settings/texts/<text_folder>/<text_name>", roles=OFFICE, methods=("GET", "POST"))
def text(text_folder: str, text_name: str) -> ResponseReturnValue:
    """One text; the buttons look, keep, or go back to ours."""
    rt, key = runtime(), f"{text_folder}/{text_name}"
    now = text_edits.find(rt, key)
    written, preview, status = now.source, now.said, 200
    if request.method == "POST":
        written = request.form.get("source", "")
        try:
            match request.form.get("do"):
                case "keep":
                    text_edits.keep(rt, key, written, actor().who)
                    flash("改好了，下一条消息就这样说。", "success")
                    return redirect(url_for("staff.text", text_folder=text_folder, text_name=text_name))
                case "back":
                    text_edits.put_back(rt, key, actor().who)
                    flash("用回原来的了。", "success")
                    return redirect(url_for("staff.text", text_folder=text_folder, text_name=text_name))
                case _:
                    preview = text_edits.preview(rt, key, written)
        except ServiceError as error:
            flash(error.message, "danger")
            status = error.status
    return (
        render_template(
            "staff/text.html",
            now=now,
            written=written,
            preview=preview,
            ours=rendering.source(key),
            blanks=text_edits.blanks(key),
            is_locked=text_folder in text_edits.LOCKED,
            longest=text_edits.LONGEST,
        ),
        status,
    )


@page("/settings/texts/undo", roles=OFFICE, methods=("POST",))
def undo_texts() -> Response:
    """Takes the latest change of the texts back."""
    text_edits.take_back(runtime(), number("change"), actor().who)
    flash("已撤销，恢复成上一次的。记录里留着这一条。", "success")
    return redirect(url_for("staff.texts"))
