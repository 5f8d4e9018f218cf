"""Two schedulers at the same task."""

from datetime import timedelta

from sqlalchemy import func, select

from models import notice as notices_table
from models.broadcast import Broadcast
from models.people import GroupMember
from models.posting import PostingChange, PostingStatus
from services import fairs, people, postings
from services.runtime import Runtime
from tests.builders import FRIDAY, Clock, create_posting, create_veteran
from tests.integration.same_moment.scenes import Both


def test_a_forces_day_is_entered_once_and_announced_once(rt: Runtime, clock: Clock, both: Both) -> None:
    clock.advance(days=(fairs.forces_day(FRIDAY.date()) - FRIDAY.date()).days - 7)
    with rt.transaction() as session:
        create_veteran(session)
    assert sorted(both(lambda: fairs.announce_due(rt))) == [0, 1]
    with rt.reading() as session:
        assert len(notices_table.notices_on(session, fairs.KIND, rt.today())) == 1
        assert session.scalar(select(func.count()).select_from(Broadcast)) == 1


def test_a_posting_expires_once(rt: Runtime, clock: Clock, both: Both) -> None:
    with rt.transaction() as session:
        for number in range(3):
            create_posting(session, f"P-{number}").deadline = FRIDAY.date() + timedelta(days=1)
    clock.advance(days=2)
    assert sorted(both(lambda: postings.expire_due(rt))) == [0, 3]
    with rt.reading() as session:
        expired = select(PostingChange.posting_id).where(PostingChange.new == PostingStatus.EXPIRED)
        assert len(session.scalars(expired).all()) == 3


def test_groups_are_worked_out_by_both(rt: Runtime, both: Both) -> None:
    with rt.transaction() as session:
        for number in range(3):
            person = create_veteran(session, f"o-{number}")
            person.in_ledger, person.kind = True, "spouse"
    changed = both(lambda: people.regroup_due(rt))
    with rt.reading() as session:
        kept = session.scalar(select(func.count()).select_from(GroupMember))
    assert kept and sorted(changed) == [0, kept]
