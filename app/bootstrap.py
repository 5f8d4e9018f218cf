"""Settings -> Runtime: the database, the channel, the clock. The one place where real parts are chosen."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from app import template_forms
from app.settings import Settings, SettingsError, SmsSettings, WeChatSettings
from app.tokens import TokenRow
from channels.base import Means
from channels.sms import FileDriver, SmsDriver, WithSms
from channels.wechat import WeChatChannel
from channels.wechat_account import Account, AccountKind, Capability
from channels.wechat_api import Credentials, WeChatApi
from channels.wechat_callback import CallbackSettings, Mode
from models.base import Database
from services.push_rate import PushRate
from services.runtime import Notice, Reach, Runtime

MEANS: Final = {
    Means.CUSTOMER_MESSAGE: Capability.CUSTOMER_MESSAGE,
    Means.TEMPLATE: Capability.TEMPLATE,
    Means.SUBSCRIPTION: Capability.SUBSCRIPTION,
    Means.MASS: Capability.MASS_BY_PERSON,
}


def machine_clock() -> datetime:
    """The moment by this machine."""
    return datetime.now(UTC)


def build(settings: Settings, clock: Callable[[], datetime] = machine_clock) -> Runtime:
    """Everything the services need; nothing is opened or contacted yet."""
    database = Database(settings.database_url)
    line = channel(settings, database)
    can = reach(settings, line.account)
    return Runtime(
        database=database,
        channel=WithSms(line, sms_driver(settings.sms), settings.sms.sign) if settings.sms else line,
        reach=replace(can, means=can.means | {Means.SMS}) if settings.sms else can,
        staff_numbers=settings.staff_numbers,
        keyring=settings.keyring,
        clock=clock,
        office=settings.office,
        public_url=settings.public_url,
        push_rate=PushRate(settings.pushes_per_second),
    )


def sms_driver(sms: SmsSettings) -> SmsDriver:
    """The file, or the operator's own; raises SettingsError when that is not there."""
    if sms.driver == "file":
        sms.file.parent.mkdir(parents=True, exist_ok=True)
        return FileDriver(sms.file)
    module, _, name = sms.driver.partition(":")
    try:
        made: SmsDriver = getattr(importlib.import_module(module), name)(sms.values)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"LAOBING_SMS 指的“{sms.driver}”不在这台机器上，请检查名字，或先装好它的包。") from error
    return made


def reach(settings: Settings, account: Account) -> Reach:
    """What this account can carry: by its kind, and by the templates the operator has named."""
    forms = _forms(settings)
    notices = {
        purpose: Notice(form.template_id, purpose in forms.lasting, frozenset(form.fields.values()))
        for purpose, form in forms.notices.items()
    }
    means = frozenset(means for means, needed in MEANS.items() if account.can(needed))
    return Reach(means=means, notices=notices, templates=frozenset(forms.templates))


def _forms(settings: Settings) -> template_forms.Forms:
    wechat = settings.wechat
    return template_forms.load(template_forms.SANDBOX_FILE if wechat.is_sandbox else wechat.templates)


def channel(settings: Settings, database: Database) -> WeChatChannel:
    """The official account, at whatever platform LAOBING_WECHAT_API_BASE names."""
    wechat = settings.wechat
    credentials = Credentials(wechat.app_id, wechat.app_secret, wechat.api_base)
    tokens = TokenRow(database, settings.keyring, wechat.app_id)
    forms = _forms(settings)
    account = Account(AccountKind(wechat.account.value))
    return WeChatChannel(WeChatApi(credentials, tokens), account, forms.templates, forms.notices)


def callback(wechat: WeChatSettings) -> CallbackSettings:
    """The account as its callback takes it."""
    return CallbackSettings(
        app_id=wechat.app_id, token=wechat.token, aes_key=wechat.aes_key, mode=Mode(wechat.mode.value)
    )
