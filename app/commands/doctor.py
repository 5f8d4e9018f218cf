"""`laobing doctor`: a real set-up checked line by line, with the mend beside each."""

import argparse
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from app import bootstrap, migration, settings
from app.scheduler import TASKS
from channels.base import ChannelError
from channels.wechat_admin import WeChatAdmin
from channels.wechat_crypto import sign
from models import organisation
from models.base import Database
from models.posting import count_postings
from services import audit_check, audit_rounds, backups, nightly, operations
from services.runtime import CHINA, Runtime

LEAST_FREE_BYTES: Final = 1 << 30
MOST_CLOCK_SECONDS: Final = 30
TIMEOUT_SECONDS: Final = 5
MOST_BACKUP_HOURS: Final = 26


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, whether it is well, what was found, and how to mend it."""

    subject: str
    good: bool
    found: str
    mend: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments: it looks at what the settings name."""
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Prints a line per check; 0 when all is well, 1 when something is to be mended."""
    good = True
    for finding in _findings():
        good = good and finding.good
        print(f"{'✓' if finding.good else '✗'} {finding.subject}：{finding.found}")
        if not finding.good:
            print(f"    怎么修：{finding.mend}")
    return 0 if good else 1


def _findings() -> Iterator[Finding]:
    try:
        config = settings.load()
    except settings.SettingsError as error:
        yield Finding("配置", False, str(error), "改好环境变量或 .env 后再运行 laobing doctor。")
        return
    yield Finding("配置", True, "全部看得懂")
    rt = bootstrap.build(config)
    yield from _database(rt.database)
    yield _disk(config.database_url)
    yield from _hosts_clock(rt)
    yield from _data(rt)
    yield from _tasks(rt)
    yield _night(rt)
    yield _backup(rt)
    yield _trail(rt)
    yield _sms(config)
    yield _callback(config)
    if config.wechat.is_sandbox:
        yield Finding("微信账号", True, "没有填，用的是模拟微信（正式使用要填 LAOBING_WECHAT_APP_ID 等）")
    else:
        yield from _platform(config, rt)
    rt.database.dispose()


def _database(database: Database) -> Iterator[Finding]:
    try:
        stands, newest = migration.current(database), migration.head()
    except Exception as error:  # whatever the driver raises: the operator needs the line, not the trace
        yield Finding(
            "数据库", False, f"连不上（{type(error).__name__}）", "检查 LAOBING_DATABASE_URL、数据库进程和权限。"
        )
        return
    yield Finding("数据库", True, "SQLite" if database.is_sqlite else "PostgreSQL")
    yield Finding("数据库结构", stands == newest, stands or "空", "运行 laobing migrate。")


def _disk(database_url: str) -> Finding:
    folder = Path(database_url.removeprefix("sqlite:///")).parent if database_url.startswith("sqlite") else Path()
    return _room(shutil.disk_usage(folder).free)


def _room(free: int) -> Finding:
    return Finding("磁盘", free > LEAST_FREE_BYTES, f"还剩 {free >> 30} GB", "清理磁盘，至少留 1 GB。")


def _hosts_clock(rt: Runtime) -> Iterator[Finding]:
    try:
        off = operations.clock_off(rt)
    except Exception:  # reported as 数据库 already
        return
    if off is not None:
        mend = "两台机器都打开时间同步：timedatectl set-ntp true。"
        seconds = abs(off.total_seconds())
        yield Finding("和数据库的时钟", seconds < MOST_CLOCK_SECONDS, f"相差 {seconds:.0f} 秒", mend)


def _data(rt: Runtime) -> Iterator[Finding]:
    try:
        with rt.reading() as session:
            bureau, postings = organisation.county_node(session), count_postings(session)
    except Exception as error:  # as above: before `migrate` the tables are missing
        yield Finding("数据", False, f"读不了（{type(error).__name__}）", "先运行 laobing migrate。")
        return
    yield Finding("岗位", postings > 0, f"{postings} 条", "用 laobing import-postings 文件 --publish 导入岗位表。")
    named = bool(rt.office.region) or bureau is not None
    yield Finding(
        "单位所在地", named, rt.office.name, "设置 LAOBING_OFFICE_NAME 和 LAOBING_OFFICE_REGION（区划代码）。"
    )


def _tasks(rt: Runtime) -> Iterator[Finding]:
    try:
        ages = operations.ages(rt, tuple(task.name for task in TASKS))
    except Exception:  # reported as 数据 already
        return
    late = [task.name for task in TASKS if (age := ages[task.name]) is None or age > 3 * task.every]
    yield Finding(
        "定时任务", not late, "都在按时跑" if not late else f"没在跑：{'、'.join(late)}", "启动 laobing scheduler。"
    )


def _sms(config: settings.Settings) -> Finding:
    if config.sms is None:
        return Finding("短信", True, "没有接（要接请设 LAOBING_SMS 和 LAOBING_SMS_SIGN）")
    try:
        wrong = bootstrap.sms_driver(config.sms).check()
    except settings.SettingsError as error:
        wrong = str(error)
    mend = "检查 LAOBING_SMS 开头的几项和文件的权限。"
    return Finding("短信", not wrong, wrong or f"接好了（{config.sms.driver}），签名【{config.sms.sign}】", mend)


def _backup(rt: Runtime) -> Finding:
    mend = "每天运行一次 laobing backup，把文件拷到另一台机器（docs/operation.md）。"
    try:
        age = operations.ages(rt, (backups.TASK,))[backups.TASK]
    except Exception as error:  # as above
        return Finding("备份", False, f"查不了（{type(error).__name__}）", mend)
    if age is None:
        return Finding("备份", False, "还没有备份过", mend)
    hours = age.total_seconds() / 3600
    return Finding("备份", hours <= MOST_BACKUP_HOURS, f"上次是 {hours:.0f} 小时前", mend)


def _night(rt: Runtime) -> Finding:
    mend = "看 laobing scheduler 在不在跑、机器忙不忙；不用重做，它会接着做完。"
    try:
        come = nightly.progress(rt)
    except Exception as error:  # as above
        return Finding("夜里配岗位", False, f"查不了（{type(error).__name__}）", mend)
    if not come.shards:
        return Finding("夜里配岗位", True, "今天还没有开始（夜里 2 点开始）")
    told = f"一共 {come.shards} 份，做完 {come.done} 份"
    return Finding("夜里配岗位", not nightly.is_late(rt, come), told, mend)


def _trail(rt: Runtime) -> Finding:
    mend = "保留现场和备份，运行 laobing audit verify，马上报告负责人。"
    try:
        found = audit_rounds.outcome(rt)
    except Exception as error:  # as above
        return Finding("操作记录", False, f"查不了（{type(error).__name__}）", mend)
    if found.fault is not None:
        return Finding("操作记录", False, audit_check.FAULTS[found.fault.kind], mend)
    if found.whole_at is None or found.is_old:
        return Finding("操作记录", False, "最近没有从头核对完过", "看定时任务 audit_rounds.check_due 为什么没有跑。")
    return Finding("操作记录", True, f"{found.whole_at.astimezone(CHINA):%m月%d日 %H:%M} 从头核对过，完整")


def _callback(config: settings.Settings) -> Finding:
    """Asks our own callback the question the platform asks when its console saves the address."""
    stamp, nonce, echo = str(int(time.time())), "doctor", "laobing-doctor"
    query = urllib.parse.urlencode(
        {
            "signature": sign(config.wechat.token, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "echostr": echo,
        }
    )
    host = "127.0.0.1" if config.host in {"0.0.0.0", ""} else config.host  # noqa: S104 - compared, not bound
    address = f"http://{host}:{config.port}/wechat"
    mend = "启动 laobing serve，再看端口和反向代理；公网地址要在微信后台填 https://域名/wechat。"
    try:
        with urllib.request.urlopen(f"{address}?{query}", timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - our own
            good = answer.read().decode() == echo
    except (urllib.error.URLError, OSError) as error:
        return Finding("回调地址", False, f"{address} 没有应答（{type(error).__name__}）", mend)
    return Finding("回调地址", good, address if good else f"{address} 的应答不对", mend)


def _platform(config: settings.Settings, rt: Runtime) -> Iterator[Finding]:
    channel = bootstrap.channel(config, rt.database)
    admin = WeChatAdmin(channel.api)
    yield _clock(config)
    token = _ask("微信接口凭证", lambda: f"拿到了（{len(admin.menu())} 个菜单按钮）")
    yield token
    if not token.good:
        return
    yield _ask("自定义菜单", lambda: _some(len(admin.menu()), "个按钮"), "运行 laobing menu。")
    needed = set(channel.templates) | set(channel.notices)
    yield Finding(
        "模板",
        bool(needed),
        "、".join(sorted(needed)) or "一个也没有配",
        "照 app/data/sandbox_templates.toml 写一份，用 LAOBING_WECHAT_TEMPLATES 指过去。",
    )
    for sentence in channel.account.cannot():
        yield Finding("账号类型", True, sentence)


def _ask(subject: str, question: Callable[[], str], mend: str = "") -> Finding:
    try:
        return Finding(subject, True, question())
    except ChannelError as error:
        return Finding(subject, False, f"{error.meaning}（{error.code}）", mend or error.meaning)
    except _Nothing as error:
        return Finding(subject, False, str(error), mend)


class _Nothing(Exception):
    """There is none of what was looked for."""


def _some(count: int, unit: str) -> str:
    if not count:
        raise _Nothing(f"0 {unit}")
    return f"{count} {unit}"


def _clock(config: settings.Settings) -> Finding:
    mend = "打开系统的时间同步（NTP）。"
    try:
        with urllib.request.urlopen(config.wechat.api_base, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            date = answer.headers.get("Date", "")
    except urllib.error.HTTPError as error:
        date = error.headers.get("Date", "")
    except (urllib.error.URLError, OSError) as error:
        return Finding("时钟", False, f"够不着微信（{type(error).__name__}）", "检查服务器能不能访问微信接口地址。")
    if not date:
        return Finding("时钟", True, "对方没有报时间，没有比")
    off = abs(parsedate_to_datetime(date).timestamp() - time.time())
    return Finding("时钟", off < MOST_CLOCK_SECONDS, f"与微信相差 {off:.0f} 秒", mend)
