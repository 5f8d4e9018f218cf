"""What holds for every message whatever is in it."""

import json
import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.commands.understand import explanation, visible
from bot.nlu.understanding import understand
from tests.unit.nlu.score import MESSAGES

DAY = date(2026, 11, 20)
ASKED = st.sampled_from([None, *sorted({message["asked"] for message in MESSAGES if "asked" in message})])
TEXTS = st.sampled_from([message["text"] for message in MESSAGES])
PIECES = st.lists(st.one_of(TEXTS, st.text(max_size=6), st.sampled_from("，。、？ 不没别是的")), max_size=6).map(
    "".join
)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), ASKED)
def test_any_text_is_understood_without_error(text, asked):
    heard = understand(text, asked, DAY)
    assert json.dumps(visible(heard.slots).to_json() | explanation(heard), ensure_ascii=False)


@settings(max_examples=150, deadline=None)
@given(PIECES, ASKED)
def test_pieces_of_messages_are_understood_the_same_twice(text, asked):
    assert understand(text, asked, DAY) == understand(text, asked, DAY)


# Twelve digits that begin with 0 are a landline with its area code: the answer where a phone was asked for.
DIGITS = st.text("0123456789", min_size=12, max_size=22).filter(lambda digits: not re.fullmatch(r"0\d{11}", digits))
PHONES = st.from_regex(r"1[3-9][0-9]{9}|0[1-9][0-9]{10}", fullmatch=True)
SEPARATORS = st.sampled_from(["", " ", "-"])


@settings(max_examples=150, deadline=None)
@given(TEXTS, DIGITS, SEPARATORS, ASKED)
def test_a_long_number_is_nowhere_in_the_answer(text, digits, separator, asked):
    heard = understand(f"{text} {separator.join(digits)}", asked, DAY)
    said = json.dumps(heard.slots.to_json() | explanation(heard), ensure_ascii=False)
    assert digits not in re.sub(r"[\s-]", "", said)
    assert digits not in re.sub(r"\D", "", repr(heard))


@settings(max_examples=100, deadline=None)
@given(PHONES)
def test_a_phone_stands_in_its_slot_only(digits):
    heard = understand(f"我电话{digits}", "phone", DAY)
    assert heard.slots.phone == digits
    assert digits not in json.dumps(heard.slots.without("phone").to_json() | explanation(heard), ensure_ascii=False)
