"""The guards of what leaves the house: files, own pages, a firm's answers, commands."""

from bench.guards.guard import Guard

TAKINGS = "tests/functional/attacks/test_takings.py"

GUARDS = {
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
        '(page.write_formula if cell[:1] == "=" else page.write_string)(row.record - 1, column, cell, colour)',
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
        ("tests/functional/attacks/test_doors.py::test_no_query_opens_another_station",),
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
}
