"""A small county with its console, for tests of staff pages: two stations, one person each, an account a role."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyotp
from argon2 import PasswordHasher, profiles
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from app import settings
from app.commands.keygen import fresh
from app.web import create_app
from models import followup as followups_table
from models import heartbeat as heartbeats_table
from models import helping as helping_table
from models.account import Role, StaffAccount
from models.base import Base, Database
from models.veteran import Veteran
from services import (
    cases,
    employer_links,
    followups,
    helping,
    own_pages,
    placements,
    reality,
    referrals,
    spot_checks,
    stations,
    veterans,
)
from services.helping import Next
from services.runtime import Runtime
from tests.builders import Clock, create_draft, create_posting

PASSWORD = "四个不相干的词 anything long"
OWN, OTHER = "示例镇退役军人服务站", "邻镇退役军人服务站"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Compiled(BytecodeCache):
    """Templates compiled once a process, not once a county."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@dataclass
class Browser:
    """A signed-in browser: forms are sent with the token of the page, as a real one does."""

    client: FlaskClient
    pending: str = ""

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(
        self, path: str, data: Mapping[str, object] | None = None, *, page: str = "/staff/password"
    ) -> TestResponse:
        return self.client.post(path, data={**(data or {}), "csrf_token": self.token(page)})

    def token(self, page: str = "/staff/password") -> str:
        found = _TOKEN.search(self.client.get(page, follow_redirects=True).text)
        assert found, f"no form on {page}"
        return found.group(1)


@dataclass
class County:
    """The app, its Runtime, its moment, and the two people: `own` of the clerk's station, `other` of the next.

    `posting` is the code of a draft that may be published once it is verified; `employer` the number of its firm.
    """

    app: Flask
    rt: Runtime
    clock: Clock
    own: int
    other: int

    def browser(self, role: Role | None = None) -> Browser:
        """A browser in which an account of that role is signed in all the way."""
        browser = Browser(self.app.test_client())
        if role is not None:
            sign_in(self, browser, role.value, PASSWORD)
            if role is Role.ADMIN:
                self.show_code(browser)
        return browser

    def show_code(self, browser: Browser) -> None:
        """The second factor of the administrator, of a fresh step: a code counts once."""
        self.clock.advance(seconds=60)
        code = pyotp.TOTP(self.secret).at(self.clock())
        assert browser.post("/staff/second", {"code": code}, page="/staff/second").status_code == 302

    secret: str = ""
    cares: dict[int, "Care"] = field(default_factory=dict)
    posting: str = "D-1"
    employer: int = 1


@dataclass(frozen=True)
class Care:
    """One person's rows after an offer, by what the console's addresses call them."""

    case_number: str
    follow_up_id: int
    referral_id: int
    spot_check_id: int
    help_step_id: int
    reality_id: int


def sign_in(county: County, browser: Browser, name: str, password: str) -> TestResponse:
    return browser.post("/staff/sign-in", {"name": name, "password": password}, page="/staff/sign-in")


@contextmanager
def open_county(folder: Path, **settings_of: str) -> Iterator[County]:
    """The county on a database in `folder`; `settings_of` an installation, e.g. WECHAT_TOKEN, beside the usual ones."""
    values = fresh() | {
        "LAOBING_DATABASE_URL": f"sqlite:///{folder / 'laobing.db'}",
        "LAOBING_OFFICE_NAME": "示例县退役军人事务局",
        "LAOBING_OFFICE_REGION": "510722",
        **{f"LAOBING_{name}": value for name, value in settings_of.items()},
    }
    if "DATABASE_URL" not in settings_of:
        (folder / "laobing.db").write_bytes(empty_file())
    clock = Clock()
    app = create_app(settings.load(values, folder / "none"), clock=clock)
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = COMPILED
    rt: Runtime = app.extensions["laobing"]
    if not rt.database.is_sqlite:
        Base.metadata.create_all(rt.database.engine)
    stations.set_up(rt, (rt.office.name, "510722"), [(OWN, "510722100"), (OTHER, "510722101")])
    county = County(
        app, rt, clock, add_person(rt, OWN, "张三", "13000000001"), add_person(rt, OTHER, "李四", "13000000002")
    )
    create_draft(rt, "D-1")
    for role in Role:
        _settled(county, role, stations.find(rt, OWN if role is Role.CLERK else ""))
    yield county
    rt.database.dispose()


def _settled(county: County, role: Role, node_id: int) -> None:
    """An account as it is after the first sign-in, which tests/functional/test_sign_in.py walks through."""
    is_admin = role is Role.ADMIN
    county.secret = pyotp.random_base32() if is_admin else county.secret
    with county.rt.transaction() as session:
        session.add(
            StaffAccount(
                sign_in=role.value,
                name=f"测试{role.value}",
                role=role,
                node_id=node_id,
                password_hash=hashed(PASSWORD),
                must_change=False,
                totp_sealed=county.rt.keyring.seal("staff_account.totp", county.secret) if is_admin else None,
                created_at=county.rt.now(),
            )
        )


@lru_cache
def empty_file() -> bytes:
    """An SQLite file with every table and no row."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        made = Database(f"sqlite:///{path}")
        Base.metadata.create_all(made.engine)
        made.dispose()
        return path.read_bytes()


@lru_cache
def hashed(password: str) -> str:
    """A real hash of the least cost: checking one is dear on purpose, and hundreds of tests sign in."""
    return PasswordHasher.from_parameters(profiles.CHEAPEST).hash(password)


def add_person(rt: Runtime, station: str, name: str, phone: str) -> int:
    """A person of the ledger at that station; their number."""
    node_id = stations.find(rt, station)
    with rt.transaction() as session:
        person = Veteran(in_ledger=True, node_id=node_id, created_at=rt.now() - timedelta(days=100), kind="veteran")
        session.add(person)
        session.flush()
        veterans.save_contact(session, rt.keyring, person.id, name=name, phone=phone)
        return person.id


def care_of(county: County, veteran_id: int) -> Care:
    """The person's rows, made when first asked for: a referral, a job with a gap, a case, help, a spot check."""
    if veteran_id not in county.cares:
        county.cares[veteran_id] = _make_care(county, veteran_id)
    return county.cares[veteran_id]


def signed_links(county: County, veteran_id: int) -> dict[str, str]:
    """One address of every purpose that opens something of this person, and the filing of their job's firm."""
    care = care_of(county, veteran_id)
    with county.rt.transaction() as session:
        person = session.get_one(Veteran, veteran_id)
        person.openid = person.openid or f"o-{veteran_id}"
        veterans.give_consent(session, person.id, county.rt.now())
        called = session.get_one(followups_table.FollowUp, care.follow_up_id)
        ours = followups_table.follow_ups_of(session, called.placement_id)
        asked = next(one for one in ours if one.side == "employer")
        firm = called.placement.posting.employer_id
        about = {"referral": care.referral_id, "follow_up": asked.id, "filing": firm}
        made = {
            purpose: "/e/" + employer_links.address(session, county.rt, purpose, number, "test")
            for purpose, number in about.items()
        }
        own = own_pages.address(county.rt, session, person)
        return {**made, "own": "/p/" + own.partition("/p/")[2]}


def _make_care(county: County, veteran_id: int) -> Care:
    rt = county.rt
    number, now = f"P-{veteran_id}", rt.now()
    with rt.transaction() as session:
        veteran = session.get_one(Veteran, veteran_id)
        posting = create_posting(session, number, salary_min=4000, salary_max=5000)
        referral, _ = referrals.refer(session, veteran_id, number, now)
        placement = placements.hire(session, veteran_id, posting, now.date() - timedelta(days=7), now)
        first = next(one for one in followups_table.follow_ups_of(session, placement.id) if one.side == "veteran")
        followups.to_phone_list(first, "silent")
        check = reality.note(session, rt.keyring, first, ("工资",), words="少了五百", now=now)
        case = cases.open_case(session, rt.keyring, veteran, "wage", words="工资没发", now=now)
        made = (case.number, first.id, referral.id, check.id)
    plan = helping.begin(rt, veteran_id, "测试", "age", Next("上门看看", now.date() + timedelta(days=9)), who="测试")
    spot_checks.draw(rt, f"{now:%Y-%m}", "salt")
    with rt.reading() as session:
        step = helping_table.steps_of(session, plan)[0]
        drawn = next(
            one for one in heartbeats_table.spot_checks(session, f"{now:%Y-%m}") if one.veteran_id == veteran_id
        )
    return Care(*made[:3], drawn.id, step.id, made[3])
