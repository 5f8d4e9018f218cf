"""Who may open what: every route of the console × every role × own and other station, from the route table itself."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from handlers.staff import bounds, guard
from models import delivery as deliveries
from models.account import Role
from models.audit import AuditEntry
from models.policy import policies_by_key, policies_in_force
from models.upload import Upload, UploadState
from services import broadcasts, fair_edits, fairs, policies, stations
from services.broadcasts import Wish
from services.fair_edits import FairWish
from services.outbox import Message, row_of
from tests.console import OWN, Browser, County, care_of, open_county, signed_links

# One line a page and method: the roles it opens for (C clerk, B bureau staff, A administrator, L leader); "" = before
# or during signing in. A page about one person opens for staff of that person's station and above, and nobody else:
# that is asked of every page whose address has a variable of handlers/staff/bounds.BOUND.
ENTRIES = {
    "GET today": "CBAL",
    "GET sign_in": "",
    "POST sign_in": "",
    "POST sign_out": "",
    "GET second": "",
    "POST second": "",
    "GET enrol": "CBAL",
    "POST enrol": "CBAL",
    "GET password": "CBAL",
    "POST password": "CBAL",
    "GET people": "CBL",
    "POST search_people": "CBL",
    "GET person": "CBL",
    "POST reveal_person": "CB",
    "GET contact_person": "CB",
    "POST contact_person": "CB",
    "GET start_person": "CB",
    "POST start_person": "CB",
    "POST undo_contact": "CB",
    "GET print_card": "CB",
    "POST print_card": "CB",
    "GET settings": "A",
    "POST settings": "A",
    "POST reset_account": "A",
    "POST disable_account": "A",
    "POST enable_account": "A",
    "GET talks": "CB",
    "GET talk": "CB",
    "POST answer_talk": "CB",
    "POST take_talk": "CB",
    "POST give_back_talk": "CB",
    "POST export_people": "CB",
    "POST export_posting_list": "B",
    "GET import_posting_sheet": "B",
    "POST import_posting_sheet": "B",
    "GET import_people_sheet": "CB",
    "POST import_people_sheet": "CB",
    "GET posting_sheet_template": "B",
    "GET people_sheet_template": "CB",
    "GET posting_list": "BL",
    "GET posting": "BL",
    "POST verify_posting": "B",
    "POST step_posting": "B",
    "GET edit_posting": "B",
    "GET posting_calls": "B",
    "POST renewal_link": "B",
    "GET urgent_posting": "B",
    "POST urgent_posting": "B",
    "POST broadcast_rehearse": "B",
    "POST notify_policy": "B",
    "POST edit_posting": "B",
    "GET employer": "BL",
    "GET papers_due": "BL",
    "GET upload": "CB",
    "POST upload_step": "CB",
    "POST upload_marked": "CB",
    "POST change_employer": "B",
    "POST employer_filing": "B",
    "GET conflict_list": "CB",
    "POST conflict_list": "CB",
    "GET care": "CB",
    "GET case": "CB",
    "POST case_step": "CB",
    "GET meeting": "CBL",
    "GET calls": "CB",
    "GET follow_up": "CB",
    "POST follow_up_answer": "CB",
    "GET referrals": "CB",
    "GET referral": "CB",
    "POST referral_step": "CB",
    "GET silence": "CB",
    "GET spot_check": "CBL",
    "POST draw": "B",
    "POST checked": "CB",
    "GET help_queue": "CB",
    "POST help_step": "CB",
    "GET help_plan": "CB",
    "POST help_begin": "CB",
    "GET reality": "B",
    "POST reality_decide": "B",
    "GET care_report": "CBL",
    "GET care_rows": "B",
    "GET audit": "AL",
    "POST verify_audit": "AL",
    "GET care_settled": "B",
    "GET policies": "CBL",
    "GET policy": "CBL",
    "GET add_policy": "B",
    "POST add_policy": "B",
    "GET edit_policy": "B",
    "POST edit_policy": "B",
    "POST retire_policy": "B",
}
ENTRIES |= {
    "GET broadcasts": "CBL",
    "GET broadcast": "CBL",
    "GET broadcast_new": "B",
    "POST broadcast_new": "B",
    "POST broadcast_confirm": "B",
    "POST broadcast_act": "B",
    "POST broadcast_hand_over": "B",
    "GET fairs": "CBL",
    "GET fair_new": "B",
    "POST fair_new": "B",
    "GET fair": "B",
    "POST fair": "B",
    "POST call_off_fair": "B",
    "GET push_calls": "CB",
    "GET push_slips": "CB",
    "POST push_result": "CB",
    "GET digests_list": "CBL",
    "POST digest_new": "B",
    "GET reports": "CBL",
    "GET report_rows": "CBL",
    "GET report_chart": "CBL",
    "GET report_file": "CBL",
    "GET station_codes": "CBA",
    "POST make_station_code": "CBA",
    "GET pace": "BA",
    "POST pace": "BA",
    "POST undo_pace": "BA",
    "GET push_rules": "BA",
    "POST push_rules": "BA",
    "POST undo_push_rules": "BA",
    "GET replies": "BA",
    "POST replies": "BA",
    "POST undo_replies": "BA",
    "GET texts": "BA",
    "GET text": "BA",
    "POST text": "BA",
    "POST undo_texts": "BA",
    "GET menu": "A",
    "POST menu": "A",
    "POST undo_menu": "A",
    "GET words": "BA",
    "POST words": "BA",
    "POST try_words": "BA",
    "POST remove_word": "BA",
    "POST set_word_aside": "BA",
    "POST undo_words": "BA",
    "GET sign_in_log": "A",
}


def both(county: County, name: str) -> tuple[object, object]:
    """A row of that kind of each of the two people."""
    return getattr(care_of(county, county.own), name), getattr(care_of(county, county.other), name)


def policy_of(county: County) -> object:
    """The first policy of the samples, loaded when first asked for."""
    with county.rt.transaction() as session:
        if not policies_by_key(session):
            policies.load(session)
        return policies_in_force(session, county.rt.today())[0].id


LETTERS = {Role.CLERK: "C", Role.BUREAU: "B", Role.ADMIN: "A", Role.LEADER: "L"}
#: What stands in an address about a person: of the clerk's own station, and of another.
BOUND_VALUES: dict[str, Callable[[County], tuple[object, object]]] = {
    "veteran_id": lambda county: (county.own, county.other),
    "case_number": lambda county: both(county, "case_number"),
    "follow_up_id": lambda county: both(county, "follow_up_id"),
    "referral_id": lambda county: both(county, "referral_id"),
    "spot_check_id": lambda county: both(county, "spot_check_id"),
    "help_step_id": lambda county: both(county, "help_step_id"),
    "reality_id": lambda county: both(county, "reality_id"),
    "delivery_id": lambda county: (called_on(county, county.own), called_on(county, county.other)),
}
#: And what stands in one about nobody.
FREE_VALUES: dict[str, Callable[[County], object]] = {
    "posting_code": lambda county: county.posting,
    "employer_id": lambda county: county.employer,
    "broadcast_id": lambda county: a_broadcast(county),
    "fair_id": lambda county: a_fair(county),
    "policy_id": policy_of,
    "upload_id": lambda county: uploaded(county, OWN),
    "figure_name": lambda _: "placed",
    "file_kind": lambda _: "docx",
    "node_id": lambda _: 2,
    "text_folder": lambda _: "support",
    "text_name": lambda _: "trouble",
}


def called_on(county: County, veteran_id: int) -> int:
    """A delivery that waits for a call to that person."""
    with county.rt.transaction() as session:
        message = Message(f"test:{veteran_id}", "有招聘会")
        now = county.rt.now()
        deliveries.add_delivery(session, row_of(veteran_id, None, "broadcast", message, now, "to_phone"))
        return session.query(deliveries.Delivery).filter_by(key=message.key).one().id


def uploaded(county: County, station: str) -> int:
    """A sheet handed in at that station."""
    with county.rt.transaction() as session:
        found = Upload(kind="veteran", file_name="表.csv", at=county.rt.now(), who="测试", state=UploadState.LOOKED)
        found.data_sealed = county.rt.keyring.seal("upload.data", "")
        found.node_id = stations.find(county.rt, station)
        session.add(found)
        session.flush()
        return found.id


def a_fair(county: County) -> int:
    day = county.rt.today() + timedelta(days=30)
    return fair_edits.keep(county.rt, FairWish("专场招聘会", "县体育馆", day, fairs.OPENS_AT, "全部"), "test")


def a_broadcast(county: County) -> int:
    """A draft to everybody."""
    return broadcasts.compose(county.rt, Wish("broadcast", "全部", "有招聘会", again=True), "test")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("county")) as made:
        yield made


@pytest.fixture(scope="module")
def browsers(county: County) -> dict[Role, Browser]:
    return {role: county.browser(role) for role in Role}


def routes(app: object) -> list[tuple[str, str, str]]:
    """(method, name, rule) of every route of the console."""
    found = []
    for rule in app.url_map.iter_rules():  # type: ignore[attr-defined]
        if rule.endpoint.startswith("staff."):
            methods = sorted(rule.methods - {"HEAD", "OPTIONS"})
            found += [(method, rule.endpoint.removeprefix("staff."), rule.rule) for method in methods]
    return found


def address(rule: str, county: County, *, own: bool) -> str:
    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in bounds.BOUND:
            return str(BOUND_VALUES[name](county)[0 if own else 1])
        return str(FREE_VALUES[name](county))

    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", value, rule)


def test_every_route_is_declared_and_has_its_line(county: County) -> None:
    found = routes(county.app)
    assert {f"{method} {name}" for method, name, _ in found} == set(ENTRIES)
    assert {f"staff.{name}" for _, name, _ in found} == set(guard.PERMISSIONS)


def test_nothing_opens_without_signing_in(county: County) -> None:
    for method, name, rule in routes(county.app):
        if ENTRIES[f"{method} {name}"] == "" and name in ("sign_in", "sign_out"):
            continue
        stranger = county.browser()
        path = address(rule, county, own=True)
        answer = stranger.get(path) if method == "GET" else stranger.post(path, page="/staff/sign-in")
        assert answer.status_code == 302 and answer.location.startswith("/staff/sign-in"), (method, path)


@pytest.mark.parametrize("role", Role)
def test_a_page_opens_for_its_roles_and_their_stations_only(
    county: County, browsers: dict[Role, Browser], role: Role
) -> None:
    browser = browsers[role]
    for method, name, rule in routes(county.app):
        letters = ENTRIES[f"{method} {name}"]
        if not letters:
            continue
        own, other = (_status(browser, method, address(rule, county, own=own)) for own in (True, False))
        is_bound = bool(bounds.variables(rule) & set(bounds.BOUND))
        if LETTERS[role] not in letters:
            assert (own, other) == (403, 403), (method, rule)
            continue
        assert own in (200, 302, 303, 400), (method, rule, own)
        sees_all = role is not Role.CLERK
        assert other == (404 if is_bound and not sees_all else own), (method, rule, other)


def _status(browser: Browser, method: str, path: str) -> int:
    answer = browser.get(path) if method == "GET" else browser.post(path)
    return answer.status_code


#: Forms about a person whose service puts what it does on the record itself, with what it changed.
RECORDED_BY_SERVICE = {
    "reveal_person": "card.read",
    "print_card": "card.read",
    "contact_person": "person.contact",
    "undo_contact": "person.undo",
    "answer_talk": "talk.answer",
    "take_talk": "talk.take",
    "give_back_talk": "talk.give_back",
}


def test_every_form_about_a_person_goes_on_the_record(county: County) -> None:
    for method, name, rule in routes(county.app):
        if method == "POST" and bounds.variables(rule) & set(bounds.BOUND):
            is_recorded_here = bool(guard.PERMISSIONS[f"staff.{name}"].acts)
            assert is_recorded_here != (name in RECORDED_BY_SERVICE), f"{name}: see acts= of handlers/staff/guard.page"


def shown(answer: TestResponse) -> str:
    """All that an answer says, a workbook's cells too."""
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return answer.data.decode("utf-8", "replace")


def entries_after(county: County, number: int, who: str) -> list[AuditEntry]:
    with county.rt.reading() as session:
        return session.query(AuditEntry).filter(AuditEntry.id > number, AuditEntry.who == who).all()


@pytest.mark.parametrize("role", Role)
def test_what_shows_a_person_is_on_record_and_shows_none_of_another_station(
    county: County, browsers: dict[Role, Browser], role: Role
) -> None:
    """Row scope and readings, of every page and every file that comes down."""
    people = {"张三": county.own, "李四": county.other}
    phones = {"13000000001": county.own, "13000000002": county.other}
    care_of(county, county.own), care_of(county, county.other)
    for method, name, rule in routes(county.app):
        is_shown = method == "GET" or name.startswith("export")
        if not is_shown or LETTERS[role] not in ENTRIES[f"{method} {name}"]:
            continue
        with county.rt.reading() as session:
            last = session.query(AuditEntry.id).order_by(AuditEntry.id.desc()).first()
        path = address(rule, county, own=True)
        answer = browsers[role].get(path) if method == "GET" else browsers[role].post(path)
        said = shown(answer)
        noted = entries_after(county, last[0] if last else 0, f"测试{role.value}（{role.value}）")
        about, lists = {one.subject for one in noted}, {one.action for one in noted if one.subject == "people"}
        is_export = any(
            one.action.endswith(".export") for one in noted
        )  # of everybody in scope: one entry, with a count
        if answer.status_code == 200 and bounds.variables(rule) & set(bounds.BOUND):
            assert f"veteran:{county.own}" in about, f"{rule} reads a person and does not put it on the record"
        for words, number in people.items():
            assert words not in said or f"veteran:{number}" in about or f"{name}.list" in lists or is_export, rule
        for words, number in phones.items():
            uncovered = {one.subject for one in noted if "phone" in one.details.get("revealed", ())}
            is_recorded = f"veteran:{number}" in uncovered or is_export
            assert words not in said or is_recorded, f"{rule} uncovers a number off the record"
            assert words not in said or role in (Role.CLERK, Role.BUREAU), rule
        if role is Role.CLERK:
            assert "李四" not in said and "13000000002" not in said, f"{rule} shows another station's person"


#: Whatever is open without signing in, and why it may be.
PUBLIC = {
    "static": "pictures and styles",
    "bootstrap.static": "styles",
    "home": "says where to go",
    "healthz": "says ok",
    "readyz": "says what is late, of nobody",
    "metrics": "for this machine or by its token",
    "webhook.check": "signed by the platform",
    "webhook.push": "signed by the platform",
    "employer.link": "one signed link",
    "employer.send": "one signed link",
    "own.page": "one signed link",
    "own.consent": "one signed link",
    "own.topic": "one signed link",
    "own.ask_delete": "one signed link",
    "own.delete": "one signed link",
}


def test_nothing_else_is_open_without_signing_in(county: County) -> None:
    open_ones = {rule.endpoint for rule in county.app.url_map.iter_rules() if not rule.endpoint.startswith("staff.")}
    assert open_ones == set(PUBLIC)


@pytest.mark.parametrize("purpose", ["referral", "follow_up", "filing", "own"])
def test_a_signed_link_opens_one_thing_of_one_person(county: County, purpose: str) -> None:
    """Every link × its own, the other road, another row's signature, another number, nothing, after its time."""
    own, other = signed_links(county, county.own), signed_links(county, county.other)
    client, ask = county.app.test_client(), iter(range(1, 250))

    def status(path: str) -> int:
        return client.get(path, environ_base={"REMOTE_ADDR": f"10.0.1.{next(ask)}"}).status_code

    path = own[purpose]
    road, _, signed = path.rpartition("/")
    number, _, signature = signed.partition("-")
    assert status(path) == 200
    wrong = [
        {"/p": "/e", "/e": "/p"}[road] + "/" + signed,
        f"{road}/{number}-{'0' * len(signature)}",
        f"{road}/{number}",
    ]
    for one in {**own, **other}.values():
        foreign = one.rpartition("/")[2].partition("-")
        wrong += [f"{road}/{number}-{foreign[2]}", f"{road}/{foreign[0]}-{signature}"]
    assert {one: status(one) for one in wrong if one != path} == {one: 404 for one in wrong if one != path}
    for rule in county.app.url_map.iter_rules():
        if rule.endpoint.startswith(("own.", "employer.")) and "GET" in (rule.methods or ()):
            ours = rule.rule.startswith(road)
            assert (status(rule.rule.replace("<signed>", signed)) == 200) is ours, rule.rule
    page = client.get(path, environ_base={"REMOTE_ADDR": "10.0.2.1"}).text
    assert "李四" not in page and "13000000002" not in page
    assert ("13000000001" in page) is (purpose == "referral")


def test_a_form_without_its_token_is_refused(county: County, browsers: dict[Role, Browser]) -> None:
    answer = browsers[Role.BUREAU].client.post("/staff/password", data={"new": "x", "again": "x"})
    assert answer.status_code == 400
    assert "刷新" in answer.text


def test_an_undeclared_route_does_not_start(county: County) -> None:
    with pytest.raises(LookupError, match="whose"):
        guard.page("/secrets/<int:secret_id>", roles=guard.EVERYBODY)(lambda secret_id: "")
