"""会话: the inbox, one talk, the answer, the note for colleagues, taking over and giving back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.guard import PEOPLE, actor, page
from services import contacts
from services import talks as talks_service
from services.contacts import Contact


@page("/talks", roles=PEOPLE, names=True)
def talks() -> ResponseReturnValue:
    """Who waits for a person, the longest first."""
    return render_template("staff/talks.html", found=talks_service.waiting(runtime(), actor()))


@page("/talks/<int:veteran_id>", roles=PEOPLE)
def talk(veteran_id: int) -> ResponseReturnValue:
    """One talk; `?reply=` puts a canned answer into the box."""
    found = talks_service.talk(runtime(), actor(), veteran_id)
    begun = next((text for key, _, text in found.canned if key == request.args.get("reply")), "")
    return render_template("staff/talk.html", talk=found, begun=begun, most=talks_service.MOST)


@page("/talks/<int:veteran_id>/answer", roles=PEOPLE, methods=("POST",))
def answer_talk(veteran_id: int) -> ResponseReturnValue:
    """Sends an answer, or keeps a note for colleagues: the button says which."""
    words = request.form.get("words", "").strip()
    if request.form.get("as") == "note":
        contacts.record(runtime(), actor(), veteran_id, Contact("note", words))
        flash("备注记在台账里了，对方看不到。", "success")
    else:
        talks_service.answer(runtime(), actor(), veteran_id, words)
        flash("已交给微信发出，送到没有看下面。机器人先不说话。", "success")
    return redirect(url_for("staff.talk", veteran_id=veteran_id))


@page("/talks/<int:veteran_id>/take", roles=PEOPLE, methods=("POST",))
def take_talk(veteran_id: int) -> ResponseReturnValue:
    """The bot is silent."""
    talks_service.take(runtime(), actor(), veteran_id)
    return redirect(url_for("staff.talk", veteran_id=veteran_id))


@page("/talks/<int:veteran_id>/give-back", roles=PEOPLE, methods=("POST",))
def give_back_talk(veteran_id: int) -> ResponseReturnValue:
    """The bot speaks again."""
    talks_service.give_back(runtime(), actor(), veteran_id)
    flash("交还给机器人了，也告诉了对方。", "success")
    return redirect(url_for("staff.talks"))
