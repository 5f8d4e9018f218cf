"""Settings: what is refused, and that the refusal names the setting."""

import base64
from pathlib import Path

import pytest

from app.settings import Mode, SettingsError, load

GOOD = {
    "LAOBING_SECRET_KEY": "aB3-Zk9_Qw7xTr5vLm2nYp8cDs4fGh6jKe1u",
    "LAOBING_DATA_KEY": base64.b64encode(bytes(number * number % 251 for number in range(32))).decode(),
    "LAOBING_DATABASE_URL": "postgresql://localhost/laobing",
}
REAL = {
    "LAOBING_WECHAT_APP_ID": "wx0000000000000001",
    "LAOBING_WECHAT_APP_SECRET": "x" * 32,
    "LAOBING_WECHAT_TOKEN": "token",
    "LAOBING_WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}
NO_FILE = Path("no-such-file")


def test_pushes_are_slowed_unless_the_operator_wants_otherwise() -> None:
    assert load(GOOD, NO_FILE).pushes_per_second == 100
    assert load(GOOD | {"LAOBING_PUSHES_PER_SECOND": "0"}, NO_FILE).pushes_per_second == 0
    for bad in ("-1", "快", "1.5", "10001"):
        with pytest.raises(SettingsError, match="LAOBING_PUSHES_PER_SECOND 要填 0 到 10000 的整数"):
            load(GOOD | {"LAOBING_PUSHES_PER_SECOND": bad}, NO_FILE)


def test_without_an_account_the_sandbox_is_used() -> None:
    settings = load(GOOD, NO_FILE)
    assert settings.wechat.is_sandbox
    assert settings.wechat.api_base == "http://127.0.0.1:8000/sandbox/api"
    assert len(settings.wechat.aes_key) == 43
    assert settings.database_url == "postgresql+psycopg://localhost/laobing"


def test_a_whole_account_is_taken() -> None:
    settings = load(GOOD | REAL, NO_FILE)
    assert (settings.wechat.is_sandbox, settings.wechat.mode) == (False, Mode.SECURE)
    assert settings.wechat.api_base == "https://api.weixin.qq.com"


@pytest.mark.parametrize(
    ("name", "weak"),
    [
        ("LAOBING_SECRET_KEY", "s" * 40),
        ("LAOBING_SECRET_KEY", "".join(map(chr, range(48, 90)))),
        ("LAOBING_DATA_KEY", base64.b64encode(bytes(32)).decode()),
        ("LAOBING_DATA_KEY", GOOD["LAOBING_DATA_KEY"] + "," + base64.b64encode(bytes(range(32))).decode()),
    ],
)
def test_a_made_up_key_is_refused_before_real_people(name: str, weak: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load(GOOD | REAL | {name: weak}, NO_FILE)
    assert load(GOOD | {name: weak}, NO_FILE).wechat.is_sandbox
    stand_in = {"LAOBING_WECHAT_API_BASE": "http://127.0.0.1:1"}
    assert not load(GOOD | REAL | {name: weak} | stand_in, NO_FILE).wechat.is_sandbox


def test_the_algorithm_is_a_setting() -> None:
    ours, theirs = load(GOOD, NO_FILE).keyring, load(GOOD | {"LAOBING_CIPHER": "sm"}, NO_FILE).keyring
    assert ours.current_id != theirs.current_id
    assert theirs.open("veteran.name", ours.seal("veteran.name", "张测试")) == "张测试"
    with pytest.raises(SettingsError, match="LAOBING_CIPHER"):
        load(GOOD | {"LAOBING_CIPHER": "des"}, NO_FILE)


@pytest.mark.parametrize("name", ["LAOBING_WECHAT_APP_ID", "LAOBING_WECHAT_APP_SECRET", "LAOBING_WECHAT_TOKEN"])
def test_half_an_account_is_refused_by_name(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load(GOOD | {key: value for key, value in REAL.items() if key != name}, NO_FILE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LAOBING_SECRET_KEY", "short"),
        ("LAOBING_SECRET_KEY", ""),
        ("LAOBING_DATA_KEY", ""),
        ("LAOBING_DATA_KEY", "not base64 at all"),
        ("LAOBING_DATA_KEY", base64.b64encode(b"too short").decode()),
        ("LAOBING_DATABASE_URL", "mysql://x"),
        ("LAOBING_PORT", "http"),
        ("LAOBING_PORT", "70000"),
        ("LAOBING_WECHAT_MODE", "safe"),
        ("LAOBING_WECHAT_ACCOUNT", "personal"),
        ("LAOBING_WECHAT_AES_KEY", "too-short"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load(GOOD | REAL | {name: value}, NO_FILE)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 50 + "\n", encoding="utf-8")
    values = {name: value for name, value in GOOD.items() if name != "LAOBING_SECRET_KEY"}
    assert load(values | {"LAOBING_SECRET_KEY_FILE": str(tmp_path / "key")}, NO_FILE).secret_key == "k" * 50
    with pytest.raises(SettingsError, match="LAOBING_SECRET_KEY_FILE"):
        load(values | {"LAOBING_SECRET_KEY_FILE": str(tmp_path / "gone")}, NO_FILE)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text('# ours\nLAOBING_PORT=9000\nLAOBING_OFFICE_NAME="示例县"\n', encoding="utf-8")
    settings = load(GOOD | {"LAOBING_PORT": "9001"}, dotenv)
    assert (settings.port, settings.office.name) == (9001, "示例县")


def test_a_line_of_the_file_that_says_nothing_is_refused(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("LAOBING_PORT 9000\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="第 1 行"):
        load(GOOD, dotenv)
