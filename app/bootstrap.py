"""Settings -> Runtime: the database, the channel, the clock. The one place where real parts are chosen."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from app import template_forms
from app.settings import Settings, WeChatSettings
from app.tokens import TokenRow
from channels.base import Means
from channels.wechat import WeChatChannel
from channels.wechat_account import Account, AccountKind, Capability
from channels.wechat_api import Credentials, WeChatApi
from channels.wechat_callback import CallbackSettings, Mode
from models.base import Database
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
    return Runtime(
        database=database,
        channel=line,
        reach=reach(settings, line.account),
        keyring=settings.keyring,
        clock=clock,
        office=settings.office,
        public_url=settings.public_url,
    )


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
