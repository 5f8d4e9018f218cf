"""Who may open what: every route of the console × every role × own and other station, from the route table itself."""

from collections.abc import Iterator

import pytest

from handlers.staff import bounds, guard
from models.account import Role
from tests.console import Browser, County, open_county
from tests.functional.access import ENTRIES, LETTERS, PUBLIC, address, routes


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("county")) as made:
        yield made


@pytest.fixture(scope="module")
def browsers(county: County) -> dict[Role, Browser]:
    return {role: county.browser(role) for role in Role}


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


def test_nothing_else_is_open_without_signing_in(county: County) -> None:
    open_ones = {rule.endpoint for rule in county.app.url_map.iter_rules() if not rule.endpoint.startswith("staff.")}
    assert open_ones == set(PUBLIC)


def test_a_form_without_its_token_is_refused(county: County, browsers: dict[Role, Browser]) -> None:
    answer = browsers[Role.BUREAU].client.post("/staff/password", data={"new": "x", "again": "x"})
    assert answer.status_code == 400
    assert "刷新" in answer.text


def test_an_undeclared_route_does_not_start(county: County) -> None:
    with pytest.raises(LookupError, match="whose"):
        guard.page("/secrets/<int:secret_id>", roles=guard.EVERYBODY)(lambda secret_id: "")
