"""Signatures and seals against known answers; answers read as strictly as the platform reads them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from sandbox.crypto import Sealer, SealError, is_signed, signature
from sandbox.wire import BadAnswer, Reader, parse, push, write
from tests.functional.sandbox.product import AES_KEY, APP_ID, TOKEN, text_reply

SEALED = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
MESSAGE = {"FromUserName": "o1", "ToUserName": "gh_1"}


def test_signature_known_answer() -> None:
    assert signature("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert not is_signed("f464b24f", "AAAAA", "1714036504", "1514711492")


def test_seal_known_answer() -> None:
    sealer = Sealer("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6")
    assert sealer.seal("我是中文abcd123", b"aaaabbbbccccdddd") == SEALED
    assert sealer.open(SEALED) == "我是中文abcd123"


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_seal_opens_again_for_every_length_of_padding(text: str) -> None:
    sealer = Sealer(AES_KEY, APP_ID)
    assert sealer.open(sealer.seal(text)) == text


@pytest.mark.parametrize("broken", ["", "*", "AAAA", SEALED[:-8], SEALED])
def test_foreign_or_broken_seals_are_refused(broken: str) -> None:
    with pytest.raises(SealError):
        Sealer(AES_KEY, APP_ID).open(broken)


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_every_text_survives_the_xml(text: str) -> None:
    assert parse(write({"Content": text}))["Content"].text == text.replace("\r", "\n")


def test_cdata_end_cannot_inject_elements() -> None:
    raw = write({"Content": "]]><MsgType>event</MsgType><![CDATA["})
    assert set(parse(raw)) == {"Content"}


def test_compatible_mode_carries_both_and_secure_only_the_seal() -> None:
    fields = {**MESSAGE, "CreateTime": 1, "MsgType": "text", "Content": "你好"}
    sealer = Sealer(AES_KEY, APP_ID)
    both = push(fields, "compatible", TOKEN, sealer, (1, "n"))
    assert {"Content", "Encrypt"} <= set(parse(both.body))
    assert set(parse(push(fields, "secure", TOKEN, sealer, (1, "n")).body)) == {"ToUserName", "Encrypt"}
    assert "msg_signature" not in push(fields, "plain", TOKEN, None, (1, "n")).query


def reader(mode: str = "plain") -> Reader:
    return Reader(mode, TOKEN, Sealer(AES_KEY, APP_ID), "gh_1")  # type: ignore[arg-type]  # a mode from a table


@pytest.mark.parametrize("body", [b"", b"success", b"  success\n"])
def test_nothing_is_shown_for_success(body: bytes) -> None:
    assert reader().read(body, "o1", to_event=False)[0] is None


def test_a_sealed_answer_of_wechatpy_is_read() -> None:
    sealed = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(text_reply(MESSAGE, "你好\n1. 甲"), "n", "1")
    reply, clear = reader("secure").read(sealed.encode(), "o1", to_event=False)
    assert reply is not None and reply.text == "你好\n1. 甲"
    assert "你好" in clear


def news(count: int) -> str:
    item = "<item><Title>题</Title><Description>话</Description><PicUrl></PicUrl><Url>https://x.invalid</Url></item>"
    return (
        "<xml><ToUserName>o1</ToUserName><FromUserName>gh_1</FromUserName><CreateTime>1</CreateTime>"
        f"<MsgType>news</MsgType><ArticleCount>{count}</ArticleCount><Articles>{item * count}</Articles></xml>"
    )


def test_one_article_for_a_message_eight_for_an_event() -> None:
    assert reader().read(news(8).encode(), "o1", to_event=True)[0] is not None
    reply, _ = reader().read(news(1).encode(), "o1", to_event=False)
    assert reply is not None and reply.items[0]["title"] == "题"
    for count, to_event in ((2, False), (9, True), (0, True)):
        with pytest.raises(BadAnswer):
            reader().read(news(count).encode(), "o1", to_event=to_event)


GOOD = text_reply(MESSAGE, "好")


@pytest.mark.parametrize(
    "body",
    [
        '{"errcode":0}',
        "ok",
        "<xml>",
        "<a></a>",
        "<xml></xml>",
        GOOD.replace("gh_1", "gh_2"),
        GOOD.replace("o1", "o2"),
        GOOD.replace("<CreateTime>", "<CreateTime>x"),
        GOOD.replace("[text]", "[txet]"),
        GOOD.replace("[好]", "[]"),
        GOOD.replace("好", "好" * 683),
        GOOD.replace("</Content>", "</Content><Content>二</Content>"),
        GOOD.replace("<xml>", '<!DOCTYPE x [<!ENTITY a "b">]><xml>'),
        GOOD.replace("好", "\x0b"),
        GOOD.replace("[text]", "[image]"),
    ],
)
def test_wrong_answers_are_refused(body: str) -> None:
    with pytest.raises(BadAnswer):
        reader().read(body.encode(), "o1", to_event=False)


def test_modes_are_kept_apart() -> None:
    sealed = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(GOOD, "n", "1")
    for mode, body in (
        ("secure", GOOD),
        ("plain", sealed),
        ("secure", sealed.replace("<Nonce><![CDATA[n", "<Nonce><![CDATA[m")),
    ):
        with pytest.raises(BadAnswer):
            reader(mode).read(body.encode(), "o1", to_event=False)
    assert reader("compatible").read(GOOD.encode(), "o1", to_event=False)[0] is not None
    assert reader("compatible").read(sealed.encode(), "o1", to_event=False)[0] is not None
    with pytest.raises(BadAnswer):
        reader().read(b"\xff\xfe", "o1", to_event=False)
