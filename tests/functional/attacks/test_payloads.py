"""An attacker's payloads: words that would be code on a page, in a sheet or in a document, files and bodies that hurt.

The documents of the webhook are attacked by tests/functional/webhook too, sealed and in the clear.
"""

import io
import re
import socket
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

from bot.types import Inbound, Kind
from models.account import Role
from models.upload import Upload
from models.veteran import Veteran
from services import cases, conversations, veterans
from services.intake.exports import export_veterans
from services.intake.sheets import read_sheets
from tests.console import Browser, County, open_county, signed_links
from tests.functional.access import address, routes
from tests.functional.server import Server, environment, exchange, prepare
from tests.functional.webhook.pushes import AES_KEY, APP_ID, TOKEN, Platform, request, text_message

HTML = "<script>alert(1)</script>"
HOOK = "\"><img src=x onerror=alert(1)>'{{7*7}}"
FORMULA = '=HYPERLINK("https://evil.example","x")'
IMPORT = "/staff/imports/people"
WECHAT = {
    "WECHAT_APP_ID": APP_ID,
    "WECHAT_APP_SECRET": "invented-app-secret",
    "WECHAT_TOKEN": TOKEN,
    "WECHAT_AES_KEY": AES_KEY,
    "WECHAT_MODE": "plain",
    "WECHAT_API_BASE": "http://127.0.0.1:9",
}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("payloads"), **WECHAT) as made:
        yield made


@pytest.fixture(scope="module")
def bureau(county: County) -> Browser:
    return county.browser(Role.BUREAU)


def send(browser: Browser, data: bytes, name: str) -> str:
    sent = {"sheet": (io.BytesIO(data), name), "csrf_token": browser.token(IMPORT)}
    return browser.client.post(IMPORT, data=sent, content_type="multipart/form-data", follow_redirects=True).text


def test_words_that_are_markup_stay_words_on_every_page(county: County, bureau: Browser) -> None:
    """HTML injection, by every road on which words come in, on every page there is."""
    rt = county.rt
    signed = signed_links(county, county.own)
    with rt.transaction() as session:
        person = session.get_one(Veteran, county.own)
        openid = person.openid or ""
        veterans.save_contact(session, rt.keyring, person.id, name=HTML)
        person.village = HTML
        cases.open_case(session, rt.keyring, person, "wage", words=HTML + HOOK, now=rt.now())
    conversations.receive(rt, Inbound("k1", openid, Kind.TEXT, rt.now(), text=HOOK + HTML))
    bureau.post(f"/staff/people/{county.own}/contact", {"occasion": "phone", "note": HTML + HOOK})
    send(bureau, f"姓名,联系电话,乡镇\n{HTML},13000000009,{HOOK}\n".encode(), f"{HOOK}.csv")
    pages = [
        bureau.get(address(rule, county, own=True)).data.decode("utf-8", "replace")
        for method, _, rule in routes(county.app)
        if method == "GET"
    ]
    pages += [county.app.test_client().get(path).text for path in signed.values()]
    shown = [page for page in pages if "&lt;script&gt;" in page]
    assert len(shown) >= 5
    for page in pages:
        assert "<script>" not in page and "<img src=x" not in page and "'49" not in page
        assert not re.search(r"<[^>]+\son\w+=", page) and "javascript:" not in page


def test_a_formula_in_a_name_is_text_in_the_sheet(county: County) -> None:
    """CSV and formula injection: what is exported is opened in Excel by somebody else."""
    rt = county.rt
    with rt.transaction() as session:
        person = session.get_one(Veteran, county.other)
        veterans.save_contact(session, rt.keyring, person.id, name=FORMULA)
        person.village = "@SUM(1+1)*cmd|' /C calc'!A0"
    book = export_veterans(rt, "test")
    assert any(FORMULA in row.cells for row in read_sheets(book)[0].rows)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheets = b"".join(parts.read(name) for name in parts.namelist() if "/worksheets/" in name)
    assert b"<f>" not in sheets and b"hyperlink" not in sheets.lower()


XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a '哈哈哈哈哈哈哈哈'>"
    + "".join(f"<!ENTITY {chr(98 + step)} '{f'&{chr(97 + step)};' * 20}'>" for step in range(9))
    + "]>"
)


#: Nothing in it that the parser below us would refuse by itself.
OUTSIDE = '<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd">'


@pytest.mark.parametrize(
    "before", [XXE, LAUGHS, '<?xml version="1.0"?>' + XXE, "<?xml version='1.0'?>" + LAUGHS, OUTSIDE]
)
@pytest.mark.parametrize("word", ["&e;", "&j;", "x"])
def test_a_document_that_defines_entities_is_refused_unread(county: County, before: str, word: str) -> None:
    """XXE and a billion laughs, rightly signed: whoever stole the token may still not read our files."""
    push = Platform(mode="plain").push(before + text_message("x").replace("<![CDATA[x]]>", word))
    began = time.process_time()
    answer = county.app.test_client().post("/wechat", query_string=push.query, data=push.body)
    assert answer.status_code == 400 and "root:" not in answer.text
    assert time.process_time() - began < 5


def workbook(before: str, word: str) -> bytes:
    """A ledger of one person, with that in front of its texts and that in place of the name."""
    made, out = io.BytesIO(), io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("姓名", "联系电话", "乡镇"))
    sheet.write_row(1, 0, ("王示例", "13000000019", "示例镇"))
    book.close()
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in parts.namelist():
            body = parts.read(name).decode()
            if name.endswith("sharedStrings.xml"):
                body = body.replace("<sst", f"{before}<sst", 1).replace("王示例", word)
            changed.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(("before", "word"), [(XXE, "&e;"), (LAUGHS, "&j;"), ("", "王示例")])
def test_a_workbook_that_defines_entities_gives_nothing_away(bureau: Browser, before: str, word: str) -> None:
    """The same through an upload; the third is the plain workbook, which is taken: the others are read as far."""
    began = time.process_time()
    page = send(bureau, workbook(before, word), "a.xlsx")
    assert "root:" not in page and len(page) < 60_000 and "哈" * 20 not in page
    assert time.process_time() - began < 5
    assert ("可以录入 1 行" in page) is (not before)


@pytest.mark.parametrize(
    "name",
    [
        "../../../../tmp/evil.csv",
        "..\\..\\evil.csv",
        "/etc/cron.d/evil",
        "a\x00.csv",
        "evil.csv\r\nX-Evil: 1",
        "x" * 4000,
    ],
)
def test_a_file_is_never_kept_under_the_name_it_came_with(
    county: County, bureau: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Path traversal in uploads: nothing is written anywhere, and the name is a word on the page at most."""
    monkeypatch.chdir(tmp_path)
    data = "姓名,联系电话,乡镇\n王示例,13000000029,示例镇\n".encode()
    page = send(bureau, data, name)
    assert "可以录入 1 行" in page or "请" in page
    assert not list(tmp_path.rglob("*")) and not Path("/tmp/evil.csv").exists()
    with county.rt.reading() as session:
        kept = session.query(Upload).order_by(Upload.id.desc()).first()
    assert kept and kept.file_name and not re.search(r"[/\\\x00\r\n]", kept.file_name)


@pytest.mark.parametrize("path", ["/static/../app/settings.py", "/static/..%2fpyproject.toml", "/static/%2fetc/passwd"])
def test_static_files_are_those_of_the_folder(county: County, path: str) -> None:
    assert county.app.test_client().get(path, follow_redirects=True).status_code == 404


def test_what_is_too_large_is_refused_before_it_is_read(county: County, bureau: Browser) -> None:
    """Oversize: a body, a file, a document, a form of many fields."""
    client = county.app.test_client()
    big = client.post("/staff/sign-in", data={"name": "x"}, environ_overrides={"CONTENT_LENGTH": str(9 << 20)})
    assert big.status_code == 413 and "太大" in big.text
    sheet = io.BytesIO(bytes((7 << 20) + 1))
    with bureau.client.post(IMPORT, data={"sheet": (sheet, "a.csv"), "csrf_token": bureau.token(IMPORT)}) as page:
        assert "7 MB" in page.text
        page.request.environ["wsgi.input"].close()  # a form that large waits in a file of the client
    push = Platform(mode="plain").push(text_message("大" * (1 << 20)))
    assert client.post("/wechat", query_string=push.query, data=push.body).status_code == 413
    parts = {f"f{number}": "x" for number in range(1500)}
    many = client.post("/staff/sign-in", data=parts, content_type="multipart/form-data")
    assert many.status_code == 413


def test_bodies_that_trickle_in_keep_nobody_waiting(tmp_path: Path) -> None:
    """Slow bodies, more of them than there are threads: others are answered all the same."""
    platform = Platform(mode="plain")
    env = environment(tmp_path, platform)
    prepare(env)
    with Server.product(env) as server:
        slow = []
        for _ in range(40):
            line = socket.create_connection(("127.0.0.1", server.port), 5)
            whole = request(platform.push(text_message("x")))
            line.sendall(whole[: len(whole) - 20])
            slow.append(line)
        answer = exchange(server.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", timeout=10)
        assert answer.startswith(b"HTTP/1.1 200")
        for line in slow:
            line.close()
