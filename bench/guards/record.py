"""The guards of the record: who looked, the trail's nightly round, numbers in words and in the log."""

from bench.guards.guard import Guard

SCOPE = "tests/functional/test_row_scope.py"
ROUNDS = "tests/integration/test_audit_rounds.py"

GUARDS = {
    "reading-on-record": Guard(
        "services/talks.py",
        'audit.person_read(rt, session, actor.who, veteran.id, "talk")',
        "pass",
        (f"{SCOPE}::test_what_shows_a_person_is_on_record_and_shows_none_of_another_station",),
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
    "log-types": Guard("app/logs.py", "made.addFilter(Redaction())", "pass", ("tests/unit/test_logs.py",)),
}
