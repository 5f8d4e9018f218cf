"""The guards at the doors and of the rows: roles, stations, forms, sign-in, sessions, links."""

from bench.guards.guard import Guard

ACCESS = "tests/functional/test_access.py"
DOORS = "tests/functional/attacks/test_doors.py"
SCOPE = "tests/functional/test_row_scope.py"
ROWS = "tests/functional/attacks/test_rows.py"

GUARDS = {
    "role": Guard(
        "handlers/staff/guard.py",
        "if g.visitor.actor.role not in permission.roles:",
        "if False:",
        (f"{ACCESS}::test_a_page_opens_for_its_roles_and_their_stations_only",),
    ),
    "idor-address": Guard(
        "handlers/staff/guard.py",
        "if people is not None and not any(",
        "if people is not None and False and not any(",
        (f"{ACCESS}::test_a_page_opens_for_its_roles_and_their_stations_only",),
    ),
    "idor-conflict": Guard(
        "services/conflicts.py",
        "if one is None or not actor.scope.covers(veteran.node_id if veteran else None):",
        "if one is None:",
        (f"{ROWS}::test_a_number_of_another_station_in_a_form_opens_nothing",),
    ),
    "row-scope": Guard(
        "models/scope.py",
        "return true() if self.is_whole else column.in_(sorted(self.nodes))",
        "return true()",
        (f"{SCOPE}::test_what_shows_a_person_is_on_record_and_shows_none_of_another_station",),
    ),
    "csrf": Guard(
        "handlers/__init__.py",
        "    CSRFProtect(app)  # every form of ours carries a token",
        '    app.config["WTF_CSRF_ENABLED"] = False; CSRFProtect(app)',
        (
            f"{DOORS}::test_no_form_of_any_page_is_taken_without_its_token",
            f"{DOORS}::test_the_token_of_one_browser_is_none_of_another",
        ),
    ),
    "mass-assignment": Guard(
        "services/employer_links.py",
        "import_postings(rt, source, WHO, on_row=found.append)",
        "import_postings(rt, source, WHO, on_row=found.append, publish=True)",
        (f"{ROWS}::test_an_employer_files_in_the_own_name_and_only_a_draft",),
    ),
    "sign-in-lock": Guard(
        "services/sign_ins.py",
        "account.locked_until = now + LOCKED_FOR",
        "pass",
        ("tests/functional/test_sign_in.py",),
    ),
    "open-redirect": Guard(
        "handlers/staff/sign_in.py",
        "return back if is_ours and back is not None",
        "return back if back",
        (f"{DOORS}::test_signing_in_leads_to_our_own_pages_only",),
    ),
    "query-to-url": Guard(
        "handlers/staff/people.py",
        "{name: request.args[name] for name in FILTERED if name in request.args}",
        "request.args.to_dict()",
        (f"{DOORS}::test_no_list_writes_an_address_elsewhere_from_its_query",),
    ),
    "forged-host": Guard(
        "templates/web/staff/referral.html",
        'public_url ~ url_for("employer.link", signed=sheet.signed)',
        'url_for("employer.link", signed=sheet.signed, _external=True)',
        (f"{DOORS}::test_a_forged_host_stands_in_no_link",),
    ),
    "session-ends": Guard(
        "services/sign_ins.py",
        "accounts_table.end_sessions(session, account.id, but=held.id)",
        "pass",
        (f"{ROWS}::test_a_changed_password_ends_every_other_browser",),
    ),
    "session-fixation": Guard(
        "handlers/staff/sign_in.py",
        "session.clear()  # a fresh cookie: nothing set before signing in lives on",
        "pass",
        (f"{DOORS}::test_a_cookie_set_before_signing_in_is_worth_nothing_after",),
    ),
    "cookie-signature": Guard(
        "app/web.py",
        "SECRET_KEY=config.secret_key",
        'SECRET_KEY="development"',
        (f"{DOORS}::test_a_cookie_signed_by_a_guessed_key_is_not_taken",),
    ),
    "row-number": Guard(
        "handlers/current.py",
        "if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):",
        "if not text.lstrip('-').isdigit():",
        (f"{DOORS}::test_a_number_that_no_row_has_breaks_no_list",),
    ),
    "link-revoked": Guard(
        "services/links.py",
        "if link.revoked_at is not None:",
        "if False:",
        (f"{ROWS}::test_a_link_taken_back_or_used_up_opens_nothing_again",),
    ),
    "link-expires": Guard(
        "services/links.py",
        "if link.expires_at <= now:",
        "if False:",
        (f"{ROWS}::test_a_link_taken_back_or_used_up_opens_nothing_again",),
    ),
    "link-purpose": Guard(
        "services/links.py",
        "if link is None or link.purpose not in purposes:",
        "if link is None:",
        (f"{SCOPE}::test_a_signed_link_opens_one_thing_of_one_person",),
    ),
    "link-signature": Guard(
        "services/links.py",
        "if not any(hmac.compare_digest(",
        "if False and not any(hmac.compare_digest(",
        (f"{SCOPE}::test_a_signed_link_opens_one_thing_of_one_person",),
    ),
    "link-throttle": Guard(
        "handlers/own.py",
        'limits.count(runtime(), "link", request.remote_addr or "")',
        "pass",
        (f"{ROWS}::test_guessing_links_is_slowed_down",),
    ),
}
