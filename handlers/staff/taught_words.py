"""设置, the words the bot does not know: teach what people really say, try a sentence, take a word back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from handlers.current import runtime
from handlers.staff.forms import number, word
from handlers.staff.guard import OFFICE, actor, page
from services import settings, tried_words, unread_words
from services import taught_words as taught
from services.errors import ServiceError


@page("/settings/words", roles=OFFICE, methods=("GET", "POST"))
def words() -> ResponseReturnValue:
    """What was taught, what waits to be taught; the form teaches one word."""
    if request.method == "POST":
        name, target = request.form.get("name", ""), request.form.get("target", "")
        try:
            new = taught.teach(runtime(), name, target, actor().who)
            flash(f"教会了：“{new.name}”就是{taught.meaning(new)}。下一条消息就认得。", "success")
            return redirect(url_for("staff.words"))
        except ServiceError as error:
            flash(error.message, "danger")
            return _shown(name=name, target=target), error.status
    return _shown()


@page("/settings/words/try", roles=OFFICE, methods=("POST",))
def try_words() -> str:
    """What the bot makes of a sentence now; the sentence is kept nowhere."""
    sentence = request.form.get("sentence", "").strip()
    return _shown(sentence=sentence, heard=tried_words.heard(runtime(), sentence))


@page("/settings/words/remove", roles=OFFICE, methods=("POST",))
def remove_word() -> Response:
    """Forgets a taught word."""
    name = word("name")
    taught.remove(runtime(), name, actor().who)
    flash(f"去掉了“{name}”。", "success")
    return redirect(url_for("staff.words"))


@page("/settings/words/aside", roles=OFFICE, methods=("POST",))
def set_word_aside() -> Response:
    """Asks about an unread word no more."""
    taught.set_aside(runtime(), word("name"), actor().who)
    return redirect(url_for("staff.words"))


@page("/settings/words/undo", roles=OFFICE, methods=("POST",))
def undo_words() -> Response:
    """Takes the latest change of the words back."""
    taught.take_back(runtime(), number("change"), actor().who)
    flash("已撤销，恢复成上一次的。记录里留着这一条。", "success")
    return redirect(url_for("staff.words"))


def _shown(
    *, name: str = "", target: str = "", sentence: str = "", heard: tuple[tuple[str, str], ...] | None = None
) -> str:
    rt = runtime()
    return render_template(
        "staff/words.html",
        listed=taught.listed(rt),
        unread=unread_words.listed(rt),
        least=unread_words.LEAST_PEOPLE,
        targets=taught.targets(),
        given={"name": name, "target": target, "sentence": sentence},
        heard=heard,
        changes=settings.history(rt, taught.NAME),
    )
