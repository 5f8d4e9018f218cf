"""Known answers of the platform's signature and envelope, and the padding and length rules around them."""

import base64
import re

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from channels.wechat_callback import fit
from channels.wechat_crypto import Envelope, EnvelopeError, ForeignAppId, is_signed, sign
from channels.wechat_xml import clean_text, write
from tests.functional.webhook.pushes import decrypt, elements, encrypt

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP = "wxb11529c136998cb6"
SEALED = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="


def test_known_signature_of_the_address_check() -> None:
    known = "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert sign("AAAAA", "1714036504", "1514711492") == known
    assert is_signed(known, "AAAAA", "1714036504", "1514711492")
    assert not is_signed(known.upper(), "AAAAA", "1714036504", "1514711492")
    assert not is_signed("", "AAAAA", "1714036504", "1514711492")


def test_known_envelope_opens_with_a_key_strict_decoders_refuse() -> None:
    raw = base64.b64decode(KEY + "=")
    assert base64.b64encode(raw).decode() != KEY + "=", "the last character has stray low bits"
    assert Envelope(KEY, APP).open(SEALED).decode() == "我是中文abcd123"


def test_known_envelope_is_what_the_test_platform_makes() -> None:
    assert encrypt("我是中文abcd123", APP, KEY, random=b"aaaabbbbccccdddd") == SEALED


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_what_is_sealed_opens_on_the_other_side_and_back(text: str) -> None:
    sealed = Envelope(KEY, APP).seal(text)
    assert decrypt(sealed, KEY) == (text, APP)
    assert Envelope(KEY, APP).open(encrypt(text, APP, KEY)).decode() == text


@pytest.mark.parametrize("length", range(1, 70))
def test_every_padding_from_1_to_32_is_taken(length: int) -> None:
    assert Envelope(KEY, APP).open(encrypt("x" * length, APP, KEY)) == b"x" * length


BODY = 16 + 4 + 3 + len(APP)


@pytest.mark.parametrize(
    "pad",
    [
        bytes(64 - BODY),
        b"\x40" * (64 - BODY),
        b"\x21" * (64 - BODY),
        b"\x00" * (63 - BODY) + bytes([64 - BODY]),
        b"\xff" * (64 - BODY),
    ],
)
def test_a_wrong_padding_is_refused(pad: bytes) -> None:
    with pytest.raises(EnvelopeError):
        Envelope(KEY, APP).open(encrypt("abc", APP, KEY, pad=pad))


@pytest.mark.parametrize("body", [b"", b"r" * 16, b"r" * 16 + b"\x00\x00", b"r" * 16 + b"\x00\x00\xff\xff" + b"abc"])
def test_a_length_beyond_the_end_is_no_foreign_account(body: bytes) -> None:
    secret = base64.b64decode(KEY + "=")
    plain = body + bytes([32 - len(body) % 32]) * (32 - len(body) % 32)
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    sealed = base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
    with pytest.raises(EnvelopeError) as caught:
        Envelope(KEY, APP).open(sealed)
    assert not isinstance(caught.value, ForeignAppId)


def test_a_foreign_app_id_is_refused_and_named() -> None:
    for foreign in ("", "wx", APP + "1", APP[:-1], "微信"):
        with pytest.raises(ForeignAppId):
            Envelope(KEY, APP).open(encrypt("abc", foreign, KEY))


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    for sealed in (base64.b64encode(data).decode(), data.decode("latin-1")):
        with pytest.raises(EnvelopeError):
            Envelope(KEY, APP).open(sealed)


def test_two_envelopes_of_one_text_differ() -> None:
    assert Envelope(KEY, APP).seal("好") != Envelope(KEY, APP).seal("好")


@given(st.text(alphabet=st.characters(), max_size=60) | st.text(alphabet="]>[<!CDATA&\x00\x0b\ud800", max_size=40))
def test_the_writer_lets_no_text_out_of_its_element(text: str) -> None:
    allowed = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
    document = write({"Content": text, "Count": 3})
    read = elements(document.encode())
    assert read["Count"] == "3"
    assert read["Content"] == allowed.replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(max_size=100))
def test_clean_text_is_clean_and_stays_so(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean and len(clean) <= len(text)
    assert all(char.isprintable() or char.isspace() or ord(char) > 0xFF for char in clean)


@given(st.text(alphabet="a好👍", max_size=900))
def test_fit_keeps_whole_characters_within_the_limit(text: str) -> None:
    cut = fit(text)
    assert len(cut.encode()) <= 2048 and (cut == text or text.startswith(cut[:-1]))
