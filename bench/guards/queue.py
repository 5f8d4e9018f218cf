"""The guards of shared work (docs/decisions/0024): written with its cause, rescued, not done twice, in one hand."""

from bench.guards.guard import Guard

OUTBOX = "tests/integration/test_outbox.py"
SENDER = "tests/integration/test_sender.py"
NIGHTLY = "tests/integration/test_nightly.py"

GUARDS = {
    "queue-written-with-its-cause": Guard(
        "services/outbox.py",
        'deliveries.add_delivery(session, row | {"due_at": goes_at(session, topic, now)})',
        'deliveries.add_delivery(session, row | {"due_at": goes_at(session, topic, now)}); session.commit()',
        (f"{OUTBOX}::test_a_message_is_written_with_what_brings_it_about_or_not_at_all",),
    ),
    "queue-rescued-delivery": Guard(
        "models/taken.py",
        'due(_IS_SENDING & (_D.leased_until < bindparam("now")), (_D.id,)),',
        'due(_IS_SENDING & (_D.leased_until < bindparam("now")) & (_D.id < 0), (_D.id,)),',
        (f"{OUTBOX}::test_a_worker_that_never_came_back_is_replaced_and_cannot_write_over_it",),
    ),
    "queue-rescued-shard": Guard(
        "models/nightly.py",
        "free &= or_(SHARDS.c.claimed_until.is_(None), SHARDS.c.claimed_until < now)",
        "free &= SHARDS.c.claimed_until.is_(None)",
        (f"{NIGHTLY}::test_a_shard_of_a_worker_that_died_is_taken_up_when_its_lease_ran_out",),
    ),
    "queue-one-message-a-key": Guard(
        "models/delivery.py",
        'insert = upsert(session)(Delivery).values(values).on_conflict_do_nothing(index_elements=["key"])',
        'insert = upsert(session)(Delivery).values(values | {"key": __import__("secrets").token_hex()})',
        (f"{OUTBOX}::test_the_same_key_is_one_message",),
    ),
    "queue-one-plan-a-night": Guard(
        "services/nightly.py",
        "if not nightly_table.progress_of(session, day).shards:",
        "if True:",
        (f"{NIGHTLY}::test_two_schedulers_that_both_saw_no_plan_make_one",),
    ),
    "queue-one-run-a-night": Guard(
        "models/nightly.py",
        "free = (SHARDS.c.day == day) & SHARDS.c.done_at.is_(None)",
        "free = SHARDS.c.day == day",
        (f"{NIGHTLY}::test_a_shard_that_is_done_is_nobody_s_to_claim",),
    ),
    "queue-one-countdown": Guard(
        "services/broadcasts.py",
        "if wish.origin is None or broadcasts_table.of_origin(session, wish.origin) is not None:",
        "if wish.origin is None:",
        ("tests/integration/test_fairs.py::test_two_schedulers_that_announce_at_once_announce_once",),
    ),
    "queue-late-delivery": Guard(
        "models/delivery.py",
        "            Delivery.leased_until == lease,\n        )\n        .values(**values)",
        "        )\n        .values(**values)",
        (f"{OUTBOX}::test_who_lost_a_delivery_to_another_cannot_write_over_it",),
    ),
    "queue-late-deliveries": Guard(
        "models/taken.py",
        'held = (_D.status == DeliveryStatus.SENDING) & (_D.leased_until == bindparam("lease"))',
        'held = (_D.status == DeliveryStatus.SENDING) & (_D.leased_until >= bindparam("lease"))',
        (f"{OUTBOX}::test_who_lost_a_delivery_to_another_cannot_write_over_it",),
    ),
    "queue-late-shard": Guard(
        "models/nightly.py",
        "    held &= SHARDS.c.claimed_until == shard.claimed_until\n",
        "",
        (f"{NIGHTLY}::test_who_lost_a_shard_to_another_cannot_close_it",),
    ),
    "queue-alone-on-sqlite": Guard(
        "models/lines.py",
        "    else:\n        take_place(line)",
        '    else:\n        run_on(line, "BEGIN")',
        (f"{SENDER}::test_three_crews_send_everything_once",),
    ),
    "queue-skips-locked-on-postgresql": Guard(
        "models/taken.py",
        'rows.limit(bindparam("most")).with_for_update(skip_locked=True)',
        'rows.limit(bindparam("most"))',
        (f"{SENDER}::test_three_crews_send_everything_once",),
        "postgres",
    ),
}
