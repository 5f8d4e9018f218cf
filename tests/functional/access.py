"""The access matrix: every page of the console with the roles it opens for, and what stands in its address."""

import re
from collections.abc import Callable
from datetime import timedelta

from handlers.staff import bounds
from models import delivery as deliveries
from models.account import Role
from models.policy import policies_by_key, policies_in_force
from models.upload import Upload, UploadState
from services import broadcasts, fair_edits, fairs, policies, stations
from services.broadcasts import Wish
from services.fair_edits import FairWish
from services.outbox import Message, row_of
from tests.console import OWN, County, care_of

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


#: Whatever is open without signing in, and why it may be.
PUBLIC = {
    "static": "pictures and styles",
    "bootstrap.static": "styles",
    "home": "says where to go",
    "healthz": "says ok",
    "readyz": "says what is late, of nobody",
    "metrics": "for this machine or by its token",
    "employer.link": "one signed link",
    "employer.send": "one signed link",
    "own.page": "one signed link",
    "own.consent": "one signed link",
    "own.topic": "one signed link",
    "own.ask_delete": "one signed link",
    "own.delete": "one signed link",
}
