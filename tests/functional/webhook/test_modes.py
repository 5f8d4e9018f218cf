"""The three message modes through a real app: check, push, answer; and everything that must be refused."""

import re
from io import BytesIO

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.functional.webhook.conftest import Connect, Line
from tests.functional.webhook.pushes import (
    ACCOUNT,
    AES_KEY,
    APP_ID,
    TOKEN,
    VETERAN,
    Platform,
    Push,
    encrypt,
    event,
    head,
    signature,
    text_message,
    without_element,
    xml,
)

MODES = ["plain", "compatible", "secure"]
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><ToUserName>x</ToUserName><Content>&c;</Content></xml>'
)
OUTSIDE = '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>'


def assert_refused(response, status: int) -> None:
    assert response.status_code == status, response.text
    assert response.mimetype == "text/plain"
    assert re.search("[一-鿿]", response.text)
    assert "Traceback" not in response.text and "Error" not in response.text


@pytest.mark.parametrize("mode", MODES)
def test_the_address_check_echoes_verbatim(connect: Connect, mode: str) -> None:
    client = connect(mode).client
    response = client.get("/wechat", query_string=Platform(mode).query() | {"echostr": "5837397911829390001"})
    assert (response.status_code, response.data, response.mimetype) == (200, b"5837397911829390001", "text/plain")


@pytest.mark.parametrize(
    "change", [{"signature": "0" * 40}, {"nonce": "other"}, {"timestamp": ""}, {"signature": "签"}]
)
def test_a_forged_address_check_is_refused(line: Line, change: dict[str, str]) -> None:
    assert_refused(line.client.get("/wechat", query_string=line.platform.query() | {"echostr": "1"} | change), 403)


@pytest.mark.parametrize("empty", ["timestamp", "nonce"])
def test_a_signature_over_nothing_is_refused(connect: Connect, empty: str) -> None:
    parts = {"timestamp": "1795000001", "nonce": "n"} | {empty: ""}
    query = parts | {"signature": signature(TOKEN, *parts.values())}
    line = connect("plain")
    assert_refused(line.client.get("/wechat", query_string=query | {"echostr": "1"}), 403)
    assert_refused(line.deliver(Push(query, text_message("你好").encode())), 403)


def test_an_echo_is_never_markup_of_ours(line: Line) -> None:
    response = line.client.get("/wechat", query_string=line.platform.query() | {"echostr": "<script>"})
    assert response.mimetype == "text/plain" and response.headers["X-Content-Type-Options"] == "nosniff"
    assert_refused(line.client.get("/wechat", query_string=line.platform.query() | {"echostr": "a" * 500}), 400)
    assert_refused(line.client.get("/wechat", query_string=line.platform.query()), 400)


@pytest.mark.parametrize("mode", MODES)
def test_a_text_is_heard_and_answered_in_the_mode_it_came(connect: Connect, mode: str) -> None:
    line = connect(mode)
    response = line.send(text_message("我想找个开车的活"))
    assert response.status_code == 200 and response.mimetype == "text/xml"
    assert (b"Encrypt" in response.data) == (mode != "plain")
    answer = line.platform.answer(response.data)
    assert answer["Content"] == "听到：我想找个开车的活"
    assert (answer["ToUserName"], answer["FromUserName"], answer["MsgType"]) == (VETERAN, ACCOUNT, "text")
    assert answer["CreateTime"].isdigit()


def test_compatible_mode_also_takes_a_plain_push_and_answers_plain(connect: Connect) -> None:
    line = connect("compatible")
    response = line.deliver(Platform("plain").push(text_message("你好")))
    assert line.platform.answer(response.data)["Content"] == "听到：你好" and b"Encrypt" not in response.data


def test_compatible_mode_refuses_plain_fields_that_differ_from_the_sealed_ones(connect: Connect) -> None:
    line = connect("compatible")
    push = line.platform.push(text_message("真的"))
    assert_refused(line.deliver(Push(push.query, push.body.replace("真的".encode(), "假的".encode()))), 403)
    assert line.ear.heard == []


def test_compatible_mode_refuses_a_claimed_envelope_that_is_missing(connect: Connect) -> None:
    line = connect("compatible")
    push = line.platform.push(text_message("你好"))
    assert_refused(line.deliver(Push(push.query, text_message("别的").encode())), 403)


def test_plain_mode_says_when_the_account_sends_envelopes(connect: Connect) -> None:
    assert_refused(connect("plain").deliver(Platform("secure").push(text_message("你好"))), 400)


@pytest.mark.parametrize(
    ("mode", "name"), [("plain", "signature"), ("compatible", "msg_signature"), ("secure", "msg_signature")]
)
def test_forged(connect: Connect, mode: str, name: str) -> None:
    line = connect(mode)
    push = line.platform.push(text_message("你好"))
    assert_refused(line.deliver(Push(push.query | {name: "f" * 40}, push.body)), 403)
    assert_refused(line.deliver(Push({}, push.body)), 403)
    assert line.ear.heard == []


@pytest.mark.parametrize("mode", ["compatible", "secure"])
def test_replayed_with_another_body(connect: Connect, mode: str) -> None:
    line = connect(mode)
    first, second = line.platform.push(text_message("你好")), line.platform.push(text_message("转账", 2), nonce="n2")
    assert line.deliver(first).status_code == 200
    assert_refused(line.deliver(Push(first.query, second.body)), 403)
    assert len(line.ear.heard) == 1


def test_secure_mode_never_takes_a_plain_body_however_well_signed(line: Line) -> None:
    assert_refused(line.deliver(Platform("plain").push(text_message("你好"))), 403)


def test_wrong_appid(line: Line) -> None:
    assert_refused(line.deliver(Platform(app_id="wxsomebodyelse").push(text_message("你好"))), 403)


@pytest.mark.parametrize("mode", MODES)
def test_oversized(connect: Connect, mode: str) -> None:
    line = connect(mode)
    assert_refused(line.send(text_message("长" * 600_000)), 413)
    push = line.platform.push(text_message("你好"))
    unmeasured = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    endless = BytesIO(b"<" * 9_000_000)
    response = line.client.post("/wechat", query_string=push.query, input_stream=endless, environ_overrides=unmeasured)
    assert_refused(response, 413)
    assert endless.tell() < 2_000_000, "what is too much is not read"


MALFORMED = {
    "empty": "",
    "not xml": "hello",
    "json": '{"MsgType": "text"}',
    "wrong root": text_message("x").replace("xml>", "msg>"),
    "nothing inside": "<xml/>",
    "text inside": "<xml>hello</xml>",
    "cut": text_message("x")[:-9],
    "entity bomb": BOMB,
    "external entity": OUTSIDE,
    "doctype without entities": "<!DOCTYPE xml>" + text_message("x"),
    "comment first": "<!-- x -->" + text_message("x"),
    "undefined entity": text_message("x").replace("<![CDATA[x]]>", "&nope;"),
    "null reference": text_message("x").replace("<![CDATA[x]]>", "&#0;"),
    "two roots": text_message("x") * 2,
    "no type": without_element(text_message("x"), "MsgType"),
    "empty type": text_message("x").replace("<![CDATA[text]]>", ""),
    "type with children": text_message("x").replace("<![CDATA[text]]>", "<a>1</a>"),
    "no sender": without_element(text_message("x"), "FromUserName"),
    "no account": without_element(text_message("x"), "ToUserName"),
    "sender with spaces": text_message("x", sender="a b"),
    "endless sender": text_message("x", sender="o" * 300),
    "duplicate sender": text_message("x").replace("</xml>", "<FromUserName>other</FromUserName></xml>"),
    "duplicate content": text_message("x").replace("</xml>", "<Content>other</Content></xml>"),
    "id of letters": text_message("x").replace("<MsgId>1<", "<MsgId>one<"),
    "negative id": text_message("x", -1),
    "endless id": text_message("x", 10**30),
    "time of letters": text_message("x").replace("1795000000", "noon"),
    "neither id nor time": without_element(without_element(text_message("x"), "MsgId"), "CreateTime"),
    "event without a name": xml(**head(), MsgType="event"),
    "a thousand levels": xml(**head(), MsgType="text", MsgId=1, A=("<a>" * 1000 + "</a>" * 1000,)),
}


@pytest.mark.parametrize("mode", ["plain", "secure"])
@pytest.mark.parametrize("document", MALFORMED.values(), ids=MALFORMED)
def test_malformed(connect: Connect, mode: str, document: str) -> None:
    line = connect(mode)
    assert_refused(line.send(document), 400)
    assert line.ear.heard == []


OUTER = ["", "<xml/>", "<xml>", BOMB, "<xml><Encrypt/></xml>", "<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>"]


@pytest.mark.parametrize("body", OUTER)
def test_malformed_envelopes(line: Line, body: str) -> None:
    response = line.deliver(Push(line.platform.push("").query, body.encode()))
    assert_refused(response, response.status_code)
    assert response.status_code in (400, 403)


@pytest.mark.parametrize(
    "sealed",
    [
        "!!!!",
        "YWJj",
        "YQ",
        "密",
        encrypt("x", pad=b""[:0] + bytes(32 - (16 + 4 + 1 + len(APP_ID)) % 32)),
        encrypt(text_message("x"), key="0" * 43),
        encrypt(b"\xff\xfe" * 40),
    ],
    # Envelopes are new each time: named by number, so that parallel runs collect the same tests.
    ids=range(7),
)
def test_signed_envelopes_that_do_not_open(line: Line, sealed: str) -> None:
    query = line.platform.query()
    query["msg_signature"] = signature(TOKEN, query["timestamp"], query["nonce"], sealed)
    response = line.deliver(Push(query, f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()))
    assert_refused(response, response.status_code)
    assert response.status_code in (400, 403)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_get_a_clean_status(connect: Connect, lines: dict[str, Line], data: st.DataObject) -> None:
    mode = data.draw(st.sampled_from(MODES))
    if mode not in lines:
        lines[mode] = connect(mode)
    line = lines[mode]
    pieces = st.one_of(
        st.binary(max_size=60),
        st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.sampled_from(
            b"<xml>,</xml>,<MsgType>event</MsgType>,<Event>,<Encrypt>,<![CDATA[,]]>,<FromUserName>o</FromUserName>,"
            b"<ToUserName>g</ToUserName>,<CreateTime>9</CreateTime>,<MsgType>text</MsgType>".split(b",")
        ),
    )
    body = b"".join(data.draw(st.lists(pieces, max_size=8)))
    inside = data.draw(st.booleans())
    query = line.platform.query()
    if inside and mode != "plain":
        sealed = encrypt(body)
        query["msg_signature"] = signature(TOKEN, query["timestamp"], query["nonce"], sealed)
        body = f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()
    status = line.deliver(Push(query, body)).status_code
    assert status == 200 or 400 <= status < 500


@pytest.fixture(scope="module")
def lines() -> dict[str, Line]:
    return {}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(st.sampled_from(["signature", "timestamp", "nonce", "msg_signature"]), st.text(max_size=9)),
    address=st.ip_addresses(v=4).map(str),
)
@example(query={"signature": "\0"}, address="10.0.0.1")
def test_any_query_without_the_token_is_refused(line: Line, query: dict[str, str], address: str) -> None:
    # Each from an address of its own: one that keeps trying is turned away before anything is looked at.
    sender = {"REMOTE_ADDR": address}
    body = b"<xml><Encrypt>x</Encrypt></xml>"
    refused = 400 if "\0" in "".join(query.values()) else 403  # a NUL is no text to any page
    assert line.client.post("/wechat", query_string=query, data=body, environ_base=sender).status_code == refused
    asked = query | {"echostr": "1"}
    assert line.client.get("/wechat", query_string=asked, environ_base=sender).status_code == refused


def test_what_breaks_in_the_conversation_is_a_polite_sentence_and_says_nothing_personal(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(_inbound: object) -> str:
        raise RuntimeError("the veteran's phone is 13000000001")

    line.ear.answer = break_down
    response = line.send(text_message("我的电话13000000001"))
    answer = line.platform.answer(response.data)["Content"]
    assert response.status_code == 200 and "人工" in answer and "RuntimeError" not in answer
    assert "RuntimeError" in caplog.text and "test_modes.py" in caplog.text
    assert "13000000001" not in caplog.text and VETERAN not in caplog.text


def test_nothing_to_say_is_plain_success(line: Line) -> None:
    line.ear.answer = lambda _inbound: None
    response = line.send(text_message("你好"))
    assert (response.data, response.mimetype) == (b"success", "text/plain")


@pytest.mark.parametrize("name", ["unsubscribe", "TEMPLATESENDJOBFINISH", "LOCATION", "VIEW"])
def test_events_nobody_reads_an_answer_to_are_acknowledged_even_when_the_turn_breaks(line: Line, name: str) -> None:
    def break_down(_inbound: object) -> str:
        raise RuntimeError

    line.ear.answer = break_down
    assert line.send(event(name)).data == b"success"


def test_hostile_words_cannot_leave_their_element(line: Line) -> None:
    words = "]]></Content><MsgType>news</MsgType><![CDATA[ ]]>]]> & <a href='x'>\x00\x0b\ud800 好"
    line.ear.answer = lambda _inbound: words
    answer = line.platform.answer(line.send(text_message("x")).data)
    assert answer["MsgType"] == "text" and set(answer) == {
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Content",
    }
    assert answer["Content"] == words.replace("\x00\x0b\ud800", "")


def test_an_answer_stays_within_the_byte_limit_and_whole_characters(line: Line) -> None:
    line.ear.answer = lambda _inbound: "好" * 3000
    content = line.platform.answer(line.send(text_message("x")).data)["Content"]
    assert len(content.encode()) <= 2048 and content == "好" * (len(content) - 1) + "…"


def test_the_same_message_gets_the_same_answer_byte_for_byte_in_plain_mode(connect: Connect) -> None:
    line = connect("plain")
    assert line.send(text_message("你好")).data == line.send(text_message("你好")).data


def test_other_methods_and_addresses_get_a_chinese_page_without_traces(line: Line) -> None:
    refused = line.client.put("/wechat")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert line.client.post("/wechat/more").status_code == 404
    page = line.client.get("/nowhere")
    assert page.status_code == 404 and "没有找到" in page.text and page.mimetype == "text/html"


def test_an_unexpected_error_of_a_page_shows_no_trace(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    @line.client.application.get("/broken")
    def broken() -> str:
        raise RuntimeError("secret words")

    page = line.client.get("/broken")
    assert page.status_code == 500 and "稍后再试" in page.text
    assert "secret words" not in page.text + caplog.text and "RuntimeError" in caplog.text


def test_settings_that_could_never_be_safe_are_refused() -> None:
    from channels.wechat_callback import CallbackSettings, Mode

    for bad in [
        {"token": ""},
        {"token": "  "},
        {"aes_key": ""},
        {"aes_key": "short"},
        {"aes_key": "!" * 43},
        {"app_id": ""},
    ]:
        values = {"app_id": APP_ID, "token": TOKEN, "aes_key": AES_KEY, "mode": Mode.SECURE} | bad
        with pytest.raises(ValueError, match=r"[一-鿿]"):
            CallbackSettings(**values)
