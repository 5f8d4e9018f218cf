"""Numbers in Chinese words and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.numerals import in_words, value, whole


@given(st.integers(0, 99_999_999))
def test_a_number_in_words_reads_as_itself(number):
    assert value(in_words(number)) == number


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_bare_last_digit_counts_the_next_lower_unit(thousands, hundreds):
    assert whole(in_words(thousands * 1000) + in_words(hundreds)) == thousands * 1000 + hundreds * 100
    assert whole(in_words(thousands * 10_000) + in_words(hundreds)) == thousands * 10_000 + hundreds * 1000


@given(st.integers(1, 99_999))
def test_arabic_figures_read_as_themselves(number):
    assert whole(str(number)) == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("4.5k", 4500),
        ("1.2万", 12000),
        ("8千5", 8500),
        ("卅五", 35),
        ("二零一八", 2018),
        ("两百八", 280),
        ("一万零五百", 10500),
    ],
)
def test_ways_of_writing(words, number):
    assert value(words) == number


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_none(words):
    assert value(words) is None or value(words) >= 0
