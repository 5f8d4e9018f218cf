"""The environment -> one frozen Settings, read once and refused loudly. Nothing below `app` knows the environment.

Names begin with LAOBING_. They come from the process environment or from `.env`; the environment wins. A secret may
also stand in a file named by the same name with _FILE behind it.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar

from models.sealed import Keyring, Suite, is_available
from services.runtime import Office

PREFIX: Final = "LAOBING_"
SECRET_CHARACTERS: Final = 32
#: A random key has far more different bytes, and steps from one to the next, than this.
DISTINCT_BYTES: Final = 8
AES_KEY_CHARACTERS: Final = 43
OFFICIAL_API: Final = "https://api.weixin.qq.com"
PUSHES_PER_SECOND: Final = 100
"""A broadcast to 50,000 takes eight minutes and a half, and leaves the machine to those who talk meanwhile."""
DEFAULT_DATABASE: Final = "sqlite:///var/laobing.db"
SECRETS: Final = ("SECRET_KEY", "DATA_KEY", "WECHAT_APP_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "METRICS_TOKEN")
_DRIVER: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
CREDENTIALS: Final = ("WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_TOKEN")


Chosen = TypeVar("Chosen", bound=StrEnum)


class SettingsError(Exception):
    """A setting is missing or bad; the message says in Chinese which one and what to do."""


class Mode(StrEnum):
    """How the platform sends its callbacks (消息加解密方式)."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SECURE = "secure"


class Account(StrEnum):
    """What kind of official account it is: decides what may be sent."""

    SERVICE_VERIFIED = "service-verified"
    SERVICE_UNVERIFIED = "service-unverified"
    SUBSCRIPTION_VERIFIED = "subscription-verified"
    SUBSCRIPTION_UNVERIFIED = "subscription-unverified"


class LogFormat(StrEnum):
    """Lines for people, or JSON for a collector."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class WeChatSettings:
    """The account. `is_sandbox`: no real credentials were given, the stand-in platform answers instead.

    `templates`: the file that says which template carries which purpose.
    """

    app_id: str
    app_secret: str
    token: str
    aes_key: str
    mode: Mode
    account: Account
    api_base: str
    is_sandbox: bool
    templates: Path | None = None


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """Short messages. `driver`: "file", or the operator's as module:function; `values`: what that is given."""

    driver: str
    sign: str
    file: Path
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between one installation and another."""

    database_url: str
    secret_key: str
    keyring: Keyring
    wechat: WeChatSettings
    office: Office
    host: str
    port: int
    public_url: str
    log_format: LogFormat
    metrics_token: str
    sms: SmsSettings | None = None
    staff_numbers: tuple[int, ...] = ()
    pushes_per_second: int = PUSHES_PER_SECOND

    @property
    def is_https(self) -> bool:
        """Whether people reach us through TLS."""
        return self.public_url.startswith("https://")


class _Reader:
    """Named values with their checks; every refusal names the setting."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(PREFIX + name, "").strip() or default

    def secret(self, name: str) -> str:
        path = self.text(f"{name}_FILE")
        if not path:
            return self.text(name)
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"读不了 {PREFIX}{name}_FILE 指的文件，请检查路径和权限。") from error

    def below(self, start: str) -> dict[str, str]:
        """Every value whose name begins so, under the rest of its name."""
        known = PREFIX + start
        return {name.removeprefix(known): value for name, value in self._values.items() if name.startswith(known)}

    def choice(self, name: str, kind: type[Chosen], default: Chosen) -> Chosen:
        value = self.text(name, default)
        if value not in set(kind):
            raise SettingsError(f"{PREFIX}{name} 只能是 {'、'.join(kind)} 之一，现在是“{value}”。")
        return kind(value)

    def whole(self, name: str, default: int, between: tuple[int, int], what: str) -> int:
        value, (least, most) = self.text(name, str(default)), between
        if not value.isdecimal() or not least <= int(value) <= most:
            raise SettingsError(f"{PREFIX}{name} 要填 {least} 到 {most} 的{what}，现在是“{value}”。")
        return int(value)


def load(environment: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> Settings:
    """Reads and checks everything; raises SettingsError."""
    given = os.environ if environment is None else environment
    read = _Reader({**_dotenv(dotenv), **{name: value for name, value in given.items() if value}})
    host, port = read.text("HOST", "127.0.0.1"), read.whole("PORT", 8000, (1, 65535), "端口号")
    wechat = _wechat(read, host, port)
    keyring, secret_key = _keyring(read), _secret_key(read)
    if wechat.api_base == OFFICIAL_API:  # real people; a stand-in of the platform has none
        _refuse_weak_keys(read)
    return Settings(
        database_url=database_url(read.text("DATABASE_URL", DEFAULT_DATABASE)),
        secret_key=secret_key,
        keyring=keyring,
        wechat=wechat,
        office=_office(read),
        host=host,
        port=port,
        public_url=_public_url(read, f"http://{host}:{port}"),
        log_format=read.choice("LOG_FORMAT", LogFormat, LogFormat.TEXT),
        metrics_token=read.secret("METRICS_TOKEN"),
        sms=_sms(read),
        staff_numbers=_numbers(read),
        pushes_per_second=read.whole("PUSHES_PER_SECOND", PUSHES_PER_SECOND, (0, 10_000), "整数"),
    )


def _sms(read: _Reader) -> SmsSettings | None:
    driver = read.text("SMS")
    if not driver:
        return None
    if driver != "file" and not _DRIVER.fullmatch(driver):
        raise SettingsError(f"{PREFIX}SMS 只能写 file，或者 模块:函数，现在是“{driver}”。")
    sign = read.text("SMS_SIGN")
    if not 2 <= len(sign) <= 20:
        raise SettingsError(f"{PREFIX}SMS_SIGN 要填运营商批准的签名（2 到 20 字，不带【】）。")
    return SmsSettings(driver, sign, Path(read.text("SMS_FILE", "var/sms.jsonl")), read.below("SMS_"))


def _numbers(read: _Reader) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[,，、\s]+", read.text("STAFF_NUMBERS")) if part]
    if not all(part.isdecimal() for part in parts):
        raise SettingsError(f"{PREFIX}STAFF_NUMBERS 只写工作人员在台账里的编号，用逗号隔开，例如 12,15。")
    return tuple(int(part) for part in parts)


def _public_url(read: _Reader, ours: str) -> str:
    url = read.text("PUBLIC_URL", ours).rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise SettingsError(f"{PREFIX}PUBLIC_URL 要以 http:// 或 https:// 开头，现在是“{url}”。")
    return url


def load_database_url(environment: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> str:
    """The database alone, for commands that touch no secret."""
    given = os.environ if environment is None else environment
    return database_url(_Reader({**_dotenv(dotenv), **given}).text("DATABASE_URL", DEFAULT_DATABASE))


def _dotenv(path: Path) -> dict[str, str]:
    """`NAME=value` lines of a .env file; `#` starts a comment line; one pair of quotes around a value is taken off."""
    if not path.is_file():
        return {}
    values = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise SettingsError(f"{path} 第 {number} 行看不懂，要写成 名称=值。")
        value = value.strip()
        is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        values[name.strip()] = value[1:-1] if is_quoted else value
    return values


def database_url(url: str) -> str:
    """The address as SQLAlchemy takes it; a bare postgresql:// means psycopg 3. SQLite's folder is made."""
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.partition("://")[2]
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        return url
    if url.startswith("postgresql+psycopg://"):
        return url
    raise SettingsError(f"{PREFIX}DATABASE_URL 只认 sqlite:/// 或 postgresql:// 开头的地址。")


def _refuse_weak_keys(read: _Reader) -> None:
    """Real people's names under a made-up key: one sign over and over, or counted up."""
    data = [("DATA_KEY", base64.b64decode(part.strip())) for part in read.secret("DATA_KEY").split(",") if part.strip()]
    for name, key in (("SECRET_KEY", read.secret("SECRET_KEY").encode()), *data):
        steps = {(after - before) % 256 for before, after in pairwise(key)}
        if min(len(set(key)), len(steps)) < DISTINCT_BYTES:
            raise SettingsError(f"{PREFIX}{name} 太简单，像是手工编的。接真实公众号前请运行 laobing keygen 重新生成。")


def _secret_key(read: _Reader) -> str:
    key = read.secret("SECRET_KEY")
    if len(key) < SECRET_CHARACTERS:
        raise SettingsError(
            f"{PREFIX}SECRET_KEY 没有填或太短（至少 {SECRET_CHARACTERS} 个字符）。运行 laobing keygen 生成。"
        )
    return key


def _keyring(read: _Reader) -> Keyring:
    text, suite = read.secret("DATA_KEY"), read.choice("CIPHER", Suite, Suite.AES)
    if not is_available(suite):
        raise SettingsError(
            f"{PREFIX}CIPHER=sm 要用国密算法，这台机器的 OpenSSL 不支持 SM4-GCM。请换 aes，或换 OpenSSL。"
        )
    try:
        return Keyring.parse(text, suite)
    except (ValueError, binascii.Error) as error:
        raise SettingsError(
            f"{PREFIX}DATA_KEY 没有填或不对：要 32 字节的 Base64，换钥匙时新的在前、用逗号隔开。"
            "运行 laobing keygen 生成。"
        ) from error


def _wechat(read: _Reader, host: str, port: int) -> WeChatSettings:
    values = {name: read.secret(name) if name in SECRETS else read.text(name) for name in CREDENTIALS}
    aes_key = read.secret("WECHAT_AES_KEY")
    mode = read.choice("WECHAT_MODE", Mode, Mode.SECURE)
    account = read.choice("WECHAT_ACCOUNT", Account, Account.SERVICE_VERIFIED)
    missing = [PREFIX + name for name, value in values.items() if not value]
    is_sandbox = len(missing) == len(values) and not aes_key
    if missing and not is_sandbox:
        raise SettingsError(f"微信的配置不全，还缺：{'、'.join(missing)}。全部不填就用模拟微信。")
    if is_sandbox:
        return _sandbox(read, mode, account, host, port)
    if mode != Mode.PLAIN:
        _check_aes_key(aes_key)
    return WeChatSettings(
        app_id=values["WECHAT_APP_ID"],
        app_secret=values["WECHAT_APP_SECRET"],
        token=values["WECHAT_TOKEN"],
        aes_key=aes_key,
        mode=mode,
        account=account,
        api_base=read.text("WECHAT_API_BASE", OFFICIAL_API).rstrip("/"),
        is_sandbox=False,
        templates=Path(templates) if (templates := read.text("WECHAT_TEMPLATES")) else None,
    )


def _check_aes_key(key: str) -> None:
    try:
        good = len(key) == AES_KEY_CHARACTERS and len(base64.b64decode(key + "=")) == 32
    except binascii.Error:
        good = False
    if not good:
        raise SettingsError(
            f"{PREFIX}WECHAT_AES_KEY 不对：照抄微信后台的 EncodingAESKey（{AES_KEY_CHARACTERS} 个字母和数字）；"
            f"如果后台选的是明文模式，请设 {PREFIX}WECHAT_MODE=plain。"
        )


def _sandbox(read: _Reader, mode: Mode, account: Account, host: str, port: int) -> WeChatSettings:
    # Derived from our own secret: every process of this installation agrees on them, nobody else can guess them.
    seed = read.secret("SECRET_KEY")
    digest = base64.b64encode(hashlib.sha256(b"sandbox" + seed.encode()).digest()).decode()
    local = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
    return WeChatSettings(
        app_id="wx-sandbox",
        app_secret=digest[:32],
        token=digest.replace("+", "A").replace("/", "B")[:24],
        aes_key=digest.replace("+", "A").replace("/", "B")[:AES_KEY_CHARACTERS],
        mode=mode,
        account=account,
        api_base=f"http://{local}:{port}/sandbox/api",
        is_sandbox=True,
    )


def _office(read: _Reader) -> Office:
    known = Office()
    return Office(
        name=read.text("OFFICE_NAME", known.name),
        region=read.text("OFFICE_REGION", known.region),
        phone=read.text("OFFICE_PHONE", known.phone),
        hours=read.text("OFFICE_HOURS", known.hours),
        address=read.text("OFFICE_ADDRESS", known.address),
        employer_form=read.text("OFFICE_EMPLOYER_FORM", known.employer_form),
        fair_place=read.text("OFFICE_FAIR_PLACE", known.fair_place),
    )
