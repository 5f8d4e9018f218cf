"""Takes the guards out of the product one at a time, in a copy, and looks whether the test of each attack fails.

    python -m bench.guards [NAME ...]

A test that passes with its guard and without it proves nothing. Prints a line a guard; ends with 1 when one could be
taken out unseen, or when what is to be taken out is not there any more.
"""

import argparse
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
ACCESS, DOORS = "tests/functional/test_access.py", "tests/functional/attacks/test_doors.py"
SCOPE, ROWS = "tests/functional/test_row_scope.py", "tests/functional/attacks/test_rows.py"
PAYLOADS, ELSE = "tests/functional/attacks/test_payloads.py", "tests/unit/test_logs.py"
TAKINGS = "tests/functional/attacks/test_takings.py"
ROUNDS = "tests/integration/test_audit_rounds.py"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "*.egg-info", "build")


@dataclass(frozen=True)
class Guard:
    """What stands in a file, what is put there instead, and the tests that must fail then."""

    file: str
    there: str
    instead: str
    tests: tuple[str, ...]


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
    "reading-on-record": Guard(
        "services/talks.py",
        'audit.person_read(rt, session, actor.who, veteran.id, "talk")',
        "pass",
        (f"{SCOPE}::test_what_shows_a_person_is_on_record_and_shows_none_of_another_station",),
    ),
    "csrf": Guard(
        "handlers/__init__.py",
        "CSRFProtect(app).exempt(hook)",
        'app.config["WTF_CSRF_ENABLED"] = False; CSRFProtect(app).exempt(hook)',
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
        (f"{DOORS}::test_a_number_that_no_column_holds_breaks_no_list",),
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
    "html": Guard(
        "templates/web/staff/talk.html",
        "{{ one.words }}",
        "{{ one.words | safe }}",
        (f"{PAYLOADS}::test_words_that_are_markup_stay_words_on_every_page",),
    ),
    "formula": Guard(
        "services/intake/templates.py",
        "page.write_string(index, number, cell, text)",
        '(page.write_formula if cell[0] == "=" else page.write_string)(index, number, cell, text)',
        (f"{PAYLOADS}::test_a_formula_in_a_name_is_text_in_the_sheet",),
    ),
    "xml-entities": Guard(
        "channels/wechat_xml.py",
        "if not _ROOT.match(text):",
        "if False:",
        (f"{PAYLOADS}::test_a_document_that_defines_entities_is_refused_unread",),
    ),
    "file-name": Guard(
        "services/intake/source.py",
        'PurePath(seen.replace("\\\\", "/")).name[-NAME_CHARS:]',
        "seen",
        (f"{PAYLOADS}::test_a_file_is_never_kept_under_the_name_it_came_with",),
    ),
    "oversize": Guard(
        "app/web.py",
        "MAX_CONTENT_LENGTH=MAX_FORM_BYTES, ",
        "",
        (f"{PAYLOADS}::test_what_is_too_large_is_refused_before_it_is_read",),
    ),
    "slow-body": Guard(
        "app/commands/serve.py",
        "waitress.serve(app, host=config.host, port=config.port, **SERVER)",
        "__import__('wsgiref.simple_server').simple_server.make_server(config.host, config.port, app).serve_forever()",
        (f"{PAYLOADS}::test_bodies_that_trickle_in_keep_nobody_waiting",),
    ),
    "trail-night": Guard(
        "services/audit_rounds.py",
        "start = _walked(row) if is_tonights else None",
        "start = _walked(row) if is_ours else None",
        (f"{ROUNDS}::test_an_old_register_put_back_skips_nothing",),
    ),
    "trail-register": Guard(
        "services/audit_rounds.py",
        "return keyring.is_digest(SEALED, _said(row), row.signature)",
        "return True",
        (f"{ROUNDS}::test_a_register_that_somebody_wrote_is_none",),
    ),
    "trail-outside": Guard(
        "services/audit_check.py",
        "if fault is None and out is not None:",
        "if False:",
        (f"{ROUNDS}::test_an_entry_outside_the_chain_is_no_entry_of_ours",),
    ),
    "trail-before": Guard(
        "services/audit_rounds.py",
        "if is_tonights and row.position is None:",
        "if row.whole_at is not None:",
        (f"{ROUNDS}::test_a_change_before_the_checkpoint_is_found_by_the_next_night",),
    ),
    "file-on-record": Guard(
        "services/intake/uploads.py",
        'audit.note(rt, session, actor.who, "upload.export", f"upload:{upload_id}")',
        "pass",
        (f"{TAKINGS}::test_every_file_is_on_record_and_says_who_took_it_and_its_name_is_ours",),
    ),
    "file-mark": Guard(
        "services/intake/exports.py",
        'return f"{who} 于 {rt.now().astimezone(CHINA):%Y-%m-%d %H:%M} 导出，{warning}"',
        "return warning",
        (f"{TAKINGS}::test_every_file_is_on_record_and_says_who_took_it_and_its_name_is_ours",),
    ),
    "formula-marked": Guard(
        "services/intake/corrected.py",
        "page.write_string(row.record - 1, column, cell[:_CELL_CHARS], colour)",
        'page.write(row.record - 1, column, "=1+1" if cell[:1] == "=" else cell, colour)',
        (f"{TAKINGS}::test_what_stands_in_a_file_is_text",),
    ),
    "file-header": Guard(
        "services/periods.py",
        "found = _NAME.fullmatch(name)",
        "found = _NAME.match(name)",
        (f"{TAKINGS}::test_a_file_name_of_the_query_splits_no_header",),
    ),
    "station-query": Guard(
        "services/figures.py",
        "if not actor.scope.covers(node_id) or session.get(organisation.Node, node_id) is None:",
        "if session.get(organisation.Node, node_id) is None:",
        (f"{TAKINGS}::test_no_query_opens_another_station",),
    ),
    "own-purpose": Guard(
        "services/links.py",
        "if link is None or link.purpose not in purposes:",
        "if link is None:",
        (f"{TAKINGS}::test_no_door_of_an_own_page_opens_with_anything_but_its_own_link",),
    ),
    "own-expires": Guard(
        "services/links.py",
        "if link.expires_at <= now:",
        "if False:",
        (f"{TAKINGS}::test_no_door_of_an_own_page_opens_with_anything_but_its_own_link",),
    ),
    "own-on-record": Guard(
        "services/own_pages.py",
        'audit.note(rt, session, "self", "own.consent", f"veteran:{veteran.id}", {"purpose": purpose, "gives": gives})',
        "pass",
        (f"{TAKINGS}::test_an_action_sent_twice_is_one_and_on_record",),
    ),
    "own-codes": Guard(
        "services/own_pages.py",
        "if topic not in veterans.PUSHED_TOPICS:",
        "if False:",
        (f"{TAKINGS}::test_an_action_sent_twice_is_one_and_on_record",),
    ),
    "answer-replayed": Guard(
        "services/referral_answers.py",
        "if referral is None or referral.status not in OPEN_REFERRALS:",
        "if referral is None:",
        (f"{TAKINGS}::test_a_firms_answer_sent_twice_is_one",),
    ),
    "link-row": Guard(
        "services/links.py",
        'signed = f"{link.purpose}:{link.subject_id}:{link.id}"',
        'signed = f"{link.purpose}:{link.id}"',
        (f"{TAKINGS}::test_a_link_of_a_person_whose_row_changed_hands_opens_nothing",),
    ),
    "command-number": Guard(
        "app/commands/arguments.py",
        "return whole(text)",
        "return int(text)",
        (f"{TAKINGS}::test_a_command_takes_the_number_of_a_row_only",),
    ),
    "words-of-staff": Guard(
        "services/masking.py",
        "    text = masked_ids(text)\n",
        "",
        ("tests/functional/test_care_pages.py::test_numbers_in_the_words_of_staff_on_a_case_are_covered",),
    ),
    "words-of-a-firm": Guard(
        "services/reality.py",
        "masked_text(words.strip()[:500])",
        "words.strip()[:500]",
        ("tests/functional/test_reality_pages.py",),
    ),
    "log-types": Guard("app/logs.py", "made.addFilter(Redaction())", "pass", (ELSE,)),
}


def holds(guard: Guard) -> str:
    """What became of the tests with the guard taken out: "seen", or what is wrong."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        file = copy / guard.file
        text = file.read_text(encoding="utf-8")
        if guard.there not in text:
            return f"not in {guard.file} any more"
        file.write_text(text.replace(guard.there, guard.instead), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-m",
            "not postgres",
            *guard.tests,
        ]
        ran = subprocess.run(
            command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False
        )
        return "seen" if ran.returncode == 1 and "FAILED " in ran.stdout else f"NOT SEEN ({ran.stdout.strip()[-200:]})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(GUARDS)}; default: all")
    found = []
    for name in parser.parse_args().names or GUARDS:
        found.append(holds(GUARDS[name]))
        print(f"{name:20} {found[-1]}", flush=True)
    return 1 if set(found) != {"seen"} else 0


if __name__ == "__main__":
    sys.exit(main())
